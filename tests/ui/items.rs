//! The attribute where no function is.
use amorsize::parallelize;

#[parallelize]
struct Item;

#[parallelize]
enum Choice {}

#[parallelize]
trait Work {
    fn work(&self, xs: &[u32]) -> u32;
}

#[parallelize]
impl Item {}

trait More {
    #[parallelize]
    fn more(&self, xs: &[u32]) -> u32;
}

fn main() {}
