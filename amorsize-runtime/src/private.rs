//! The only surface that generated code names: entry points, proofs and outlets.

pub use crate::bound::{
    ParallelElement, ParallelElementMut, ParallelOutput, ParallelParameter, Whole, WholeMut, parameter,
};
pub use crate::collect::{Collect, Gather};
pub use crate::entry::{
    Done, Finished, all, any, collect, count, find, fold, for_each, for_each_mut, map, max, min,
};
pub use crate::ordered::{Ordered, Plain, Split, ordered, product, sum};
pub use crate::outlet::{Feed, Items, Pour, Total};
pub use crate::sink::Out;
pub use crate::site::Site;
pub use crate::spec::{Options, Spec};
