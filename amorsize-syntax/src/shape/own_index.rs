//! Index loops: `for i in a..b { dst[i] = .. src[i - 1] .. }`. Decides which slices are changed at the loop's own index and
//! nowhere else, so that they can be cut where the range is; every other slice stays whole. A range loop that changes no
//! slice is no site of this kind.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprForLoop, ExprMethodCall, Item, Pat, PatIdent, Stmt, UseTree, parse_quote};

use crate::diag;
use crate::input::Slice;
use crate::shape::changes::{Changes, Within};
use crate::shape::each::Each;
use crate::shape::exits::Exits;
use crate::shape::mentions::{Elsewhere, Mentions};
use crate::shape::scan::{Bound, Prints};
use crate::shape::{Reader, Weight, chain, scan, words};

/// What of an index loop is cut.
pub(crate) struct Own {
    /// The slices that are changed at the loop's own index.
    pub(crate) slices: Vec<Slice>,
    /// The loop's variable.
    pub(crate) index: Ident,
    /// Where it is an index; `None` where it is converted each time, `dst[i as usize]`.
    pub(crate) bare: Option<Span>,
    /// Whether a further `&mut` slice is read, and so stays lent.
    pub(crate) reads_mut: bool,
}

/// What a loop over a range comes to.
pub(crate) enum Verdict {
    /// Slices are changed at its own index, and nothing else is.
    Own(Own),
    /// Something that a part cannot do alone.
    Refused(Vec<syn::Error>, Weight),
    /// Changes no slice.
    Nothing,
}

/// Reads a loop over a range with `calls` behind it; `kept` are variables that parts may change apart.
pub(crate) fn read(
    for_loop: &ExprForLoop,
    calls: &[&ExprMethodCall],
    kept: &HashSet<String>,
    reader: &Reader,
) -> Verdict {
    let Pat::Ident(pattern) = &*for_loop.pat else { return Verdict::Nothing };
    let index = pattern.ident.to_string();
    let body = &for_loop.body;
    if let Some(error) = no_slice(&index, body, reader) {
        return Verdict::Refused(vec![error], Weight::Head);
    }
    let mut found = Own { slices: Vec::new(), index: pattern.ident.clone(), bare: None, reads_mut: false };
    let (mut changes, mut errors, mut weight) = (false, Vec::new(), Weight::Hint);
    for slice in slices(reader) {
        let name = slice.name.to_string();
        let mentions = Mentions::of(&name, &index, body);
        if mentions.elsewhere.is_empty() && !mentions.own {
            continue;
        }
        if let Some(at) = rebinding(body, &slice.name) {
            errors.push(diag::another_meaning(at, &slice.name));
        } else if let Some(guilty) = guilty(&mentions) {
            let is_meant = mentions.own_changed || guilty.near;
            weight = weight.max(if is_meant { Weight::Head } else { Weight::Hint });
            errors.push(diag::elsewhere(&slice.name, &pattern.ident, guilty));
        } else if !mentions.elsewhere.is_empty() {
            found.reads_mut = true;
        } else {
            changes |= mentions.own_changed;
            found.bare = found.bare.or(mentions.bare);
            found.slices.push(slice.clone());
        }
    }
    if !errors.is_empty() {
        return Verdict::Refused(errors, weight);
    }
    if !changes {
        return Verdict::Nothing;
    }
    let errors = mistakes(for_loop, pattern, &found, calls, kept, reader);
    if errors.is_empty() { Verdict::Own(found) } else { Verdict::Refused(errors, Weight::Head) }
}

/// What the names of `&mut` slices stand for here.
fn slices<'a>(reader: &'a Reader) -> impl Iterator<Item = &'a Slice> {
    let variables = &reader.variables;
    let latest = variables
        .iter()
        .enumerate()
        .filter(|(number, slice)| variables[number + 1..].iter().all(|later| later.name != slice.name));
    let is_free = |slice: &&Slice| variables.iter().all(|variable| variable.name != slice.name);
    let parameters = reader.input.slices.iter().filter(is_free);
    latest.map(|(_, slice)| slice).chain(parameters).filter(|slice| slice.is_mut())
}

/// The mention that says best why a slice cannot be cut: one that changes it, or, where it is changed at the loop's own
/// index, any other.
fn guilty<'a>(mentions: &'a Mentions) -> Option<&'a Elsewhere> {
    let changing = mentions.elsewhere.iter().find(|mention| mention.changed);
    changing.or_else(|| mentions.elsewhere.first().filter(|_| mentions.own_changed))
}

/// A parameter that is changed like a slice and is none.
fn no_slice(index: &str, body: &Block, reader: &Reader) -> Option<syn::Error> {
    reader.input.others.iter().filter(|other| other.name != "self").find_map(|other| {
        let name = &other.name;
        let (error, weight) = chain::no_slice(&parse_quote! { #name }, reader)?;
        let is_changed = || Mentions::of(&name.to_string(), index, body).own_changed;
        (weight == Weight::Head && other.is_mut() && is_changed()).then_some(error)
    })
}

/// Everything that is wrong with a loop whose slices can be cut.
fn mistakes(
    for_loop: &ExprForLoop,
    pattern: &PatIdent,
    found: &Own,
    calls: &[&ExprMethodCall],
    kept: &HashSet<String>,
    reader: &Reader,
) -> Vec<syn::Error> {
    let body = &for_loop.body;
    let first = found.slices.first().map(|slice| &slice.name);
    let mut errors: Vec<syn::Error> = Vec::new();
    for slice in &found.slices {
        errors.extend(reader.shadows.get(&slice.name.to_string()).map(diag::shadowed));
    }
    errors.extend(rebinding(body, &found.index).map(|at| diag::another_meaning(at, &found.index)));
    if let (Some(word), Some(slice)) = (&pattern.mutability, first) {
        errors.push(diag::changing_index(word.span, &found.index, slice));
    }
    errors.extend(calls.first().zip(first).map(|(call, slice)| diag::not_every_index(&call.method, slice)));

    let mut exits = Exits::new(for_loop.label.as_ref(), first, reader.input.output.as_ref());
    exits.visit_block(body);
    errors.extend(exits.found.into_iter().map(|(_, error)| error));

    let mut bound = Bound::default();
    bound.visit_expr_for_loop(for_loop);
    bound.names.extend(found.slices.iter().map(|slice| slice.name.to_string()));
    bound.names.extend(kept.iter().cloned());
    let mut changes = Changes::new(reader, Within::Loop, &bound.names);
    changes.in_block(body);
    errors.extend(changes.errors);

    let mut prints = Prints::default();
    prints.visit_block(body);
    errors.extend(prints.errors);
    errors
}

/// Where the body may give a name another meaning: a pattern, an item, or a macro that could hold one of these.
fn rebinding(body: &Block, name: &Ident) -> Option<Span> {
    let mut search = Rebinding { name: name.to_string(), at: None };
    search.visit_block(body);
    search.at
}

struct Rebinding {
    name: String,
    at: Option<Span>,
}

impl Rebinding {
    fn may_bind(&mut self, call: &syn::Macro) {
        if let Some(at) = scan::mention(&call.tokens, &self.name) {
            self.at.get_or_insert(at);
        }
    }

    fn imports(&self, tree: &UseTree) -> Option<Span> {
        match tree {
            UseTree::Path(path) => self.imports(&path.tree),
            UseTree::Name(name) => (name.ident == self.name).then(|| name.ident.span()),
            UseTree::Rename(rename) => (rename.rename == self.name).then(|| rename.rename.span()),
            UseTree::Glob(glob) => Some(glob.star_token.spans[0]),
            UseTree::Group(group) => group.items.iter().find_map(|tree| self.imports(tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Rebinding {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        if pattern.ident == self.name {
            self.at.get_or_insert(pattern.ident.span());
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Macro(pattern) = pattern {
            self.may_bind(&pattern.mac);
        }
        visit::visit_pat(self, pattern);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Macro(stmt) = stmt {
            let name = stmt.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            if !words::takes_expressions(&name) && !words::logs(&name) {
                self.may_bind(&stmt.mac);
            }
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let named = |ident: &Ident| (*ident == self.name).then(|| ident.span());
        let at = match item {
            Item::Const(item) => named(&item.ident),
            Item::Static(item) => named(&item.ident),
            Item::Fn(item) => named(&item.sig.ident),
            Item::Use(item) => self.imports(&item.tree),
            _ => None,
        };
        self.at = self.at.or(at);
    }
}

/// Whether a range loop that changes no slice is one to split: it adds to variables, or leaves early, by what it finds in
/// slices at its own index. A loop that only repeats something (tries again, draws numbers) is left as it is written.
pub(crate) fn reads_only(for_loop: &ExprForLoop, each: Option<&Each>, muts: &HashSet<String>) -> bool {
    let (Some(each), Pat::Ident(index)) = (each, &*for_loop.pat) else { return false };
    let mut looks = Looks { index: index.ident.to_string(), at_index: false, may_change: false, muts, each };
    looks.visit_block(&for_loop.body);
    let uses_index = !scan::mentions(&for_loop.body.to_token_stream(), &looks.index).is_empty();
    !looks.may_change && (looks.at_index || !each.accumulators.is_empty() && uses_index)
}

struct Looks<'a> {
    index: String,
    /// Whether something is read at an index that the loop's variable has a part in.
    at_index: bool,
    /// Whether a method that may change it is called on an outer variable.
    may_change: bool,
    muts: &'a HashSet<String>,
    each: &'a Each,
}

impl<'ast> Visit<'ast> for Looks<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Index(at) => {
                self.at_index |= scan::mention(&at.index.to_token_stream(), &self.index).is_some();
            }
            Expr::MethodCall(call) if !words::returns_value(&call.method.to_string()) => {
                let base = scan::base(&call.receiver).map(|base| base.to_string());
                let is_kept = |name: &String| self.each.accumulators.iter().any(|one| one.name == *name);
                self.may_change |= base.is_some_and(|base| self.muts.contains(&base) && !is_kept(&base));
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}
