//! Tokens as pieces of text, each with or without a space before it. Guesses from the neighbours what an operator is:
//! `<` may open generics or compare, `|` start a closure, `&` borrow. A wrong guess costs a space, never a token.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::LitStr;

/// A piece of text.
pub(crate) struct Piece {
    pub(crate) text: Text,
    pub(crate) role: Role,
    /// No space stands before it.
    pub(crate) is_tight: bool,
}

/// What a piece means for the lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing.
    Plain,
    /// A comma or semicolon that ends something.
    Separator,
    /// The dot of a method call or a field.
    Dot,
    /// The brackets of an attribute.
    Attribute,
    /// A comment, which needs the rest of the line.
    Comment,
}

/// What a piece is made of.
pub(crate) enum Text {
    /// A word, a literal or an operator.
    Leaf(String),
    /// Brackets and what is inside.
    Group(Delimiter, Vec<Piece>),
}

/// The pieces of a token stream.
pub(crate) fn of(tokens: TokenStream) -> Vec<Piece> {
    let mut reader = Reader::default();
    reader.stream(tokens);
    reader.flush();
    reader.pieces
}

/// Operators of several characters, longest first.
const OPERATORS: [&str; 24] = [
    "<<=", ">>=", "..=", "...", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=", "-=", "*=",
    "/=", "%=", "^=", "&=", "|=", "<<", ">>",
];

/// Words after which an operand comes.
const KEYWORDS: [&str; 26] = [
    "as", "async", "break", "const", "continue", "dyn", "else", "enum", "extern", "if", "in", "let", "loop",
    "match", "mod", "move", "mut", "ref", "return", "static", "struct", "type", "unsafe", "use", "where",
    "while",
];

/// What was read last, as far as the next token depends on it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or something behind which an operand comes and a space.
    #[default]
    Open,
    /// An operator before its operand, `-`, or an opening one, `<`: no space follows.
    Prefix,
    /// `&`: a lifetime that follows belongs to it.
    Borrow,
    /// `::`.
    Path,
    /// `fn`, `pub`: round brackets follow directly.
    Introduces,
    /// `impl`, `for`: `<` opens generics.
    Binds,
    /// `name!`.
    Bang,
    /// A name that may be called or indexed.
    Name,
    /// A name behind which `<` opens generics.
    Type,
    /// The end of something that may be called or indexed.
    Closed,
    /// Another operand.
    Value,
    /// A block, which may be one.
    Block,
}

impl Last {
    fn is_operand(self) -> bool {
        matches!(self, Self::Name | Self::Type | Self::Closed | Self::Value | Self::Block)
    }

    fn is_tight(self) -> bool {
        matches!(self, Self::Prefix | Self::Borrow | Self::Path)
    }

    /// Whether round or square brackets belong to it.
    fn is_callable(self) -> bool {
        matches!(self, Self::Name | Self::Type | Self::Closed | Self::Introduces | Self::Bang)
    }

    fn is_generic(self) -> bool {
        matches!(self, Self::Type | Self::Path | Self::Binds)
    }
}

/// Goes through one level of brackets.
#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// Punctuation that belongs together.
    run: String,
    last: Last,
    /// Generics that are open.
    angles: usize,
    /// Between the bars of a closure.
    in_closure: bool,
}

impl Reader {
    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Punct(punct) => {
                    self.run.push(punct.as_char());
                    if punct.spacing() == Spacing::Alone {
                        self.flush();
                    }
                }
                // The mark of a lifetime is joint to its name.
                TokenTree::Ident(name) if self.run.ends_with('\'') => {
                    self.run.pop();
                    self.flush();
                    let borrows = self.last == Last::Borrow;
                    self.leaf(&format!("'{name}"), if borrows { Last::Open } else { Last::Value });
                }
                TokenTree::Ident(word) => {
                    self.flush();
                    self.word(&word.to_string());
                }
                TokenTree::Literal(literal) => {
                    self.flush();
                    self.leaf(&literal.to_string(), Last::Value);
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                    self.flush();
                    self.stream(group.stream());
                }
                TokenTree::Group(group) => {
                    self.flush();
                    self.group(&group);
                }
            }
        }
    }

    fn piece(&mut self, text: Text, role: Role, is_tight: bool, last: Last) {
        self.pieces.push(Piece { text, role, is_tight });
        self.last = last;
    }

    /// A word, a literal or an operator, with a space before it if what came last allows one.
    fn leaf(&mut self, text: &str, last: Last) {
        self.piece(Text::Leaf(text.to_owned()), Role::Plain, self.last.is_tight(), last);
    }

    /// The same without a space.
    fn tight(&mut self, text: &str, role: Role, last: Last) {
        self.piece(Text::Leaf(text.to_owned()), role, true, last);
    }

    fn word(&mut self, word: &str) {
        let last = match word {
            "fn" | "pub" => Last::Introduces,
            "impl" | "for" => Last::Binds,
            _ if KEYWORDS.contains(&word) => Last::Open,
            _ if self.last == Last::Introduces || word.starts_with(char::is_uppercase) => Last::Type,
            _ => Last::Name,
        };
        self.leaf(word, last);
    }

    fn group(&mut self, group: &Group) {
        let (delimiter, inside) = (group.delimiter(), of(group.stream()));
        if delimiter == Delimiter::Bracket && self.ends_with(&["#"]) {
            match documentation(group) {
                Some(line) => {
                    self.pieces.pop();
                    self.piece(Text::Leaf(format!("///{line}")), Role::Comment, false, Last::Open);
                }
                None => self.piece(Text::Group(delimiter, inside), Role::Attribute, true, Last::Open),
            }
        } else if delimiter == Delimiter::Bracket && self.ends_with(&["#", "!"]) {
            self.piece(Text::Group(delimiter, inside), Role::Attribute, true, Last::Open);
        } else if delimiter == Delimiter::Brace {
            self.piece(Text::Group(delimiter, inside), Role::Plain, false, Last::Block);
        } else {
            let is_tight = self.last.is_tight() || self.last.is_callable();
            self.piece(Text::Group(delimiter, inside), Role::Plain, is_tight, Last::Closed);
        }
    }

    fn ends_with(&self, marks: &[&str]) -> bool {
        let start = self.pieces.len().checked_sub(marks.len());
        let last = start.map_or(&[][..], |start| &self.pieces[start..]);
        let is = |piece: &Piece, mark: &str| matches!(&piece.text, Text::Leaf(leaf) if leaf == mark);
        last.len() == marks.len() && last.iter().zip(marks).all(|(piece, mark)| is(piece, mark))
    }

    /// Ends a run of punctuation.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut rest = &run[..];
        while let Some(first) = rest.chars().next() {
            let alone = match first {
                '>' => self.angles > 0,
                '<' => !self.last.is_operand() || self.last.is_generic(),
                '|' => self.in_closure,
                _ => false,
            };
            let known = OPERATORS.iter().find(|known| !alone && rest.starts_with(**known));
            let (operator, behind) = rest.split_at(known.map_or(first.len_utf8(), |known| known.len()));
            self.operator(operator);
            rest = behind;
        }
    }

    fn operator(&mut self, text: &str) {
        let is_operand = self.last.is_operand();
        match text {
            "," | ";" => {
                let is_inside = self.angles > 0 || self.in_closure;
                self.tight(text, if is_inside { Role::Plain } else { Role::Separator }, Last::Open);
            }
            "." => self.tight(text, Role::Dot, Last::Prefix),
            "?" if is_operand => self.tight(text, Role::Plain, Last::Closed),
            ":" => self.tight(text, Role::Plain, Last::Open),
            "::" if is_operand && self.last != Last::Block => self.tight(text, Role::Plain, Last::Path),
            "::" => self.leaf(text, Last::Path),
            ".." | "..=" | "..." if is_operand => self.tight(text, Role::Plain, Last::Prefix),
            ".." | "..=" | "..." => self.leaf(text, Last::Prefix),
            "!" if is_operand && self.last.is_callable() => self.tight(text, Role::Plain, Last::Bang),
            _ => self.bracketing(text),
        }
    }

    /// Operators that come in pairs or before an operand, and the rest, which stand between two.
    fn bracketing(&mut self, text: &str) {
        let is_operand = self.last.is_operand();
        match text {
            "<" if self.last.is_generic() => {
                self.angles += 1;
                self.tight(text, Role::Plain, Last::Prefix);
            }
            "<" if !is_operand => {
                self.angles += 1;
                self.leaf(text, Last::Prefix);
            }
            ">" if self.angles > 0 => {
                self.angles -= 1;
                self.tight(text, Role::Plain, Last::Closed);
            }
            "|" if self.in_closure => {
                self.in_closure = false;
                self.tight(text, Role::Plain, Last::Open);
            }
            "|" if !is_operand => {
                self.in_closure = true;
                self.leaf(text, Last::Prefix);
            }
            "&" | "&&" if !is_operand => self.leaf(text, Last::Borrow),
            "*" | "-" | "!" | "?" | "#" | "$" | "~" if !is_operand => self.leaf(text, Last::Prefix),
            _ => self.leaf(text, Last::Open),
        }
    }
}

/// The text of `#[doc = "text"]`, if it is one line.
fn documentation(attribute: &Group) -> Option<String> {
    let mut tokens = attribute.stream().into_iter();
    let is_doc = matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "doc");
    let is_value = matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=');
    let text = syn::parse2::<LitStr>(tokens.collect()).ok().filter(|_| is_doc && is_value)?.value();
    let is_plain = !text.contains(['\n', '\r']) && !text.starts_with('/');
    is_plain.then_some(text)
}
