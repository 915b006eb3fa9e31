//! The chapter on troubleshooting against the sources: every message that the runtime or the command can print has its place
//! on the page, and the page lists nothing that is not said.
//!
//! The sources are parsed: the text that a message is made of is followed through the variables of its function. What is
//! put in at run time is a hole, `…`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use syn::visit::{self, Visit};
use syn::{Expr, Pat};

/// Functions that word a message by themselves: all their texts belong to it, the first line of each.
const WORDING: [(&str, &str); 6] = [
    ("store/load.rs", "fmt"),
    ("store/missing.rs", "message"),
    ("store/reconcile.rs", "line"),
    ("store/write.rs", "fmt"),
    ("runtime/src/config.rs", "fmt"),
    ("testing/splittable.rs", "why"),
];

/// Calls that say something, by the end of their path, and which argument is the text.
const SAYING: [(&str, usize); 10] = [
    ("warn_once", 2),
    ("Warning::new", 2),
    ("Message::error", 1),
    ("Message::warning", 1),
    ("Message::note", 1),
    ("Message::new", 2),
    ("Refused::Broken", 1),
    ("Failure", 0),
    ("listed", 1),
    ("warning", 0),
];

/// A text with holes, as the page writes it.
fn with_holes(format: &str) -> String {
    let format = format.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut text = String::new();
    for (at, piece) in format.split('{').enumerate() {
        match (at, piece.split_once('}')) {
            (1.., Some((_, rest))) => text = text + "…" + rest,
            _ => text += piece,
        }
    }
    text.replace('\u{1}', "{").replace('\u{2}', "}")
}

/// The variables of a function: what each may be made of.
#[derive(Default)]
struct Variables<'a> {
    known: BTreeMap<String, Vec<(Option<usize>, &'a Expr)>>,
}

impl<'a> Visit<'a> for Variables<'a> {
    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(init) = &local.init {
            let mut note = |pat: &Pat, at| {
                if let Pat::Ident(name) = pat {
                    self.known.entry(name.ident.to_string()).or_default().push((at, &*init.expr));
                }
            };
            match &local.pat {
                Pat::Tuple(tuple) => tuple.elems.iter().enumerate().for_each(|(at, pat)| note(pat, Some(at))),
                Pat::Type(typed) => note(&typed.pat, None),
                pat => note(pat, None),
            }
        }
        visit::visit_local(self, local);
    }
}

impl<'a> Variables<'a> {
    /// The texts that an expression may be; a variable of the names `seen` is a hole, it is being asked about.
    fn texts(&self, expr: &'a Expr, element: Option<usize>, seen: &[&str]) -> Vec<String> {
        let again = |expr| self.texts(expr, element, seen);
        match expr {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => vec![text.value()],
                _ => Vec::new(),
            },
            Expr::Macro(called) => {
                first_literal(&called.mac).map_or(Vec::new(), |text| self.filled(&text, seen))
            }
            Expr::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
                self.variable(&name, seen)
            }
            Expr::Reference(inner) => again(&inner.expr),
            Expr::Paren(inner) => again(&inner.expr),
            Expr::MethodCall(call)
                if ["to_owned", "to_string", "into"].contains(&&*call.method.to_string()) =>
            {
                again(&call.receiver)
            }
            Expr::Tuple(tuple) => {
                let chosen = element.and_then(|at| tuple.elems.iter().nth(at));
                chosen.map_or(Vec::new(), |expr| self.texts(expr, None, seen))
            }
            Expr::If(either) => {
                let other = either.else_branch.iter().flat_map(|(_, expr)| again(expr));
                last(&either.then_branch).into_iter().flat_map(again).chain(other).collect()
            }
            Expr::Block(block) => last(&block.block).into_iter().flat_map(again).collect(),
            Expr::Match(choice) => choice.arms.iter().flat_map(|arm| again(&arm.body)).collect(),
            _ => Vec::new(),
        }
    }

    fn variable(&self, name: &str, seen: &[&str]) -> Vec<String> {
        if seen.contains(&name) {
            return Vec::new();
        }
        let seen: Vec<&str> = seen.iter().copied().chain([name]).collect();
        let sources = self.known.get(name).into_iter().flatten();
        sources.flat_map(|(element, expr)| self.texts(expr, *element, &seen)).collect()
    }

    /// The texts of a format, with what is known of the variables that stand in it.
    fn filled(&self, format: &str, seen: &[&str]) -> Vec<String> {
        let mut formats = vec![format.to_owned()];
        for name in self.known.keys() {
            let hole = format!("{{{name}}}");
            let texts = if format.contains(&hole) { self.variable(name, seen) } else { Vec::new() };
            if !texts.is_empty() {
                let put = |format: &String| -> Vec<String> {
                    let literal = |text: &String| text.replace('{', "{{").replace('}', "}}");
                    texts.iter().map(|text| format.replace(&hole, &literal(text))).collect()
                };
                formats = formats.iter().flat_map(put).collect();
            }
        }
        formats.iter().map(|format| with_holes(format)).collect()
    }
}

fn last(block: &syn::Block) -> Option<&Expr> {
    match block.stmts.last()? {
        syn::Stmt::Expr(expr, None) => Some(expr),
        _ => None,
    }
}

/// The first text in the arguments of a macro.
fn first_literal(called: &syn::Macro) -> Option<String> {
    called.tokens.clone().into_iter().find_map(|token| {
        let literal: syn::LitStr = syn::parse_str(&token.to_string()).ok()?;
        Some(literal.value())
    })
}

/// What one file can say.
struct Said<'a> {
    file: &'a str,
    texts: BTreeSet<String>,
}

impl Said<'_> {
    fn function(&mut self, name: &str, block: &syn::Block) {
        let mut variables = Variables::default();
        variables.visit_block(block);
        let words = WORDING.iter().any(|(file, function)| self.file.ends_with(file) && name == *function);
        let mut calls =
            Calls { variables, in_load: self.file.ends_with("store/load.rs"), words, texts: Vec::new() };
        calls.visit_block(block);
        let texts =
            calls.texts.iter().filter_map(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
        self.texts.extend(texts.filter(|text| is_wordy(text)).map(str::to_owned));
    }
}

/// Whether a text has words of its own besides what is put into it, and is no line below another (`similar:   …`).
fn is_wordy(text: &str) -> bool {
    !text.contains(":   ")
        && text
            .split_whitespace()
            .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1)
            .count()
            > 2
}

impl<'ast> Visit<'ast> for Said<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if !function.attrs.iter().any(is_test) {
            self.function(&function.sig.ident.to_string(), &function.block);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig.ident.to_string(), &function.block);
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    let path = attribute.path();
    path.is_ident("test")
        || path.is_ident("cfg")
            && attribute.parse_args::<syn::Meta>().is_ok_and(|meta| meta.path().is_ident("test"))
}

/// The calls in one function that say something.
struct Calls<'a> {
    variables: Variables<'a>,
    in_load: bool,
    words: bool,
    texts: Vec<String>,
}

impl<'a> Calls<'a> {
    fn says(&mut self, text: Option<&'a Expr>) {
        self.texts.extend(text.iter().flat_map(|text| self.variables.texts(text, None, &[])));
    }
}

impl<'a> Visit<'a> for Calls<'a> {
    fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let names: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let path = names.join("::");
            let ends = |end: &str| path == end || path.ends_with(&format!("::{end}"));
            if let Some((_, at)) = SAYING.iter().find(|(end, _)| ends(end)) {
                self.says(call.args.iter().nth(*at));
            } else if ends("Err") && self.in_load {
                self.says(call.args.first());
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let method = call.method.to_string();
        if self.in_load && ["warn", "skip"].contains(&&*method) && call.args.len() == 2 {
            self.says(call.args.iter().nth(1));
        } else if self.words && method == "write_str" {
            self.says(call.args.first());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, called: &'a syn::Macro) {
        let name = called.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if name == "panic" || self.words && ["write", "format"].contains(&&*name) {
            let text = first_literal(called);
            self.texts.extend(text.iter().flat_map(|text| self.variables.filled(text, &[])));
        }
    }
}

/// Every file of a folder that is not a test's.
fn sources(folder: &Path, into: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !["tests.rs", "hostile.rs", "frozen.rs"].contains(&&*name)
        {
            into.push((path.display().to_string().replace('\\', "/"), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

fn said() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["amorsize-runtime/src", "cargo-amorsize/src"] {
        sources(&root.join(folder), &mut files).unwrap();
    }
    let mut texts = BTreeSet::new();
    for (file, text) in &files {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut said = Said { file, texts: BTreeSet::new() };
        said.visit_file(&parsed);
        texts.append(&mut said.texts);
    }
    texts
}

fn listed() -> BTreeSet<String> {
    let page = include_str!("src/troubleshooting.md");
    page.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect()
}

/// Whether a line of the page has the text in it: its pieces are there, in their order.
fn has(line: &str, text: &str) -> bool {
    let mut rest = line;
    for piece in text.split('…') {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// Whether it is made of that, for a good part.
fn shows(line: &str, text: &str) -> bool {
    let own = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count();
    has(line, text) && 5 * own(text) >= 2 * own(line)
}

#[test]
fn every_message_has_its_place_on_the_page() {
    let (said, listed) = (said(), listed());
    assert!(said.len() > 60, "the messages are not found: {said:#?}");
    let missing: Vec<_> = said.iter().filter(|text| !listed.iter().any(|line| has(line, text))).collect();
    assert!(missing.is_empty(), "docs/src/troubleshooting.md lacks these messages: {missing:#?}");
}

#[test]
fn the_page_lists_nothing_that_is_not_said() {
    let (said, listed) = (said(), listed());
    let stale: Vec<_> = listed.iter().filter(|line| !said.iter().any(|text| shows(line, text))).collect();
    assert!(stale.is_empty(), "nothing in the sources says {stale:#?}");
}

#[test]
fn texts_are_followed_to_their_calls() {
    let source = r#"
        fn f(level: u8, name: &str) {
            let what = if level > 1 { "it is too high".to_owned() } else { format!("{name} is {{low}} here") };
            let (case, text) = match level { 0 => ("a", "this is nothing"), _ => ("b", "that is something") };
            observe::warn_once(Topic::File, "x", &format!("{what}; go on {}", level));
            printer.message(&Message::error(case, text));
            panic!("the end of {name} is near")
        }
        #[cfg(test)] mod tests { fn g() { panic!("this is a test only") } }
    "#;
    let mut said = Said { file: "a.rs", texts: BTreeSet::new() };
    said.visit_file(&syn::parse_file(source).unwrap());
    let expected = [
        "it is too high; go on …",
        "that is something",
        "the end of … is near",
        "this is nothing",
        "… is {low} here; go on …",
    ];
    assert_eq!(said.texts.iter().collect::<Vec<_>>(), expected);
    assert!(
        shows("FILE is {low} here; go on 7", expected[4])
            && !shows("FILE is high here; go on 7", expected[4])
    );
    assert!(!shows("a great deal of other words around what this is nothing of", expected[3]));
}
