//! The page `docs/src/messages.md`: every message of the attribute with the code that causes it, made from the goldens in
//! `tests/ui`. `UPDATE_PAGES=1 cargo test -p amorsize --test messages` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const HEAD: &str = "# Every message

Every message of the attribute in full, with code that causes it: made from what the compiler was seen to print, so nothing
here is out of date. [Refusals](refusals.md) groups them, and has the code to write instead where that takes more than a word.

Messages with a number such as E0277 are rustc's own about the user's types, in the attribute's words where it has some.
";

/// Themes whose goldens are no refusals of the attribute's own.
const NOT_OURS: [&str; 3] = ["lints_of_the_user", "lints_of_the_user_dead_code", "unfinished"];

/// One error of a golden.
struct Refused {
    message: String,
    line: usize,
}

/// The errors of a golden, in order, each message once.
fn errors(golden: &str) -> Vec<Refused> {
    let mut found: Vec<Refused> = Vec::new();
    let mut lines = golden.lines();
    while let Some(line) = lines.next() {
        let Some((kind, message)) = line.split_once(": ").filter(|(kind, _)| kind.starts_with("error"))
        else {
            continue;
        };
        let place = lines.next().unwrap_or_default();
        let at = place.rsplit(':').nth(1).and_then(|number| number.parse().ok());
        let message = if kind == "error" {
            message.to_owned()
        } else {
            format!("{message} ({})", &kind[6..kind.len() - 1])
        };
        if let Some(line) = at.filter(|_| found.iter().all(|known| known.message != message)) {
            found.push(Refused { message, line });
        }
    }
    found
}

/// The item around a line: from the blank line before it to the one behind it.
fn item(source: &str, line: usize) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let at = line.clamp(1, lines.len()) - 1;
    let is_edge = |line: &&str| line.is_empty();
    let from = lines[..at].iter().rposition(is_edge).map_or(0, |edge| edge + 1);
    let to = lines[at..].iter().position(is_edge).map_or(lines.len(), |edge| at + edge);
    lines[from..to].join("\n")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The chapter of one theme, if the attribute refuses something in it.
fn chapter(theme: &str) -> Option<String> {
    let ui = root().join("tests/ui");
    let source = read(&ui.join(format!("{theme}.rs")));
    let errors = errors(&read(&ui.join(format!("{theme}.stderr"))));
    if errors.is_empty() {
        return None;
    }
    let title: String = source
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .map(|line| line.trim_start_matches("//!").trim())
        .collect::<Vec<_>>()
        .join(" ");
    let mut page = format!("\n## {title}\n");
    for Refused { message, line } in errors {
        write!(page, "\n{}\n\n```text\n{}\n```\n", quoted(&message), item(&source, line)).unwrap();
    }
    Some(page)
}

/// A message as a quotation. What stands between its own backticks stays code.
fn quoted(message: &str) -> String {
    let mut text = String::from("> ");
    for (at, piece) in message.split('`').enumerate() {
        match at % 2 {
            0 => text.push_str(
                &piece.replace('*', "\\*").replace('_', "\\_").replace('<', "\\<").replace('[', "\\["),
            ),
            _ => write!(text, "`{piece}`").unwrap(),
        }
    }
    text
}

fn page() -> String {
    let mut themes: Vec<String> = fs::read_dir(root().join("tests/ui"))
        .expect("the goldens")
        .filter_map(|file| file.ok()?.file_name().to_str()?.strip_suffix(".stderr").map(ToOwned::to_owned))
        .filter(|theme| !NOT_OURS.contains(&theme.as_str()))
        .collect();
    themes.sort();
    let mut page = HEAD.to_owned();
    for theme in themes {
        page.extend(chapter(&theme));
    }
    page
}

#[test]
fn every_message_is_on_the_page() {
    let path = root().join("docs/src/messages.md");
    let page = page();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(page.matches("\n> ").count() > 150, "the goldens were not read");
    assert!(
        read(&path) == page,
        "docs/src/messages.md is not what the goldens say: UPDATE_PAGES=1 cargo test -p amorsize --test messages"
    );
}

#[test]
fn goldens_are_read_as_they_are_written() {
    let golden = "error: one\n --> tests/ui/a.rs:3:9\n  |\n\nerror[E0277]: two\n --> tests/ui/a.rs:7:1\n\nerror: one\n --> tests/ui/a.rs:9:1\n";
    let found: Vec<(String, usize)> = errors(golden).into_iter().map(|one| (one.message, one.line)).collect();
    assert_eq!(found, [("one".to_owned(), 3), ("two (E0277)".to_owned(), 7)]);
    assert_eq!(item("a\n\nb\nc\n\nd\n", 4), "b\nc");
}
