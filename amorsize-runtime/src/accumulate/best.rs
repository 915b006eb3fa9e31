//! The best value so far, `m = m.max(x)` and `if x > best { best = x; at = i }`.

use crate::accumulate::Variable;
use crate::accumulate::numbers::Number;

/// What is noted when a variable changes: copied into every part.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Copy + Send + Sync`, so the parts of this loop cannot start from it",
    label = "kept beside the best value so far",
    note = "keep the index or a reference instead, or write a chain that ends in `max_by` or `fold`"
)]
pub trait Noted: Copy + Send + Sync {}
impl<F: Copy + Send + Sync> Noted for F {}

/// The variables that are set together with the best value so far.
pub trait Notes {
    /// Their values.
    type Values: Copy + Send + Sync;

    /// Their values.
    fn values(&self) -> Self::Values;

    /// Sets them.
    fn note(&mut self, values: Self::Values);
}

impl Notes for () {
    type Values = ();

    fn values(&self) {}

    fn note(&mut self, (): ()) {}
}

impl<F: Noted, R: Notes> Notes for (&mut F, R) {
    type Values = (F, R::Values);

    fn values(&self) -> Self::Values {
        (*self.0, self.1.values())
    }

    fn note(&mut self, values: Self::Values) {
        *self.0 = values.0;
        self.1.note(values.1);
    }
}

/// The variable that keeps the best value so far, `if x > best { best = x; at = i }`. Every part starts from the value
/// before the loop and replaces it by strictly better ones alone, so what the parts end with is compared once more, in
/// order, and the first of the best ones stays, to the bit.
macro_rules! best {
    ($($(#[$docs:meta])* $make:ident $op:tt;)*) => {$(
        $(#[$docs])*
        #[inline(always)]
        pub fn $make<T: Number, N: Notes>(variable: &mut T, notes: N) -> Best<'_, T, N, (T::Itself, N::Values)> {
            let seed = (variable.itself(), notes.values());
            Variable {
                variable: (variable, notes),
                seed,
                fresh: |seed| *seed,
                put: |(variable, notes), part| {
                    if part.0 $op variable.itself() {
                        **variable = T::from_itself(part.0);
                        notes.note(part.1);
                    }
                },
                bytes: None,
            }
        }
    )*};
}

/// A variable that keeps the best value, and what is noted with it.
type Best<'v, T, N, P> = Variable<(&'v mut T, N), P, P>;

best! {
    /// A variable that keeps the largest value.
    most >;
    /// A variable that keeps the smallest value.
    least <;
}

/// A number with std's `max` and `min`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of std, so it is not known how the parts of this loop become one",
    label = "changed for each element, by several threads",
    note = "write a chain that ends in `max`, `min` or `fold`, or remove the attribute"
)]
pub trait Extreme: Copy + Send {
    /// What a part keeps: of integers its own extreme value; of floats all values, since zeros and NaNs can be told apart.
    type Part: Default + Send;

    /// Bytes that a part has grown to, of parts that do.
    const BYTES: Option<fn(&Self::Part) -> usize>;

    /// Takes the larger of two values.
    fn maximum(&mut self, part: Self::Part);

    /// Takes the smaller of two values.
    fn minimum(&mut self, part: Self::Part);
}

/// A variable that keeps the larger of two values, `m = m.max(x)`.
#[inline(always)]
pub fn maximum<T: Extreme>(variable: &mut T) -> Variable<&mut T, (), T::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| T::Part::default(),
        put: |variable, part| variable.maximum(part),
        bytes: T::BYTES,
    }
}

/// A variable that keeps the smaller of two values, `m = m.min(x)`.
#[inline(always)]
pub fn minimum<T: Extreme>(variable: &mut T) -> Variable<&mut T, (), T::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| T::Part::default(),
        put: |variable, part| variable.minimum(part),
        bytes: T::BYTES,
    }
}

/// The extreme value of a part, if it has seen any.
#[derive(Debug)]
pub struct One<T>(Option<T>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Ord> One<T> {
    /// As the variable's own method.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: T) -> Self {
        Self(self.0.max(Some(other)))
    }

    /// As the variable's own method.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: T) -> Self {
        Self(Some(match self.0 {
            Some(value) => value.min(other),
            None => other,
        }))
    }
}

/// All values of a part, in order.
#[derive(Debug)]
pub struct All<T>(Vec<T>);

impl<T> Default for All<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> All<T> {
    /// As the variable's own method.
    #[inline(always)]
    #[must_use]
    pub fn max(mut self, other: T) -> Self {
        self.0.push(other);
        self
    }

    /// As the variable's own method.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: T) -> Self {
        self.max(other)
    }
}

macro_rules! extreme {
    ($($part:ident, $bytes:expr, $max:path, $min:path: $($number:ty)*;)*) => {$($(
        impl Extreme for $number {
            type Part = $part<Self>;

            const BYTES: Option<fn(&$part<Self>) -> usize> = $bytes;

            fn maximum(&mut self, part: $part<Self>) {
                *self = part.0.into_iter().fold(*self, $max);
            }

            fn minimum(&mut self, part: $part<Self>) {
                *self = part.0.into_iter().fold(*self, $min);
            }
        }
    )*)*};
}

extreme! {
    One, None, Ord::max, Ord::min: u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize;
    All, Some(|part| size_of_val(part.0.as_slice())), f32::max, f32::min: f32;
    All, Some(|part| size_of_val(part.0.as_slice())), f64::max, f64::min: f64;
}
