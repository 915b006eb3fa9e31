//! The words of an iterator chain: which adaptors a part may go through alone, and how each terminal ends.

/// What an adaptor does to a chain that is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adaptor {
    /// One item in, one out, the user's code at work: `map`, `inspect`.
    Exact,
    /// One item in, one out, next to no work: `copied`, `cloned`.
    Free,
    /// Any number of items out: `filter`, `flat_map`.
    Loose,
}

/// Adaptors whose answer for one element depends on that element alone.
pub(crate) fn adaptor(name: &str) -> Option<Adaptor> {
    Some(match name {
        "map" | "inspect" => Adaptor::Exact,
        // What `cloned` does for numbers is nothing, and types are not known here. Who clones what costs something says
        // so by `.map(|x| x.clone())`.
        "copied" | "cloned" => Adaptor::Free,
        "filter" | "filter_map" | "flat_map" | "flatten" => Adaptor::Loose,
        _ => return None,
    })
}

/// How a terminal ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// `collect`.
    Collect,
    /// `sum`.
    Sum,
    /// `product`.
    Product,
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// `count`.
    Count,
    /// `any`.
    Any,
    /// `all`.
    All,
    /// `find`.
    Find,
    /// `find_map`.
    FindMap,
    /// `position`.
    Position,
    /// `last`.
    Last,
    /// `min_by_key`.
    MinByKey,
    /// `max_by_key`.
    MaxByKey,
    /// `partition`.
    Partition,
    /// `unzip`.
    Unzip,
    /// `for_each`.
    ForEach,
    /// `try_for_each`.
    TryForEach,
    /// Runs once over the items in index order, or is joined by the user's `reduce`.
    Ordered {
        /// The method takes `&mut self`.
        by_ref: bool,
        /// The first argument is where the terminal starts from, not a callable.
        starts: bool,
    },
}

impl Terminal {
    /// Whether `reduce`, where it is given, joins this terminal's results.
    pub(crate) fn is_reducible(self) -> bool {
        matches!(self, Self::Ordered { .. })
    }

    /// Whether it does something with each item and answers nothing about them.
    pub(crate) fn goes_through(self) -> bool {
        matches!(self, Self::ForEach | Self::TryForEach)
    }

    /// Whether the method takes `&mut self`.
    pub(crate) fn takes_mut_self(self) -> bool {
        match self {
            Self::Any | Self::All | Self::Find | Self::FindMap | Self::Position | Self::TryForEach => true,
            Self::Ordered { by_ref, .. } => by_ref,
            _ => false,
        }
    }
}

/// The terminals that are known.
pub(crate) fn terminal(name: &str) -> Option<Terminal> {
    Some(match name {
        "collect" => Terminal::Collect,
        "sum" => Terminal::Sum,
        "product" => Terminal::Product,
        "min" => Terminal::Min,
        "max" => Terminal::Max,
        "count" => Terminal::Count,
        "any" => Terminal::Any,
        "all" => Terminal::All,
        "find" => Terminal::Find,
        "find_map" => Terminal::FindMap,
        "position" => Terminal::Position,
        "last" => Terminal::Last,
        "min_by_key" => Terminal::MinByKey,
        "max_by_key" => Terminal::MaxByKey,
        "partition" => Terminal::Partition,
        "unzip" => Terminal::Unzip,
        "for_each" => Terminal::ForEach,
        "try_for_each" => Terminal::TryForEach,
        "fold" => Terminal::Ordered { by_ref: false, starts: true },
        "try_fold" => Terminal::Ordered { by_ref: true, starts: true },
        "reduce" | "min_by" | "max_by" => Terminal::Ordered { by_ref: false, starts: false },
        _ => return None,
    })
}

/// Why an iterator method cannot stand in a chain that is cut, and what to write instead.
pub(crate) fn depends_on(name: &str) -> Option<(&'static str, &'static str)> {
    const BEFORE: &str = "depends on the elements before it";
    const PLACE: &str = "depends on the place in the whole slice";
    const END: &str = "starts from the end of the whole slice";
    Some(match name {
        "scan" => (BEFORE, "`map` what each element needs alone, collect, and run `scan` over the result"),
        "take_while" | "skip_while" | "map_while" => (
            BEFORE,
            "use `filter`, or find the end first with `position`, and go over a part, `xs[..end].iter()`",
        ),
        "rposition" | "rfind" => {
            (END, "find the last one of all, `.filter(..).last()`, numbered by `.enumerate()`")
        }
        "rfold" | "try_rfold" | "nth_back" => (END, "collect first and go over the result from its end"),
        "peekable" => (BEFORE, "go over neighbours, `xs.windows(2)`"),
        "fuse" | "by_ref" => ("keeps the state of one iterator", "leave it out"),
        "cycle" | "chain" => {
            ("goes beyond the slice", "run the chain once and repeat or join the collected result")
        }
        "is_sorted" | "is_sorted_by" | "is_sorted_by_key" => {
            (BEFORE, "compare neighbours, `xs.windows(2).all(..)`")
        }
        "eq" | "ne" => (PLACE, "compare pairs, `.zip(ys).all(|(x, y)| x == y)`, and the lengths"),
        "nth" => (PLACE, "compute that one alone, from `xs.get(n)`"),
        "lt" | "le" | "gt" | "ge" | "cmp" | "partial_cmp" => (
            BEFORE,
            "compare pairs and find the first that differs, `.zip(ys).map(|(x, y)| x.cmp(y)).find(|one| one.is_ne())`, then the lengths",
        ),
        _ => return None,
    })
}

/// Methods of slices that yield pieces of a given size.
pub(crate) fn is_pieces(name: &str) -> bool {
    matches!(name, "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" | "windows")
}

/// Methods of slices that yield pieces which no part knows the beginning of.
pub(crate) fn is_later_head(name: &str) -> bool {
    const UNCUT: [&str; 14] = [
        "rchunks",
        "rchunks_mut",
        "rchunks_exact",
        "rchunks_exact_mut",
        "split",
        "split_mut",
        "split_inclusive",
        "splitn",
        "rsplit",
        "chunk_by",
        "chunk_by_mut",
        "array_windows",
        "array_chunks",
        "as_chunks",
    ];
    UNCUT.contains(&name)
}

/// Adaptors that yield one item per item, in the same place.
pub(crate) fn keeps_length(name: &str) -> bool {
    matches!(name, "map" | "inspect" | "cloned" | "copied" | "enumerate" | "zip")
}

/// Methods of iterators, by which an iterator chain over something else than a slice is told from other calls.
pub(crate) fn is_head(name: &str) -> bool {
    matches!(name, "iter" | "iter_mut" | "into_iter")
}

/// Methods that change what they are called on, as far as std's collections and strings go.
pub(crate) fn changes_receiver(name: &str) -> bool {
    matches!(
        name,
        "push"
            | "push_str"
            | "push_back"
            | "push_front"
            | "pop"
            | "pop_back"
            | "pop_front"
            | "insert"
            | "remove"
            | "extend"
            | "extend_from_slice"
            | "append"
            | "clear"
            | "truncate"
            | "entry"
            | "get_mut"
            | "or_insert"
            | "swap"
            | "sort"
            | "sort_unstable"
            | "sort_by"
            | "sort_by_key"
            | "sort_unstable_by"
            | "sort_unstable_by_key"
            | "dedup"
            | "reverse"
            | "fill"
            | "copy_from_slice"
            | "clone_from_slice"
            | "resize"
            | "retain"
            | "drain"
            | "next"
            | "get_or_insert_with"
            | "write_str"
            | "write_all"
    )
}

/// Methods that add to the end of a collection and return nothing, as far as std's collections go.
pub(crate) fn appends(name: &str) -> bool {
    matches!(name, "push" | "push_str" | "push_back" | "extend" | "extend_from_slice" | "append")
}

/// Methods that change a slice as a whole.
pub(crate) fn changes_slice(name: &str) -> bool {
    name.ends_with("_mut")
        || name.starts_with("sort")
        || name.starts_with("select_nth")
        || matches!(
            name,
            "swap"
                | "fill"
                | "fill_with"
                | "reverse"
                | "rotate_left"
                | "rotate_right"
                | "copy_from_slice"
                | "clone_from_slice"
                | "copy_within"
                | "swap_with_slice"
        )
}

/// Adaptors that choose some of the elements by their place, or turn them round; true if they pass by elements that were
/// asked for.
pub(crate) fn narrows(name: &str) -> Option<bool> {
    match name {
        "skip" | "step_by" => Some(true),
        "take" | "rev" => Some(false),
        _ => None,
    }
}

/// Methods whose result borrows nothing, as far as std's numbers and collections go.
pub(crate) fn returns_value(name: &str) -> bool {
    matches!(
        name,
        "len"
            | "is_empty"
            | "clone"
            | "to_owned"
            | "to_string"
            | "to_vec"
            | "contains"
            | "abs"
            | "sqrt"
            | "powi"
            | "powf"
            | "ln"
            | "exp"
            | "floor"
            | "ceil"
            | "round"
            | "is_some"
            | "is_none"
            | "is_ok"
            | "is_err"
    )
}

/// Macros that print: from several threads the lines would mix.
pub(crate) fn prints(name: &str) -> bool {
    matches!(name, "print" | "println" | "eprint" | "eprintln" | "dbg")
}

/// Macros of std that no `return`, `?` or `break` hides in.
pub(crate) fn never_leaves(name: &str) -> bool {
    lends_nothing(name)
        || matches!(
            name,
            "vec"
                | "concat"
                | "stringify"
                | "env"
                | "option_env"
                | "include_str"
                | "include_bytes"
                | "line"
                | "file"
                | "column"
                | "module_path"
                | "cfg"
                | "unimplemented"
                | "compile_error"
                | "addr_of"
                | "addr_of_mut"
                | "format_args"
        )
}

/// Macros of std that borrow their arguments for the call alone.
pub(crate) fn lends_nothing(name: &str) -> bool {
    name.starts_with("assert")
        || name.starts_with("debug_assert")
        || prints(name)
        || matches!(name, "format" | "write" | "writeln" | "matches" | "panic" | "todo" | "unreachable")
}

/// Macros of std that evaluate the expressions that they are given, and give no name another meaning.
pub(crate) fn takes_expressions(name: &str) -> bool {
    prints(name)
        || matches!(
            name,
            "assert"
                | "assert_eq"
                | "assert_ne"
                | "debug_assert"
                | "debug_assert_eq"
                | "debug_assert_ne"
                | "format"
                | "format_args"
                | "matches"
                | "panic"
                | "todo"
                | "unimplemented"
                | "unreachable"
                | "vec"
                | "write"
                | "writeln"
        )
}

/// Macros that log, and bind nothing.
pub(crate) fn logs(name: &str) -> bool {
    matches!(name, "trace" | "debug" | "info" | "warn" | "error")
}
