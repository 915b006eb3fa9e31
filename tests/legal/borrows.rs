//! What is lent where a chain is made, lifetimes that nobody wrote, and a module without the prelude.
#![allow(clippy::all, clippy::pedantic)]

use crate::{everywhere, numbers, same, twice};

mod bare {
    #![no_implicit_prelude]
    use ::std::iter::Iterator;
    use ::std::vec::Vec;
    #[::amorsize::parallelize]
    pub(crate) fn a(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[::amorsize::parallelize]
    pub(crate) fn b(xs: &[u32]) -> u32 {
        xs.iter().map(|x| x ^ 1).fold(0, |a, b| a ^ b)
    }
    #[::amorsize::parallelize]
    pub(crate) fn c(xs: &mut [u32]) {
        for x in xs {
            *x ^= 1;
        }
    }
    #[::amorsize::parallelize(serial)]
    pub(crate) fn d(xs: &[u32]) -> bool {
        xs.iter().any(|x| *x > 1)
    }
    #[::amorsize::parallelize]
    pub(crate) fn e(xs: &[u32]) -> ::std::option::Option<u32> {
        xs.iter().copied().max()
    }
    #[::amorsize::parallelize]
    pub(crate) fn f(xs: &[u32]) -> ::std::string::String {
        xs.iter().map(::std::string::ToString::to_string).collect()
    }
}
pub(crate) struct View<'a>(&'a str);
impl View<'_> {
    fn n(&self) -> usize {
        self.0.len()
    }
}
pub(crate) trait Dyn: Sync {
    fn v(&self) -> u32;
    #[amorsize::parallelize]
    fn all(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ self.v()).collect()
    }
}
impl Dyn for u32 {
    fn v(&self) -> u32 {
        *self
    }
}
pub(crate) mod gat {
    pub(crate) trait Fam {
        type Of<'a, T: Sync + Send + 'a>: Sync + Send
        where
            Self: 'a;
        fn mk<'a, T: Sync + Send + Copy + 'a>(t: &'a T) -> Self::Of<'a, T>
        where
            Self: 'a;
    }
    pub(crate) struct RefFam;
    impl Fam for RefFam {
        type Of<'a, T: Sync + Send + 'a>
            = Option<T>
        where
            Self: 'a;
        fn mk<'a, T: Sync + Send + Copy + 'a>(t: &'a T) -> Option<T>
        where
            Self: 'a,
        {
            Some(*t)
        }
    }
}
macro_rules! ty { ($t:ty) => { Vec<$t> } }

twice! {
    #[parallelize]
    pub(super) fn hidden_lifetimes(xs: &[u32], a: &View, b: &View<'_>, c: Option<&View>) -> Vec<usize> {
        xs.iter().map(|x| a.n() + b.n() + c.map_or(0, |c| c.n()) + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn views_of_a_local(xs: &[u32]) -> Vec<usize> {
        let text = String::from("abc");
        let view = View(&text);
        let other = View(text.as_str());
        xs.iter().map(|x| view.n() + other.n() + text.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn trait_object_parameter(xs: &[u32], o: &dyn Dyn) -> Vec<u32> {
        xs.iter().map(|x| x ^ o.v()).collect()
    }
    #[parallelize]
    pub(super) fn boxed_trait_object(xs: &[u32], o: Box<dyn Dyn + '_>) -> Vec<u32> {
        let r = &o;
        let n = r.v();
        xs.iter().map(|x| x ^ o.v() ^ n ^ r.v()).collect()
    }
    #[parallelize]
    pub(super) fn result_of_trait_objects<'a>(xs: &'a [u32], o: &'a [Box<dyn Dyn + 'a>]) -> Vec<&'a (dyn Dyn + 'a)> {
        xs.iter().map(|x| &*o[*x as usize % o.len()]).collect()
    }
    #[parallelize]
    pub(super) fn macro_type(xs: &[u32]) -> ty!(u32) {
        xs.iter().map(|x| x ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn associated_family<F: gat::Fam>(xs: &[u32]) -> Vec<F::Of<'_, u32>> {
        xs.iter().map(|x| F::mk(x)).collect()
    }
    #[parallelize]
    pub(super) fn split_in_two(xs: &[u32]) -> Vec<u32> {
        let v: Vec<u32> = (0..9).collect();
        let (a, b) = v.split_at(3);
        let m = a.iter().max();
        xs.iter().map(|x| x ^ v[1] ^ b[0] ^ m.unwrap()).collect()
    }
    #[parallelize]
    pub(super) fn parts_of_text(xs: &[u32], s: String) -> Vec<String> {
        let parts: Vec<&str> = s.split(',').collect();
        let first = parts.first().copied();
        xs.iter().map(|x| format!("{s}{}{x}{first:?}", parts.len())).collect()
    }
    #[parallelize]
    pub(super) fn ref_patterns(xs: &[u32], s: Option<String>) -> Vec<usize> {
        let Some(ref t) = s else { return vec![] };
        let u = match s {
            Some(ref u) => u.as_str(),
            None => "",
        };
        xs.iter().map(|x| s.as_ref().map_or(0, |s| s.len()) + t.len() + u.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn fields_lent(xs: &[u32], t: (String, Vec<u32>)) -> Vec<usize> {
        let (a, b) = &t;
        let c = &t.0;
        let d = &t.1[..1];
        xs.iter().map(|x| a.len() + b.len() + c.len() + d.len() + t.0.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn iterator_lent(xs: &[u32]) -> Vec<u32> {
        let v = vec![1, 2];
        let it = v.iter();
        let n = it.clone().count() as u32;
        xs.iter().map(|x| x ^ n ^ v[0] ^ it.len() as u32).collect()
    }
    #[parallelize]
    pub(super) fn changed_before(xs: &[u32]) -> Vec<u32> {
        let mut v = vec![1, 2];
        for y in &mut v {
            *y += 1;
        }
        v.iter_mut().for_each(|y| *y ^= 1);
        let v = v;
        xs.iter().map(|x| x ^ v[0]).collect()
    }
    #[parallelize]
    pub(super) fn slice_pattern_of_local(xs: &[u32]) -> Vec<u32> {
        let v = vec![1, 2];
        let s: &[u32] = &v;
        let [a, rest @ ..] = s else { unreachable!() };
        xs.iter().map(|x| x ^ a ^ rest[0] ^ v[0]).collect()
    }
    #[parallelize]
    pub(super) fn map_lent(xs: &[u32], m: std::collections::HashMap<u32, String>) -> Vec<usize> {
        let e = m.get(&3).or_else(|| m.get(&4));
        xs.iter().map(|x| m.get(x).or(e).map_or(0, String::len)).collect()
    }
    #[parallelize]
    pub(super) fn guard_dropped(xs: &[u32]) -> Vec<u32> {
        let c = std::sync::Mutex::new(3);
        let g = c.lock().unwrap();
        let k = *g;
        drop(g);
        xs.iter().map(|x| x ^ k ^ *c.lock().unwrap()).collect()
    }
    #[parallelize]
    pub(super) fn box_lent(xs: &[u32]) -> Vec<u32> {
        let b = Box::new(3);
        let r: &u32 = &b;
        let s = &*b;
        xs.iter().map(|x| x ^ *b ^ r ^ s).collect()
    }
    #[parallelize]
    pub(super) fn closures_lent(xs: &[u32]) -> Vec<u32> {
        let v = vec![3];
        let f = |x: u32| x ^ v[0];
        let g = |x: u32| f(x) ^ v[0];
        xs.iter().map(|x| g(*x) ^ f(*x) ^ v[0]).collect()
    }
    #[parallelize]
    pub(super) fn array_lent(xs: &[u32]) -> Vec<u32> {
        let v = [String::new()];
        let w = v.each_ref();
        let [ref z] = v;
        xs.iter().map(|x| x ^ w.len() as u32 ^ z.len() as u32 ^ v.len() as u32).collect()
    }
    #[parallelize]
    pub(super) fn cow_lent(xs: &[u32]) -> Vec<usize> {
        let s = String::from("ab");
        let c = std::borrow::Cow::from(&s);
        let d = std::borrow::Cow::Borrowed(s.as_str());
        xs.iter().map(|x| c.len() + d.len() + s.len() + *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn arc_lent(xs: &[u32], t: std::sync::Arc<Vec<u32>>) -> Vec<u32> {
        let u = t.clone();
        let r = t.iter().max().unwrap();
        xs.iter().map(|x| x ^ u[0] ^ t[1] ^ r).collect()
    }
    #[parallelize]
    pub(super) fn longest_of_two(xs: &[u32]) -> Vec<u32> {
        fn longest<'a>(a: &'a [u32], b: &'a [u32]) -> &'a [u32] {
            if a.len() > b.len() { a } else { b }
        }
        let a = vec![1];
        let b = vec![1, 2];
        let l = longest(&a, &b);
        xs.iter().map(|x| x ^ a[0] ^ b[0] ^ l[0]).collect()
    }
    #[parallelize]
    pub(super) fn neighbours_lent(xs: &[u32]) -> Vec<u32> {
        let v = vec![1, 2, 3];
        let last = v[v.len() - 1];
        let w = v.windows(2).map(|w| w[0]).max();
        let c: Vec<&[u32]> = v.chunks(2).collect();
        xs.iter().map(|x| x ^ last ^ w.unwrap() ^ c[0][0] ^ v[0]).collect()
    }
    #[parallelize]
    pub(super) fn moved_out_beside_a_borrow(xs: &[u32]) -> Vec<u32> {
        let pair = (String::from("a"), 3);
        let name = &pair.0;
        let (ref n2, k) = pair;
        xs.iter().map(|x| x ^ name.len() as u32 ^ n2.len() as u32 ^ k ^ pair.1).collect()
    }
    #[parallelize]
    pub(super) fn loop_with_lent_parameter(xs: &mut [u32], t: Vec<u32>) {
        let m = t.iter().max();
        for x in xs.iter_mut() {
            *x ^= t[0] ^ m.unwrap();
        }
    }
    #[parallelize]
    pub(super) fn sum_with_lent_parameter(xs: &[u32], t: Vec<u32>) -> u64 {
        let m = t.iter().max();
        xs.iter().map(|x| u64::from(x ^ t[0] ^ m.unwrap())).sum()
    }
    #[parallelize]
    pub(super) fn most_with_lent_parameter<'a>(xs: &'a [u32], t: Vec<u32>) -> Option<&'a u32> {
        let m = t.iter().max();
        xs.iter().filter(|x| t.contains(x) || m == Some(x)).max()
    }
    #[parallelize]
    pub(super) fn exclusive_vector_read(xs: &[u32], k: &mut Vec<u32>) -> Vec<u32> {
        k.push(1);
        xs.iter().map(|x| x ^ k.len() as u32).collect()
    }
    #[parallelize]
    pub(super) fn exclusive_slice_read(xs: &[u32], k: &mut [u32]) -> Vec<u32> {
        k[0] += 1;
        let r = &k[0];
        xs.iter().map(|x| x ^ r ^ k[0]).collect()
    }
    #[parallelize]
    pub(super) fn returned_in_a_loop(xs: &[u32], k: u32) -> Result<Vec<u32>, String> {
        for y in 0..3 {
            if y == k {
                return xs.iter().map(|x| x.checked_sub(k).ok_or_else(|| format!("{x}"))).collect();
            }
        }
        Err(String::new())
    }
    #[parallelize]
    pub(super) fn moved_in_a_loop(xs: &[u32], s: String) -> Vec<usize> {
        for y in 0..3 {
            if y == 2 {
                return xs.iter().map(|x| s.len() + *x as usize).collect();
            }
        }
        xs.iter().map(|x| s.len() ^ *x as usize).collect()
    }
    #[parallelize]
    pub(super) fn moved_in_branches(xs: &[u32], s: String) -> Vec<usize> {
        match xs.len() {
            0 => vec![s.len()],
            n if n > 3 => xs.iter().map(|x| s.len() + n + *x as usize).collect(),
            _ => {
                let t = s;
                xs.iter().map(|x| t.len() ^ *x as usize).collect()
            }
        }
    }
    #[parallelize]
    pub(super) fn same_names_everywhere(xs: &[u32]) -> Vec<u32> {
        let x = 3;
        let y = |x| x + 1;
        let z = y(x);
        xs.iter()
            .map(|x| {
                let y = y(*x);
                y ^ z
            })
            .collect()
    }
    #[parallelize]
    pub(super) fn text_afterwards(xs: &[u32], c: char) -> String {
        let mut s = xs.iter().map(|x| if x % 2 == 0 { c } else { 'b' }).collect::<String>();
        s.push('!');
        s
    }
    #[parallelize]
    pub(super) fn parameters_named_like_methods(xs: &[u32], iter: u32, map: &[u32], collect: bool) -> Vec<u32> {
        xs.iter().map(|x| x ^ iter ^ map[0] ^ u32::from(collect)).collect()
    }
    #[parallelize]
    pub(super) fn map(iter: &[u32]) -> Vec<u32> {
        iter.iter().map(|map| map ^ 1).collect()
    }
    #[parallelize]
    pub(super) fn both_ways(xs: &[u32], ys: &[u32]) -> Vec<u32> {
        let a: Vec<u32> = xs.iter().map(|x| x ^ ys[0]).collect();
        let b: Vec<u32> = ys.iter().map(|y| y ^ xs[0]).collect();
        a.iter().chain(&b).map(|x| x ^ xs.iter().count() as u32).collect()
    }
    #[parallelize]
    pub(super) fn two_folds(xs: &[f32]) -> f32 {
        let (lo, hi) = (
            xs.iter().copied().map(|x| x + 0.5).fold(f32::INFINITY, f32::min),
            xs.iter().copied().map(|x| x + 0.5).fold(f32::NEG_INFINITY, f32::max),
        );
        hi - lo
    }
    #[parallelize]
    pub(super) fn returns_inside_closures(xs: &[u32]) -> Vec<u32> {
        xs.iter()
            .map(|&x| x)
            .filter(|&x| x > 3)
            .map(|x| -> u32 {
                if x > 9 {
                    return x;
                }
                x ^ 1
            })
            .inspect(|_| ())
            .collect()
    }
    #[parallelize]
    pub(super) fn owned_by_trait<T>(xs: &[T]) -> Vec<T::Owned>
    where
        T: ToOwned + Sync,
        T::Owned: Send,
    {
        xs.iter().map(ToOwned::to_owned).collect()
    }
    #[parallelize]
    pub(super) fn parsed_by_trait<T: std::str::FromStr + Send>(
        xs: &[&str],
    ) -> Result<Vec<T>, <T as std::str::FromStr>::Err>
    where
        T::Err: Send,
    {
        xs.iter().map(|x| x.parse::<T>()).collect()
    }
}

fn check() {
    let xs: Vec<u32> = numbers(50).into_iter().map(|x| x % 31).collect();
    let fs: Vec<f32> = xs.iter().map(|x| *x as f32 / 7.0).collect();
    let v = View("abc");
    let m = || xs.iter().map(|x| (*x, format!("{x}"))).collect::<std::collections::HashMap<_, _>>();

    same! {
        hidden_lifetimes(&xs, &v, &v, Some(&v)); views_of_a_local(&xs); trait_object_parameter(&xs, &3_u32);
        boxed_trait_object(&xs, Box::new(3_u32)); macro_type(&xs); split_in_two(&xs);
        parts_of_text(&xs, "a,b".into()); ref_patterns(&xs, Some("x".into()));
        fields_lent(&xs, ("x".into(), vec![3])); iterator_lent(&xs); changed_before(&xs);
        slice_pattern_of_local(&xs); map_lent(&xs, m()); guard_dropped(&xs); box_lent(&xs);
        closures_lent(&xs); array_lent(&xs); cow_lent(&xs); arc_lent(&xs, std::sync::Arc::new(vec![1, 2]));
        longest_of_two(&xs); neighbours_lent(&xs); moved_out_beside_a_borrow(&xs);
        sum_with_lent_parameter(&xs, vec![3, 4]); most_with_lent_parameter(&xs, vec![3, 4]);
        exclusive_vector_read(&xs, &mut vec![]); exclusive_slice_read(&xs, &mut [3]);
        returned_in_a_loop(&xs, 2); moved_in_a_loop(&xs, "x".into()); moved_in_branches(&xs, "x".into());
        same_names_everywhere(&xs); text_afterwards(&xs, 'a');
        parameters_named_like_methods(&xs, 1, &[3], true); map(&xs); both_ways(&xs, &xs); two_folds(&fs);
        returns_inside_closures(&xs); owned_by_trait(&xs);
    }
    assert_eq!(split::associated_family::<gat::RefFam>(&xs), plain::associated_family::<gat::RefFam>(&xs));
    assert_eq!(split::parsed_by_trait::<u32>(&["1", "a"]), plain::parsed_by_trait::<u32>(&["1", "a"]));
    let objects: [Box<dyn Dyn>; 2] = [Box::new(3_u32), Box::new(4_u32)];
    let of = |views: Vec<&dyn Dyn>| views.iter().map(|x| x.v()).collect::<Vec<_>>();
    assert_eq!(
        of(split::result_of_trait_objects(&xs, &objects)),
        of(plain::result_of_trait_objects(&xs, &objects))
    );
    let (mut a, mut b) = (xs.clone(), xs.clone());
    split::loop_with_lent_parameter(&mut a, vec![1, 2]);
    plain::loop_with_lent_parameter(&mut b, vec![1, 2]);
    assert_eq!(a, b);
    assert_eq!(bare::a(&[1]), [0]);
    assert_eq!(bare::b(&[1]), 0);
    bare::c(&mut [1]);
    assert!(bare::d(&[2]));
    assert_eq!(bare::e(&[2]), Some(2));
    assert_eq!(bare::f(&[2]), "2");
    let d: &dyn Dyn = &3_u32;
    assert_eq!(d.all(&[1]), [2]);
}

#[test]
fn same_as_plain() {
    everywhere(check);
}
