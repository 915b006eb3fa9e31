//! A report as one page that needs nothing else: style and pictures stand in it, there is no script. Pure.
//!
//! Every text goes through maud, which escapes it; the only text that does not is our own (the style) or plotters' (the
//! pictures, which name no site).

use amorsize_runtime::tune::costs::Regime;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::history::when;
use super::text::{calls, cells, decided, lately, lost, notes, origin, said, short, speed_up};
use super::{Report, Shares, Site, limited};
use crate::chart::{self, Size, bars};
use crate::forecast::Forecast;
use crate::units::{grouped, percent, time, times};

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(crate) fn page(report: &Report<'_>) -> String {
    let Report { file, machine, sites, .. } = report;
    let here = if machine.here { "this machine, " } else { "" };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "amorsize: " (sites.len()) " sites on " (machine.label) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        h1 { "How every site fares" }
                        p {
                            (file.as_deref().unwrap_or("no tuned file")) ", on " (here) code { (machine.label) } ": "
                            (machine.threads) @if machine.threads == 1 { " thread" } @else { " threads" }
                        }
                        @let (before, command, behind) = origin(report);
                        p.soft { (before) @if let Some(command) = command { code { (command) } } (behind) }
                    }
                    (summary(report))
                    @for (at, site) in sites.iter().enumerate() { (section(at, site)) }
                    footer { @for note in notes(report) { p { (note) } } }
                }
            }
        }
    };
    markup.into_string()
}

/// All sites in one table.
fn summary(report: &Report<'_>) -> Markup {
    let ratios = report.sites.iter().flat_map(|site| [site.measured, site.call.map(|call| call.speed_up())]);
    let most = ratios.flatten().fold(1.5, f64::max) * 1.05;
    html! {
        div class="card wide summary" {
            table {
                thead {
                    tr {
                        th { "site" }
                        th.number { "parallel from" }
                        th.number { "threads" }
                        th.number { "a call of" }
                        th.number { "serial" }
                        th.number { "predicted" }
                        th.number { "measured" }
                        th { "bar: measured, mark: predicted" }
                        th { "limited by" }
                    }
                }
                tbody {
                    @for (at, site) in report.sites.iter().enumerate() {
                        tr {
                            td.name { a href={ "#site-" (at) } { code { (breakable(&short(site.key))) } } }
                            td.number { (cells(site).0) }
                            td.number { (cells(site).1) }
                            td.number { @if let Some(call) = site.call { (grouped(call.len as u64)) } @else { "–" } }
                            td.number { @if let Some(call) = site.call { (time(call.serial_ns)) } @else { "–" } }
                            td.number { @if let Some(call) = site.call { (times(call.speed_up())) } @else { "–" } }
                            td.number { (site.measured.map_or("–".to_owned(), times)) }
                            td.bar {
                                (picture(&bars::speed_up(site.measured, site.call.map(|call| call.speed_up()), most)))
                            }
                            td { (limited(site)) }
                        }
                    }
                }
            }
        }
    }
}

/// A path that may go on in the next line behind each `::`.
fn breakable(path: &str) -> Markup {
    html! {
        @for (at, part) in path.split("::").enumerate() {
            @if at > 0 { "::" wbr; }
            (part)
        }
    }
}

/// A picture of plotters': it escapes what it writes.
fn picture(svg: &str) -> Markup {
    PreEscaped(svg.to_owned())
}

/// One site.
fn section(at: usize, site: &Site<'_>) -> Markup {
    html! {
        section.card id={ "site-" (at) } {
            h2 { code { (site.key) } }
            p.soft { (decided(site)) }
            (tiles(site))
            @if let Some(forecast) = &site.forecast {
                div.parts {
                    figure {
                        (picture(&chart::crossover(forecast, Size::COLUMN)))
                        figcaption {
                            "Predicted time of a call over its length, both axes logarithmic."
                            @if let Some(text) = flip(forecast) { " " (text) }
                        }
                    }
                    div {
                        (split(site))
                        h3 { "Limited by" }
                        ul {
                            @if let Some(lost) = lost(site) { li { (lost) } }
                            @for found in &site.limits {
                                li {
                                    @if !site.lost.is_empty() { "by the model, " }
                                    b { (found.limit.name()) } ": " (found.why)
                                    span.soft { ". Would help: " (found.help) "." }
                                }
                            }
                        }
                    }
                }
            }
            (history(site))
        }
    }
}

/// Why the mark of the picture stands elsewhere than the decision, where it does by so much that a reader would ask.
fn flip(forecast: &Forecast<'_>) -> Option<String> {
    let (from, flips) = (forecast.parallel_from?, forecast.flips(Regime::Awake)? as u64);
    let near = from <= flips + flips / 4 && flips <= from + from / 4;
    (!near).then(|| {
        format!(
            "The file decides from {} items on, by the runs that were recorded; the model alone, which the curves show, \
             flips at {}.",
            grouped(from),
            grouped(flips)
        )
    })
}

/// The numbers that matter most.
fn tiles(site: &Site<'_>) -> Markup {
    html! {
        div.tiles {
            @if let Some(measured) = site.measured {
                div { b { (times(measured)) } span { "measured" } }
            } @else {
                div { b { "–" } span { (speed_up(site)) } }
            }
            @if let Some(call) = site.call {
                div {
                    b { (times(call.speed_up())) }
                    span {
                        "predicted "
                        @if call.workers == 1 { "serially" } @else { "on " (call.workers) " threads" }
                        " for " (grouped(call.len as u64)) " items"
                    }
                }
                div { b { (time(call.serial_ns)) } span { "serially, for as many" } }
            }
            @if let Some(lived) = site.lived {
                div { b { (grouped(lived.calls.iter().sum::<u64>())) } span { (calls(site)) } }
            }
        }
    }
}

/// Where the time of a parallel call goes.
fn split(site: &Site<'_>) -> Markup {
    let predicted = site.call.and_then(|call| call.shares);
    let total = |shares: Option<Shares>| shares.map_or(0.0, |shares| shares.total_ns());
    let longest = total(predicted).max(total(site.spent));
    if longest <= 0.0 {
        return html! { h3 { "Where a call's time goes" } p { "It is serial, at the lengths that were seen." } };
    }
    html! {
        h3 { "Where a parallel call's time goes" }
        @for (name, shares) in [("measured", site.spent), ("predicted", predicted)] {
            @if let Some(shares) = shares {
                p.soft { (name) ": " (time(shares.total_ns())) " a call" }
                div.split { (picture(&bars::shares(&shares, longest))) }
            }
        }
        table {
            thead { tr { th { "" } th.number { "measured" } th.number { "predicted" } } }
            tbody {
                @for (at, name) in Shares::NAMES.iter().enumerate() {
                    tr {
                        td { span.swatch { (picture(&bars::swatch(at))) } (name) }
                        td.number { (part(site.spent, at)) }
                        td.number { (part(predicted, at)) }
                    }
                }
            }
        }
    }
}

/// One part of a call's time.
fn part(shares: Option<Shares>, at: usize) -> String {
    let Some(shares) = shares else { return "–".to_owned() };
    match shares.parts()[at] {
        None => "–".to_owned(),
        Some(ns) => {
            let bound = if shares.is_bound(at) { "≤ " } else { "" };
            format!("{bound}{}  ({})", time(ns), percent(ns / shares.total_ns().max(1.0)))
        }
    }
}

/// What changed over time, and what the run made of it.
fn history(site: &Site<'_>) -> Markup {
    let run = site.lived.map(lately);
    if site.history.is_empty() && run.is_none() {
        return html! {};
    }
    html! {
        h3 { "History" }
        div.wide {
            table {
                thead { tr { th { "when" } th { "decision" } th.number { "an item" } th { "machine" } th { "" } } }
                tbody {
                    @for step in &site.history {
                        tr {
                            td.when { (when(step)) }
                            @match &step.decided {
                                Some(decided) => {
                                    td { (said(decided)) }
                                    td.number { (time(decided.item_ns)) }
                                    td { code { (decided.machine) } }
                                }
                                None => { td { "removed from the file" } td {} td {} }
                            }
                            td.soft { (step.subject) }
                        }
                    }
                    @if let Some(run) = run { tr { td.when { "this run" } td colspan="4" { (run) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOSTILE, Told};
    use super::*;
    use roxmltree::{Document, Node, ParsingOptions};

    /// The page read back, strictly: as XML, for which the few elements without an end are ended.
    fn checked(page: &str, check: impl FnOnce(&Document<'_>)) {
        let mut xml = page.replace("<wbr>", "<wbr/>");
        for element in ["<meta charset=\"utf-8\"", "initial-scale=1\""] {
            assert!(xml.contains(&format!("{element}>")), "{page}");
            xml = xml.replace(&format!("{element}>"), &format!("{element}/>"));
        }
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        check(
            &Document::parse_with_options(&xml, options).unwrap_or_else(|error| panic!("{error}:\n{page}")),
        );
    }

    fn text(node: Node<'_, '_>) -> String {
        node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
    }

    #[test]
    fn the_page_is_well_formed_and_needs_nothing_else() {
        let told = Told::new();
        let page = page(&told.report());
        checked(&page, |document| {
            for node in document.descendants().filter(Node::is_element) {
                let name = node.tag_name().name();
                assert!(
                    !["script", "link", "iframe", "img", "object", "embed", "base"].contains(&name),
                    "{name}"
                );
                for attribute in node.attributes() {
                    let (name, value) = (attribute.name(), attribute.value());
                    assert!(!name.starts_with("on") && name != "src", "{name}={value}");
                    assert!(!name.ends_with("href") || value.starts_with('#'), "{name}={value}");
                    assert!(!value.contains("://") && !value.contains("url("), "{name}={value}");
                }
            }
            for link in document.descendants().filter_map(|node| node.attribute("href")) {
                let target = link.trim_start_matches('#');
                assert!(document.descendants().any(|node| node.attribute("id") == Some(target)), "{link}");
            }
        });
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }

    #[test]
    fn what_people_name_stays_text() {
        let told = Told::new();
        checked(&page(&told.report()), |document| {
            let texts: Vec<String> = document.descendants().map(text).collect();
            for text in [HOSTILE, "<b>bench</b> && \"x\"", "</style><script>alert('&')</script>"] {
                assert!(texts.iter().any(|found| found == text), "{text} is not there as it is");
            }
        });
    }

    #[test]
    fn every_site_has_its_facts() {
        let told = Told::new();
        let report = told.report();
        checked(&page(&report), |document| {
            let sections: Vec<_> =
                document.descendants().filter(|node| node.tag_name().name() == "section").collect();
            assert_eq!(sections.len(), report.sites.len());
            for (section, site) in sections.iter().zip(&report.sites) {
                let text = text(*section);
                assert!(text.contains(site.key), "{}", site.key);
                let charts = section.descendants().filter(|node| node.tag_name().name() == "figure").count();
                assert_eq!(charts, usize::from(site.forecast.is_some()), "{}", site.key);
                assert_eq!(text.contains("this run"), site.lived.is_some(), "{}", site.key);
                assert!(site.limits.iter().all(|found| text.contains(&found.why)), "{}", site.key);
            }
        });
    }
}
