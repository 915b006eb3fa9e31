//! Surroundings: where the calls of a case come from, and what else runs meanwhile.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::arm::{Answer, Arm, Block, Order};
use crate::cases::BoxedArm;

/// Where the calls of a case come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// A thread of no pool, and nothing beside it.
    Nothing,
    /// The same, while another thread spins and takes a core.
    Spinner,
    /// So many threads at once.
    Callers(usize),
    /// A worker of rayon's pool.
    Pool,
}

impl Around {
    /// The arm that makes the calls of `arm` in these surroundings.
    #[must_use]
    pub fn wrap(self, arm: impl Fn() -> Option<BoxedArm>) -> Option<BoxedArm> {
        Some(match self {
            Self::Nothing => arm()?,
            Self::Spinner => Box::new(Beside(arm()?)),
            Self::Callers(callers) => Box::new(Crowd((0..callers).map(|_| arm()).collect::<Option<_>>()?)),
            Self::Pool => Box::new(Inside(arm()?)),
        })
    }
}

/// Until the system has found a core for a new thread.
const PLACED: Duration = Duration::from_micros(300);

/// An arm beside a thread that spins.
struct Beside(BoxedArm);

impl Arm for Beside {
    /// CPU time is not known: that of the spinner is in it.
    fn block(&mut self, order: &Order) -> Block {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            thread::sleep(PLACED);
            let block = self.0.block(order);
            over.store(true, Ordering::Relaxed);
            Block { cpu_ns: f64::NAN, ..block }
        })
    }

    fn answers(&mut self) -> Vec<Answer> {
        self.0.answers()
    }
}

/// Arms that are called at once, each by its own thread.
struct Crowd(Vec<BoxedArm>);

impl Arm for Crowd {
    /// Times are means over the callers; CPU time is that of one call.
    fn block(&mut self, order: &Order) -> Block {
        let start = Barrier::new(self.0.len());
        let blocks: Vec<Block> = thread::scope(|scope| {
            let callers: Vec<_> = self
                .0
                .iter_mut()
                .map(|arm| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        arm.block(order)
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().expect("no caller panics")).collect()
        });
        let count = blocks.len() as f64;
        let inputs = blocks[0].wall_ns.len();
        let stamps = |k: usize| blocks.iter().filter_map(move |block| block.stamps.get(k)).flatten().copied();
        Block {
            wall_ns: (0..inputs)
                .map(|k| blocks.iter().map(|block| block.wall_ns[k]).sum::<f64>() / count)
                .collect(),
            // Every caller saw the time of all.
            cpu_ns: blocks.iter().map(|block| block.cpu_ns).sum::<f64>() / count / count,
            stamps: (0..blocks[0].stamps.len()).map(|k| stamps(k).collect()).collect(),
        }
    }

    fn answers(&mut self) -> Vec<Answer> {
        self.0[0].answers()
    }
}

/// An arm whose caller is a worker of rayon's pool.
struct Inside(BoxedArm);

impl Arm for Inside {
    fn block(&mut self, order: &Order) -> Block {
        rayon::scope(|_| self.0.block(order))
    }

    fn answers(&mut self) -> Vec<Answer> {
        rayon::scope(|_| self.0.answers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers whether it was called by a worker of the pool.
    struct Probe;

    impl Arm for Probe {
        fn block(&mut self, order: &Order) -> Block {
            Block { wall_ns: vec![order.calls as f64], cpu_ns: 8.0, stamps: vec![vec![1; order.calls]] }
        }

        fn answers(&mut self) -> Vec<Answer> {
            vec![Answer::of(rayon::current_thread_index().is_some())]
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "as an arm is made")]
    fn probe() -> Option<BoxedArm> {
        Some(Box::new(Probe))
    }

    #[test]
    fn callers_are_threads_outside_or_workers_inside() {
        for (around, inside) in [(Around::Nothing, false), (Around::Callers(2), false), (Around::Pool, true)]
        {
            let mut arm = around.wrap(probe).expect("an arm");
            assert_eq!(arm.answers(), [Answer::of(inside)], "{around:?}");
        }
        assert!(Around::Callers(2).wrap(|| None).is_none());
    }

    #[test]
    fn a_crowd_is_one_block_of_all_calls() {
        let mut arm = Around::Callers(4).wrap(probe).expect("an arm");
        let block = arm.block(&Order { calls: 3, ..Order::default() });
        assert_eq!(block, Block { wall_ns: vec![3.0], cpu_ns: 2.0, stamps: vec![vec![1; 12]] });
        let mut arm = Around::Spinner.wrap(probe).expect("an arm");
        assert!(arm.block(&Order { calls: 3, ..Order::default() }).cpu_ns.is_nan());
    }
}
