//! What the attribute would say of a function that does not have it, for tools that compile nothing.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Error, Expr, ExprBlock, ItemFn};

use crate::diag::{self, Mistakes};
use crate::shape::chain;
use crate::shape::words::Terminal;
use crate::shape::{Shape, Site as Found};
use crate::{args, depth, key, mark, plan};

/// What the attribute says of a function.
pub struct Answer {
    /// The chains and loops that it would split, in source order.
    pub sites: Vec<Site>,
    /// The compile errors that it would give; none where it accepts the function.
    pub mistakes: Vec<Error>,
    /// Why the other chains and loops stay as they are, whether that is a compile error or not.
    pub passed_by: Vec<Error>,
}

impl Answer {
    /// Whether the function could have the attribute as it stands.
    #[must_use]
    pub fn accepts(&self) -> bool {
        self.mistakes.is_empty()
    }
}

/// A chain or loop that would be split.
pub struct Site {
    /// All of it, with the spans that the function came with.
    pub whole: Expr,
    /// What every thread runs for its part: closures and the names of functions, or the body of the loop.
    pub kernel: Vec<Expr>,
}

/// Asks what `#[parallelize(options)]` would say. Never panics.
#[must_use]
pub fn ask(options: TokenStream, item: &ItemFn) -> Answer {
    let mut mistakes = Mistakes::default();
    if let Some(deep) = depth::too_deep(&item.to_token_stream()) {
        mistakes.add(diag::too_deep(deep));
        return Answer { sites: Vec::new(), mistakes: mistakes.into_errors(), passed_by: Vec::new() };
    }
    let args = args::read(options, &mut mistakes);
    let mut function = item.clone();
    mark::refuse(&mark::take(&mut function), &mut mistakes);
    let (signature, body) = (key::signature(&function.sig), key::body(&function));
    let (input, found) = crate::read(&mut function, args.is_reduced, &mut mistakes);
    let has_reduce = args.reduce.is_some();
    let sites = found.sites.iter().map(|found| site(found, has_reduce)).collect();
    let passed_by = found.refused.iter().map(|(error, _)| error.clone()).collect();
    plan::make(args, &input, found, signature, body, &mut mistakes);
    Answer { sites, mistakes: mistakes.into_errors(), passed_by }
}

fn site(found: &Found, has_reduce: bool) -> Site {
    match &found.shape {
        Shape::Chain(chain) => {
            let mut kernel = chain::kernel_arguments(chain.items());
            let runs_once = matches!(chain.terminal, Terminal::Ordered { .. }) && !has_reduce;
            if !runs_once {
                kernel.extend(&chain.call.args);
            }
            let kernel = kernel.into_iter().cloned().collect();
            Site { whole: Expr::MethodCall(chain.call.clone()), kernel }
        }
        Shape::Loop(found) => {
            let body = block(found.call.body.clone());
            let mut kernel: Vec<Expr> =
                chain::kernel_arguments(&found.call.expr).into_iter().cloned().collect();
            kernel.push(body);
            Site { whole: Expr::ForLoop(found.call.clone()), kernel }
        }
    }
}

fn block(block: Block) -> Expr {
    Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn asked(options: TokenStream, function: TokenStream) -> Answer {
        ask(options, &syn::parse2(function).unwrap())
    }

    fn texts(of: &[impl ToTokens]) -> Vec<String> {
        of.iter().map(|one| one.to_token_stream().to_string()).collect()
    }

    #[test]
    fn an_answer_has_the_sites_and_what_runs_in_them() {
        let answer = asked(
            quote! {},
            quote! { fn f(xs: &[u8], k: u8) -> u8 {
                let most = xs.iter().zip(ys(k).iter().map(h)).map(|x| g(x)).fold(0, |a, b| a | b);
                let mut n = 0;
                for x in xs { n += x; }
                most + n
            } },
        );
        assert!(answer.accepts());
        let kernels: Vec<Vec<String>> = answer.sites.iter().map(|site| texts(&site.kernel)).collect();
        assert_eq!(kernels, [vec!["h".to_owned(), "| x | g (x)".into()], vec!["{ n += x ; }".into()]]);
        assert!(answer.sites[1].whole.to_token_stream().to_string().starts_with("for x in xs"));
    }

    #[test]
    fn what_is_refused_is_said_as_the_attribute_says_it() {
        let scan = quote! { fn f(xs: &[u8]) -> Vec<u8> { xs.iter().scan(0, g).collect() } };
        let answer = asked(quote! {}, scan);
        assert!(!answer.accepts() && answer.sites.is_empty());
        assert!(answer.mistakes[0].to_string().starts_with("`scan`"), "{}", answer.mistakes[0]);
        // Beside something that is split it is no mistake.
        let beside = quote! { fn f(xs: &[u8]) -> usize {
            let ys: Vec<u8> = xs.iter().scan(0, g).collect();
            xs.iter().map(|x| h(x, &ys)).sum()
        } };
        let answer = asked(quote! {}, beside);
        assert!(answer.accepts() && answer.sites.len() == 1);
        assert_eq!(answer.passed_by.len(), 1);
        assert!(answer.passed_by[0].to_string().starts_with("`scan`"), "{}", answer.passed_by[0]);
    }

    #[test]
    fn options_count() {
        let fold = quote! { fn f(xs: &[u8]) -> Set { xs.iter().fold(Set::new(), add) } };
        assert!(!asked(quote! {}, fold.clone()).accepts());
        let answer = asked(quote! { reduce = join }, fold);
        assert!(answer.accepts());
        assert_eq!(texts(&answer.sites[0].kernel), ["Set :: new ()", "add"]);
    }
}
