//! What names a function in the tuned file: its signature as text, and a hash of its body that tells a change.

use std::fmt::Write;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, ItemFn, PathArguments, ReceiverKind, ReturnType, Signature, Type, TypeParamBound,
};

/// `(&[Item], &Weights) -> Vec<f64>`: types only, spaced as rustfmt would, lifetimes dropped.
pub(crate) fn signature(sig: &Signature) -> String {
    let inputs: Vec<String> = sig.inputs.iter().map(parameter).collect();
    let mut signature = format!("({})", inputs.join(", "));
    if let ReturnType::Type(_, ty) = &sig.output {
        let _ = write!(signature, " -> {}", text(ty));
    }
    signature
}

fn parameter(argument: &FnArg) -> String {
    match argument {
        FnArg::Typed(typed) => text(&typed.ty),
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, _, Some(_)) => "&mut self".to_owned(),
            ReceiverKind::Reference(_, _, None) => "&self".to_owned(),
            ReceiverKind::Typed(_, ty) => format!("self: {}", text(ty)),
            _ => "self".to_owned(),
        },
    }
}

/// A type as rustfmt would write it, lifetimes dropped.
pub(crate) fn text(ty: &Type) -> String {
    let mut ty = ty.clone();
    DropLifetimes.visit_type_mut(&mut ty);
    let mut spaced = Spaced::default();
    spaced.stream(ty.to_token_stream());
    spaced.out
}

/// Removes every lifetime, and the brackets and `for<..>` that held nothing else.
struct DropLifetimes;

impl VisitMut for DropLifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_path_arguments_mut(&mut self, arguments: &mut PathArguments) {
        if let PathArguments::AngleBracketed(angle) = arguments {
            let kept: Vec<_> = std::mem::take(&mut angle.args)
                .into_iter()
                .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
                .collect();
            angle.args = kept.into_iter().collect();
            if angle.args.is_empty() {
                *arguments = PathArguments::None;
            }
        }
        visit_mut::visit_path_arguments_mut(self, arguments);
    }

    fn visit_type_trait_object_mut(&mut self, object: &mut syn::TypeTraitObject) {
        drop_lifetime_bounds(&mut object.bounds);
        visit_mut::visit_type_trait_object_mut(self, object);
    }

    fn visit_type_impl_trait_mut(&mut self, opaque: &mut syn::TypeImplTrait) {
        drop_lifetime_bounds(&mut opaque.bounds);
        visit_mut::visit_type_impl_trait_mut(self, opaque);
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut syn::TraitBound) {
        bound.lifetimes = None;
        visit_mut::visit_trait_bound_mut(self, bound);
    }

    fn visit_type_fn_ptr_mut(&mut self, pointer: &mut syn::TypeFnPtr) {
        pointer.lifetimes = None;
        visit_mut::visit_type_fn_ptr_mut(self, pointer);
    }
}

fn drop_lifetime_bounds(bounds: &mut syn::punctuated::Punctuated<TypeParamBound, syn::Token![+]>) {
    let kept: Vec<_> = std::mem::take(bounds)
        .into_iter()
        .filter(|bound| !matches!(bound, TypeParamBound::Lifetime(_)))
        .collect();
    *bounds = kept.into_iter().collect();
}

/// Text of a type, with a space only where rustfmt puts one.
#[derive(Default)]
struct Spaced {
    out: String,
    /// The last token was a word, so that another word needs a space.
    word: bool,
    /// The next token follows a joint punctuation character.
    joint: bool,
}

impl Spaced {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Punct(punct) if punct.as_char() == ',' && tokens.peek().is_none() => {}
                TokenTree::Punct(punct) => {
                    self.punct(punct.as_char(), punct.spacing() == Spacing::Joint);
                }
                word => self.word(&word.to_string()),
            }
        }
    }

    fn word(&mut self, text: &str) {
        if self.word {
            self.out.push(' ');
        }
        self.out.push_str(text);
        self.word = true;
        self.joint = false;
    }

    fn punct(&mut self, c: char, joint: bool) {
        match c {
            ',' | ';' => {
                self.out.push(c);
                self.out.push(' ');
            }
            '+' | '=' => {
                self.out.push(' ');
                self.out.push(c);
                self.out.push(' ');
            }
            // `->`: the arrow's head closes what its tail opened.
            '-' => self.out.push_str(" -"),
            '>' if self.joint && self.out.ends_with('-') => self.out.push_str("> "),
            ':' if !joint && !self.joint => self.out.push_str(": "),
            '\'' => {}
            c => self.out.push(c),
        }
        self.word = c == '>' && !self.out.ends_with(' ');
        self.joint = joint;
    }

    fn group(&mut self, delimiter: Delimiter, stream: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => ("", ""),
        };
        // `dyn (A)` and `mut [T]` have a space, `Fn(A)` and `for<..>` have none: only keywords stand apart.
        let keyword = ["mut", "dyn", "const", "impl"].iter().any(|word| {
            self.out.strip_suffix(word).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
        });
        if keyword && !open.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(open);
        if !open.is_empty() {
            self.word = false;
        }
        self.stream(stream);
        self.out.push_str(close);
        if !close.is_empty() {
            self.word = true;
        }
        self.joint = false;
    }
}

/// Twelve hex digits that change with what the function does: parameters, return type and body, without attributes,
/// comments, layout, name and visibility.
pub(crate) fn body(function: &ItemFn) -> String {
    let mut hash = Fnv::default();
    hash.tokens(function.sig.inputs.to_token_stream());
    hash.tokens(function.sig.output.to_token_stream());
    hash.tokens(function.block.to_token_stream());
    format!("{:012x}", (hash.0 >> 48) ^ (hash.0 & 0xffff_ffff_ffff))
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every platform and in every version of the compiler.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                // Attributes and doc comments say nothing about what is computed.
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    while tokens
                        .next_if(|next| match next {
                            TokenTree::Punct(bang) => bang.as_char() == '!',
                            TokenTree::Group(group) => group.delimiter() == Delimiter::Bracket,
                            _ => false,
                        })
                        .is_some_and(|skipped| matches!(skipped, TokenTree::Punct(_)))
                    {}
                }
                // rustfmt adds and removes the last comma.
                TokenTree::Punct(comma) if comma.as_char() == ',' && tokens.peek().is_none() => {}
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                other => self.text(&other.to_string()),
            }
        }
    }

    fn group(&mut self, delimiter: Delimiter, stream: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return self.tokens(stream),
        };
        self.text(open);
        self.tokens(stream);
        self.text(close);
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
