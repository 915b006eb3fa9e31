//! One memory per instantiation: a `static` in a generic function is one object for all of them.

use std::collections::BTreeSet;
use std::hint::black_box;

use amorsize::parallelize;

trait Cost: Sync {
    const STEPS: u32;
}

/// Instantiations by the dozen, each with a cost of its own.
struct Item<const STEPS: u32>;

impl<const STEPS: u32> Cost for Item<STEPS> {
    const STEPS: u32 = STEPS;
}

#[parallelize]
fn generic<T: Cost>(xs: &[T]) -> Vec<u32> {
    xs.iter().map(|_| (0..T::STEPS).fold(0, |x, k| black_box(x ^ k))).collect()
}

trait Blur {
    fn blur(&self, xs: &[u32]) -> Vec<u32>;
}

struct Left;
struct Right;

impl Blur for Left {
    #[parallelize]
    fn blur(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x + 1).collect()
    }
}

impl Blur for Right {
    #[parallelize]
    fn blur(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x + 2).collect()
    }
}

#[parallelize]
fn parted(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
    xs.iter().partition(|x| *x % 2 == 0)
}

#[parallelize]
fn unzipped(xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
    xs.iter().map(|x| (x, x + 1)).unzip()
}

fn call<const STEPS: u32>(len: usize) {
    let xs: Vec<Item<STEPS>> = (0..len).map(|_| Item).collect();
    for _ in 0..5 {
        assert_eq!(generic(&xs).len(), len);
    }
}

#[test]
fn every_instantiation_learns_for_itself() {
    call::<1>(300);
    call::<2>(300);
    call::<3>(300);
    call::<4>(300);
    call::<5>(300);
    call::<6>(300);
    call::<7>(300);
    call::<3_000>(30);
    assert_eq!(Left.blur(&[1]), [2]);
    assert_eq!(Right.blur(&[1]), [3]);
    assert_eq!(parted(&[1, 2]), (vec![2], vec![1]));
    assert_eq!(unzipped(&[1]), (vec![1], vec![2]));

    let decisions = amorsize::decisions();
    let keys: BTreeSet<_> = decisions.sites.iter().map(|site| site.site.as_str()).collect();
    assert_eq!(keys.len(), 12, "{keys:#?}");
    assert!(keys.contains("<memory::Left as memory::Blur>::blur(&self, &[u32]) -> Vec<u32>"), "{keys:#?}");
    // What is known by its kernel is known by the user's, not by one of the runtime around it.
    assert!(keys.contains("memory::parted(&[u32]) -> (Vec<u32>, Vec<u32>)"), "{keys:#?}");
    assert!(keys.contains("memory::unzipped(&[u32]) -> (Vec<u32>, Vec<u32>)"), "{keys:#?}");
    // Called with lengths of their own, and that is what each remembers, in a mode that learns.
    if !["auto", "record"].contains(&decisions.mode.as_str()) {
        return;
    }
    for site in decisions.sites.iter().filter(|site| site.site.contains("generic<")) {
        assert!(site.samples > 0, "{}", site.site);
        let own = if site.site.contains("<3000>") { 30 } else { 300 };
        assert_eq!(site.len, [own, own], "{}", site.site);
    }
}
