//! What generated code demands of the user's types, each with a message of its own.
//!
//! Every role is a trait with one blanket impl, so it holds exactly where `Send` or `Sync` holds; it exists for its
//! message alone. The bounds sit on the entry points and the user's own type tokens stand in their turbofish, so that
//! the caret falls on the user's type and one mistake gives one error.

/// An element of a slice that several threads read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Sync`, so this `#[parallelize]` function cannot run on several threads",
    label = "every thread reads elements of this type",
    note = "use `Arc` for `Rc`, an atomic for `Cell`, `Mutex` for `RefCell`, `dyn Trait + Sync` for `dyn Trait`; or remove the attribute"
)]
pub trait ParallelElement: Sync {}
impl<T: Sync> ParallelElement for T {}

/// An element of a slice whose parts are changed by several threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so this `#[parallelize]` function cannot run on several threads",
    label = "every thread changes elements of this type",
    note = "use `Arc` for `Rc`, `Mutex` for a `MutexGuard` or a raw pointer; or remove the attribute"
)]
pub trait ParallelElementMut: Send {}
impl<T: Send> ParallelElementMut for T {}

/// A result that is made on one thread and handed to another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so this `#[parallelize]` function cannot run on several threads",
    label = "results of this type are made on several threads and handed to the caller",
    note = "use `Arc` for `Rc`, `dyn Trait + Send` for `dyn Trait`; or remove the attribute"
)]
pub trait ParallelOutput: Send {}
impl<T: Send> ParallelOutput for T {}

/// A key that is made on one thread and compared on another.
#[diagnostic::on_unimplemented(
    message = "the key `{Self}` is not `Send`, so this `#[parallelize]` function cannot run on several threads",
    label = "keys of this type are made on several threads and compared by the caller",
    note = "make a key that may cross threads: `Arc` for `Rc`, or a copy of what decides, such as a number"
)]
pub trait ParallelKey: Send {}
impl<B: Send> ParallelKey for B {}

/// A parameter or `self` that several threads read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Sync`, so this `#[parallelize]` function cannot run on several threads",
    label = "every thread reads this parameter",
    note = "use `Arc` for `Rc`, an atomic for `Cell`, `Mutex` for `RefCell`, `dyn Fn() + Sync` for `dyn Fn()`; or remove the attribute"
)]
pub trait ParallelParameter: Sync {}
impl<T: Sync + ?Sized> ParallelParameter for T {}

/// Proves that a parameter of type `P` may be read by several threads. Does nothing when called.
#[inline(always)]
pub const fn parameter<P: ParallelParameter + ?Sized>() {}

/// A value that the companion of an element function (`slice_fn`) passes on once per element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Copy`, and `slice_fn` passes one to the call for each element",
    label = "each call would need one of its own",
    note = "take it by reference, `&{Self}`, or give it the bound `Copy`"
)]
pub trait PassedOn: Copy {}
impl<P: Copy> PassedOn for P {}

/// A copy of an element or a parameter for one call.
#[inline(always)]
pub const fn passed_on<P: PassedOn>(value: &P) -> P {
    *value
}

/// An element of a slice that the companion of a function (`spawn_fn`) hands to another thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so the companion of this `spawn_fn` cannot hand it to another thread",
    label = "the slice goes to another thread, elements and all",
    note = "use `Arc` for `Rc`, `dyn Trait + Send + Sync` for `dyn Trait`; or remove `spawn_fn`"
)]
pub trait SpawnedElement: Send + 'static {}
impl<T: Send + 'static> SpawnedElement for T {}

/// What the companion of a function (`spawn_fn`) takes as an `Arc`.
#[diagnostic::on_unimplemented(
    message = "an `Arc<{Self}>` cannot be handed to another thread, as the companion of this `spawn_fn` does",
    label = "this must be `Send` and `Sync`",
    note = "use `Arc` for `Rc`, an atomic for `Cell`, `Mutex` for `RefCell`, `dyn Trait + Send + Sync` for `dyn Trait`; or remove `spawn_fn`"
)]
pub trait SpawnedParameter: Send + Sync + 'static {}
impl<P: Send + Sync + ?Sized + 'static> SpawnedParameter for P {}

/// What the companion of a function (`spawn_fn`) takes as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so the companion of this `spawn_fn` cannot hand it to another thread",
    label = "this goes to another thread",
    note = "use `Arc` for `Rc`, `dyn Trait + Send` for `dyn Trait`; or remove `spawn_fn`"
)]
pub trait SpawnedValue: Send + 'static {}
impl<P: Send + 'static> SpawnedValue for P {}

/// A result that comes back from another thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so the companion of this `spawn_fn` cannot hand it back from another thread",
    label = "the result comes back from another thread",
    note = "use `Arc` for `Rc`, `dyn Trait + Send` for `dyn Trait`; or remove `spawn_fn`"
)]
pub trait SpawnedOutput: Send + 'static {}
impl<R: Send + 'static> SpawnedOutput for R {}

/// Proves that elements of type `T` may be handed to another thread. Does nothing when called, like the three below.
#[inline(always)]
pub const fn spawned_element<T: SpawnedElement>() {}

/// The same of what a parameter refers to.
#[inline(always)]
pub const fn spawned_parameter<P: SpawnedParameter + ?Sized>() {}

/// The same of a parameter by value.
#[inline(always)]
pub const fn spawned_value<P: SpawnedValue>() {}

/// The same of the result.
#[inline(always)]
pub const fn spawned_output<R: SpawnedOutput>() {}

/// A shared slice that is cut into parts. Only slices are, so that no coercion changes what is split.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` splits slices, and this is a `{Self}`",
    label = "not a slice",
    note = "take `&[T]` in the signature, and do not shadow it before the chain"
)]
pub trait Whole<'x, T>: sealed::Sealed {
    /// The slice itself.
    fn whole(self) -> &'x [T];
}

impl<'x, T> Whole<'x, T> for &'x [T] {
    #[inline(always)]
    fn whole(self) -> &'x [T] {
        self
    }
}

/// A slice whose elements are changed in place, part by part.
#[diagnostic::on_unimplemented(
    message = "`#[parallelize]` splits slices, and this is a `{Self}`",
    label = "not a slice",
    note = "take `&mut [T]` in the signature, and do not shadow it before the loop"
)]
pub trait WholeMut<'x, T>: sealed::Sealed {
    /// The slice itself.
    fn whole_mut(self) -> &'x mut [T];
}

impl<'x, T> WholeMut<'x, T> for &'x mut [T] {
    #[inline(always)]
    fn whole_mut(self) -> &'x mut [T] {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for &[T] {}
    impl<T> Sealed for &mut [T] {}
}
