//! Numbers and bits that a loop changes with an operator, `s += x`, `bits |= x`.

use std::num::Wrapping;
use std::ops::{Add, AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, MulAssign, SubAssign};
use std::time::Duration;

use crate::accumulate::Variable;

/// What several threads can add to: a number of std, a `Duration`, or a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of std, so it is not known how the parts of this loop become one",
    label = "changed for each element, by several threads",
    note = "write a chain that ends in `fold`, `.map(..).fold(start, |total, x| ..)`, or remove the attribute"
)]
pub trait Adding {
    /// What a part keeps.
    type Part: Send;

    /// A part that nothing was added to.
    fn nothing() -> Self::Part;

    /// Adds the next part.
    fn add_part(&mut self, part: Self::Part);

    /// Bytes that a part has grown to, of parts that do.
    const BYTES: Option<fn(&Self::Part) -> usize>;
}

/// A variable that is added to.
#[inline(always)]
pub fn added<T: Adding>(variable: &mut T) -> Variable<&mut T, (), T::Part> {
    Variable {
        variable,
        seed: (),
        fresh: |()| T::nothing(),
        put: |variable, part| variable.add_part(part),
        bytes: T::BYTES,
    }
}

/// What a part keeps of unsigned integers: a partial sum. None overflows unless the whole one does.
#[derive(Debug)]
pub struct Partial<T>(T);

/// What a part keeps where the order counts: the operands, in order.
#[derive(Debug)]
pub struct Log<T>(Vec<T>);

impl<T> Log<T> {
    fn bytes(&self) -> usize {
        size_of::<T>() * self.0.len()
    }
}

/// Numbers that are added in any order: no partial sum of theirs overflows unless the whole one does, or all wrap.
macro_rules! partial_sums {
    ($($number:ty)*) => {$(
        impl AddAssign<$number> for Partial<$number> {
            #[inline(always)]
            #[track_caller]
            fn add_assign(&mut self, operand: $number) {
                // std's own, so that overflow panics or wraps as the caller's profile has it, at the user's line.
                self.0 = Add::add(self.0, operand);
            }
        }

        impl Adding for $number {
            type Part = Partial<Self>;

            fn nothing() -> Partial<Self> {
                Partial(Self::default())
            }

            fn add_part(&mut self, part: Partial<Self>) {
                *self = Add::add(*self, part.0);
            }

            const BYTES: Option<fn(&Partial<Self>) -> usize> = None;
        }
    )*};
}

partial_sums! {
    u8 u16 u32 u64 u128 usize Duration
    Wrapping<u8> Wrapping<u16> Wrapping<u32> Wrapping<u64> Wrapping<u128> Wrapping<usize>
    Wrapping<i8> Wrapping<i16> Wrapping<i32> Wrapping<i64> Wrapping<i128> Wrapping<isize>
}

impl<'o, T: Copy> AddAssign<&'o T> for Partial<T>
where
    Self: AddAssign<T>,
{
    #[inline(always)]
    #[track_caller]
    fn add_assign(&mut self, operand: &'o T) {
        *self += *operand;
    }
}

macro_rules! logged_sums {
    ($($number:ty)*) => {$(
        impl Adding for $number {
            type Part = Log<Self>;

            fn nothing() -> Log<Self> {
                Log(Vec::new())
            }

            fn add_part(&mut self, part: Log<Self>) {
                // In a register, where the caller's own loop had it.
                let mut value = *self;
                part.0.into_iter().for_each(|operand| value += operand);
                *self = value;
            }

            const BYTES: Option<fn(&Log<Self>) -> usize> = Some(Log::bytes);
        }
    )*};
}

logged_sums!(i8 i16 i32 i64 i128 isize f32 f64);

/// What a part keeps of a `String`. What a `+=` of the user's own adds may depend on what is there already.
#[derive(Debug)]
pub struct Text(String);

impl AddAssign<&str> for Text {
    #[inline(always)]
    fn add_assign(&mut self, operand: &str) {
        self.0.push_str(operand);
    }
}

impl Adding for String {
    type Part = Text;

    fn nothing() -> Text {
        Text(Self::new())
    }

    fn add_part(&mut self, part: Text) {
        self.push_str(&part.0);
    }

    const BYTES: Option<fn(&Text) -> usize> = None;
}

/// Operators that a log stands in for.
macro_rules! logged {
    ($($trait:ident $method:ident;)*) => {$(
        impl<T: Copy> $trait<T> for Log<T> {
            #[inline(always)]
            fn $method(&mut self, operand: T) {
                self.0.push(operand);
            }
        }

        impl<'o, T: Copy> $trait<&'o T> for Log<T> {
            #[inline(always)]
            fn $method(&mut self, operand: &'o T) {
                self.0.push(*operand);
            }
        }
    )*};
}

logged! {
    AddAssign add_assign;
    SubAssign sub_assign;
    MulAssign mul_assign;
}

/// A number of std.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of std, so it is not known how the parts of this loop become one",
    label = "changed for each element, by several threads",
    note = "write a chain that ends in `fold`, `.map(..).fold(start, |total, x| ..)`, or remove the attribute"
)]
pub trait Number: Copy + Send + Sync + PartialOrd + SubAssign + MulAssign {
    /// The number itself: no type at all where this is no number, so that nothing else is said about it.
    type Itself: Copy + Send + Sync + PartialOrd;

    /// The number itself.
    fn itself(self) -> Self::Itself;

    /// The number itself.
    fn from_itself(itself: Self::Itself) -> Self;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Number for $number {
            type Itself = Self;

            #[inline(always)]
            fn itself(self) -> Self {
                self
            }

            #[inline(always)]
            fn from_itself(itself: Self) -> Self {
                itself
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

/// A variable that is subtracted from.
#[inline(always)]
pub fn subtracted<T: Number>(variable: &mut T) -> Variable<&mut T, (), Log<T::Itself>> {
    fn put<T: Number>(variable: &mut T, part: Log<T::Itself>) {
        part.0.into_iter().for_each(|operand| *variable -= T::from_itself(operand));
    }
    Variable {
        variable,
        seed: (),
        fresh: |()| Log(Vec::new()),
        put: |variable, part| put::<T>(variable, part),
        bytes: Some(Log::bytes),
    }
}

/// A variable that is multiplied.
#[inline(always)]
pub fn multiplied<T: Number>(variable: &mut T) -> Variable<&mut T, (), Log<T::Itself>> {
    fn put<T: Number>(variable: &mut T, part: Log<T::Itself>) {
        part.0.into_iter().for_each(|operand| *variable *= T::from_itself(operand));
    }
    Variable {
        variable,
        seed: (),
        fresh: |()| Log(Vec::new()),
        put: |variable, part| put::<T>(variable, part),
        bytes: Some(Log::bytes),
    }
}

/// What several threads can set bits of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an integer nor a `bool`, so it is not known how the parts of this loop become one",
    label = "changed for each element, by several threads",
    note = "write a chain that ends in `fold`, `.map(..).fold(start, |bits, x| ..)`, or remove the attribute"
)]
pub trait Bits: Copy + Send + BitAndAssign + BitOrAssign + BitXorAssign {
    /// The bits themselves.
    type Itself: Copy + Send + BitAndAssign + BitOrAssign + BitXorAssign;

    /// The bits themselves.
    fn from_itself(itself: Self::Itself) -> Self;
}

macro_rules! bits {
    ($($bits:ty)*) => {$(
        impl Bits for $bits {
            type Itself = Self;

            #[inline(always)]
            fn from_itself(itself: Self) -> Self {
                itself
            }
        }
    )*};
}

bits!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool);

/// A variable of bits: `b &= x`, `b |= x`, `b ^= x`.
macro_rules! bit_operators {
    ($($(#[$docs:meta])* $make:ident $part:ident $trait:ident $method:ident;)*) => {$(
        /// What a part keeps of it: the operands as one, if there were any.
        #[derive(Debug)]
        pub struct $part<T>(Option<T>);

        impl<T: $trait> $trait<T> for $part<T> {
            #[inline(always)]
            fn $method(&mut self, operand: T) {
                match &mut self.0 {
                    Some(bits) => $trait::$method(bits, operand),
                    none => *none = Some(operand),
                }
            }
        }

        impl<'o, T: Copy + $trait> $trait<&'o T> for $part<T> {
            #[inline(always)]
            fn $method(&mut self, operand: &'o T) {
                $trait::$method(self, *operand);
            }
        }

        $(#[$docs])*
        #[inline(always)]
        pub fn $make<T: Bits>(variable: &mut T) -> Variable<&mut T, (), $part<T::Itself>> {
            fn put<T: Bits>(variable: &mut T, part: $part<T::Itself>) {
                if let Some(bits) = part.0 {
                    $trait::$method(variable, T::from_itself(bits));
                }
            }
            Variable { variable, seed: (), fresh: |()| $part(None), put: |variable, part| put::<T>(variable, part), bytes: None }
        }
    )*};
}

bit_operators! {
    /// A variable of bits that are kept where all have them.
    anded Anded BitAndAssign bitand_assign;
    /// A variable of bits that are set where any has them.
    ored Ored BitOrAssign bitor_assign;
    /// A variable of bits that are toggled.
    xored Xored BitXorAssign bitxor_assign;
}
