//! Token soup: bytes become the options and the body of an annotated function, from pure nonsense to a real function
//! with a few words lost. The same bytes always make the same soup, so that a fuzzer can steer it.
//!
//! `serve` makes it, `taste` says which promise of the attribute it breaks.

use std::sync::LazyLock;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Options and the annotated item.
pub struct Soup {
    /// What stands in the attribute's parentheses.
    pub arguments: TokenStream,
    /// What it stands on.
    pub item: TokenStream,
}

/// What soup is made of; brackets come in any order and are paired at the end. `«` and `»` are the brackets without a
/// face around a macro's `$e:expr`.
const WORDS: &str = "
    ( ) [ ] { } « » ( ) { }
    fn pub let mut const static unsafe async extern move ref dyn impl for in while loop if else match break continue
    return yield await where self Self super crate as struct enum trait mod use type union true false _
    xs ys i x y k n acc out f g u8 f64 usize i32 String Vec Option Result Some None Ok Err T 'a 'outer str
    iter iter_mut into_iter chunks chunks_exact chunks_mut chunks_exact_mut windows map copied cloned inspect enumerate
    zip filter filter_map flat_map flatten collect sum product count min max min_by max_by min_by_key max_by_key any
    all find position for_each try_for_each reduce fold try_fold partition unzip scan take_while skip_while map_while
    take skip step_by rev peekable fuse cycle chain sort push extend len clone into rposition last
    reduce reassociate assume_splittable slice_fn spawn_fn key max_threads parallel_from chunk_size serial parallelize
    cfg track_caller inline doc split println vec format assert write
    . . , ; : :: -> => = == != < > <= >= + - * / % & && | || ^ ! ? @ # $ .. ..= += -= *= |= << >> ~
    0 1 2.5 1_000 0usize \"text\" 'c' b\"raw\" r#fn";

/// Whole pieces, so that soup gets past the parser often enough.
const PIECES: &[&str] = &[
    "xs.iter()",
    "xs.iter_mut()",
    "for x in xs {",
    "for x in xs.iter_mut() {",
    "for (i, x) in xs.iter().enumerate() {",
    "for i in 0..xs.len() {",
    "for i in 1..=n {",
    "(0..n)",
    ".map(|x| x + 1)",
    ".map(|&x| k * x)",
    ".enumerate().map(|(i, x)| x * i)",
    ".zip(ys).map(|(x, y)| x * y)",
    ".filter(|x| **x > 0)",
    ".collect::<Vec<_>>()",
    ".sum::<f64>()",
    ".fold(0, |a, b| a + b)",
    "xs[i] = ys[i - 1];",
    "acc += x;",
    "out.push(x);",
    "let mut acc = 0;",
    "let mut out = Vec::new();",
    "let ys = xs;",
    "return None;",
    "if x { break }",
    "|x| {",
];

/// What a body of pieces follows.
const SIGNATURES: &[&str] = &[
    "fn f(xs: &[u8], ys: &[u8], k: u8) -> Vec<u8> {",
    "fn f<T: Sync>(xs: &mut [T], n: usize) {",
    "fn f(&self, xs: &'a [f64]) -> Result<Vec<f64>, E> {",
];

/// What an attribute says.
const OPTIONS: &[&str] = &[
    "reduce = |a, b| a + b,",
    "reduce = merge,",
    "key = \"name\",",
    "crate = ::path,",
    "max_threads = 4,",
    "parallel_from = 1_000",
    "serial",
    "slice_fn = all,",
    "assume_splittable,",
    ",",
];

/// Functions that the attribute accepts, to be spoilt.
const FUNCTIONS: &[&str] = &[
    "pub fn scores<'a, T: Sync>(items: &'a [T], w: &W) -> Vec<f64> where T: Clone { let norm = w.norm(); \
     items.iter().map(|item| score(item, w) / norm).collect() }",
    "fn f(xs: &mut [f32], k: f32) { for x in xs.iter_mut() { if *x > k { continue; } *x *= k; } }",
    "fn f(xs: &[f64]) -> (f64, f64) { let mean = xs.iter().sum::<f64>() / xs.len() as f64; \
     let spread: f64 = xs.iter().map(|x| (x - mean).powi(2)).sum(); (mean, spread) }",
    "fn f(xs: &[u8], ys: &[u8]) -> usize { xs.iter().zip(ys).filter(|(x, y)| x != y).count() }",
    "fn f(&self, xs: &[String]) -> Result<Vec<u8>, Error> { xs.iter().map(|x| self.parse(x)).collect() }",
    "fn f(xs: &[u64]) -> u64 { let mut total = 0; for (i, &x) in xs.iter().enumerate() { total += x * i as u64; } total }",
    "fn f(dst: &mut [f32], src: &[f32]) { for i in 1..dst.len() - 1 { dst[i] = src[i - 1] + src[i + 1]; } }",
    "fn f(xs: &[i32]) -> Option<usize> { for x in xs { if *x < 0 { return Some(1); } } None }",
    "fn f(xs: &[u8], n: usize) -> Vec<u32> { xs.chunks_exact(n).map(|c| c.iter().map(|&b| u32::from(b)).sum()).collect() }",
    "fn f(xs: &[u8]) -> bool { (1..xs.len()).all(|i| xs[i - 1] <= xs[i]) }",
    "fn f(xs: &mut [Vec<u8>]) { xs.iter_mut().for_each(|x| { x.sort(); x.dedup() }); println!(\"{}\", xs.len()) }",
];

/// One ingredient.
#[derive(Clone)]
enum Word {
    Open(Delimiter),
    Close(Delimiter),
    /// One token, or the two of a lifetime.
    Tokens(TokenStream),
}

/// The words of a text; one that ends in `{` leaves it open.
fn words(text: &str) -> Vec<Word> {
    match text {
        "(" | "[" | "{" | "«" | ")" | "]" | "}" | "»" => vec![bracket(text)],
        _ => {
            let is_open = text.ends_with('{');
            let whole = if is_open { format!("{text}}}") } else { text.to_owned() };
            let mut words = Vec::new();
            flatten(whole.parse().unwrap_or_default(), &mut words);
            if is_open {
                words.pop();
            }
            words
        }
    }
}

fn bracket(text: &str) -> Word {
    match text {
        "(" => Word::Open(Delimiter::Parenthesis),
        "[" => Word::Open(Delimiter::Bracket),
        "{" => Word::Open(Delimiter::Brace),
        "«" => Word::Open(Delimiter::None),
        ")" => Word::Close(Delimiter::Parenthesis),
        "]" => Word::Close(Delimiter::Bracket),
        "}" => Word::Close(Delimiter::Brace),
        _ => Word::Close(Delimiter::None),
    }
}

fn flatten(tokens: TokenStream, words: &mut Vec<Word>) {
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                words.push(Word::Open(group.delimiter()));
                flatten(group.stream(), words);
                words.push(Word::Close(group.delimiter()));
            }
            TokenTree::Punct(quote) if quote.as_char() == '\'' => {
                let lifetime = [Some(TokenTree::Punct(quote)), tokens.next()];
                words.push(Word::Tokens(lifetime.into_iter().flatten().collect()));
            }
            other => words.push(Word::Tokens(other.into())),
        }
    }
}

/// Words as tokens: a bracket that closes nothing is dropped, one that nothing closes goes to the end.
fn paired(words: Vec<Word>) -> TokenStream {
    let mut open: Vec<(Delimiter, TokenStream)> = Vec::new();
    let mut tokens = TokenStream::new();
    let close = |(delimiter, outer), tokens: &mut TokenStream| {
        let inner = std::mem::replace(tokens, outer);
        tokens.extend([TokenTree::Group(Group::new(delimiter, inner))]);
    };
    for word in words {
        match word {
            Word::Open(delimiter) => open.push((delimiter, std::mem::take(&mut tokens))),
            Word::Close(delimiter) => {
                if open.last().is_some_and(|(opened, _)| *opened == delimiter) {
                    open.pop().into_iter().for_each(|last| close(last, &mut tokens));
                }
            }
            Word::Tokens(more) => tokens.extend(more),
        }
    }
    while let Some(last) = open.pop() {
        close(last, &mut tokens);
    }
    tokens
}

/// Reads one byte after the other; zeros when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    /// A number of two bytes, below `end`.
    fn below(&mut self, end: usize) -> usize {
        ((self.next() << 8) | self.next()) % end
    }

    fn pick(&mut self, from: &[&str]) -> Vec<Word> {
        words(from[self.below(from.len())])
    }

    fn word(&mut self) -> Vec<Word> {
        static ALL: LazyLock<Vec<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());
        self.pick(&ALL)
    }
}

/// Makes soup of bytes.
#[must_use]
pub fn serve(bytes: &[u8]) -> Soup {
    let mut bytes = Bytes(bytes);
    let arguments = arguments(&mut bytes);
    let item = match bytes.next() % 4 {
        0 => nonsense(&mut bytes),
        1 => pieces(&mut bytes),
        _ => spoilt(&mut bytes),
    };
    Soup { arguments: paired(arguments), item: paired(item) }
}

/// Mostly none, or what follows would hardly ever be accepted.
fn arguments(bytes: &mut Bytes) -> Vec<Word> {
    let mut arguments = Vec::new();
    let how = bytes.next();
    for _ in 0..how / 16 {
        match how % 4 {
            0 => arguments.extend(bytes.word()),
            1 => arguments.extend(bytes.pick(OPTIONS)),
            _ => {}
        }
    }
    arguments
}

/// Words in any order.
fn nonsense(bytes: &mut Bytes) -> Vec<Word> {
    let mut item = Vec::new();
    while !bytes.0.is_empty() {
        item.extend(bytes.word());
    }
    item
}

/// A signature, then pieces of bodies with single words between them.
fn pieces(bytes: &mut Bytes) -> Vec<Word> {
    let mut item = bytes.pick(SIGNATURES);
    while !bytes.0.is_empty() {
        item.extend(if bytes.next() % 4 == 0 { bytes.word() } else { bytes.pick(PIECES) });
    }
    item
}

/// A real function with words lost, doubled, swapped and strewn in.
fn spoilt(bytes: &mut Bytes) -> Vec<Word> {
    let mut item = bytes.pick(FUNCTIONS);
    while !bytes.0.is_empty() && !item.is_empty() {
        let how = bytes.next() % 5;
        let at = bytes.below(item.len());
        match how {
            0 => drop(item.remove(at)),
            1 => item.insert(at, item[at].clone()),
            2 => drop(item.splice(at..at, bytes.word())),
            3 => {
                let other = bytes.below(item.len());
                item.swap(at, other);
            }
            _ => drop(item.splice(at..at, bytes.pick(PIECES))),
        }
    }
    item
}

/// Annotates the soup, and says which promise is broken: the item comes back unchanged with errors behind it, or it is
/// one that the compiler can parse and in which nothing was left out. What does not parse comes back unchanged for the
/// compiler to report, behind the expectation that it does; a companion may follow. A panic goes through.
///
/// # Errors
/// If one is broken.
pub fn taste(soup: &Soup) -> Result<(), String> {
    let output = amorsize_syntax::parallelize(soup.arguments.clone(), soup.item.clone());
    let (given, text) = (soup.item.to_string(), output.to_string());
    if text.parse::<TokenStream>().is_err() {
        return Err(format!("the output is not made of tokens: {text}"));
    }
    let behind = behind(&soup.item, output.clone());
    if behind.as_ref().is_some_and(is_errors) {
        return Ok(());
    }
    if syn::parse2::<syn::Item>(soup.item.clone()).is_err() {
        let parses =
            |rest: Option<TokenStream>| rest.is_some_and(|rest| syn::parse2::<syn::File>(rest).is_ok());
        return if parses(behind) || parses(behind_expectation(&soup.item, output)) {
            Ok(())
        } else {
            Err(format!("what does not parse came back changed: {given}\n→ {text}"))
        };
    }
    if let Err(error) = syn::parse2::<syn::File>(output) {
        return Err(format!("accepted, but the output does not parse: {error}\n{given}\n→ {text}"));
    }
    if text.contains("__amorsize_hole") {
        return Err(format!("a hole is left open: {given}\n→ {text}"));
    }
    Ok(())
}

/// What follows the item in the output, if it came back unchanged.
fn behind(item: &TokenStream, output: TokenStream) -> Option<TokenStream> {
    let mut rest = output.into_iter();
    for token in item.clone() {
        if rest.next()?.to_string() != token.to_string() {
            return None;
        }
    }
    Some(rest.collect())
}

/// The same where `#[expect(..)]` stands before it.
fn behind_expectation(item: &TokenStream, output: TokenStream) -> Option<TokenStream> {
    let mut tokens = output.into_iter();
    let attribute: TokenStream = tokens.by_ref().take(2).collect();
    let attribute = attribute.to_string();
    attribute.starts_with("# [expect (macro_use_extern_crate").then(|| behind(item, tokens.collect()))?
}

/// Whether tokens are errors, one or more, and nothing else.
fn is_errors(tokens: &TokenStream) -> bool {
    let error = Ident::new("compile_error", Span::call_site());
    let is_error = |item: &syn::Item| matches!(item, syn::Item::Macro(call) if call.mac.path.segments.last().is_some_and(|last| last.ident == error));
    syn::parse2::<syn::File>(tokens.clone())
        .is_ok_and(|file| !file.items.is_empty() && file.items.iter().all(is_error))
}
