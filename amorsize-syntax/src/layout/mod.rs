//! Tokens as text for people: laid out by brackets, commas and semicolons, without knowing the grammar. Whatever comes
//! in, every token comes out; where a space belongs is a guess, which `pieces` makes.

mod pieces;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;

use self::pieces::{Piece, Role, Text};

/// The longest line, unless there is nothing to break.
const WIDTH: usize = 100;
/// What a level of brackets moves to the right.
const INDENT: usize = 4;

/// Whether an expansion holds a function of this name, on its own level. A path is taken by its last part.
pub(crate) fn defines(expanded: &TokenStream, name: &str) -> bool {
    let name = name.trim().rsplit("::").next().unwrap_or_default();
    let mut is_behind_fn = false;
    expanded.clone().into_iter().any(|token| {
        let TokenTree::Ident(word) = token else { return false };
        let found = is_behind_fn && word.unraw() == name.trim_start_matches("r#");
        is_behind_fn = word == "fn";
        found
    })
}

/// The tokens as text, with a line break at the end.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut layout = Layout { out: String::new(), column: 0 };
    layout.lines(&pieces::of(tokens), 0, Delimiter::Brace);
    layout.out
}

/// Text that grows.
struct Layout {
    out: String,
    /// Characters in the last line.
    column: usize,
}

impl Layout {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Every part of what stands in brackets, on lines of its own.
    fn lines(&mut self, pieces: &[Piece], indent: usize, within: Delimiter) {
        for part in parts(pieces, within) {
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.column = indent;
            self.sequence(part, indent);
            self.out.push('\n');
        }
    }

    /// One statement or argument: on one line if it fits there.
    fn sequence(&mut self, pieces: &[Piece], indent: usize) {
        if !has_block(pieces) {
            let flat = flat(pieces);
            if self.column + flat.chars().count() <= WIDTH {
                self.push(&flat);
                return;
            }
        }
        // A long chain has a call per line.
        let is_chain = pieces.iter().filter(|piece| piece.role == Role::Dot).count() > 2;
        for (at, piece) in pieces.iter().enumerate() {
            if is_chain && piece.role == Role::Dot {
                self.new_line(indent + INDENT);
            } else if at > 0 && !piece.is_tight {
                self.push(" ");
            }
            let indent = if is_chain { indent + INDENT } else { indent };
            match &piece.text {
                Text::Leaf(leaf) => self.push(leaf),
                Text::Group(delimiter, inside) => self.group(*delimiter, inside, indent),
            }
        }
    }

    /// Brackets: on one line if that fits, else with a line per part.
    fn group(&mut self, delimiter: Delimiter, inside: &[Piece], indent: usize) {
        let (open, close) = brackets(delimiter);
        let flat = flat_group(delimiter, inside);
        let is_block = delimiter == Delimiter::Brace && has_semicolon(inside);
        if !is_block && !has_block(inside) && self.column + flat.chars().count() <= WIDTH {
            self.push(&flat);
            return;
        }
        self.push(open);
        // A single argument needs no line of its own: it is broken further inside.
        let is_one = parts(inside, delimiter).len() == 1 && inside.iter().all(|p| p.role != Role::Comment);
        if delimiter != Delimiter::Brace && is_one {
            self.sequence(inside, indent);
        } else {
            self.out.push('\n');
            self.lines(inside, indent + INDENT, delimiter);
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.column = indent;
        }
        self.push(close);
    }
}

/// What stands in brackets, cut where a line ends: at commas; in braces at semicolons if there are any, behind attributes
/// and behind blocks that end a statement.
fn parts(pieces: &[Piece], within: Delimiter) -> Vec<&[Piece]> {
    let by_semicolon = within == Delimiter::Brace && has_semicolon(pieces);
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let ends = match &piece.text {
            Text::Leaf(_) if piece.role == Role::Comment => true,
            Text::Leaf(leaf) if piece.role == Role::Separator => leaf == ";" || !by_semicolon,
            Text::Leaf(_) => false,
            Text::Group(Delimiter::Brace, _) if within == Delimiter::Brace => {
                pieces.get(at + 1).is_some_and(|next| starts_statement(next, &pieces[start]))
            }
            Text::Group(..) => piece.role == Role::Attribute && within == Delimiter::Brace,
        };
        if ends {
            parts.push(&pieces[start..=at]);
            start = at + 1;
        }
    }
    if start < pieces.len() {
        parts.push(&pieces[start..]);
    }
    parts
}

/// Whether a piece behind a block starts a new statement; `first` is where the one with the block started.
fn starts_statement(next: &Piece, first: &Piece) -> bool {
    const BLOCKS: [&str; 6] = ["if", "for", "while", "loop", "match", "unsafe"];
    let is_block = matches!(&first.text, Text::Leaf(word) if BLOCKS.contains(&word.as_str()));
    match &next.text {
        Text::Leaf(leaf) if matches!(leaf.as_str(), "else" | "as" | "." | "?" | "," | ";") => false,
        Text::Leaf(leaf) if leaf == "::" => true,
        Text::Leaf(leaf) => {
            is_block || leaf.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '#' | '/'))
        }
        Text::Group(..) => true,
    }
}

/// Whether a semicolon ends something on this level.
fn has_semicolon(pieces: &[Piece]) -> bool {
    pieces
        .iter()
        .any(|piece| piece.role == Role::Separator && matches!(&piece.text, Text::Leaf(leaf) if leaf == ";"))
}

/// Whether a block of several statements, or a comment, stands anywhere inside: such a thing never goes on one line.
fn has_block(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match &piece.text {
        Text::Leaf(_) => piece.role == Role::Comment,
        Text::Group(delimiter, inside) => {
            *delimiter == Delimiter::Brace && has_semicolon(inside) || has_block(inside)
        }
    })
}

fn flat(pieces: &[Piece]) -> String {
    let mut flat = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 && !piece.is_tight {
            flat.push(' ');
        }
        match &piece.text {
            Text::Leaf(leaf) => flat.push_str(leaf),
            Text::Group(delimiter, inside) => flat.push_str(&flat_group(*delimiter, inside)),
        }
    }
    flat
}

fn flat_group(delimiter: Delimiter, inside: &[Piece]) -> String {
    let (open, close) = brackets(delimiter);
    let inside = flat(inside);
    if delimiter == Delimiter::Brace && !inside.is_empty() {
        format!("{open} {inside} {close}")
    } else {
        format!("{open}{inside}{close}")
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}
