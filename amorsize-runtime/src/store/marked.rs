//! A text with conflict markers taken apart.
//!
//! It decides which lines each side of a merge had: those outside the markers, and its own between them. It knows git's
//! styles `merge` and `diff3`. It does not know what the lines mean.

use super::load::Refused;

/// The versions that a merge could not join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) ours: String,
    pub(super) theirs: String,
    /// What both began with, where the style shows it.
    pub(super) base: Option<String>,
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Ours,
    Base,
    Theirs,
}

/// The sides of a text with markers; `None` if it has none.
pub(super) fn sides(text: &str) -> Result<Option<Sides>, Refused> {
    // The attribute `conflict-marker-size` makes them longer than seven.
    let Some(size) = text.lines().find_map(|line| run(line, '<')) else { return Ok(None) };
    let mut sides = Sides::default();
    let mut base = String::new();
    let (mut with_base, mut nested) = (true, false);
    let mut place = Place::Outside;
    let mut opened = 0;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let is = |mark| run(line, mark) == Some(size);
        let (next, from) = match place {
            Place::Outside if is('<') => (Place::Ours, None),
            Place::Ours if is('|') => (Place::Base, None),
            Place::Ours if is('=') => {
                with_base = false;
                (Place::Theirs, None)
            }
            Place::Base if is('=') => (Place::Theirs, None),
            Place::Theirs if is('>') => (Place::Outside, None),
            // Conflicts of an earlier merge inside what both began with have longer markers.
            Place::Base => {
                nested |= ['<', '|', '=', '>'].into_iter().any(|mark| run(line, mark).is_some());
                (place, Some(line))
            }
            _ if is('<') || is('>') || (is('|') && place != Place::Outside) => {
                return Err(Refused::Broken(number, "this conflict marker belongs to no other".to_owned()));
            }
            _ => (place, Some(line)),
        };
        if place == Place::Outside && next == Place::Ours {
            opened = number;
        }
        if let Some(line) = from {
            let into = |text: &mut String| text.extend([line, "\n"]);
            match place {
                Place::Outside => [&mut sides.ours, &mut base, &mut sides.theirs].into_iter().for_each(into),
                Place::Ours => into(&mut sides.ours),
                Place::Base => into(&mut base),
                Place::Theirs => into(&mut sides.theirs),
            }
        }
        place = next;
    }
    if place != Place::Outside {
        return Err(Refused::Broken(opened, "the conflict that begins here does not end".to_owned()));
    }
    sides.base = (with_base && !nested).then_some(base);
    Ok(Some(sides))
}

/// How often a line's first character repeats, if that is a marker: seven times or more, then a space or nothing.
fn run(line: &str, mark: char) -> Option<usize> {
    let rest = line.trim_start_matches(mark);
    let size = line.len() - rest.len();
    (size >= 7 && (rest.is_empty() || rest.starts_with(' '))).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_apart(text: &str) -> (String, Option<String>, String) {
        let sides = sides(text).expect("markers in order").expect("markers");
        (sides.ours, sides.base, sides.theirs)
    }

    #[test]
    fn each_side_has_its_own_lines_and_those_outside() {
        let merge = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\nd\n";
        assert_eq!(taken_apart(merge), ("a\nb\nd\n".into(), None, "a\nc\nd\n".into()));
        assert_eq!(taken_apart(&merge.replace('\n', "\r\n")).0, "a\nb\nd\n");
        let diff3 = "a\n<<<<<<< HEAD\nb\n||||||| 1234\nz\n=======\n>>>>>>> other\nd\n";
        assert_eq!(taken_apart(diff3), ("a\nb\nd\n".into(), Some("a\nz\nd\n".into()), "a\nd\n".into()));
        let long = "<<<<<<<<<< HEAD\nb\n||||||||||\n==========\nc\n>>>>>>>>>> x\n";
        assert_eq!(taken_apart(long), ("b\n".into(), Some(String::new()), "c\n".into()));
    }

    #[test]
    fn a_base_that_is_a_conflict_itself_is_none() {
        let text = "<<<<<<< HEAD\nb\n||||||| merged common ancestors\n<<<<<<<<< Temporary merge branch 1\nx\n=========\ny\n\
                    >>>>>>>>> Temporary merge branch 2\n=======\nc\n>>>>>>> other\n";
        assert_eq!(taken_apart(text), ("b\n".into(), None, "c\n".into()));
    }

    #[test]
    fn markers_out_of_order_are_refused_by_line() {
        assert_eq!(sides("a\nb\n"), Ok(None));
        for (text, line) in [
            ("a\n<<<<<<< x\nb\n", 2),
            ("<<<<<<< x\nb\n=======\n", 1),
            ("<<<<<<< x\n<<<<<<< x\n=======\n>>>>>>> y\n", 2),
            ("<<<<<<< x\n=======\n>>>>>>> y\n>>>>>>> y\n", 4),
            ("<<<<<<< x\n>>>>>>> y\n", 2),
            ("<<<<<<< x\n=======\n||||||| y\n>>>>>>> y\n", 3),
        ] {
            assert!(matches!(sides(text), Err(Refused::Broken(at, _)) if at == line), "{text}");
        }
    }
}
