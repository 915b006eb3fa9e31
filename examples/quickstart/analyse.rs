//! What the quickstart computes: plain functions over slices, each with one attribute in front.
//!
//! Nothing here knows about threads. The functions without the attribute say what happens to one item. They are
//! never inlined, so that the plain twins in `compare.rs` run the very same code and differ by the attribute alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{fmt, fs, io};

use amorsize::parallelize;
use sha2::{Digest, Sha256};

/// A file and its contents.
pub(crate) struct Document {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// A file that could not be read.
pub(crate) struct Unreadable {
    path: PathBuf,
    why: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

/// How often each word occurs.
pub(crate) type Words<'a> = HashMap<&'a str, u32>;

/// The files that can be read, in order.
#[parallelize]
pub(crate) fn documents(paths: &[PathBuf]) -> Vec<Document> {
    paths.iter().filter_map(document).collect()
}

/// The SHA-256 of every file.
#[parallelize]
pub(crate) fn digests(documents: &[Document]) -> Vec<[u8; 32]> {
    documents.iter().map(digest).collect()
}

/// The entropy of every file, in bits per byte.
#[parallelize]
pub(crate) fn entropies(documents: &[Document]) -> Vec<f64> {
    documents.iter().map(entropy).collect()
}

/// The number of tokens in every file that is text.
#[parallelize]
pub(crate) fn token_counts(documents: &[Document]) -> Vec<usize> {
    documents.iter().filter_map(tokens).collect()
}

/// How often each word occurs in all files together: one map per part, merged from left to right.
#[parallelize(reduce = merged)]
pub(crate) fn word_counts(documents: &[Document]) -> Words<'_> {
    documents.iter().filter_map(text).fold(Words::new(), counted)
}

/// The lines of all files together, read again from the disk; the first unreadable file is the error.
#[parallelize]
pub(crate) fn total_lines(paths: &[PathBuf]) -> Result<usize, Unreadable> {
    let counts: Result<Vec<usize>, Unreadable> = paths.iter().map(lines).collect();
    Ok(counts?.into_iter().sum())
}

/// The mean of a few thousand numbers: far too little work to share.
#[parallelize]
pub(crate) fn mean(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().sum();
    sum / values.len() as f64
}

/// One file, or nothing where it cannot be read.
#[inline(never)]
pub(crate) fn document(path: &PathBuf) -> Option<Document> {
    let bytes = fs::read(path).ok()?;
    Some(Document { path: path.clone(), bytes })
}

/// The SHA-256 of one file.
#[inline(never)]
pub(crate) fn digest(document: &Document) -> [u8; 32] {
    Sha256::digest(&document.bytes).into()
}

/// Shannon's entropy of the byte frequencies, 0 to 8 bits per byte.
#[inline(never)]
pub(crate) fn entropy(document: &Document) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in &document.bytes {
        counts[usize::from(byte)] += 1;
    }
    let all = document.bytes.len() as f64;
    let bits = |&count: &u32| {
        let share = f64::from(count) / all;
        -share * share.log2()
    };
    counts.iter().filter(|&&count| count > 0).map(bits).sum()
}

/// A document's contents, if they are UTF-8.
pub(crate) fn text(document: &Document) -> Option<&str> {
    std::str::from_utf8(&document.bytes).ok()
}

/// The number of tokens in one file, if it is text.
#[inline(never)]
pub(crate) fn tokens(document: &Document) -> Option<usize> {
    text(document).map(|text| words(text).count())
}

/// Adds the words of a text to the counts.
#[inline(never)]
pub(crate) fn counted<'a>(mut counts: Words<'a>, text: &'a str) -> Words<'a> {
    for word in words(text) {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// Two counts as one; the smaller is poured into the larger, which gives the same in either order.
fn merged<'a>(left: Words<'a>, right: Words<'a>) -> Words<'a> {
    let (mut large, small) = if left.len() < right.len() { (right, left) } else { (left, right) };
    for (word, count) in small {
        *large.entry(word).or_default() += count;
    }
    large
}

/// The lines of one file.
#[inline(never)]
pub(crate) fn lines(path: &PathBuf) -> Result<usize, Unreadable> {
    let bytes = fs::read(path).map_err(|why| Unreadable { path: path.clone(), why })?;
    Ok(bytes.split(|&byte| byte == b'\n').count())
}

/// The words of a text: runs of letters, digits and underscores.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
