//! commonware-parallel's adaptive strategy, on its own pool. Its calls stand with the kernels: one call site each.

use std::num::NonZero;
use std::sync::OnceLock;

use commonware_parallel::Rayon;

/// The strategy of the process: it learns per call site and size.
///
/// # Panics
/// If its pool cannot be started.
pub fn strategy() -> &'static Rayon {
    static STRATEGY: OnceLock<Rayon> = OnceLock::new();
    STRATEGY.get_or_init(|| {
        let threads = NonZero::new(super::threads()).unwrap_or(NonZero::<usize>::MIN);
        Rayon::new(threads).expect("the system gives the pool its threads")
    })
}
