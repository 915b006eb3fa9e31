//! How safe a link looks: rules over its text alone, nothing is looked up. Each rule that holds takes points from 100 and
//! leaves a reason; what the rules weigh is a judgement, and stands in one table.

use std::net::{Ipv4Addr, Ipv6Addr};

use amorsize::parallelize;
use serde::Serialize;
use url::{Host, Url};

use crate::lookalike::{Likeness, Names, mixes_scripts};

/// Links within links are followed so far.
const MAX_DEPTH: u32 = 3;
/// So many links of one are followed, and so many of its foreign labels are named: what comes out of a link stays small.
const MAX_WIDTH: usize = 16;

/// Longer ones are refused, bytes: browsers and servers take none of that length.
pub const LONGEST_LINK: usize = 8192;

/// Top-level domains that cost little and are often given back, and those that are read as a file's name.
const CHEAP_TLDS: [&str; 12] =
    ["buzz", "cam", "click", "country", "gq", "icu", "mov", "rest", "tk", "top", "xyz", "zip"];

/// Under a country's domain these are no one's name.
const SHARED_SECOND_LEVEL: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "ne", "org"];

/// Hosts that a list of well-known names starts with.
pub const KNOWN_NAMES: [&str; 24] = [
    "adobe",
    "airbnb",
    "amazon",
    "apple",
    "binance",
    "booking",
    "cloudflare",
    "coinbase",
    "dropbox",
    "facebook",
    "github",
    "google",
    "instagram",
    "linkedin",
    "mastercard",
    "microsoft",
    "netflix",
    "outlook",
    "paypal",
    "revolut",
    "spotify",
    "twitter",
    "whatsapp",
    "wikipedia",
];

/// What is held against one link takes no more as values and as JSON together, bytes.
pub const LONGEST_REASONS: usize = 32 << 10;

/// What can be held against a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It is no address.
    Unreadable,
    /// Something else than a web page.
    Scheme,
    /// `http`.
    NoEncryption,
    /// A name or password before the host, which hides the host.
    Credentials,
    /// A number instead of a name.
    NumericHost,
    /// Letters of two scripts in one word.
    MixedScripts,
    /// Letters beyond ASCII.
    Punycode,
    /// A well-known name but for what the eye passes over.
    LookAlike,
    /// A well-known name that does not own the host.
    BorrowedName,
    /// The host looks drawn at random.
    RandomHost,
    /// More than a third of the name are digits.
    DigitsInHost,
    /// More than two hyphens.
    HyphensInHost,
    /// More than 60 bytes.
    LongHost,
    /// More than five labels.
    ManyLabels,
    /// A top-level domain of which most names are short-lived, or that reads like a file.
    CheapDomain,
    /// Another port than the usual one.
    Port,
    /// More than 200 bytes.
    LongUrl,
    /// A part of the path looks drawn at random.
    RandomPath,
    /// A parameter leads on to another host.
    Redirect,
    /// And there the score is below 50.
    UnsafeRedirect,
}

impl Rule {
    /// In the order of their declaration.
    pub const ALL: [Self; 20] = [
        Self::Unreadable,
        Self::Scheme,
        Self::NoEncryption,
        Self::Credentials,
        Self::NumericHost,
        Self::MixedScripts,
        Self::Punycode,
        Self::LookAlike,
        Self::BorrowedName,
        Self::RandomHost,
        Self::DigitsInHost,
        Self::HyphensInHost,
        Self::LongHost,
        Self::ManyLabels,
        Self::CheapDomain,
        Self::Port,
        Self::LongUrl,
        Self::RandomPath,
        Self::Redirect,
        Self::UnsafeRedirect,
    ];

    /// What it takes from 100.
    fn points(self) -> u8 {
        match self {
            Self::Unreadable => 100,
            Self::Scheme => 80,
            Self::LookAlike => 60,
            Self::MixedScripts => 50,
            Self::Credentials | Self::BorrowedName => 40,
            Self::NumericHost | Self::UnsafeRedirect => 30,
            Self::CheapDomain | Self::RandomHost | Self::Redirect => 15,
            Self::NoEncryption | Self::Punycode | Self::DigitsInHost | Self::HyphensInHost => 10,
            Self::LongHost | Self::ManyLabels | Self::LongUrl | Self::Port | Self::RandomPath => 5,
        }
    }
}

/// One rule that holds, and for what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Which rule.
    pub rule: Rule,
    /// What it takes from 100.
    pub points: u8,
    /// What it holds for.
    pub detail: String,
}

/// What is known of one link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// As it came.
    pub url: String,
    /// As a reader sees it; `None` where there is none.
    pub host: Option<String>,
    /// From 0, do not follow, to 100, nothing is held against it.
    pub score: u8,
    /// What was held against it.
    pub reasons: Vec<Reason>,
}

/// Judges every link, in its order. Tens of microseconds each.
#[must_use]
#[parallelize(spawn_fn = analyse_async)]
pub fn analyse(urls: &[String], names: &Names) -> Vec<Verdict> {
    urls.iter().map(|url| judge(url, names, 0)).collect()
}

/// Judges one link.
#[must_use]
pub fn verdict(url: &str, names: &Names) -> Verdict {
    judge(url, names, 0)
}

/// What is held against one link.
fn judge(text: &str, names: &Names, depth: u32) -> Verdict {
    let mut reasons = Reasons::default();
    let host = match Url::parse(text.trim()) {
        Err(error) => {
            reasons.add(Rule::Unreadable, error.to_string());
            None
        }
        Ok(url) => {
            of_url(&url, &mut reasons);
            redirects(&url, names, depth, &mut reasons);
            url.host().map(|host| of_host(&host, names, &mut reasons))
        }
    };
    let lost: u32 = reasons.0.iter().map(|reason| u32::from(reason.points)).sum();
    Verdict { url: text.to_owned(), host, score: 100 - lost.min(100) as u8, reasons: reasons.0 }
}

#[derive(Default)]
struct Reasons(Vec<Reason>);

impl Reasons {
    fn add(&mut self, rule: Rule, detail: impl Into<String>) {
        self.0.push(Reason { rule, points: rule.points(), detail: detail.into() });
    }

    fn add_if(&mut self, holds: bool, rule: Rule, detail: impl FnOnce() -> String) {
        if holds {
            self.add(rule, detail());
        }
    }
}

fn of_url(url: &Url, reasons: &mut Reasons) {
    match url.scheme() {
        "https" => {}
        "http" => reasons.add(Rule::NoEncryption, "http can be read and changed on its way"),
        other => reasons.add(Rule::Scheme, format!("`{other}:` is not a web page")),
    }
    let user = url.username();
    reasons.add_if(!user.is_empty() || url.password().is_some(), Rule::Credentials, || {
        format!("`{}@` stands before the host", shortened(user))
    });
    if let Some(port) = url.port() {
        reasons.add(Rule::Port, format!("port {port} is unusual"));
    }
    let length = url.as_str().len();
    reasons.add_if(length > 200, Rule::LongUrl, || format!("{length} bytes"));
    let random = url.path_segments().into_iter().flatten().find(|segment| is_random(segment, 24));
    if let Some(segment) = random {
        reasons.add(Rule::RandomPath, format!("`{}` looks random", shortened(segment)));
    }
}

/// The host as a reader sees it, and what is held against it.
fn of_host(host: &Host<&str>, names: &Names, reasons: &mut Reasons) -> String {
    match host {
        Host::Ipv4(address) => numeric_v4(*address, reasons),
        Host::Ipv6(address) => numeric_v6(*address, reasons),
        Host::Domain(domain) => of_domain(domain, names, reasons),
    }
}

fn numeric_v4(address: Ipv4Addr, reasons: &mut Reasons) -> String {
    reasons.add(
        Rule::NumericHost,
        format!("{address} has no name{}", private(address.is_private() || address.is_loopback())),
    );
    address.to_string()
}

fn numeric_v6(address: Ipv6Addr, reasons: &mut Reasons) -> String {
    reasons.add(Rule::NumericHost, format!("[{address}] has no name{}", private(address.is_loopback())));
    format!("[{address}]")
}

fn private(inside: bool) -> &'static str {
    if inside { ", and is the reader's own machine or network" } else { "" }
}

fn of_domain(domain: &str, names: &Names, reasons: &mut Reasons) -> String {
    let shown = idna::domain_to_unicode(domain).0;
    let labels: Vec<&str> = shown.trim_end_matches('.').split('.').collect();
    let owner = owner_index(&labels);
    let label = labels[owner];
    for foreign in labels.iter().filter(|label| !label.is_ascii()).take(MAX_WIDTH) {
        let rule = if mixes_scripts(foreign) { Rule::MixedScripts } else { Rule::Punycode };
        reasons.add(rule, format!("`{}` is written `{}`", shortened(foreign), shortened(domain)));
    }
    let brief = shortened(label);
    match names.likeness(label) {
        Some((name, Likeness::Twin)) => {
            reasons.add(Rule::LookAlike, format!("`{brief}` reads like `{name}`"));
        }
        Some((name, Likeness::Slip(slips))) => {
            reasons.add(Rule::LookAlike, format!("`{brief}` is `{name}` but for {slips} letter(s)"));
        }
        Some((name, Likeness::Word)) => reasons.add(Rule::BorrowedName, format!("`{brief}` is not `{name}`")),
        None => {}
    }
    let borrowed = labels[..owner].iter().find(|part| names.has(part) && **part != label);
    if let Some(name) = borrowed {
        reasons.add(Rule::BorrowedName, format!("`{name}` stands before `{brief}`, which owns the host"));
    }
    let tld = labels[labels.len() - 1];
    reasons.add_if(CHEAP_TLDS.contains(&tld), Rule::CheapDomain, || {
        format!("many links under `.{tld}` are short-lived")
    });
    reasons.add_if(is_random(label, 12), Rule::RandomHost, || format!("`{brief}` looks random"));
    let digits = label.chars().filter(char::is_ascii_digit).count();
    reasons.add_if(digits * 3 > label.chars().count(), Rule::DigitsInHost, || {
        format!("{digits} digits in `{brief}`")
    });
    let hyphens = shown.matches('-').count();
    reasons.add_if(hyphens > 2, Rule::HyphensInHost, || format!("{hyphens} hyphens"));
    reasons.add_if(shown.len() > 60, Rule::LongHost, || format!("{} bytes", shown.len()));
    reasons.add_if(labels.len() > 5, Rule::ManyLabels, || format!("{} labels", labels.len()));
    shown
}

/// Which label names the owner: the one before the top-level domain, or before `co.uk` and its like.
fn owner_index(labels: &[&str]) -> usize {
    match labels {
        [.., second, top] if labels.len() > 2 && top.len() == 2 && SHARED_SECOND_LEVEL.contains(second) => {
            labels.len() - 3
        }
        [_, ..] => labels.len().saturating_sub(2),
        [] => 0,
    }
}

/// Links in the parameters: what looks like a way to `b` through `a` is judged by `b` too.
fn redirects(url: &Url, names: &Names, depth: u32, reasons: &mut Reasons) {
    let targets = url.query_pairs().filter(|(_, value)| value.contains("://") || value.starts_with("//"));
    for (parameter, value) in targets.take(MAX_WIDTH) {
        let Ok(target) = url.join(&value) else { continue };
        if target.host() == url.host() {
            continue;
        }
        let host = target.host_str().unwrap_or_default();
        reasons.add(Rule::Redirect, format!("`{}` leads on to `{}`", shortened(&parameter), shortened(host)));
        if depth < MAX_DEPTH {
            let score = judge(target.as_str(), names, depth + 1).score;
            reasons.add_if(score < 50, Rule::UnsafeRedirect, || {
                format!("`{}` has a score of {score}", shortened(host))
            });
        }
    }
}

/// Whether a word of at least `least` characters looks drawn at random: nearly as many different ones as there can be, and
/// digits among letters. English words of that length have below 3.4 bits per character, or no digits.
fn is_random(word: &str, least: usize) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= least && letters > 0 && digits * 8 >= letters && entropy(word) > 3.4
}

/// Shannon's entropy in bits per byte.
fn entropy(word: &str) -> f64 {
    let mut counts = [0_u32; 256];
    word.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = word.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    shares.map(|share| -share * share.log2()).sum()
}

/// Enough of a stranger's text to recognise it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_of_a_link_is_bounded() {
        // As many links and foreign labels as fit in, with names of which each letter takes six bytes as JSON.
        let labels = "paypаl-login-1-2.".repeat(60);
        let way = format!("{}=http://www.{}.top/&", "%01".repeat(45), "rnicrosoft1".repeat(4));
        let mut link =
            format!("http://{0}@{labels}x9q2w8e7r6t5.top:81/{0}?", "k7q2w8e3r6t5y4u1i9o0p".repeat(2));
        while link.len() + way.len() <= LONGEST_LINK {
            link.push_str(&way);
        }
        let reasons = judge(&link, &Names::new(KNOWN_NAMES), 0).reasons;
        assert!(reasons.len() > 2 * MAX_WIDTH, "{reasons:?}");
        let values: usize = reasons.iter().map(|reason| size_of::<Reason>() + reason.detail.capacity()).sum();
        let bytes = values + serde_json::to_string(&reasons).unwrap().len();
        assert!(bytes <= LONGEST_REASONS, "{bytes} bytes for {} reasons", reasons.len());
    }

    fn judged(url: &str) -> (u8, Vec<Rule>) {
        let verdict = judge(url, &Names::new(KNOWN_NAMES), 0);
        (verdict.score, verdict.reasons.iter().map(|reason| reason.rule).collect())
    }

    #[test]
    fn each_rule_holds_for_what_it_names() {
        use Rule::*;
        let long = format!("https://example.org/{}", "word/".repeat(50));
        let deep = "https://a.b.c.d.example.org/";
        let wide = format!("https://{}.example.org/", "long".repeat(14));
        for (url, rules) in [
            ("https://www.paypal.com/signin?country=de", &[][..]),
            ("https://example.co.uk/a/b?page=2#top", &[]),
            ("http://example.org/", &[NoEncryption]),
            ("no link", &[Unreadable]),
            ("", &[Unreadable]),
            ("https://", &[Unreadable]),
            ("javascript:alert(1)", &[Scheme]),
            ("https://paypal.com@example.org/", &[Credentials]),
            ("https://93.184.216.34/", &[NumericHost]),
            ("https://0x5db8d822/", &[NumericHost]),
            ("https://[::1]/", &[NumericHost]),
            ("https://example.org:8443/", &[Port]),
            ("https://münchen.example/", &[Punycode]),
            ("https://раураl.com/", &[MixedScripts, LookAlike]),
            ("https://rnicrosoft.com/", &[LookAlike]),
            ("https://gogle.com/", &[LookAlike]),
            ("https://paypal-login.com/", &[BorrowedName]),
            ("https://paypal.com.example.org/", &[BorrowedName]),
            ("https://x7k2q9vw4tzp1m.com/", &[RandomHost, DigitsInHost]),
            ("https://a-b-c-d.org/", &[HyphensInHost]),
            ("https://example.zip/", &[CheapDomain]),
            ("https://example.org/x7k2q9vw4tzp1mx7a3b8c5d6", &[RandomPath]),
            ("https://example.org/?next=https%3A%2F%2Fwikipedia.org%2F", &[Redirect]),
            ("https://example.org/?next=//wikipedia.org", &[Redirect]),
            ("https://example.org/?next=https://example.org/b", &[]),
            ("https://example.org/?next=http://g00gle.zip", &[Redirect, UnsafeRedirect]),
            (&long, &[LongUrl]),
            (deep, &[ManyLabels]),
            (&wide, &[LongHost]),
        ] {
            assert_eq!(judged(url).1, rules, "{url}");
        }
    }

    #[test]
    fn a_score_is_what_the_reasons_leave_and_never_below_zero() {
        assert_eq!(judged("https://www.github.com/").0, 100);
        assert_eq!(judged("http://93.184.216.34/").0, 60);
        assert_eq!(judged("ftp://paypal@раураl.top/?u=http://g00gle.zip").0, 0);
        assert_eq!(judged("%").0, 0);
    }

    #[test]
    fn links_within_links_end() {
        let mut url = "http://g00gle.zip/".to_owned();
        for _ in 0..20 {
            let inner: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
            url = format!("https://example{}.org/?u={inner}", url.len());
        }
        assert!(judged(&url).1.contains(&Rule::Redirect));
    }

    #[test]
    fn every_rule_is_counted_at_its_place() {
        for (index, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, index);
        }
    }

    #[test]
    fn every_split_gives_the_same_verdicts() {
        let names = Names::new(KNOWN_NAMES);
        let urls: Vec<String> =
            (0..200).map(|n| format!("http://paypa{n}.example.org/?u=https://g00gle{n}.zip")).collect();
        let plain = analyse(&urls, &names);
        for seed in 0..8 {
            assert_eq!(amorsize::testing::with_shuffle(seed, &[], 3, || analyse(&urls, &names)), plain);
        }
    }
}
