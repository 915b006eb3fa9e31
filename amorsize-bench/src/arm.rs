//! One contender at one case: runs blocks of calls, times them, and shows its answers.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// CPU time of threads that go on after a call (pools look around for work before they sleep) is counted for so long.
const SETTLE: Duration = Duration::from_micros(300);

/// A block of calls to make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Idle time before the first call; none for calls back to back.
    pub gap: Duration,
    /// Calls before those that are timed.
    pub lead_in: usize,
    /// Timed calls, of each input.
    pub calls: usize,
    /// Whether every call is timed on its own.
    pub stamps: bool,
}

/// What a block of calls took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// ns per call, for each input of the case.
    pub wall_ns: Vec<f64>,
    /// User and system time of the whole process, ns per call (of all inputs together).
    pub cpu_ns: f64,
    /// ns of each call, for each input, if asked for.
    pub stamps: Vec<Vec<u32>>,
}

/// What a call answered, small enough to be compared between processes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// A digest of a value that must be equal bit for bit.
    Exact(u64),
    /// A float: peers add up in another order, amorsize may not.
    Float(f64),
}

impl Answer {
    /// The digest of a value.
    #[must_use]
    pub fn of(value: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        Self::Exact(hasher.finish())
    }

    /// Whether `self` is as good as `plain`, the plain loop's answer; bit for bit if `exactly`.
    #[must_use]
    pub fn agrees(self, plain: Self, exactly: bool) -> bool {
        match (self, plain) {
            (Self::Float(ours), Self::Float(plain)) if !exactly => {
                (ours - plain).abs() <= 1e-9 * plain.abs().max(1e-300)
            }
            (Self::Float(ours), Self::Float(plain)) => ours.to_bits() == plain.to_bits(),
            (ours, plain) => ours == plain,
        }
    }
}

/// A contender at a case.
pub trait Arm {
    /// Makes the calls.
    fn block(&mut self, order: &Order) -> Block;
    /// What a call answers, for each input; the inputs stay as they are.
    fn answers(&mut self) -> Vec<Answer>;
}

/// What a contender needs besides the data.
pub struct Tools<'a> {
    /// `with_min_len` of the hand-tuned rayon.
    pub min_len: usize,
    /// chili's scope, open during a block.
    pub chili: Option<chili::Scope<'a>>,
}

impl<'a> Tools<'a> {
    /// chili's scope.
    ///
    /// # Panics
    /// If the arm did not ask for one.
    pub fn chili(&mut self) -> &mut chili::Scope<'a> {
        self.chili.as_mut().expect("an arm of chili's opens a scope")
    }
}

/// A call of one contender, as a pointer: no contender is melted into the loop that times it.
pub type Call<I, O> = fn(&mut I, &mut Tools<'_>) -> O;

/// An arm in this process.
pub struct Local<I, O> {
    /// The inputs, taken in turn.
    pub inputs: Vec<I>,
    /// The contender.
    pub call: Call<I, O>,
    /// How input and output become an answer.
    pub answer: fn(&I, &O) -> Answer,
    /// See [`Tools::min_len`].
    pub min_len: usize,
    /// Whether a scope of chili's is opened.
    pub chili: bool,
}

impl<I: Clone, O> Local<I, O> {
    fn tools(&self) -> Tools<'static> {
        Tools { min_len: self.min_len, chili: self.chili.then(chili::Scope::global) }
    }

    fn calls(&mut self, calls: usize) {
        let call = black_box(self.call);
        let mut tools = self.tools();
        for _ in 0..calls {
            for input in &mut self.inputs {
                black_box(call(black_box(input), &mut tools));
            }
        }
    }

    fn timed_one_by_one(&mut self, calls: usize) -> Vec<Vec<u32>> {
        let call = black_box(self.call);
        let mut stamps = vec![Vec::with_capacity(calls); self.inputs.len()];
        let mut last = Instant::now();
        let mut tools = self.tools();
        for _ in 0..calls {
            for (input, stamps) in self.inputs.iter_mut().zip(&mut stamps) {
                black_box(call(black_box(input), &mut tools));
                let now = Instant::now();
                stamps.push(u32::try_from((now - last).as_nanos()).unwrap_or(u32::MAX));
                last = now;
            }
        }
        stamps
    }
}

impl<I: Clone, O> Arm for Local<I, O> {
    fn block(&mut self, order: &Order) -> Block {
        let settle = order.gap.min(SETTLE);
        thread::sleep(order.gap.checked_sub(settle).unwrap());
        self.calls(order.lead_in);
        let cpu = cpu_ns();
        let mut block = Block::default();
        if order.stamps || self.inputs.len() > 1 {
            block.stamps = self.timed_one_by_one(order.calls);
            block.wall_ns = block.stamps.iter().map(|stamps| mean(stamps)).collect();
        } else {
            let began = Instant::now();
            self.calls(order.calls);
            block.wall_ns = vec![began.elapsed().as_nanos() as f64 / order.calls as f64];
        }
        if !settle.is_zero() {
            thread::sleep(settle);
        }
        block.cpu_ns = (cpu_ns() - cpu) / order.calls as f64;
        block
    }

    fn answers(&mut self) -> Vec<Answer> {
        let mut tools = self.tools();
        self.inputs
            .iter()
            .map(|input| {
                let mut input = input.clone();
                let output = (self.call)(&mut input, &mut tools);
                (self.answer)(&input, &output)
            })
            .collect()
    }
}

fn mean(stamps: &[u32]) -> f64 {
    stamps.iter().map(|&ns| f64::from(ns)).sum::<f64>() / stamps.len().max(1) as f64
}

/// User and system time of all threads of this process so far, ns.
#[must_use]
pub fn cpu_ns() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(inputs: Vec<Vec<u64>>) -> Local<Vec<u64>, u64> {
        Local {
            inputs,
            call: |xs, _| {
                for x in xs.iter_mut() {
                    *x *= 2;
                }
                xs.iter().sum()
            },
            answer: |xs, sum| Answer::of((xs, sum)),
            min_len: 1,
            chili: false,
        }
    }

    #[test]
    fn a_block_makes_every_call_and_answers_leave_the_input() {
        let mut arm = double(vec![vec![1], vec![3]]);
        assert_eq!(arm.answers(), [Answer::of((vec![2_u64], 2_u64)), Answer::of((vec![6_u64], 6_u64))]);
        let block = arm.block(&Order { lead_in: 1, calls: 2, ..Order::default() });
        assert_eq!(arm.inputs, [vec![8], vec![24]]);
        assert_eq!(block.wall_ns.len(), 2);
        assert_eq!(block.stamps.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn floats_agree_nearly_or_bit_for_bit() {
        let (plain, near) = (Answer::Float(1.0), Answer::Float(1.0 + 1e-12));
        assert!(near.agrees(plain, false));
        assert!(!near.agrees(plain, true));
        assert!(!Answer::Float(1.1).agrees(plain, false));
        assert!(!Answer::of(1).agrees(Answer::of(2), false));
        assert!(!Answer::of(1).agrees(plain, false));
    }
}
