//! The chapters of the book as documentation of empty modules, so that `cargo test` compiles and runs every snippet.
#![forbid(unsafe_code)]

/// One module per chapter; a chapter that `SUMMARY.md` lists and this list lacks fails the test below.
macro_rules! chapters {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("src/", $file))]
            mod $name {}
        )*

        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($file),*];
    };
}

chapters! {
    introduction: "introduction.md",
    getting_started: "getting-started.md",
    forms_and_refusals: "forms-and-refusals.md",
    refusals: "refusals.md",
    messages: "messages.md",
    options: "options.md",
    modes: "modes.md",
    tuned_file: "tuned-file.md",
    command_line: "command-line.md",
    by_hand: "by-hand.md",
    explain: "explain.md",
    report: "report.md",
    doctor: "doctor.md",
    containers: "containers.md",
    web_services: "web-services.md",
    benchmarks: "benchmarks.md",
    library_etiquette: "library-etiquette.md",
    troubleshooting: "troubleshooting.md",
    coming_from_rayon: "coming-from-rayon.md",
    compare: "compare.md",
}

#[cfg(test)]
mod rayon_page;
#[cfg(test)]
mod refusals_page;
#[cfg(test)]
mod services_page;
#[cfg(test)]
mod troubleshooting_page;

#[cfg(test)]
mod tests {
    #[test]
    fn every_chapter_is_compiled() {
        let summary = include_str!("src/SUMMARY.md");
        let listed: Vec<&str> =
            summary.lines().filter_map(|line| line.split_once("](")?.1.strip_suffix(')')).collect();
        assert_eq!(listed, super::CHAPTERS);
    }
}
