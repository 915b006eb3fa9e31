//! Runs a computation on rayon's pool and hands its result to any executor.
//!
//! Stands in for the companion functions of `#[parallelize]` until these are there, with their shape.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::oneshot;

/// The result of a computation that runs elsewhere.
#[must_use = "a computation whose future is dropped has nobody to answer to"]
pub struct Spawned<R>(oneshot::Receiver<Result<R, JoinError>>);

/// Why there is no result.
#[derive(Debug)]
pub struct JoinError(String);

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JoinError {}

/// Has `work` run on the pool.
pub fn spawn<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Spawned<R> {
    let (answer, result) = oneshot::channel();
    rayon::spawn(move || {
        if !answer.is_canceled() {
            let done = catch_unwind(AssertUnwindSafe(work));
            // Nobody waits any more: then nobody misses the result.
            let _ = answer.send(done.map_err(|payload| JoinError(message(&*payload))));
        }
    });
    Spawned(result)
}

impl<R> Future for Spawned<R> {
    type Output = Result<R, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|got| got.unwrap_or_else(|_| Err(JoinError("the pool is gone".to_owned()))))
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    format!("the computation panicked: {}", text.unwrap_or("without a message"))
}

#[cfg(test)]
mod tests {
    use super::spawn;

    #[tokio::test]
    async fn results_and_panics_come_back() {
        assert_eq!(spawn(|| 6 * 7).await.unwrap(), 42);
        let failed = spawn(|| panic!("no such tier")).await.map(|(): ()| ()).unwrap_err();
        assert_eq!(failed.to_string(), "the computation panicked: no such tier");
    }
}
