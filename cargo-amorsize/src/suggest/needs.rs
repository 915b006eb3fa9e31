//! What the compiler asks for once a function is split, as far as the signature tells: elements and what is read beside
//! them go to other threads. It decides nothing about traits that bring `Sync` with them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, FnArg, GenericParam, ItemFn, Macro, Pat, ReturnType, Type};

/// Bounds that are missing in the signature as it is written: `T: Sync`.
pub(crate) fn of<'a>(item: &ItemFn, kernels: impl Iterator<Item = &'a Expr>) -> Vec<String> {
    let kernels: TokenStream = kernels.map(ToTokens::to_token_stream).collect();
    let (mut shared, mut moved, mut needs) = (TokenStream::new(), TokenStream::new(), Vec::new());
    for argument in &item.sig.inputs {
        let FnArg::Typed(typed) = argument else { continue };
        let Pat::Ident(name) = &*typed.pat else { continue };
        let is_slice = amorsize_syntax::is_slice(&typed.ty);
        if !is_slice && !mentions(&kernels, &name.ident.to_string()) {
            continue;
        }
        let is_exclusive = matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_some());
        let of_kind = if is_exclusive { &mut moved } else { &mut shared };
        typed.ty.to_tokens(of_kind);
        let text = typed.ty.to_token_stream();
        if (mentions(&text, "dyn") || mentions(&text, "impl")) && !mentions(&text, "Sync") {
            needs.push(format!("`+ Sync` in the type of `{}`", name.ident));
        }
    }
    if let ReturnType::Type(_, ty) = &item.sig.output {
        ty.to_tokens(&mut moved);
    }
    for parameter in &item.sig.generics.params {
        let GenericParam::Type(parameter) = parameter else { continue };
        let name = parameter.ident.to_string();
        let bounds = bounds(item, &name);
        for (tokens, bound) in [(&shared, "Sync"), (&moved, "Send")] {
            if mentions(tokens, &name) && !mentions(&bounds, bound) {
                needs.push(format!("`{name}: {bound}`"));
            }
        }
    }
    needs
}

/// Everything that a signature says of a type parameter.
fn bounds(item: &ItemFn, name: &str) -> TokenStream {
    let generics = &item.sig.generics;
    let declared = generics.type_params().filter(|parameter| parameter.ident == name);
    let declared = declared.map(|parameter| parameter.bounds.to_token_stream());
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let clauses = clauses.map(ToTokens::to_token_stream).filter(|clause| mentions(clause, name));
    declared.chain(clauses).collect()
}

/// Whether rustc would refuse the split whatever is written beside it: what the function takes may not be read by two
/// threads, or its kernels change what the caller lent, or they read and write files.
pub(crate) fn is_hopeless<'a>(item: &ItemFn, kernels: impl Iterator<Item = &'a Expr> + Clone) -> bool {
    const ONE_THREAD: [&str; 6] = ["Rc", "Cell", "RefCell", "OnceCell", "UnsafeCell", "NonNull"];
    let mut touches = Touches::default();
    kernels.clone().for_each(|kernel| touches.visit_expr(kernel));
    let tokens: TokenStream = kernels.map(ToTokens::to_token_stream).collect();
    let of_parameter = |argument: &FnArg| match argument {
        FnArg::Typed(typed) => {
            let ty = typed.ty.to_token_stream();
            let lent = matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_some());
            let name = match &*typed.pat {
                Pat::Ident(name) => name.ident.to_string(),
                _ => String::new(),
            };
            let changes = lent && !amorsize_syntax::is_slice(&typed.ty) && mentions(&tokens, &name);
            changes || ONE_THREAD.iter().any(|name| mentions(&ty, name)) || has_pointer(&ty)
        }
        // A field may be read, a method most often changes something.
        FnArg::Receiver(receiver) => {
            let text = receiver.to_token_stream();
            mentions(&text, "mut") && touches.calls_self
        }
    };
    touches.files || item.sig.inputs.iter().any(of_parameter)
}

/// What a kernel does that no other thread may do with it.
#[derive(Default)]
struct Touches {
    /// Calls a method of `self` or of something in it.
    calls_self: bool,
    /// Reads or writes a stream, line by line.
    files: bool,
}

impl<'ast> Visit<'ast> for Touches {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let mut at = &*call.receiver;
        while let Expr::Field(field) = at {
            at = &field.base;
        }
        self.calls_self |= matches!(at, Expr::Path(path) if path.path.is_ident("self"));
        self.files |= is_stream(&call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let name = match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        self.files |= name.is_some_and(|name| is_stream(&name));
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        const PRINT: [&str; 6] = ["print", "println", "eprint", "eprintln", "write", "writeln"];
        let name = call.path.segments.last().map(|last| last.ident.to_string());
        self.files |= name.is_some_and(|name| PRINT.contains(&name.as_str()));
    }
}

fn is_stream(name: &str) -> bool {
    ["read_", "write_", "flush_", "poll_"].iter().any(|beginning| name.starts_with(beginning))
        || name == "flush"
}

/// `*const T` or `*mut T`.
fn has_pointer(ty: &TokenStream) -> bool {
    let mut after_star = false;
    ty.clone().into_iter().any(|token| {
        let found = match &token {
            TokenTree::Ident(word) => after_star && (word == "const" || word == "mut"),
            TokenTree::Group(group) => has_pointer(&group.stream()),
            _ => false,
        };
        after_star = matches!(&token, TokenTree::Punct(star) if star.as_char() == '*');
        found
    })
}

fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_other_threads_is_asked_for() {
        for (signature, kernel, expected) in [
            ("fn f(xs: &[u8], k: &K)", "|x| x + k", "[]"),
            ("fn f<T: Copy>(xs: &[T]) -> Vec<T>", "|x| *x", r#"["`T: Sync`", "`T: Send`"]"#),
            ("fn f<T>(xs: &mut [T]) where T: Copy + Send", "{ g(x) }", "[]"),
            ("fn f<T, G: Fn(&T) -> u8>(xs: &[T], g: G)", "|x| g(x)", r#"["`T: Sync`", "`G: Sync`"]"#),
            ("fn f<G: Fn()>(xs: &[u8], g: G)", "|x| x + 1", "[]"),
            ("fn f(xs: &[u8], g: &dyn Fn(u8) -> u8)", "|x| g(*x)", r#"["`+ Sync` in the type of `g`"]"#),
        ] {
            let item: ItemFn = syn::parse_str(&format!("{signature} {{}}")).unwrap();
            let kernel: Expr = syn::parse_str(kernel).unwrap();
            assert_eq!(format!("{:?}", of(&item, [&kernel].into_iter())), expected, "{signature}");
        }
        for (signature, kernel, expected) in [
            ("fn f(xs: &[Rc<u8>])", "{}", true),
            ("fn f(xs: &[u8], k: *const K)", "{}", true),
            ("fn f(xs: &[Vec<*mut u8>])", "{}", true),
            ("fn f(xs: &[Arc<u8>], g: &Vec<u8>)", "|x| g[x]", false),
            ("fn f(xs: &[u8], out: &mut Image)", "{ draw(out, x); }", true),
            ("fn f(xs: &[u8], out: &mut Image)", "|x| x + 1", false),
            ("fn f(xs: &[u8], ys: &mut [u8])", "{ ys[i] = xs[i]; }", false),
            ("fn f(&mut self, xs: &[u8])", "{ self.out.push(x); }", true),
            ("fn f(&mut self, xs: &[u8])", "|x| x + self.k", false),
            ("fn f(&self, xs: &[u8])", "|x| self.g(x)", false),
            ("fn f(xs: &[u8])", "|x| writeln!(w, x)", true),
            ("fn f(xs: &[u8])", "|x| read_entry(w, x)", true),
        ] {
            let item: ItemFn = syn::parse_str(&format!("{signature} {{}}")).unwrap();
            let kernel: Expr = syn::parse_str(kernel).unwrap();
            assert_eq!(is_hopeless(&item, [&kernel].into_iter()), expected, "{signature}");
        }
    }
}
