//! The only surface that generated code names: entry points, proofs and outlets.

pub use crate::accumulate::{
    added, anded, grown, inserted, least, maximum, minimum, most, multiplied, ored, set, subtracted, xored,
};
pub use crate::api::embed;
pub use crate::bound::{
    ParallelElement, ParallelElementMut, ParallelKey, ParallelOutput, ParallelParameter, PassedOn,
    SpawnedElement, SpawnedOutput, SpawnedParameter, SpawnedValue, Whole, WholeMut, parameter, passed_on,
    spawned_element, spawned_output, spawned_parameter, spawned_value,
};
pub use crate::collect::{Collect, Gather};
pub use crate::each::Slot;
pub use crate::entry::{Done, Finished, all, any, collect, count, find, fold, for_each, map, max, min};
pub use crate::halves::{Partition, Unzip, partition, unzip};
pub use crate::keyed::{Keyed, least_by_key, max_by_key, min_by_key, most_by_key};
pub use crate::ordered::{Ordered, Plain, Split, ordered, product, sum};
pub use crate::outlet::{Feed, Items, Pour, Total};
pub use crate::reassociate::{Float, Leaf, product_in_leaves, sum_in_leaves};
pub use crate::sink::Out;
pub use crate::site::Site;
pub use crate::source::{
    Beside, Source, chunks, chunks_exact, chunks_exact_mut, chunks_mut, elements, elements_mut, enumerate,
    index, indices, own, place, placed, range, reversed, skip, stepped, take, windows, zip, zip_mut,
};
pub use crate::spawn::{Full, Owned, Spawned, spawn, try_spawn};
pub use crate::spec::{Options, Spec};
pub use crate::terminal::{Attempt, last, position, position_from, try_for_each};
