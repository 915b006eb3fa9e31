//! Every function of a folder's `.rs` files that takes a slice: free ones, methods, and defaults of traits.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{FnArg, FnModifiers, ImplItemFn, ItemFn, Signature, TraitItemFn, Type, Visibility};

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
        let short = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        let mut search = Search { file: &short, found: &mut found };
        search.visit_file(&parsed);
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

struct Search<'a> {
    file: &'a str,
    found: &'a mut Vec<Function>,
}

impl Search<'_> {
    fn add(&mut self, item: ItemFn) {
        if takes_slice(&item.sig) {
            let place = format!("{}: {}", self.file, item.sig.ident);
            self.found.push(Function { place, item });
        }
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(item.clone());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(ItemFn {
            attrs: item.attrs.clone(),
            vis: item.vis.clone(),
            modifiers: FnModifiers::default(),
            sig: item.sig.clone(),
            block: Box::new(item.block.clone()),
        });
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(ItemFn {
                attrs: item.attrs.clone(),
                vis: Visibility::Inherited,
                modifiers: FnModifiers::default(),
                sig: item.sig.clone(),
                block: Box::new(block.clone()),
            });
        }
        visit::visit_trait_item_fn(self, item);
    }
}

fn takes_slice(sig: &Signature) -> bool {
    sig.inputs.iter().any(|argument| match argument {
        FnArg::Typed(typed) => is_slice(&typed.ty),
        FnArg::Receiver(_) => false,
    })
}

/// Whether a type is `&[T]` or `&mut [T]`.
#[must_use]
pub fn is_slice(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => matches!(*reference.elem, Type::Slice(_)),
        Type::Paren(paren) => is_slice(&paren.elem),
        _ => false,
    }
}
