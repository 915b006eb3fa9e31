//! Every message, and the accumulator that reports all mistakes of a function at once.
//!
//! Style: lower case, no full stop; first what is wrong, then what to write. The caret is on the smallest guilty token.
//! `Error::new_spanned` wherever there are several tokens: on stable `Error::new(x.span())` is the first one alone.

mod body;
mod change;
mod element;
mod exit;
mod index;
mod options;
mod shape;
mod signature;
mod spawn;

use proc_macro2::TokenStream;
use syn::Error;

pub(crate) use self::body::*;
pub(crate) use self::change::*;
pub(crate) use self::element::*;
pub(crate) use self::exit::*;
pub(crate) use self::index::*;
pub(crate) use self::options::*;
pub(crate) use self::shape::*;
pub(crate) use self::signature::*;
pub(crate) use self::spawn::*;

/// The mistakes of one function.
#[derive(Default)]
pub(crate) struct Mistakes(Vec<Error>);

impl Mistakes {
    /// Adds one.
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Adds several.
    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = Error>) {
        self.0.extend(errors);
    }

    /// How many there are so far.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes back all but the first ones.
    pub(crate) fn keep(&mut self, first: usize) {
        self.0.truncate(first);
    }

    /// Whether there are none so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether rustc says one of them too, of the function as it is written: that would be two errors for one mistake.
    pub(crate) fn are_rustcs_too(&self) -> bool {
        self.0.iter().any(|error| error.to_string().starts_with(OWN_SLICE))
    }

    /// The mistakes themselves.
    pub(crate) fn into_errors(self) -> Vec<Error> {
        self.0
    }

    /// One `compile_error!` per mistake.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0.iter().map(Error::to_compile_error).collect()
    }
}
