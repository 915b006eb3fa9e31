//! The variables that a loop adds to, fills or sets: what a part keeps instead, and how the parts are put into the
//! variable, in index order, so that it ends up with the plain loop's own bits.
//!
//! A part's stand-in is used like the variable itself (`s += x`, `out.push(x)`), so the loop's body stays as written.

mod best;
mod grown;
mod numbers;

pub use best::{least, maximum, minimum, most};
pub use grown::{grown, inserted};
pub use numbers::{added, anded, multiplied, ored, subtracted, xored};

use crate::bound::ParallelOutput;

/// The variables of the caller that a split loop changes: nested pairs that end in `()`.
pub trait Accumulator {
    /// What a part keeps.
    type Part: Send;
    /// What a part starts from.
    type Seed: Sync;

    /// What every part starts from.
    fn seed(&self) -> Self::Seed;

    /// A part that nothing was done to.
    fn fresh(seed: &Self::Seed) -> Self::Part;

    /// Whether parts grow with the work that they do and are gone once they were put in: then a call runs in windows,
    /// so that they take little memory.
    fn logs(&self) -> bool;

    /// Bytes that a part has grown to.
    fn bytes(&self, part: &Self::Part) -> usize;

    /// Puts in the next part.
    fn put(&mut self, part: Self::Part);
}

impl Accumulator for () {
    type Part = ();
    type Seed = ();

    fn seed(&self) {}

    fn fresh((): &()) {}

    fn logs(&self) -> bool {
        false
    }

    fn bytes(&self, (): &()) -> usize {
        0
    }

    fn put(&mut self, (): ()) {}
}

impl<A: Accumulator, B: Accumulator> Accumulator for (A, B) {
    type Part = (A::Part, B::Part);
    type Seed = (A::Seed, B::Seed);

    fn seed(&self) -> Self::Seed {
        (self.0.seed(), self.1.seed())
    }

    fn fresh(seed: &Self::Seed) -> Self::Part {
        (A::fresh(&seed.0), B::fresh(&seed.1))
    }

    fn logs(&self) -> bool {
        self.0.logs() || self.1.logs()
    }

    fn bytes(&self, part: &Self::Part) -> usize {
        self.0.bytes(&part.0) + self.1.bytes(&part.1)
    }

    fn put(&mut self, part: Self::Part) {
        self.0.put(part.0);
        self.1.put(part.1);
    }
}

/// A variable and what is known about it. What its type must be able to do was proved where this was made and is kept
/// as functions, so that what is wrong with the type is said once, there.
#[derive(Debug)]
pub struct Variable<V, S, P> {
    variable: V,
    seed: S,
    fresh: fn(&S) -> P,
    put: fn(&mut V, P),
    /// Bytes that a part has grown to, of parts that do.
    bytes: Option<fn(&P) -> usize>,
}

impl<V, S: Copy + Sync, P: Send> Accumulator for Variable<V, S, P> {
    type Part = P;
    type Seed = (S, fn(&S) -> P);

    fn seed(&self) -> Self::Seed {
        (self.seed, self.fresh)
    }

    fn fresh((seed, fresh): &Self::Seed) -> P {
        fresh(seed)
    }

    fn logs(&self) -> bool {
        self.bytes.is_some()
    }

    fn bytes(&self, part: &P) -> usize {
        self.bytes.map_or(0, |bytes| bytes(part))
    }

    fn put(&mut self, part: P) {
        (self.put)(&mut self.variable, part);
    }
}

/// What a part may set a variable to.
pub trait Settable {
    /// What a part keeps: the last value, if there was one.
    type Part: Send;

    /// A part that nothing was done to.
    fn unset() -> Self::Part;

    /// Sets the variable, if the part did.
    fn set_to(&mut self, part: Self::Part);
}

impl<T: ParallelOutput> Settable for T {
    type Part = Option<T>;

    fn unset() -> Option<T> {
        None
    }

    fn set_to(&mut self, part: Option<T>) {
        if let Some(value) = part {
            *self = value;
        }
    }
}

/// A variable that is only ever set, `v = x`: the last one stays.
#[inline(always)]
pub fn set<T: Settable>(variable: &mut T) -> Variable<&mut T, (), T::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| T::unset(),
        put: |variable, part| variable.set_to(part),
        bytes: None,
    }
}
