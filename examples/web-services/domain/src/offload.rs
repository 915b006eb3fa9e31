//! Work that is no batch, such as reading a body of megabytes: it belongs on the executor as little as a batch does.

use std::sync::LazyLock;
use std::thread;

use tokio::sync::Semaphore;

use crate::fault::Fault;

/// Up to so many bytes of text are read or written where it is asked for: at some nanoseconds a byte that is less than other
/// requests notice, and not much more than the way to another thread and back.
const SHORT: usize = 64 << 10;

/// As many at the same time as there are CPUs, first come first served: with more, the executor's own threads would wait for theirs.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(thread::available_parallelism().map_or(1, usize::from)));

/// Does `work`, which reads or writes about so many bytes of text, and lets others go on meanwhile if they are many.
///
/// # Errors
/// 500 if it panics.
pub async fn offload<R: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Fault> {
    if bytes <= SHORT {
        return Ok(work());
    }
    let turn = TURNS.acquire().await.map_err(Fault::failed)?;
    let done = tokio::task::spawn_blocking(move || {
        // It goes on where its request has gone away: its turn ends with it.
        let _turn = turn;
        work()
    });
    done.await.map_err(Fault::failed)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{SHORT, offload};

    #[tokio::test]
    async fn long_work_is_done_elsewhere_and_a_panic_in_it_is_a_fault() {
        let here = thread::current().id();
        assert_eq!(offload(SHORT, || thread::current().id()).await, Ok(here));
        assert_ne!(offload(SHORT + 1, || thread::current().id()).await.unwrap(), here);
        let failed: Result<(), _> = offload(SHORT + 1, || panic!("no")).await;
        assert_eq!(failed.unwrap_err().status, 500);
    }
}
