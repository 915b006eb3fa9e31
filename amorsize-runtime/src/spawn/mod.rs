//! The async companion's future: an annotated function as one call on a thread of the pool.
//!
//! The companion that `spawn_fn` generates hands a call of the plain function over; the call joins the line (`line`), a
//! thread takes the first that waits and runs it there, and whoever awaits the future is woken when the result lies ready
//! (`handover`). Nothing here knows an executor, and no thread of an executor's ever waits.

mod error;
mod handover;
mod line;
#[cfg(all(test, loom))]
mod models;
mod owned;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

use self::handover::{Handover, Left, Polled};
use self::line::{Line, Ticket};
use crate::exec::cancel::{Cancelled, Serving, Token};
use crate::exec::scripted::{self, Script};
use crate::exec::{invite, nested};
use crate::forked;

pub use self::error::{Full, JoinError};
pub use self::owned::Owned;

/// A call of an annotated function that runs on another thread: what the companion that `spawn_fn` generates returns.
///
/// It is a future, for every executor: it needs nothing but to be polled. The call was handed over when the companion was
/// called, and runs whether or not anybody polls. **Dropping it cancels the call**: one that waits for its place never
/// runs, and one that runs stops soon, see [`Spawned::cancel`].
///
/// # Errors
/// It yields a [`JoinError`] if the function panicked, or if the call was cancelled.
///
/// # Panics
/// If it is polled again after it yielded its result.
#[must_use = "dropping it cancels the call: await it"]
pub struct Spawned<R> {
    call: Arc<Call<R>>,
    ticket: Option<Ticket>,
}

/// The plain function with all that it was given.
type Job<R> = Box<dyn FnOnce() -> R + Send>;

/// One call, shared by its future and the thread that runs it.
struct Call<R> {
    name: &'static str,
    token: Arc<Token>,
    /// The split that a test asked for on the thread that called.
    script: Option<Script>,
    handover: Handover<Job<R>, Result<R, JoinError>>,
}

/// A call of whatever result, as the line knows it.
trait Runs: Send + Sync {
    /// Runs it on this thread, unless it was cancelled, and says `done` before anybody sees the result: whoever has that finds
    /// the place free. Never unwinds.
    fn run(&self, done: fn());

    /// Leaves it to whoever polls.
    fn strand(&self);
}

impl<R: Send + 'static> Runs for Call<R> {
    fn run(&self, done: fn()) {
        match self.handover.start() {
            Some(job) => self.run_job(job, done),
            None => done(),
        }
    }

    fn strand(&self) {
        self.handover.strand().into_iter().for_each(wake);
    }
}

impl<R> Call<R> {
    fn run_job(&self, job: Job<R>, done: fn()) {
        let run = || {
            let _serving = Serving::as_caller(&self.token);
            match self.script.clone() {
                Some(script) => scripted::follow(script, job),
                None => job(),
            }
        };
        let result = catch_unwind(AssertUnwindSafe(run)).map_err(|payload| {
            if payload.is::<Cancelled>() {
                JoinError::cancelled(self.name)
            } else {
                JoinError::panic(self.name, payload)
            }
        });
        done();
        match self.handover.end(result) {
            Ok(waker) => waker.into_iter().for_each(wake),
            Err(unwanted) => drop_quietly(unwanted),
        }
    }
}

/// Wakes whoever waits: foreign code, which may panic.
fn wake(waker: Waker) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
        std::mem::forget(payload);
    }
}

/// Drops what nobody wants on a thread that nobody asked: its `Drop` may panic.
fn drop_quietly<D>(unwanted: D) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(unwanted))) {
        std::mem::forget(payload);
    }
}

impl<R> Spawned<R> {
    /// Nobody wants the result any more; the future then yields a [`JoinError`] that says so, unless the result lies ready.
    ///
    /// A call that waits for its place never runs. One that runs ends where it comes first:
    ///
    /// * at the beginning of the next chain or loop of an annotated function;
    /// * in a parallel call, when each thread has finished its chunk, which lasts about 50 µs, or one item;
    /// * in a serial call that is predicted to last longer than a millisecond, about every millisecond, or after one item.
    ///   (Not in the mode `off`, not where parts would have to be copied and items are cheap, and not in those of many
    ///   short calls that are passed by without a look.)
    ///
    /// It does not end inside an item or in code around the chains. It ends as a panic does, without a message: what the
    /// function holds is dropped on the way, and a `catch_unwind` in it would catch it. In a program with
    /// `panic = "abort"` a call that began runs to its end, and its result is dropped.
    pub fn cancel(&self) {
        self.call.token.cancel();
        if let Some((job, waker)) = self.call.handover.withdraw(Err(JoinError::cancelled(self.call.name))) {
            self.leave();
            waker.into_iter().for_each(wake);
            drop(job);
        }
    }

    /// Gives up the place in the line.
    fn leave(&self) {
        let left = self.ticket.and_then(|ticket| line().leave(ticket));
        drop(left);
    }
}

impl<R> Future for Spawned<R> {
    type Output = Result<R, JoinError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            // A clone is foreign code, so it is made before the lock is taken, and dropped after.
            let (polled, waker) = self.call.handover.poll(context.waker().clone());
            drop(waker);
            match polled {
                Polled::Ready(result) => return Poll::Ready(result),
                Polled::Run(job) => self.call.run_job(job, || ()),
                Polled::Pending => return Poll::Pending,
                Polled::Taken => panic!("`{}` was polled after it had yielded its result", self.call.name),
            }
        }
    }
}

impl<R> Drop for Spawned<R> {
    fn drop(&mut self) {
        self.call.token.cancel();
        let Left { job, result, waker } = self.call.handover.abandon();
        if job.is_some() {
            self.leave();
        }
        drop((job, result, waker));
    }
}

impl<R> fmt::Debug for Spawned<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawned").field("function", &self.call.name).finish_non_exhaustive()
    }
}

thread_local! {
    /// Whether the next call of this thread has a place already.
    static PROMISED: Cell<bool> = const { Cell::new(false) };
}

/// Hands a call of the function `name` over; generated code asks it. Never blocks.
pub fn spawn<R, F>(name: &'static str, function: F) -> Spawned<R>
where
    R: Send + 'static,
    F: FnOnce() -> R + Send + 'static,
{
    let call = Arc::new(Call {
        name,
        token: Arc::default(),
        script: scripted::current(),
        handover: Handover::new(Box::new(function) as Job<R>),
    });
    if forked::is_copy() {
        // Nobody may hold the line's lock here, and nobody else is here to run it.
        call.handover.strand();
        return Spawned { call, ticket: None };
    }
    let (ticket, asks) = {
        let mut line = line();
        if PROMISED.take() {
            line.redeem();
        }
        line.join(Arc::clone(&call) as Arc<dyn Runs>)
    };
    let spawned = Spawned { call, ticket: Some(ticket) };
    if asks {
        Server::ask();
    }
    spawned
}

/// The same where there is a free place; `companion` is one call of the companion.
///
/// # Errors
/// [`Full`] where there is none; `companion` is dropped then.
pub fn try_spawn<R>(companion: impl FnOnce() -> Spawned<R>) -> Result<Spawned<R>, Full> {
    /// A promise that was not kept is taken back: the companion's own arguments may panic when they are moved.
    struct TakeBack;
    impl Drop for TakeBack {
        fn drop(&mut self) {
            if PROMISED.take() {
                line().redeem();
            }
        }
    }
    if forked::is_copy() {
        return Ok(companion());
    }
    if !line().promise() {
        return Err(Full);
    }
    PROMISED.set(true);
    let _take_back = TakeBack;
    Ok(companion())
}

/// The line of this process.
fn line() -> MutexGuard<'static, Line<Arc<dyn Runs>>> {
    static LINE: OnceLock<Mutex<Line<Arc<dyn Runs>>>> = OnceLock::new();
    let line = LINE.get_or_init(|| Mutex::new(Line::new(invite::places())));
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One thread that runs calls until none waits. Dropped before it began, it is a thread that will not come.
struct Server(());

impl Server {
    /// Asks the pool for a thread.
    fn ask() {
        let server = Self(());
        if let Err(refused) = invite::elsewhere(Box::new(move || server.serve_unless_busy())) {
            drop(refused);
        }
    }

    fn serve_unless_busy(self) {
        // A thread that works on a region, or is just handing this over, was given it on top of that: the call would be
        // serial, or run on the very thread that must not wait.
        if nested::inside() {
            drop(self);
        } else {
            self.serve();
        }
    }

    fn serve(self) {
        let _comes = ManuallyDrop::new(self);
        loop {
            let first = line().begin();
            let Some(call) = first else { break };
            call.run(|| line().end());
        }
    }
}

/// The address space for a stack of our own, as the crew's.
const STACK_BYTES: usize = 8 << 20;

impl Drop for Server {
    /// A plain thread comes instead; where none can be started, whoever polls runs the calls.
    fn drop(&mut self) {
        let mut builder = thread::Builder::new().name("amorsize-call".to_owned());
        if cfg!(target_pointer_width = "64") {
            builder = builder.stack_size(STACK_BYTES);
        }
        if builder.spawn(|| Self(()).serve()).is_err() {
            let deserted = line().deserted();
            for call in deserted {
                call.strand();
            }
        }
    }
}
