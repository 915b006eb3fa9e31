//! rayon's chains, and the serial ones that the attribute would split in their place. It decides which word of rayon's
//! stands for which of std's, and which have none.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ItemFn, parse_quote};

/// A chain of rayon's, as it is written.
pub(crate) struct Parallel {
    /// All of it.
    pub(crate) span: Span,
    /// The word that makes it parallel: `par_iter`.
    pub(crate) head: Ident,
    /// `with_min_len(64)` and its like: what a person chose for all machines.
    pub(crate) lengths: Vec<ExprMethodCall>,
    /// What it goes over.
    pub(crate) base: Expr,
}

/// The chains of a function in source order. What is parallel within one belongs to it.
pub(crate) fn chains(function: &ItemFn) -> Vec<Parallel> {
    let mut search = Search(Vec::new());
    search.visit_block(&function.block);
    search.0
}

struct Search(Vec<Parallel>);

impl<'ast> Visit<'ast> for Search {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match parallel(expr) {
            Some(found) => self.0.push(found),
            None => visit::visit_expr(self, expr),
        }
    }

    /// A function inside the function counts for itself.
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The chain that an expression is. One that is handed on unfinished is none: what becomes of it is not seen here.
fn parallel(expr: &Expr) -> Option<Parallel> {
    let (mut head, mut ends, mut lengths, mut at) = (None, false, Vec::new(), expr);
    loop {
        match at {
            Expr::MethodCall(call) => {
                if is_head(&call.method) {
                    head = Some(call.method.clone());
                }
                ends |= head.is_none() && is_terminal(&call.method.to_string());
                if is_length(&call.method) {
                    lengths.insert(0, call.clone());
                }
                at = &call.receiver;
            }
            Expr::Paren(paren) => at = &paren.expr,
            Expr::Try(attempt) => at = &attempt.expr,
            _ => break,
        }
    }
    let head = head.filter(|_| ends)?;
    Some(Parallel { span: expr.span(), head, lengths, base: at.clone() })
}

/// Whether a chain is parallel, finished or not.
fn has_head(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => is_head(&call.method) || has_head(&call.receiver),
        Expr::Paren(paren) => has_head(&paren.expr),
        Expr::Try(attempt) => has_head(&attempt.expr),
        _ => false,
    }
}

/// Words that make a parallel chain of a collection.
fn is_head(word: &Ident) -> bool {
    const HEADS: &str = "par_iter par_iter_mut into_par_iter par_bridge par_chunks par_chunks_mut par_chunks_exact \
        par_chunks_exact_mut par_rchunks par_rchunks_mut par_rchunks_exact par_rchunks_exact_mut par_windows par_split \
        par_split_mut par_split_inclusive par_chunk_by par_chunk_by_mut par_drain";
    HEADS.split_whitespace().any(|head| word == head)
}

fn is_length(word: &Ident) -> bool {
    word == "with_min_len" || word == "with_max_len"
}

/// Whether the items of a chain with this head are references into what it goes over.
pub(crate) fn lends(head: &Ident) -> bool {
    head != "into_par_iter" && head != "par_bridge" && head != "par_drain"
}

/// What a chain comes to without rayon.
pub(crate) struct Serial {
    /// The function with the chain, and what is parallel within it, as std writes them.
    pub(crate) function: ItemFn,
    /// The chain.
    pub(crate) chain: Expr,
    /// What `reduce = ` has to say, where one is needed.
    pub(crate) reduce: Option<Expr>,
    /// Why a word has no serial twin.
    pub(crate) blocked: Option<String>,
}

/// The function with its chain of this number written serially; `base`, if given, stands for what the chain goes over.
pub(crate) fn serial(function: &ItemFn, number: usize, base: Option<&Ident>) -> Option<Serial> {
    let mut function = function.clone();
    let mut rewrite = Rewrite { left: number, base, done: None };
    rewrite.visit_block_mut(&mut function.block);
    let (chain, link) = rewrite.done?;
    Some(Serial { function, chain, reduce: link.reduce, blocked: link.blocked })
}

/// Counts down to the chain that is meant.
struct Rewrite<'a> {
    left: usize,
    base: Option<&'a Ident>,
    done: Option<(Expr, Link)>,
}

impl VisitMut for Rewrite<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.done.is_some() {
            return;
        }
        if parallel(expr).is_none() {
            visit_mut::visit_expr_mut(self, expr);
        } else if self.left > 0 {
            self.left -= 1;
        } else {
            if let Some(base) = self.base {
                *self::base(expr) = parse_quote! { #base };
            }
            let mut link = Link::default();
            link.link(expr);
            self.done = Some((expr.clone(), link));
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What a chain starts from: what stands before its first call.
fn base(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::MethodCall(call) => base(&mut call.receiver),
        Expr::Try(attempt) => base(&mut attempt.expr),
        other => other,
    }
}

/// Rewrites a chain call by call, and every chain within it.
#[derive(Default)]
struct Link {
    reduce: Option<Expr>,
    blocked: Option<String>,
}

/// What a receiver is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Nothing of rayon's.
    Plain,
    /// A parallel iterator.
    Parallel,
    /// One over the results of pieces.
    Folded,
}

impl VisitMut for Link {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // What stands in a `zip` needs no end.
        if has_head(expr) {
            self.link(expr);
        } else {
            visit_mut::visit_expr_mut(self, expr);
        }
    }
}

impl Link {
    fn link(&mut self, expr: &mut Expr) -> Flow {
        match expr {
            Expr::MethodCall(_) => {}
            Expr::Paren(paren) => return self.link(&mut paren.expr),
            Expr::Try(attempt) => return self.link(&mut attempt.expr),
            other => {
                visit_mut::visit_expr_mut(self, other);
                return Flow::Plain;
            }
        }
        let Expr::MethodCall(call) = expr else { return Flow::Plain };
        let flow = self.link(&mut call.receiver);
        call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        let (flow, keeps) = match flow {
            Flow::Plain if is_head(&call.method) => (Flow::Parallel, head(call)),
            Flow::Plain => (Flow::Plain, true),
            Flow::Parallel => self.adaptor(call),
            Flow::Folded => self.joined(call),
        };
        if !keeps {
            let receiver = (*call.receiver).clone();
            *expr = receiver;
        }
        flow
    }

    /// A call on a parallel iterator; false where std needs none.
    fn adaptor(&mut self, call: &mut ExprMethodCall) -> (Flow, bool) {
        let name = call.method.to_string();
        let arguments = call.args.len();
        let flow = if is_terminal(&name) { Flow::Plain } else { Flow::Parallel };
        match name.as_str() {
            "with_min_len" | "with_max_len" | "panic_fuse" | "by_exponential_blocks" | "by_uniform_blocks" => {
                return (Flow::Parallel, false);
            }
            "fold" | "fold_with" if arguments == 2 => {
                start(call);
                rename(call, "fold");
                return (Flow::Folded, true);
            }
            "reduce" if arguments == 2 => {
                self.reduce = call.args.last().cloned();
                start(call);
                rename(call, "fold");
            }
            "map_init" | "map_with" | "for_each_init" | "for_each_with" | "try_for_each_init" | "try_for_each_with" => {
                self.block(format!(
                    "`{name}` keeps a value per piece, and the attribute has no such thing; make it for each element inside the closure, or keep rayon here"
                ));
            }
            "try_fold" | "try_fold_with" | "try_reduce" | "try_reduce_with" => self.block(format!(
                "`{name}` of rayon has no serial twin; collect into `Result<Vec<_>, _>` and join that behind it"
            )),
            _ => {
                if let Some(serial) = twin(&name) {
                    rename(call, serial);
                }
            }
        }
        (flow, true)
    }

    /// A call on the results of pieces: `fold(..).reduce(..)` is a `fold`, and a `reduce` of the attribute's.
    fn joined(&mut self, call: &ExprMethodCall) -> (Flow, bool) {
        match (call.method.to_string().as_str(), call.args.len()) {
            ("reduce", 2) => self.reduce = call.args.last().cloned(),
            ("reduce_with", 1) => self.reduce = call.args.first().cloned(),
            _ => self.block(
                "rayon's `fold` gives one result per piece here; end it in `.reduce(..)`, or fold behind a `.map(..)`"
                    .to_owned(),
            ),
        }
        (Flow::Plain, false)
    }

    fn block(&mut self, why: String) {
        self.blocked.get_or_insert(why);
    }
}

/// The head of a chain; false where std needs none.
fn head(call: &mut ExprMethodCall) -> bool {
    let name = call.method.to_string();
    if name == "par_bridge" {
        return false;
    }
    let is_range = |expr: &Expr| match expr {
        Expr::Paren(paren) => matches!(*paren.expr, Expr::Range(_)),
        other => matches!(other, Expr::Range(_)),
    };
    if name == "into_par_iter" && is_range(&call.receiver) {
        return false;
    }
    rename(call, &name.replacen("par_", "", 1));
    true
}

fn rename(call: &mut ExprMethodCall, name: &str) {
    call.method = Ident::new(name, call.method.span());
}

/// `|| start` → `start`, `Vec::new` → `Vec::new()`; `fold_with` has the value itself.
fn start(call: &mut ExprMethodCall) {
    if call.method == "fold_with" {
        return;
    }
    if let Some(first) = call.args.first_mut() {
        *first = match &*first {
            Expr::Closure(closure) if closure.inputs.is_empty() => (*closure.body).clone(),
            other => parse_quote! { #other() },
        };
    }
}

/// What std calls it.
fn twin(name: &str) -> Option<&'static str> {
    Some(match name {
        "find_any" | "find_first" => "find",
        "find_last" => "rfind",
        "find_map_any" | "find_map_first" => "find_map",
        "position_any" | "position_first" => "position",
        "position_last" => "rposition",
        "flat_map_iter" => "flat_map",
        "flatten_iter" => "flatten",
        "reduce_with" => "reduce",
        "zip_eq" => "zip",
        _ => return None,
    })
}

/// Whether a method of rayon's iterators ends the chain.
fn is_terminal(name: &str) -> bool {
    const TERMINALS: &str = "for_each for_each_with for_each_init try_for_each try_for_each_with try_for_each_init collect \
        collect_into_vec unzip_into_vecs collect_vec_list sum product min max min_by max_by min_by_key max_by_key count any \
        all find_any find_first find_last find_map_any find_map_first find_map_last position_any position_first \
        position_last partition partition_map unzip reduce reduce_with try_reduce try_reduce_with cmp partial_cmp eq ne lt \
        le gt ge";
    TERMINALS.split_whitespace().any(|terminal| terminal == name)
}

/// The words of a chain, closures left out: `cells.iter_mut().enumerate().for_each(..)`.
pub(crate) fn skeleton(chain: &Expr) -> String {
    match chain {
        Expr::MethodCall(call) => {
            let arguments: Vec<String> = call.args.iter().map(short).collect();
            format!("{}.{}({})", skeleton(&call.receiver), call.method, arguments.join(", "))
        }
        Expr::Paren(paren) => format!("({})", skeleton(&paren.expr)),
        Expr::Try(attempt) => format!("{}?", skeleton(&attempt.expr)),
        other => written(other, 48),
    }
}

/// A number or a name as it is, anything longer as `..`.
fn short(argument: &Expr) -> String {
    match argument {
        Expr::Lit(_) | Expr::Path(_) => written(argument, 24),
        Expr::MethodCall(call) if call.args.is_empty() => skeleton(argument),
        Expr::Call(call) if call.args.is_empty() => format!("{}()", written(&call.func, 24)),
        _ => "..".to_owned(),
    }
}

/// An expression as its file has it, in one line; `..` where that is too long.
pub(crate) fn written(expr: &Expr, longest: usize) -> String {
    let text =
        expr.span().source_text().unwrap_or_else(|| quote::ToTokens::to_token_stream(expr).to_string());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".");
    if text.chars().count() > longest { "..".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(body: &str, expected: &Expect) {
        let function: ItemFn = syn::parse_str(&format!("fn f() {{ {body} }}")).unwrap();
        let mut said = String::new();
        for (number, chain) in chains(&function).iter().enumerate() {
            let serial = serial(&function, number, None).unwrap();
            said.extend([chain.head.to_string(), ": ".to_owned(), skeleton(&serial.chain)]);
            let reduce = serial.reduce.iter().map(|join| format!("; reduce = {}", written(join, 48)));
            said.extend(reduce);
            said.extend(chain.lengths.iter().map(|call| format!("; {}", call.method)));
            said.extend(serial.blocked.map(|why| format!("; {why}")));
            said += "\n";
        }
        expected.assert_eq(&said);
    }

    #[test]
    fn words_of_rayon_become_words_of_std() {
        check(
            "a.par_iter().zip(b.par_iter()).map(|(x, y)| x * y).with_min_len(64).sum::<f64>();
             self.rows.par_chunks_mut(w).enumerate().for_each(|(y, row)| row.par_iter_mut().for_each(g));
             let n = (0..n).into_par_iter().map(f).reduce(|| 0, |a, b| a + b);
             let v: Vec<_> = names().into_par_iter().flat_map_iter(f).collect::<Result<_, _>>()?;
             xs.iter().par_bridge().find_any(|x| good(x)).is_some()",
            &expect![[r#"
                par_iter: a.iter().zip(b.iter()).map(..).sum(); with_min_len
                par_chunks_mut: self.rows.chunks_mut(w).enumerate().for_each(..)
                into_par_iter: (0..n).map(f).fold(0, ..); reduce = |a, b| a + b
                into_par_iter: names().into_iter().flat_map(f).collect()?
                par_bridge: xs.iter().find(..).is_some()
            "#]],
        );
    }

    #[test]
    fn a_fold_needs_its_reduce() {
        check(
            "xs.par_iter().fold(Set::new, add).reduce(Set::new, join);
             xs.par_iter().fold(|| 0, add).sum::<u32>();
             xs.par_iter().map_init(rng, draw).collect()",
            &expect![[r#"
                par_iter: xs.iter().fold(Set::new(), add); reduce = join
                par_iter: xs.iter().fold(0, add); rayon's `fold` gives one result per piece here; end it in `.reduce(..)`, or fold behind a `.map(..)`
                par_iter: xs.iter().map_init(rng, draw).collect(); `map_init` keeps a value per piece, and the attribute has no such thing; make it for each element inside the closure, or keep rayon here
            "#]],
        );
    }

    #[test]
    fn what_a_chain_goes_over_can_be_given_a_name() {
        let function: ItemFn =
            syn::parse_str("fn f(&self) { g(xs.par_iter()); pool(|| self.xs.par_iter().for_each(g)); }")
                .unwrap();
        let named = serial(&function, 0, Some(&Ident::new("xs", Span::call_site()))).unwrap();
        assert_eq!(skeleton(&named.chain), "xs.iter().for_each(g)");
    }
}
