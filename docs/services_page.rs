//! The chapter on web services against the services: what it quotes stands in them, word for word.

use std::{fs, path::Path};

/// The quotations: the file that their first line names, and their lines. `// …` stands for what is left out.
fn quotations() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let page = include_str!("src/web-services.md");
    let blocks = page.split("```rust,ignore\n").skip(1).filter_map(|block| block.split("\n```").next());
    let quotation = |block: &'static str| {
        let (file, lines) = block.split_once('\n')?;
        let lines: Vec<&str> = lines.lines().map(str::trim).collect();
        let pieces = lines.split(|line| *line == "// …").map(<[&str]>::to_vec);
        Some((file.strip_prefix("// ")?, pieces.collect()))
    };
    blocks.map(|block| quotation(block).expect("a quotation begins with `// FILE`")).collect()
}

#[test]
fn what_is_quoted_stands_in_the_services() {
    let quotations = quotations();
    assert!(quotations.len() > 4, "the chapter quotes the services: {quotations:?}");
    for (file, pieces) in quotations {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        for piece in pieces {
            assert!(lines.windows(piece.len()).any(|window| window == piece), "{file} has no {piece:#?}");
        }
    }
}
