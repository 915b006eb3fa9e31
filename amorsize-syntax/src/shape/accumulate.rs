//! Accumulators: outer variables that a loop's body only adds to, fills or sets. What each part does to such a variable
//! can be put into it afterwards, in index order. A variable that is mentioned in any other way is none.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block, Expr, ExprAssign, ExprIf, ExprMethodCall, Stmt, UnOp, parse_quote};

use crate::shape::{each, exits, scan, words};

/// An outer variable that parts change apart.
pub(crate) struct Accumulator {
    /// Its name, as first mentioned in the body.
    pub(crate) name: Ident,
    /// What is done to it.
    pub(crate) kind: Kind,
    /// What is set together with it.
    pub(crate) notes: Vec<Ident>,
}

/// What a body does to an accumulator, and the runtime's word for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `s += x` and its like; the runtime's function.
    Operator(&'static str),
    /// `out.push(x)`.
    Fill,
    /// `map.insert(k, v);`.
    Insert,
    /// `last = x`.
    Set,
    /// `m = m.max(x)`.
    Extreme(&'static str),
    /// `if x > best { best = x }`.
    Best(&'static str),
}

impl Kind {
    /// The runtime's function for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Operator(word) | Self::Extreme(word) | Self::Best(word) => word,
            Self::Fill => "grown",
            Self::Insert => "inserted",
            Self::Set => "set",
        }
    }
}

/// One use of a variable in a body.
#[derive(PartialEq, Eq)]
enum Use {
    Of(Kind),
    /// Set in the branch that replaces the best value of another variable.
    Noted(String),
}

/// What is known of a name's uses so far.
struct Seen {
    name: Ident,
    /// `None` once two uses contradict each other.
    using: Option<Use>,
    /// Mentions that the uses account for.
    mentions: usize,
}

/// The accumulators of a loop's body; `inside` are names that it binds itself, `muts` those that the function may change.
pub(crate) fn read(body: &Block, inside: &HashSet<String>, muts: &HashSet<String>) -> Vec<Accumulator> {
    let mut uses = Uses { seen: BTreeMap::new(), sets: BTreeMap::new() };
    uses.visit_block(body);
    let tokens = body.to_token_stream();
    let is_whole = |name: &String, seen: &Seen| {
        muts.contains(name)
            && !inside.contains(name)
            && scan::mentions(&tokens, name).len() == seen.mentions
            && seen.using.is_some()
    };
    uses.seen.retain(|name, seen| is_whole(name, seen));
    let mut found: Vec<Accumulator> = Vec::new();
    for seen in uses.seen.values() {
        if let Some(Use::Of(kind)) = seen.using {
            found.push(Accumulator { name: seen.name.clone(), kind, notes: Vec::new() });
        }
    }
    for seen in uses.seen.values() {
        if let Some(Use::Noted(best)) = &seen.using {
            let with = found.iter_mut().find(|one| one.name == *best && matches!(one.kind, Kind::Best(_)));
            if let Some(with) = with {
                with.notes.push(seen.name.clone());
            }
        }
    }
    // What is noted beside something that is no accumulator after all would be left with a value of its own.
    let noted_elsewhere =
        |one: &Accumulator| uses.noted_beside(&one.name, &one.notes) || uses.differ(&one.name);
    found.retain(|one| !noted_elsewhere(one));
    found
}

/// The names of accumulators and of what is noted beside them.
pub(crate) fn names(accumulators: &[Accumulator]) -> HashSet<String> {
    let names = accumulators.iter().flat_map(|one| one.notes.iter().chain([&one.name]));
    names.map(ToString::to_string).collect()
}

/// The body for a part: assignments to variables that are only set become `Some`, `s = s + x` becomes `s += x`.
pub(crate) fn for_part(body: &Block, accumulators: &[Accumulator]) -> Block {
    struct Rewrite<'a>(&'a [Accumulator]);
    impl VisitMut for Rewrite<'_> {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            let Expr::Assign(assign) = expr else { return };
            let Some(name) = plain(&assign.left) else { return };
            let is = |kind: Kind| self.0.iter().any(|one| one.name == *name && one.kind == kind);
            if is(Kind::Set) {
                let right = &assign.right;
                *assign.right = parse_quote! { ::core::option::Option::Some(#right) };
            } else if let Some((operator, operand)) = stepwise(assign) {
                let left = &assign.left;
                *expr = match operator {
                    "multiplied" => parse_quote! { #left *= #operand },
                    _ => parse_quote! { #left += #operand },
                };
            }
        }
    }
    let mut body = body.clone();
    Rewrite(accumulators).visit_block_mut(&mut body);
    body
}

struct Uses {
    seen: BTreeMap<String, Seen>,
    /// What is set together, wherever a best value is replaced.
    sets: BTreeMap<String, Vec<BTreeSet<String>>>,
}

impl Uses {
    fn note(&mut self, name: &Ident, using: Use, mentions: usize) {
        let seen = self.seen.entry(name.to_string()).or_insert_with(|| Seen {
            name: name.clone(),
            using: None,
            mentions: 0,
        });
        if seen.mentions == 0 {
            seen.using = Some(using);
        } else if seen.using.as_ref() != Some(&using) {
            seen.using = None;
        }
        seen.mentions += mentions;
    }

    /// Whether something is set beside `best` that is not among its notes.
    fn noted_beside(&self, best: &Ident, notes: &[Ident]) -> bool {
        self.seen.values().any(|seen| {
            matches!(&seen.using, Some(Use::Noted(with)) if best == with) && !notes.contains(&seen.name)
        })
    }

    /// Whether something else is set in one place that replaces `best` than in another: the parts would mix the two.
    fn differ(&self, best: &Ident) -> bool {
        self.sets.get(&best.to_string()).is_some_and(|sets| sets.iter().any(|set| *set != sets[0]))
    }

    /// `if x > best { best = x; at = i; }`, and nothing else in it; true if it is that.
    fn best(&mut self, choice: &ExprIf) -> bool {
        if choice.else_branch.is_some() {
            return false;
        }
        let mut conditions = Vec::new();
        conjuncts(&choice.cond, &mut conditions);
        let Some(assigned) = assignments(&choice.then_branch) else { return false };
        let compared = conditions.iter().enumerate().find_map(|(at, condition)| {
            let replaces =
                |one: &Comparison| assigned.iter().any(|(name, to)| *name == one.best && one.is_by(to));
            comparisons(condition).into_iter().find(replaces).map(|one| (at, one))
        });
        let Some((at, Comparison { best, word, value, .. })) = compared else { return false };
        // Neither the values nor the other conditions may read what is kept.
        let free = |expr: &Expr| {
            let tokens = expr.to_token_stream();
            assigned.iter().all(|(name, _)| scan::mention(&tokens, &name.to_string()).is_none())
        };
        let mut others =
            conditions.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| *other);
        if !free(value) || !assigned.iter().all(|(_, to)| free(to)) || !others.all(free) {
            return false;
        }
        // A part comes to elements better than any before them in the part, not in the whole: what is looked at then
        // must not leave the loop.
        let behind = conditions[at + 1..].iter().copied().chain(assigned.iter().map(|(_, to)| *to));
        if behind.into_iter().any(|expr| exits::leaves(expr).is_some() || each::hides_exits(expr)) {
            return false;
        }
        let with: BTreeSet<String> = assigned.iter().map(|(name, _)| name.to_string()).collect();
        self.sets.entry(best.to_string()).or_default().push(with);
        self.note(best, Use::Of(Kind::Best(word)), 2);
        for (name, _) in assigned.iter().filter(|(name, _)| *name != best) {
            self.note(name, Use::Noted(best.to_string()), 1);
        }
        true
    }

    /// `map.insert(k, v);` as a statement: what it returns is not asked for.
    fn insertion(&mut self, stmt: &Stmt) {
        let Stmt::Expr(Expr::MethodCall(call), Some(_)) = stmt else { return };
        if call.method == "insert" {
            if let Some(name) = plain(&call.receiver) {
                self.note(name, Use::Of(Kind::Insert), 1);
            }
        }
    }

    fn method(&mut self, call: &ExprMethodCall) {
        if words::appends(&call.method.to_string()) {
            if let Some(name) = plain(&call.receiver) {
                self.note(name, Use::Of(Kind::Fill), 1);
            }
        }
    }

    fn assignment(&mut self, assign: &ExprAssign) {
        let Some(name) = plain(&assign.left) else { return };
        if let Some((operator, _)) = stepwise(assign) {
            self.note(name, Use::Of(Kind::Operator(operator)), 2);
        } else if let Some(extreme) = extreme(name, &assign.right) {
            self.note(name, Use::Of(Kind::Extreme(extreme)), 2);
        } else {
            self.note(name, Use::Of(Kind::Set), 1);
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // All of it is accounted for. How often a variable is changed inside it depends on the best value so far: that
            // one is none.
            Expr::If(choice) if self.best(choice) => return,
            Expr::Binary(binary) => {
                if let (Some(word), Some(name)) = (operator(binary.op), plain(&binary.left)) {
                    self.note(name, Use::Of(Kind::Operator(word)), 1);
                }
            }
            Expr::Assign(assign) => self.assignment(assign),
            Expr::MethodCall(call) => self.method(call),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        self.insertion(stmt);
        visit::visit_stmt(self, stmt);
    }
}

/// The variable that an expression is.
fn plain(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Paren(paren) => plain(&paren.expr),
        _ => None,
    }
}

/// The runtime's word for an operator that changes its left side.
fn operator(op: BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::AddAssign(_) => "added",
        BinOp::SubAssign(_) => "subtracted",
        BinOp::MulAssign(_) => "multiplied",
        BinOp::BitAndAssign(_) => "anded",
        BinOp::BitOrAssign(_) => "ored",
        BinOp::BitXorAssign(_) => "xored",
        _ => return None,
    })
}

/// `s = s + x` and `s = s * x`: the operator's word and the operand.
fn stepwise(assign: &ExprAssign) -> Option<(&'static str, &Expr)> {
    let Expr::Binary(binary) = &*assign.right else { return None };
    let word = match binary.op {
        BinOp::Add(_) => "added",
        BinOp::Mul(_) => "multiplied",
        _ => return None,
    };
    (plain(&assign.left)? == plain(&binary.left)?).then_some((word, &*binary.right))
}

/// `m.max(x)` of the variable `m`.
fn extreme(name: &Ident, value: &Expr) -> Option<&'static str> {
    let Expr::MethodCall(call) = value else { return None };
    let word = match call.method.to_string().as_str() {
        "max" => "maximum",
        "min" => "minimum",
        _ => return None,
    };
    (call.args.len() == 1 && plain(&call.receiver)? == name).then_some(word)
}

/// The parts of `a && b && c`.
fn conjuncts<'a>(condition: &'a Expr, found: &mut Vec<&'a Expr>) {
    match condition {
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
            conjuncts(&binary.left, found);
            conjuncts(&binary.right, found);
        }
        Expr::Paren(paren) => conjuncts(&paren.expr, found),
        other => found.push(other),
    }
}

/// `x > best`, as a question whether `best` is to be replaced.
struct Comparison<'a> {
    best: &'a Ident,
    /// The runtime's word.
    word: &'static str,
    value: &'a Expr,
    /// The variable stands behind a `&`, so the value is a reference.
    by_ref: bool,
}

impl Comparison<'_> {
    /// Whether the variable is replaced by the value that it was compared with.
    fn is_by(&self, to: &Expr) -> bool {
        match to {
            Expr::Unary(unary) if self.by_ref && matches!(unary.op, UnOp::Deref(_)) => {
                same(&unary.expr, self.value)
            }
            _ => !self.by_ref && same(to, self.value),
        }
    }
}

/// What a condition may compare, either way round. Strict alone: of equal values the first stays.
fn comparisons(condition: &Expr) -> Vec<Comparison<'_>> {
    let Expr::Binary(binary) = condition else { return Vec::new() };
    let (left, right) = (&*binary.left, &*binary.right);
    let (above, below) = match binary.op {
        BinOp::Gt(_) => (left, right),
        BinOp::Lt(_) => (right, left),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (variable, value, word) in [(below, above, "most"), (above, below, "least")] {
        let (by_ref, variable) = match variable {
            Expr::Reference(reference) if reference.mutability.is_none() => (true, &*reference.expr),
            other => (false, other),
        };
        if let Some(best) = plain(variable) {
            found.push(Comparison { best, word, value, by_ref });
        }
    }
    found
}

/// The assignments that a block consists of.
fn assignments(block: &Block) -> Option<Vec<(&Ident, &Expr)>> {
    block
        .stmts
        .iter()
        .map(|stmt| match stmt {
            Stmt::Expr(Expr::Assign(assign), _) => Some((plain(&assign.left)?, &*assign.right)),
            _ => None,
        })
        .collect()
}

/// Whether two expressions are written alike.
fn same(a: &Expr, b: &Expr) -> bool {
    let text = |expr: &Expr| -> TokenStream { expr.to_token_stream() };
    text(a).to_string() == text(b).to_string()
}
