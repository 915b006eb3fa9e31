//! The chapter for those who come from rayon: what its table translates is in the code below it, which is compiled and run.

/// The table's rows as two cells, and all code of the page.
fn table_and_code() -> (Vec<[&'static str; 2]>, String) {
    let page = include_str!("src/coming-from-rayon.md");
    let (chapter, _) = page.split_once("## Pools").unwrap();
    let rows = chapter.lines().filter_map(|line| {
        let (left, right) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
        left.starts_with('`').then_some([left, right])
    });
    let code = page.split("```").skip(1).step_by(2).collect();
    (rows.collect(), code)
}

/// The methods that a cell names: `sum` of `` `sum()` ``.
fn methods(cell: &str) -> impl Iterator<Item = &str> {
    let calls = cell.split('`').skip(1).step_by(2);
    calls
        .flat_map(|call| call.split('.'))
        .filter_map(|call| call.split_once('(').map(|(name, _)| name))
        .filter(|name| !name.starts_with('#'))
}

#[test]
fn what_the_table_translates_is_compiled_on_both_sides() {
    let (rows, code) = table_and_code();
    assert!(rows.len() > 10, "the table is not found");
    let used = |method: &str| {
        [".", "::"].iter().any(|before| {
            let after = ["(", "::<"].map(|after| format!("{before}{method}{after}"));
            after.iter().any(|call| code.contains(call.as_str()))
        })
    };
    for method in rows.iter().flatten().flat_map(|cell| methods(cell)) {
        assert!(used(method), "`{method}` stands in the table, and in no code of the chapter");
    }
}
