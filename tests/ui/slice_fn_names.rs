//! The element form: names that are not found, with rustc's own proposals.
use amorsize::parallelize;

#[derive(Clone, Copy)]
struct Step(u32);

impl Step {
    /// Nothing in here says that it belongs to a type.
    #[parallelize(slice_fn = width_all)]
    fn width(x: &u32) -> u32 {
        *x
    }
}

/// A trait's `impl` has no place for another method.
impl std::ops::Add<u32> for Step {
    type Output = u32;

    #[parallelize(slice_fn = sums)]
    fn add(self, x: u32) -> u32 {
        self.0 + x
    }
}

#[parallelize(slice_fn = taken_all)]
fn taken(x: &u32) -> u32 {
    *x
}

fn taken_all() {}

fn main() {}
