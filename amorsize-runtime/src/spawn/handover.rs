//! What happens to one spawned call between the thread that asked for it, the one that runs it, and whoever awaits it.
//!
//! Decides who gets the job and who gets the result, each exactly once, and who has to be woken. One lock, held for a few
//! moves and never while foreign code runs: jobs, results and wakers that are to be dropped or called are handed out.
//!
//! ```text
//! Waiting ──start──▶ Running ──end──▶ Done ──poll──▶ Over
//!    │  └──strand──▶ AtPoll ──poll──▲                 ▲
//!    └──────────────abandon, from everywhere──────────┘
//! ```

use std::sync::PoisonError;
use std::task::Waker;

use crate::sync::Mutex;

/// One call, shared by the three.
#[derive(Debug)]
pub(super) struct Handover<J, R>(Mutex<State<J, R>>);

#[derive(Debug)]
enum State<J, R> {
    /// Nobody has begun.
    Waiting(J, Option<Waker>),
    /// No thread could be had: whoever polls runs it.
    AtPoll(J),
    /// Somebody has begun.
    Running(Option<Waker>),
    /// The result lies here.
    Done(R),
    /// The result was taken, or nobody wants one.
    Over,
}

/// What a poll finds.
#[derive(Debug)]
pub(super) enum Polled<J, R> {
    /// The result.
    Ready(R),
    /// The job, to be run here and now.
    Run(J),
    /// Nothing yet: the waker stays.
    Pending,
    /// There was a result, and it was taken.
    Taken,
}

/// What nobody wants any more, to be dropped where no lock is held.
#[derive(Debug)]
pub(super) struct Left<J, R> {
    /// A job that never began.
    pub(super) job: Option<J>,
    /// A result that nobody took.
    pub(super) result: Option<R>,
    /// Who waited last.
    pub(super) waker: Option<Waker>,
}

impl<J, R> Handover<J, R> {
    pub(super) fn new(job: J) -> Self {
        Self(Mutex::new(State::Waiting(job, None)))
    }

    /// Goes from one state to the next.
    fn step<A>(&self, step: impl FnOnce(State<J, R>) -> (State<J, R>, A)) -> A {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, answer) = step(std::mem::replace(&mut *state, State::Over));
        *state = next;
        answer
    }

    /// The job, if it is still to be run.
    pub(super) fn start(&self) -> Option<J> {
        self.step(|state| match state {
            State::Waiting(job, waker) => (State::Running(waker), Some(job)),
            other => (other, None),
        })
    }

    /// No thread will come: whoever polls runs the job. Who has to be told.
    pub(super) fn strand(&self) -> Option<Waker> {
        self.step(|state| match state {
            State::Waiting(job, waker) => (State::AtPoll(job), waker),
            other => (other, None),
        })
    }

    /// Puts the result down. Who waits for it; or the result, if nobody wants it.
    pub(super) fn end(&self, result: R) -> Result<Option<Waker>, R> {
        self.step(|state| match state {
            State::Running(waker) => (State::Done(result), Ok(waker)),
            other => (other, Err(result)),
        })
    }

    /// Looks for the result; leaves the waker behind where there is none yet. The second answer is a waker that is not
    /// needed, to be dropped.
    pub(super) fn poll(&self, waker: Waker) -> (Polled<J, R>, Option<Waker>) {
        self.step(|state| match state {
            State::Waiting(job, before) => (State::Waiting(job, Some(waker)), (Polled::Pending, before)),
            State::Running(before) => (State::Running(Some(waker)), (Polled::Pending, before)),
            State::AtPoll(job) => (State::Running(None), (Polled::Run(job), Some(waker))),
            State::Done(result) => (State::Over, (Polled::Ready(result), Some(waker))),
            State::Over => (State::Over, (Polled::Taken, Some(waker))),
        })
    }

    /// Takes a job that has not begun, and puts `result` down for it. The job, and who waits for the result.
    pub(super) fn withdraw(&self, result: R) -> Option<(J, Option<Waker>)> {
        self.step(|state| match state {
            State::Waiting(job, waker) => (State::Done(result), Some((job, waker))),
            State::AtPoll(job) => (State::Done(result), Some((job, None))),
            other => (other, None),
        })
    }

    /// Nobody wants the result any more.
    pub(super) fn abandon(&self) -> Left<J, R> {
        self.step(|state| {
            let (job, result, waker) = match state {
                State::Waiting(job, waker) => (Some(job), None, waker),
                State::AtPoll(job) => (Some(job), None, None),
                State::Running(waker) => (None, None, waker),
                State::Done(result) => (None, Some(result), None),
                State::Over => (None, None, None),
            };
            (State::Over, Left { job, result, waker })
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn poll(call: &Handover<&'static str, u32>) -> Polled<&'static str, u32> {
        call.poll(Waker::noop().clone()).0
    }

    fn call() -> Handover<&'static str, u32> {
        Handover::new("job")
    }

    #[test]
    fn a_job_is_run_once_and_its_result_taken_once() {
        let call = call();
        assert!(matches!(poll(&call), Polled::Pending));
        assert_eq!(call.start(), Some("job"));
        assert_eq!(call.start(), None);
        assert!(matches!(poll(&call), Polled::Pending));
        assert!(matches!(call.end(7), Ok(Some(_))));
        assert!(call.strand().is_none() && call.withdraw(9).is_none());
        assert!(matches!(poll(&call), Polled::Ready(7)));
        assert!(matches!(poll(&call), Polled::Taken));
    }

    #[test]
    fn without_a_thread_the_poll_runs_it() {
        let call = call();
        assert!(matches!(poll(&call), Polled::Pending));
        assert!(call.strand().is_some(), "whoever polled is told");
        assert_eq!(call.start(), None);
        assert!(matches!(poll(&call), Polled::Run("job")));
        assert!(matches!(call.end(7), Ok(None)));
        assert!(matches!(poll(&call), Polled::Ready(7)));
    }

    #[test]
    fn what_nobody_wants_is_handed_out() {
        let waiting = call();
        assert_eq!(waiting.abandon().job, Some("job"));
        assert_eq!(waiting.start(), None);

        let running = call();
        running.start();
        assert!(matches!(poll(&running), Polled::Pending));
        let left = running.abandon();
        assert!(left.job.is_none() && left.result.is_none() && left.waker.is_some());
        assert!(matches!(running.end(7), Err(7)));

        let done = call();
        done.start();
        assert!(done.end(7).is_ok());
        assert_eq!(done.abandon().result, Some(7));
        assert_eq!(done.abandon().result, None);
    }

    #[test]
    fn a_call_is_withdrawn_before_it_begins_only() {
        let waiting = call();
        assert!(matches!(poll(&waiting), Polled::Pending));
        assert!(matches!(waiting.withdraw(9), Some(("job", Some(_)))));
        assert_eq!(waiting.start(), None);
        assert!(matches!(poll(&waiting), Polled::Ready(9)));

        let running = call();
        running.start();
        assert!(running.withdraw(9).is_none());
        assert!(matches!(running.end(7), Ok(None)));
    }
}
