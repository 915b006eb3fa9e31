//! What a site says of itself to `cargo amorsize check`, which runs nothing: one line in the list of dependencies that
//! rustc writes for every crate.
//!
//! Asking for a variable at compile time (`option_env!`) makes rustc note its name there, and cargo keep the list as long
//! as what it compiled. A name that nobody sets thus takes a text from an expansion to the command line, with what rustc
//! alone knows in it: the module and the file. The macro opens no file, and there is nothing to tidy up. Both ends of the
//! format are here.

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{GenericParam, Lit, LitStr, Signature, Type};

use crate::plan::{Plan, Planned};

/// What stands before a descriptor; the number is that of the format.
const MARK: &str = "amorsize-site-1";

/// A site as its crate was compiled with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Descriptor {
    /// The module that it stands in, from the crate on: `imgproc::blur`. Functions around it are not in it.
    pub module: String,
    /// The line of the chain or loop, from 1; of the outermost call where a `macro_rules!` wrote the function.
    pub line: usize,
    /// The function's name; empty for a place that got a name from `site!`.
    pub function: String,
    /// How many types and constants an instantiation of the function itself has.
    pub generics: usize,
    /// What follows the function's name in the key: empty, or `.name` of one of several chains.
    pub part: String,
    /// The name that `key = "…"` or `site!` gives, or empty.
    pub key: String,
    /// The hash of the function's tokens.
    pub body: String,
    /// The attribute says `serial`: there is nothing to tune.
    pub serial: bool,
    /// `(parameter types) -> return type`.
    pub signature: String,
    /// The file as rustc names it, mostly from the workspace's root on.
    pub file: String,
}

impl Descriptor {
    /// A descriptor from a line of a list of dependencies; `None` for every other line.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("# env-dep:")?.strip_prefix(MARK)?.strip_prefix('\t')?;
        // The file comes last and as it is: whatever is in it belongs to it.
        let fields: Vec<&str> = rest.splitn(10, '\t').collect();
        let &[module, line, function, generics, part, key, body, serial, signature, file] = &fields[..]
        else {
            return None;
        };
        Some(Self {
            module: module.to_owned(),
            line: line.parse().ok()?,
            function: unescaped(function),
            generics: generics.parse().ok()?,
            part: unescaped(part),
            key: unescaped(key),
            body: unescaped(body),
            serial: serial == "serial",
            signature: unescaped(signature),
            file: plain(file),
        })
    }

    /// ```text
    /// const _: Option<&'static str> = option_env!(concat!("amorsize-site-1\t", module_path!(), "\t", line!(), "\t…", file!()));
    /// ```
    fn tokens(&self, at: Span) -> TokenStream {
        let Self { function, generics, part, key, body, signature, .. } = self;
        let serial = if self.serial { "serial" } else { "" };
        let texts = [function, &generics.to_string(), part, key, body, serial, signature];
        let middle: String = texts.iter().flat_map(|text| ["\t".to_owned(), escaped(text)]).collect();
        let middle = format!("{middle}\t");
        let mark = format!("{MARK}\t");
        let line = quote_spanned! { at=> ::core::line!() };
        let file = quote_spanned! { at=> ::core::file!() };
        quote_spanned! { Span::mixed_site()=>
            const _: ::core::option::Option<&'static ::core::primitive::str> = ::core::option_env!(
                ::core::concat!(#mark, ::core::module_path!(), "\t", #line, #middle, #file)
            );
        }
    }
}

/// What a site of an annotated function says. `sig` is the function as the user wrote it.
pub(crate) fn of_site(planned: &Planned, plan: &Plan, sig: &Signature) -> TokenStream {
    let is_serial = |(word, value): &(proc_macro2::Ident, Option<syn::Expr>)| {
        let refuted = |value: &syn::Expr| match value {
            syn::Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(literal) if !literal.value),
            _ => true,
        };
        word == "serial" && !value.as_ref().is_some_and(refuted)
    };
    let descriptor = Descriptor {
        function: syn::ext::IdentExt::unraw(&sig.ident).to_string(),
        generics: generics(sig),
        part: planned.part.clone(),
        key: plan.key.as_ref().map(LitStr::value).unwrap_or_default(),
        body: plan.body.clone(),
        serial: plan.tuning.iter().any(is_serial),
        signature: plan.signature.clone(),
        ..Descriptor::default()
    };
    descriptor.tokens(planned.entry.span())
}

/// What `site!("name")` says of its place.
///
/// ```text
/// "pricing"   →   const _: Option<&'static str> = option_env!(…);
/// ```
#[must_use]
pub fn named(name: TokenStream) -> TokenStream {
    match syn::parse2::<LitStr>(name) {
        Ok(name) => {
            let descriptor =
                Descriptor { key: name.value(), body: NO_BODY.to_owned(), ..Descriptor::default() };
            descriptor.tokens(name.span())
        }
        // `concat!` takes other literals too; rustc says the rest.
        Err(_) => TokenStream::new(),
    }
}

/// The body of a place that only has a name.
const NO_BODY: &str = "000000000000";

/// The types and constants of one instantiation: those that are declared, and one for each `impl Trait`.
fn generics(sig: &Signature) -> usize {
    let declared = sig.generics.params.iter();
    let declared = declared.filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_))).count();
    let mut opaque = Opaque(0);
    for input in &sig.inputs {
        syn::visit::Visit::visit_fn_arg(&mut opaque, input);
    }
    declared + opaque.0
}

/// Counts `impl Trait`.
struct Opaque(usize);

impl<'ast> syn::visit::Visit<'ast> for Opaque {
    fn visit_type(&mut self, ty: &'ast Type) {
        self.0 += usize::from(matches!(ty, Type::ImplTrait(_)));
        syn::visit::visit_type(self, ty);
    }
}

/// A text without what ends a field or a line, and without `=`: cargo takes what follows one for the variable's value.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '=' | '\\') || c.is_ascii_control() {
            // Writing to a `String` cannot fail.
            let _ = write!(escaped, "%{:02x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn unescaped(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut unescaped = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                unescaped.push(char::from(code));
                unescaped.push_str(&piece[2..]);
            }
            None => unescaped.push_str(piece),
        }
    }
    unescaped
}

/// What rustc escaped, because it would end the line.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next().map(|escaped| match escaped {
                'n' => '\n',
                'r' => '\r',
                other => other,
            })),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["", "(&[u8]) -> Result<u8, E>", "f(impl Iterator<Item = u8>)", "100 %\t=\n\\\"", "ä::x"]
        {
            let escaped = escaped(text);
            assert!(!escaped.contains(['=', '\t', '\n', '\\']), "{escaped}");
            assert_eq!(unescaped(&escaped), text);
        }
    }

    #[test]
    fn a_line_of_rustcs_is_a_descriptor() {
        let line = "# env-dep:amorsize-site-1\timgproc::blur\t12\trow_blur\t1\t.mean\t\t9f2c41d07a55\tserial\t\
                    (&[T], impl Fn(T) %3d) -> Vec<T>\tsrc\\\\nb=l\tur.rs";
        let descriptor = Descriptor::from_line(line).expect("a descriptor");
        let expected = Descriptor {
            module: "imgproc::blur".into(),
            line: 12,
            function: "row_blur".into(),
            generics: 1,
            part: ".mean".into(),
            key: String::new(),
            body: "9f2c41d07a55".into(),
            serial: true,
            signature: "(&[T], impl Fn(T) =) -> Vec<T>".into(),
            file: "src\\nb=l\tur.rs".into(),
        };
        assert_eq!(descriptor, expected);
        for other in ["", "# env-dep:CARGO_PKG_NAME=a", "src/lib.rs:", "# env-dep:amorsize-site-1\ta\tb"] {
            assert_eq!(Descriptor::from_line(other), None, "{other}");
        }
    }

    #[test]
    fn types_and_constants_are_counted() {
        for (sig, expected) in [
            ("fn f<'a>(xs: &'a [u8])", 0),
            ("fn f<T: Sync, const N: usize>(xs: &[[T; N]])", 2),
            ("fn f<T>(xs: &[T], by: impl Fn(&T) -> bool, and: &[impl Sync]) -> usize", 3),
        ] {
            let sig: Signature = syn::parse_str(sig).expect("a signature");
            assert_eq!(generics(&sig), expected);
        }
    }
}
