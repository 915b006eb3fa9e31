//! Where in its file a site stands: the functions around it, and the `impl` or trait that its function belongs to.
//!
//! The compiler says module, file and line, which a macro cannot ask about; what stands around the line, a macro cannot see, so the
//! file is read here. It decides what a key may look like between the module and the function's name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use amorsize_syntax::Descriptor;
use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, GenericParam, Generics, Ident, Type};

/// What stands between a site's module and its function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Container {
    /// Functions and constants around the `impl`, or around the function where there is none.
    pub(crate) outer: Vec<String>,
    pub(crate) owner: Owner,
    /// Functions between the `impl` and the function.
    pub(crate) within: Vec<String>,
}

/// What a function belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) enum Owner {
    /// A module, or another function.
    #[default]
    Nothing,
    /// `impl A`.
    Inherent { of: Type, generics: Vec<String> },
    /// `impl Blur for A`.
    Trait { name: syn::Path, of: Type, generics: Vec<String> },
    /// `trait Blur`, with a body in it.
    Default { name: String },
    /// A macro wrote the function, or its file cannot be read.
    Unknown,
}

/// The files that were read.
#[derive(Debug)]
pub(crate) struct Sources<'r> {
    root: &'r Path,
    /// What is in each: functions with what is around them. `None` if it cannot be read.
    files: HashMap<PathBuf, Option<Vec<Found>>>,
}

/// A function of a file.
#[derive(Clone, Debug)]
struct Found {
    lines: [usize; 2],
    names: Vec<String>,
    container: Container,
}

impl<'r> Sources<'r> {
    pub(crate) fn new(root: &'r Path) -> Self {
        Self { root, files: HashMap::new() }
    }

    /// What stands around a site.
    pub(crate) fn container(&mut self, site: &Descriptor) -> Container {
        if site.function.is_empty() {
            return Container::default();
        }
        let path = self.root.join(&site.file);
        let functions = self.files.entry(path).or_insert_with_key(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            Some(functions(&syn::parse_file(&text).ok()?))
        });
        let around = functions.iter().flatten().filter(|found| {
            found.lines[0] <= site.line && site.line <= found.lines[1] && found.names.contains(&site.function)
        });
        // The innermost is the one that begins last.
        around.max_by_key(|found| found.lines[0]).map_or_else(
            || Container { owner: Owner::Unknown, ..Container::default() },
            |found| found.container.clone(),
        )
    }
}

/// The functions of a file.
fn functions(file: &syn::File) -> Vec<Found> {
    let mut walk = Walk::default();
    walk.visit_file(file);
    walk.found
}

/// Goes through a file with what is around at hand.
#[derive(Default)]
struct Walk {
    around: Container,
    found: Vec<Found>,
}

impl Walk {
    /// Notes a function and goes into it.
    fn function(&mut self, whole: Span, attrs: &[Attribute], name: &Ident, into: impl FnOnce(&mut Self)) {
        let mut names = vec![plain(name)];
        // `slice_fn = score_all` names a companion, which stands beside the function.
        for attr in attrs {
            words(attr.meta.to_token_stream(), &mut names);
        }
        let lines = [whole.start().line, whole.end().line];
        self.found.push(Found { lines, names, container: self.around.clone() });
        self.inside(name, into);
    }

    /// Goes into a function or constant.
    fn inside(&mut self, name: &Ident, into: impl FnOnce(&mut Self)) {
        let before = self.around.clone();
        match self.around.owner {
            Owner::Nothing => self.around.outer.push(plain(name)),
            _ => self.around.within.push(plain(name)),
        }
        into(self);
        self.around = before;
    }

    /// Goes into an `impl`, a trait or a module: what is inside does not belong to what is around it.
    fn owned(&mut self, owner: Owner, into: impl FnOnce(&mut Self)) {
        let mut outer = self.around.outer.clone();
        // An `impl` inside a method is rare; its functions hang below the method's own path.
        outer.append(&mut self.around.within.clone());
        let before = std::mem::replace(&mut self.around, Container { outer, owner, within: Vec::new() });
        into(self);
        self.around = before;
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(item.span(), &item.attrs, &item.sig.ident, |walk| {
            visit::visit_block(walk, &item.block);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(item.span(), &item.attrs, &item.sig.ident, |walk| {
            visit::visit_block(walk, &item.block);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(item.span(), &item.attrs, &item.sig.ident, |walk| {
            visit::visit_trait_item_fn(walk, item);
        });
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.inside(&item.ident, |walk| visit::visit_expr(walk, &item.expr));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.inside(&item.ident, |walk| visit::visit_expr(walk, &item.expr));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // The compiler's module has it already, and what is around it is not in there.
        self.owned(Owner::Nothing, |walk| {
            walk.around.outer.clear();
            visit::visit_item_mod(walk, item);
        });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let (of, generics) = ((*item.self_ty).clone(), parameters(&item.generics));
        let owner = match &item.trait_ {
            Some((name, _)) => Owner::Trait { name: name.clone(), of, generics },
            None => Owner::Inherent { of, generics },
        };
        self.owned(owner, |walk| visit::visit_item_impl(walk, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let owner = Owner::Default { name: plain(&item.ident) };
        self.owned(owner, |walk| visit::visit_item_trait(walk, item));
    }
}

/// The types and constants that an `impl` leaves open.
fn parameters(generics: &Generics) -> Vec<String> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => Some(plain(&parameter.ident)),
        GenericParam::Const(parameter) => Some(plain(&parameter.ident)),
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(name).collect()
}

/// A name without `r#`, as type names have it.
fn plain(name: &Ident) -> String {
    syn::ext::IdentExt::unraw(name).to_string()
}

/// Every word of an attribute.
fn words(tokens: proc_macro2::TokenStream, words_of: &mut Vec<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(word) => words_of.push(plain(&word)),
            proc_macro2::TokenTree::Group(group) => words(group.stream(), words_of),
            _ => {}
        }
    }
}
