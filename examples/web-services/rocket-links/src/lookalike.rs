//! Whether a name looks like a well-known one without being it: letters of other scripts, digits and pairs of letters that
//! look like one, and slips of a finger.

use std::path::Path;

/// What a reader takes these for. Lower case only: hosts are.
const TWINS: &[(char, &str)] = &[
    ('а', "a"),
    ('ɑ', "a"),
    ('α', "a"),
    ('à', "a"),
    ('á', "a"),
    ('â', "a"),
    ('ä', "a"),
    ('å', "a"),
    ('Ь', "b"),
    ('ь', "b"),
    ('ᖯ', "b"),
    ('с', "c"),
    ('ϲ', "c"),
    ('ç', "c"),
    ('ԁ', "d"),
    ('ɗ', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('é', "e"),
    ('è', "e"),
    ('ê', "e"),
    ('ë', "e"),
    ('ė', "e"),
    ('ɡ', "g"),
    ('ġ', "g"),
    ('һ', "h"),
    ('і', "l"),
    ('ï', "l"),
    ('í', "l"),
    ('ı', "l"),
    ('ι', "l"),
    ('ӏ', "l"),
    ('ł', "l"),
    ('ј', "j"),
    ('к', "k"),
    ('κ', "k"),
    ('м', "m"),
    ('п', "n"),
    ('ո', "n"),
    ('ñ', "n"),
    ('о', "o"),
    ('ο', "o"),
    ('ó', "o"),
    ('ö', "o"),
    ('ø', "o"),
    ('ӧ', "o"),
    ('օ', "o"),
    ('р', "p"),
    ('ρ', "p"),
    ('ԛ', "q"),
    ('г', "r"),
    ('ѕ', "s"),
    ('ş', "s"),
    ('т', "t"),
    ('τ', "t"),
    ('υ', "u"),
    ('ս', "u"),
    ('ü', "u"),
    ('ú', "u"),
    ('ν', "v"),
    ('ѵ', "v"),
    ('ԝ', "w"),
    ('ω', "w"),
    ('х', "x"),
    ('χ', "x"),
    ('у', "y"),
    ('ү', "y"),
    ('ý', "y"),
    ('ż', "z"),
    ('ź', "z"),
    ('0', "o"),
    ('1', "l"),
    ('3', "e"),
    ('5', "s"),
    ('i', "l"),
];

/// What a reader takes these pairs for.
const PAIRS: [(&str, &str); 3] = [("rn", "m"), ("vv", "w"), ("cl", "d")];

/// How one name looks like another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It reads the same.
    Twin,
    /// So many letters are left out, added, changed or swapped.
    Slip(usize),
    /// It stands as a word of its own among others: `name-login`.
    Word,
}

/// Names worth pretending to be, and what each reads as.
#[derive(Debug)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Lower-case names without their top-level domain: `paypal`.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let names = names.into_iter().map(Into::<String>::into);
        Self(names.map(|name| (name.clone(), skeleton(&name))).collect())
    }

    /// From a file of one name a line; what begins with `#` is a comment.
    ///
    /// # Errors
    /// Names the file, and what to write, if it cannot be read or has no name in it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let wrong = |why: String| {
            format!(
                "--names {}: {why}; give a text file with one name a line, such as `paypal`",
                file.display()
            )
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let names = text.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#'));
        let names = Self::new(names.map(str::to_lowercase));
        if names.is_empty() { Err(wrong("there is no name in it".to_owned())) } else { Ok(names) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none: then nothing can look like one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `label` is one of the names.
    #[must_use]
    pub fn has(&self, label: &str) -> bool {
        self.0.iter().any(|(name, _)| name == label)
    }

    /// The name that `label` looks like most, unless it is one itself. Takes a few hundred nanoseconds per name.
    #[must_use]
    pub fn likeness(&self, label: &str) -> Option<(&str, Likeness)> {
        if self.has(label) {
            return None;
        }
        let reads = skeleton(label);
        let twin =
            self.0.iter().find(|(_, shape)| *shape == reads).map(|(name, _)| (&name[..], Likeness::Twin));
        let word = || label.split('-').find(|word| self.has(word)).and_then(|word| self.named(word));
        let slip = || {
            let distances =
                self.0.iter().map(|(name, shape)| (&name[..], strsim::osa_distance(shape, &reads)));
            let near = distances.filter(|(name, distance)| *distance <= slips_in(name));
            near.min_by_key(|(_, distance)| *distance)
                .map(|(name, distance)| (name, Likeness::Slip(distance)))
        };
        twin.or_else(|| Some((word()?, Likeness::Word))).or_else(slip)
    }

    fn named(&self, word: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == word).map(|(name, _)| &name[..])
    }
}

/// How many slips still leave a name recognisable: short names are near to too many words.
fn slips_in(name: &str) -> usize {
    match name.len() {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    }
}

/// What a name reads as.
fn skeleton(label: &str) -> String {
    let mut reads = String::with_capacity(label.len());
    for letter in label.chars() {
        match TWINS.iter().find(|(twin, _)| *twin == letter) {
            Some((_, letters)) => reads.push_str(letters),
            None => reads.push(letter),
        }
    }
    PAIRS.iter().fold(reads, |reads, (pair, letter)| reads.replace(pair, letter))
}

/// Whether letters of Latin stand beside letters that look like them in Cyrillic, Greek or Armenian.
#[must_use]
pub fn mixes_scripts(label: &str) -> bool {
    let latin = |letter: char| letter.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&letter);
    let other = |letter: char| ('\u{370}'..='\u{58f}').contains(&letter);
    label.contains(latin) && label.contains(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_looks_like_them() {
        let names = Names::new(["paypal", "microsoft", "google", "ebay", "cloudflare"]);
        for (label, likeness) in [
            ("paypal", None),
            ("microsoft", None),
            ("paypai", Some(("paypal", Likeness::Twin))),
            ("раураl", Some(("paypal", Likeness::Twin))),
            ("rnicrosoft", Some(("microsoft", Likeness::Twin))),
            ("g00gle", Some(("google", Likeness::Twin))),
            ("goggle", Some(("google", Likeness::Slip(1)))),
            ("gogole", Some(("google", Likeness::Slip(1)))),
            ("micosoftt", Some(("microsoft", Likeness::Slip(2)))),
            ("ebey", None),
            ("paypal-login", Some(("paypal", Likeness::Word))),
            ("example", None),
        ] {
            assert_eq!(names.likeness(label), likeness, "{label}");
        }
    }

    #[test]
    fn scripts_are_mixed_only_where_two_of_them_stand_together() {
        for (label, mixed) in
            [("paypal", false), ("раураl", true), ("пример", false), ("münchen", false), ("αbc", true)]
        {
            assert_eq!(mixes_scripts(label), mixed, "{label}");
        }
    }
}
