//! Every function of a folder's `.rs` files that takes a slice.

use std::fs;
use std::path::{Path, PathBuf};

use amorsize_syntax::is_slice;
use syn::{FnArg, ItemFn, Signature};

/// Longer files are bindings and tables that no person wrote, and take most of the time.
const LONGEST_BYTES: u64 = 300_000;

/// A function as the attribute gets it.
pub struct Function {
    /// `file.rs: name`.
    pub place: String,
    /// Its tokens; a method is written as a function with a receiver, which is what the attribute sees.
    pub item: ItemFn,
}

/// The functions of all files under a folder that parse, in the order of their paths.
#[must_use]
pub fn in_folder(folder: &Path) -> Vec<Function> {
    let mut files = Vec::new();
    rust_files(folder, &mut files);
    files.sort();
    let mut found = Vec::new();
    for file in files {
        // A test of a parser may hold anything; what is no Rust of this year is no function either.
        let text = fs::read_to_string(&file).ok().filter(|text| may_take_slice(text));
        let Some(parsed) = text.and_then(|text| syn::parse_file(&text).ok()) else { continue };
        let short = file.strip_prefix(folder).unwrap_or(&file).display();
        let functions = amorsize_syntax::functions(&parsed).into_iter();
        found.extend(functions.filter(|function| takes_slice(&function.item.sig)).map(|function| {
            let place = format!("{short}: {}", function.item.sig.ident);
            Function { place, item: function.item }
        }));
    }
    found
}

/// Whether `&[`, `&mut [` or `&'a [` stands somewhere: parsing is what takes the time.
fn may_take_slice(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| {
        let before = text[..at].trim_end();
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(0);
        matches!(before.as_bytes().get(start), Some(b'&' | b'\'')) || before.ends_with("mut")
    })
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && entry.metadata().is_ok_and(|file| file.len() <= LONGEST_BYTES)
        {
            files.push(path);
        }
    }
}

fn takes_slice(sig: &Signature) -> bool {
    sig.inputs.iter().any(|argument| match argument {
        FnArg::Typed(typed) => is_slice(&typed.ty),
        FnArg::Receiver(_) => false,
    })
}
