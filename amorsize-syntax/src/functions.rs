//! The functions of a file, each as the attribute would get it: free ones, methods, and defaults of traits. What macros
//! write is not seen.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, FnModifiers, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemTrait, TraitItemFn, Type, Visibility,
};

/// A function of a file.
pub struct Function {
    /// Its tokens; a method is written as a function with a receiver, which is what the attribute sees.
    pub item: ItemFn,
    /// The type or trait whose it is, by its last name.
    pub owner: Option<String>,
    /// Whether it is compiled for tests only, as far as its file tells.
    pub is_test: bool,
}

impl Function {
    /// The name as people say it: `Grid::step`.
    #[must_use]
    pub fn name(&self) -> String {
        let name = syn::ext::IdentExt::unraw(&self.item.sig.ident).to_string();
        match &self.owner {
            Some(owner) => format!("{owner}::{name}"),
            None => name,
        }
    }
}

/// The functions of a file, in source order: one inside another comes after it.
#[must_use]
pub fn functions(file: &syn::File) -> Vec<Function> {
    let mut search = Search { owner: None, in_tests: false, found: Vec::new() };
    search.visit_file(file);
    search.found
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

struct Search {
    owner: Option<String>,
    in_tests: bool,
    found: Vec<Function>,
}

impl Search {
    fn add(&mut self, item: ItemFn, into: impl FnOnce(&mut Self)) {
        let is_test = self.in_tests || item.attrs.iter().any(is_for_tests);
        self.found.push(Function { item, owner: self.owner.clone(), is_test });
        self.within(None, is_test, into);
    }

    fn within(&mut self, owner: Option<String>, in_tests: bool, into: impl FnOnce(&mut Self)) {
        let before = (std::mem::replace(&mut self.owner, owner), self.in_tests);
        self.in_tests |= in_tests;
        into(self);
        (self.owner, self.in_tests) = before;
    }
}

/// Whether an attribute keeps what it stands on out of what is shipped.
fn is_for_tests(attr: &Attribute) -> bool {
    let last = attr.path().segments.last().map(|last| last.ident.to_string());
    match last.as_deref() {
        Some("test" | "bench") => true,
        Some("cfg") => {
            let text = attr.meta.to_token_stream().to_string();
            matches!(text.as_str(), "cfg (test)" | "cfg (bench)") || text.starts_with("cfg (all (test")
        }
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(item.clone(), |search| visit::visit_item_fn(search, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let function = ItemFn {
            attrs: item.attrs.clone(),
            vis: item.vis.clone(),
            modifiers: FnModifiers::default(),
            sig: item.sig.clone(),
            block: Box::new(item.block.clone()),
        };
        self.add(function, |search| visit::visit_impl_item_fn(search, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        let Some(block) = &item.default else { return };
        let function = ItemFn {
            attrs: item.attrs.clone(),
            vis: Visibility::Inherited,
            modifiers: FnModifiers::default(),
            sig: item.sig.clone(),
            block: Box::new(block.clone()),
        };
        self.add(function, |search| visit::visit_trait_item_fn(search, item));
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let owner = last_name(&item.self_ty);
        self.within(owner, item.attrs.iter().any(is_for_tests), |search| {
            visit::visit_item_impl(search, item);
        });
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        let owner = Some(item.ident.to_string());
        self.within(owner, item.attrs.iter().any(is_for_tests), |search| {
            visit::visit_item_trait(search, item);
        });
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.within(None, item.attrs.iter().any(is_for_tests), |search| visit::visit_item_mod(search, item));
    }
}

/// `Grid` of `crate::Grid<T>`.
fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => last_name(&reference.elem),
        Type::Paren(paren) => last_name(&paren.elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn every_function_is_found_with_what_it_belongs_to() {
        let file = syn::parse2(quote! {
            fn free() { fn inner() {} }
            impl<T> io::Write for &a::Grid<T> { fn method(&self) {} }
            trait Blur { fn wanted(&self); fn default(&self) {} }
            mod inside { fn r#in() {} }
            #[cfg(test)] mod tests { fn helper() {} impl A { fn a() {} } }
            #[test] fn tested() {}
            #[cfg(not(test))] fn shipped() {}
        });
        let found = functions(&file.unwrap());
        let names: Vec<(String, bool)> = found.iter().map(|found| (found.name(), found.is_test)).collect();
        let expected = [
            ("free", false),
            ("inner", false),
            ("Grid::method", false),
            ("Blur::default", false),
            ("in", false),
            ("helper", true),
            ("A::a", true),
            ("tested", true),
            ("shipped", false),
        ];
        assert_eq!(names, expected.map(|(name, is_test)| (name.to_owned(), is_test)));
    }
}
