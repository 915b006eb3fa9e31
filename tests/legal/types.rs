//! Types that are legal and seldom written: elements, parameters, results, and the impls around them.
#![allow(unused_parens, unused_qualifications, clippy::all, clippy::pedantic)]

use std::collections::HashMap;
use std::fmt::{Debug, Display};

use crate::{everywhere, numbers, same, twice};

pub(crate) trait Lend {
    type Item<'a>
    where
        Self: 'a;
    fn lend<'a>(&'a self, i: usize) -> Self::Item<'a>;
}
impl Lend for Vec<u32> {
    type Item<'a> = &'a u32;
    fn lend<'a>(&'a self, i: usize) -> &'a u32 {
        &self[i % self.len()]
    }
}
pub(crate) trait Shape: Sync {
    const SIDES: u32;
    fn area(&self) -> u32;
}
#[derive(Clone, Copy)]
pub(crate) struct Sq(pub u32);
impl Shape for Sq {
    const SIDES: u32 = 4;
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}
pub(crate) trait DynShape: Sync {
    fn area(&self) -> u32;
}
impl DynShape for Sq {
    fn area(&self) -> u32 {
        self.0
    }
}
pub(crate) struct Wrap<'a, T: ?Sized + 'a, const N: usize>(pub &'a T, pub [u8; N]);
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Leaf(u32),
    Node(Vec<Tree>),
}
pub(crate) fn depth(t: &Tree) -> u32 {
    match t {
        Tree::Leaf(x) => *x,
        Tree::Node(v) => 1 + v.iter().map(depth).sum::<u32>(),
    }
}

/// Names of std's with another meaning.
mod own {
    pub(super) type Vec<T> = std::vec::Vec<std::option::Option<T>>;
    pub(super) type Option<T> = std::option::Option<Box<T>>;
}

/// A chain that only the macro shows.
macro_rules! vec_of {
    ($xs:ident, $f:expr) => {
        $xs.iter().map($f).collect::<Vec<_>>()
    };
}

twice! {
    #[parallelize]
    pub(super) fn own_list(xs: &[u32]) -> own::Vec<u32> {
        xs.iter().map(|x| Some(x ^ 1)).collect()
    }
    #[parallelize]
    pub(super) fn own_item(xs: &[u32]) -> own::Option<u32> {
        let most: own::Option<u32> = xs.iter().map(|x| Box::new(x ^ 1)).max();
        assert!(xs.is_empty() || most.is_some());
        xs.iter().map(|x| Box::new(x ^ 2)).max()
    }
    #[parallelize]
    pub(super) fn nested_generics<'a, 'b, T, U>(
        xs: &'a [Option<Result<Vec<T>, U>>],
        y: &'b U,
    ) -> Vec<Option<(&'a T, &'b U)>>
    where
        T: Sync + Debug,
        U: Sync,
        'b: 'a,
    {
        xs.iter()
            .map(|x| x.as_ref().and_then(|x| x.as_ref().ok()).and_then(|v| v.first()).map(|t| (t, y)))
            .collect()
    }
    #[parallelize]
    pub(super) fn higher_ranked_bound<F>(xs: &[String], f: F) -> Vec<usize>
    where
        F: for<'x> Fn(&'x str) -> &'x str + Sync,
    {
        xs.iter().map(|x| f(x).len()).collect()
    }
    #[parallelize]
    pub(super) fn generic_associated_type<L: Lend + Sync>(xs: &[L], i: usize) -> usize
    where
        for<'a> L::Item<'a>: PartialEq,
    {
        xs.iter().filter(|x| x.lend(i) == x.lend(i + 1)).count()
    }
    #[parallelize]
    pub(super) fn associated_constant<S: Shape>(xs: &[S]) -> u32 {
        xs.iter().map(|x| x.area() % S::SIDES).sum()
    }
    #[parallelize]
    pub(super) fn boxed_trait_objects(xs: &[Box<dyn DynShape + Send>]) -> Vec<u32> {
        xs.iter().map(|x| x.area()).collect()
    }
    #[parallelize]
    pub(super) fn trait_object_references(xs: &[&(dyn DynShape)]) -> Option<u32> {
        xs.iter().map(|x| x.area()).max()
    }
    #[parallelize]
    pub(super) fn unsized_generic<T: ?Sized + Sync + AsRef<str>>(xs: &[&T], y: &T) -> Vec<bool> {
        xs.iter().map(|x| x.as_ref() < y.as_ref()).collect()
    }
    #[parallelize]
    pub(super) fn const_generic_wrapper<'a, T: ?Sized + Display + Sync, const N: usize>(
        xs: &[Wrap<'a, T, N>],
    ) -> Vec<String> {
        xs.iter().map(|Wrap(t, n)| format!("{t}{n:?}")).collect()
    }
    #[parallelize]
    pub(super) fn opaque_parameters(
        xs: &[impl Display + Sync],
        p: impl AsRef<str> + Sync,
        f: &(impl Fn(String) -> String + Sync + ?Sized),
    ) -> Vec<String> {
        xs.iter().map(|x| f(format!("{}{x}", p.as_ref()))).collect()
    }
    #[parallelize]
    pub(super) fn empty_arrays(xs: &[[u32; 0]]) -> Vec<[u32; 0]> {
        xs.iter().map(|x| *x).collect()
    }
    #[parallelize]
    pub(super) fn unit_elements(xs: &[()]) -> Vec<()> {
        xs.iter().map(|()| ()).collect()
    }
    #[parallelize]
    pub(super) fn recursive_elements(xs: &[Tree]) -> u64 {
        xs.iter().map(|t| u64::from(depth(t))).sum()
    }
    #[parallelize]
    pub(super) fn own_return_type(xs: &[u32]) -> impl_free::Out {
        impl_free::Out(vec_of!(xs, |x| x ^ 1), xs.iter().map(|x| x ^ 2).collect())
    }
    #[parallelize]
    pub(super) fn question_mark_inside_call(
        xs: &[u32],
    ) -> Result<Vec<u32>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(xs
            .iter()
            .map(|x| Ok::<_, std::num::ParseIntError>(x + "3".parse::<u32>()?))
            .collect::<Result<_, _>>()?)
    }
    #[parallelize]
    pub(super) fn growing_elements(xs: &mut [Tree]) {
        for x in xs {
            match x {
                Tree::Leaf(n) => *n += 1,
                Tree::Node(v) => {
                    v.push(Tree::Leaf(1));
                    for y in v.iter_mut() {
                        if let Tree::Leaf(n) = y {
                            *n ^= 1
                        }
                    }
                }
            }
        }
    }
    #[parallelize]
    pub(super) fn array_elements(xs: &mut [[u32; 4]]) {
        for [a, .., d] in xs.iter_mut() {
            (*a, *d) = (*d, *a);
        }
    }
    #[parallelize]
    pub(super) fn sorted_elements(xs: &mut [Vec<u32>]) {
        for x in xs {
            x.sort();
            x.dedup();
            let y: &mut Vec<u32> = x;
            y.push(1);
            while y.len() > 3 {
                y.pop();
            }
        }
    }
    #[parallelize]
    pub(super) fn boxed_closures(xs: &[u32]) -> Vec<Box<dyn Fn(u32) -> u32 + Send + Sync>> {
        xs.iter().map(|&x| Box::new(move |y| x ^ y) as Box<dyn Fn(u32) -> u32 + Send + Sync>).collect()
    }
    #[parallelize]
    pub(super) fn absolute_types(xs: &[u32]) -> std::vec::Vec<::core::option::Option<u32>> {
        xs.iter().map(|x| x.checked_sub(3)).collect()
    }
    #[parallelize]
    pub(super) fn array_in_and_out<const N: usize>(xs: &[u32], k: [u32; N]) -> [u32; N] {
        let mut out = [0; N];
        for (i, o) in out.iter_mut().enumerate() {
            *o = xs.iter().map(|x| x ^ k[i]).fold(0, |a, b| a ^ b);
        }
        out
    }
    #[parallelize]
    pub(super) fn projected_types(xs: &[<Vec<u32> as IntoIterator>::Item]) -> <Vec<Vec<u32>> as IntoIterator>::Item {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn function_pointer(xs: &[u32]) -> Vec<u32> {
        let f: fn(&u32) -> u32 = |x| x ^ 1;
        let g = &f;
        xs.iter().map(*g).map(|x| f(&x)).collect()
    }
    #[parallelize]
    pub(super) fn flattened_references(xs: &[Vec<u32>]) -> Vec<&u32> {
        xs.iter().flatten().filter(|&&x| x > 3).collect()
    }
    #[parallelize]
    pub(super) fn discriminants<T>(xs: &[T]) -> HashMap<std::mem::Discriminant<T>, usize>
    where
        T: Sync,
    {
        let mut m = HashMap::new();
        for d in xs.iter().map(std::mem::discriminant).collect::<Vec<_>>() {
            *m.entry(d).or_insert(0) += 1;
        }
        m
    }
    #[parallelize]
    pub(super) fn functions_as_parameters(
        xs: &[u32],
        f: fn(u32) -> u32,
        g: Option<&(dyn Fn(u32) -> u32 + Sync)>,
    ) -> Vec<u32> {
        xs.iter().copied().map(f).map(|x| g.map_or(x, |g| g(x))).collect()
    }
    #[parallelize]
    pub(super) fn locked_elements(xs: &[std::sync::Mutex<u32>]) -> u32 {
        for x in xs {
            *x.lock().unwrap() += 1;
        }
        xs.iter().map(|x| *x.lock().unwrap()).sum()
    }
    #[parallelize]
    pub(super) fn reference_counted_result(xs: &[u32]) -> std::rc::Rc<Vec<u32>> {
        let k = std::rc::Rc::new(3);
        let j = *k;
        let v: Vec<u32> = xs.iter().map(|x| x ^ j).collect();
        std::rc::Rc::new(v)
    }
}
pub(crate) mod impl_free {
    #[derive(Debug, PartialEq)]
    pub(crate) struct Out(pub Vec<u32>, pub Vec<u32>);
}
pub(crate) trait Tr {
    type T: Sync + Copy + Into<u64>;
    const K: u64;
    #[amorsize::parallelize]
    fn def(&self, xs: &[Self::T]) -> Vec<u64>
    where
        Self: Sized + Sync,
    {
        xs.iter().map(|x| (*x).into() ^ Self::K).collect()
    }
    #[amorsize::parallelize]
    fn def2(xs: &mut [Self], k: u64)
    where
        Self: Sized + Send,
    {
        for x in xs {
            x.set(k ^ Self::K);
        }
    }
    fn set(&mut self, k: u64);
}
impl Tr for u64 {
    type T = u32;
    const K: u64 = 7;
    fn set(&mut self, k: u64) {
        *self ^= k
    }
}
pub(crate) struct G<T>(Vec<T>);
impl<T: Sync + Clone + Send> G<T>
where
    T: PartialEq,
{
    #[amorsize::parallelize]
    pub(crate) fn find(&self, xs: &[T]) -> Vec<Option<usize>> {
        let Self(own) = self;
        xs.iter().map(|x| own.iter().position(|y| y == x)).collect()
    }
    #[amorsize::parallelize]
    pub(crate) fn make(xs: &[T]) -> Self {
        Self(xs.iter().cloned().collect())
    }
    #[amorsize::parallelize]
    pub(crate) fn boxed(self: Box<Self>, xs: &[T]) -> usize {
        xs.iter().filter(|x| self.0.contains(x)).count()
    }
    #[amorsize::parallelize]
    pub(crate) fn arc(self: &std::sync::Arc<Self>, xs: &[T]) -> usize {
        xs.iter().filter(|x| self.0.contains(x)).count()
    }
    #[amorsize::parallelize]
    pub(crate) fn me<'s>(&'s self, xs: &[usize]) -> Vec<Option<&'s T>> {
        xs.iter().map(|x| self.0.get(*x)).collect()
    }
}

fn check() {
    let xs: Vec<u32> = numbers(50).into_iter().map(|x| x % 31).collect();
    let s: Vec<String> = xs.iter().map(|x| format!("w{x}")).collect();
    let opt: Vec<Option<Result<Vec<u32>, u32>>> =
        xs.iter().map(|x| (x % 3 > 0).then(|| if x % 2 > 0 { Ok(vec![*x]) } else { Err(3) })).collect();
    let sq: Vec<Sq> = xs.iter().map(|x| Sq(*x)).collect();
    let dy: Vec<&dyn DynShape> = sq.iter().map(|s| s as &dyn DynShape).collect();
    let bx = || sq.iter().map(|s| Box::new(*s) as Box<dyn DynShape + Send>).collect::<Vec<_>>();
    let vs: Vec<Vec<u32>> = xs.iter().map(|x| vec![*x, 3, *x / 2]).collect();
    let strs: Vec<&str> = s.iter().map(|s| s.as_str()).collect();
    let wr: Vec<Wrap<'_, str, 2>> = s.iter().map(|s| Wrap(s.as_str(), [1, 2])).collect();
    let trees = || {
        xs.iter()
            .map(|x| {
                if x % 2 == 0 { Tree::Leaf(*x) } else { Tree::Node(vec![Tree::Leaf(*x), Tree::Node(vec![])]) }
            })
            .collect::<Vec<_>>()
    };
    let tt = trees();
    let mx = || xs.iter().map(|x| std::sync::Mutex::new(*x)).collect::<Vec<_>>();

    same! {
        own_list(&xs); own_item(&xs);
        nested_generics(&opt, &3); higher_ranked_bound(&s, |x| &x[1..]); generic_associated_type(&vs, 1);
        associated_constant(&sq); boxed_trait_objects(&bx()); trait_object_references(&dy);
        unsized_generic(&strs, "w3"); const_generic_wrapper(&wr);
        opaque_parameters(&xs, "x", &|s: String| s + "!"); empty_arrays(&[[]; 9]); unit_elements(&[(); 9]);
        recursive_elements(&tt); own_return_type(&xs); absolute_types(&xs);
        array_in_and_out(&xs, [1, 2, 3]); projected_types(&xs); function_pointer(&xs);
        flattened_references(&vs); discriminants(&tt);
        functions_as_parameters(&xs, |x| x ^ 1, Some(&|x| x ^ 3)); locked_elements(&mx());
        reference_counted_result(&xs);
    }
    assert_eq!(
        split::question_mark_inside_call(&xs).unwrap(),
        plain::question_mark_inside_call(&xs).unwrap()
    );
    assert_eq!(split::boxed_closures(&xs)[3](1), plain::boxed_closures(&xs)[3](1));
    let (mut a, mut b) = (trees(), trees());
    split::growing_elements(&mut a);
    plain::growing_elements(&mut b);
    assert_eq!(a, b);
    let (mut a, mut b) = ([[1, 2, 3, 4]; 9], [[1, 2, 3, 4]; 9]);
    split::array_elements(&mut a);
    plain::array_elements(&mut b);
    assert_eq!(a, b);
    let (mut a, mut b) = (vs.clone(), vs.clone());
    split::sorted_elements(&mut a);
    plain::sorted_elements(&mut b);
    assert_eq!(a, b);
    assert_eq!(3_u64.def(&xs)[1], u64::from(xs[1] ^ 7));
    let mut y = [1_u64, 2];
    u64::def2(&mut y, 1);
    assert_eq!(y, [1 ^ 6, 2 ^ 6]);
    let g = G::make(&xs);
    assert_eq!(g.find(&xs[..2]), [Some(0), Some(1)]);
    assert_eq!(g.me(&[0, 99]), [Some(&xs[0]), None]);
    assert_eq!(std::sync::Arc::new(G(vec![1])).arc(&[1, 2]), 1);
    assert_eq!(Box::new(g).boxed(&[xs[0], 99]), 1);
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
