//! What the companion of a function over borrowed data takes in its place. Decides nothing.

use std::sync::Arc;

/// A value that owns a `B`, a slice or a text, and may be handed to another thread: what the companion that `spawn_fn`
/// generates takes where the function takes a `&[T]` or a `&str`.
///
/// A `Vec<T>`, `Box<[T]>`, `Arc<[T]>`, `Arc<Vec<T>>` or `[T; N]` owns a `[T]`; a `String`, `Box<str>`, `Arc<str>` or `Arc<String>`
/// owns a `str`. None of them is copied. Types of your own may do the same.
///
/// ```
/// # use amorsize_runtime as amorsize;
/// /// Bytes of a file, as a library hands them out.
/// struct Mapped(Box<[u8]>);
///
/// impl amorsize::Owned<[u8]> for Mapped {
///     fn lend(&self) -> &[u8] {
///         &self.0
///     }
/// }
/// assert_eq!(amorsize::Owned::lend(&Mapped(Box::new([1, 2]))), [1, 2]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own a `{B}`, and the companion of a `spawn_fn` function outlives the call",
    label = "this may be gone before the call has run",
    note = "hand over a `Vec` or an `Arc<[_]>` for a slice, a `String` or an `Arc<str>` for a text; keep a clone of the `Arc` to use it afterwards"
)]
pub trait Owned<B: ?Sized>: Send + 'static {
    /// What is owned; asked once per call.
    fn lend(&self) -> &B;
}

impl<T: Send + 'static> Owned<[T]> for Vec<T> {
    fn lend(&self) -> &[T] {
        self
    }
}

impl<T: Send + 'static> Owned<[T]> for Box<[T]> {
    fn lend(&self) -> &[T] {
        self
    }
}

impl<T: Send + 'static, const N: usize> Owned<[T]> for [T; N] {
    fn lend(&self) -> &[T] {
        self
    }
}

impl<T: Send + Sync + 'static> Owned<[T]> for Arc<[T]> {
    fn lend(&self) -> &[T] {
        self
    }
}

impl<T: Send + Sync + 'static> Owned<[T]> for Arc<Vec<T>> {
    fn lend(&self) -> &[T] {
        self
    }
}

impl Owned<str> for String {
    fn lend(&self) -> &str {
        self
    }
}

impl Owned<str> for Box<str> {
    fn lend(&self) -> &str {
        self
    }
}

impl Owned<str> for Arc<str> {
    fn lend(&self) -> &str {
        self
    }
}

impl Owned<str> for Arc<String> {
    fn lend(&self) -> &str {
        self
    }
}
