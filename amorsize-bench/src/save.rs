//! Recorded results: one file of figures and one of tables per machine class and day.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io};

use crate::cases::Part;
use crate::row::{CaseKey, Row};

/// The first line of a file of figures.
pub const COLUMNS: &str = "group,rhythm,work,n,contender,median_ns,p50_ns,p99_ns,cpu_ns";

/// Adds the rows to both files of today in `record/<machine class>/` of this package; their paths.
///
/// What was measured today already and is not among `rows` stays: a run may be made group by group.
///
/// # Errors
/// If a file cannot be written, or if what stands there is no record.
pub fn save(rows: &[Row], tables: impl Fn(&[Row]) -> String) -> io::Result<[PathBuf; 2]> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("record").join(amorsize_runtime::machine::label());
    fs::create_dir_all(&folder)?;
    let files = ["csv", "txt"].map(|kind| folder.join(format!("{}-peers.{kind}", today())));
    let before = match fs::read_to_string(&files[0]) {
        Ok(text) => {
            from_csv(&text).map_err(|error| io::Error::other(format!("{}: {error}", files[0].display())))?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let rows = merged(before, rows);
    fs::write(&files[0], to_csv(&rows))?;
    fs::write(&files[1], tables(&rows))?;
    Ok(files)
}

/// `rows`, and those of `before` whose case is not among them; groups and rhythms in the order of the tables.
fn merged(mut before: Vec<Row>, rows: &[Row]) -> Vec<Row> {
    before.retain(|old| rows.iter().all(|new| new.case != old.case));
    before.extend_from_slice(rows);
    before.sort_by_key(|row| (row.case.group, row.case.rhythm));
    before
}

/// Rows as CSV. Names contain no commas.
#[must_use]
pub fn to_csv(rows: &[Row]) -> String {
    let mut text = format!("{COLUMNS}\n");
    for row in rows {
        let CaseKey { group, rhythm, part: Part { work, n } } = &row.case;
        let contender = row.contender.name();
        let _ = write!(text, "{group},{rhythm},{work},{n},{contender}");
        for ns in [row.median_ns, row.p50_ns, row.p99_ns, row.cpu_ns] {
            let _ = write!(text, ",{ns:.1}");
        }
        text.push('\n');
    }
    text
}

/// Rows from what [`to_csv`] wrote.
///
/// # Errors
/// The number and text of the first line that is none of it.
pub fn from_csv(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines();
    if lines.next() != Some(COLUMNS) {
        return Err(format!("line 1 is not `{COLUMNS}`"));
    }
    let numbered = lines.zip(2..);
    numbered.map(|(line, at)| row(line).ok_or_else(|| format!("line {at} is no row: `{line}`"))).collect()
}

fn row(line: &str) -> Option<Row> {
    let words: [&str; 9] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
    let [group, rhythm, work, n, contender, median, p50, p99, cpu] = words;
    Some(Row {
        case: CaseKey {
            group: group.parse().ok()?,
            rhythm: rhythm.parse().ok()?,
            part: Part { work: work.to_owned(), n: n.parse().ok()? },
        },
        contender: contender.parse().ok()?,
        median_ns: median.parse().ok()?,
        p50_ns: p50.parse().ok()?,
        p99_ns: p99.parse().ok()?,
        cpu_ns: cpu.parse().ok()?,
    })
}

/// Today's date in UTC, as `2026-11-26`.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The date of a day after 1970-01-01, by counting years of 365 or 366 days and months.
fn date(mut day: u64) -> String {
    let mut year = 1970;
    let leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders::Contender;
    use crate::row::tests::row;

    #[test]
    fn rows_are_read_back() {
        let rows = [
            row("0.5 ns", 1_000, Contender::SerialAgain, 1.5),
            row("10 µs", 0, Contender::Auto, 1_234_567.0),
        ];
        assert_eq!(from_csv(&to_csv(&rows)), Ok(rows.to_vec()));
        assert!(from_csv("group").unwrap_err().contains("line 1"));
        let broken = to_csv(&rows).replace("auto", "awto");
        assert!(
            from_csv(&broken).unwrap_err().starts_with("line 3 is no row: `grid,back-to-back,10 µs,0,awto")
        );
    }

    #[test]
    fn what_is_measured_again_replaces_what_was() {
        let auto = |work, ns| row(work, 1, Contender::Auto, ns);
        let mut gaps = auto("1 ns", 1.0);
        gaps.case.rhythm = crate::rhythm::Rhythm::Gaps;
        let before = vec![gaps.clone(), auto("1 ns", 1.0), auto("3 ns", 1.0)];
        let rows = [auto("1 ns", 2.0), auto("2 ns", 2.0)];
        let expected = vec![auto("3 ns", 1.0), auto("1 ns", 2.0), auto("2 ns", 2.0), gaps];
        assert_eq!(merged(before, &rows), expected);
    }

    #[test]
    fn days_have_dates() {
        for (day, text) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_818, "2026-12-31"),
            (20_819, "2027-01-01"),
        ] {
            assert_eq!(date(day), text);
        }
    }
}
