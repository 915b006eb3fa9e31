//! A run of the bench: which cases, in which order, and what is printed.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::rc::Rc;
use std::{fs, io};

use clap::Parser as _;
use tempfile::TempDir;

use crate::arm::{Arm, Order};
use crate::cases::{self, Case, Group, Opened};
use crate::contenders::{Contender, rayon};
use crate::fresh::{self, Fresh};
use crate::measure::{Effort, Runner, measure, pilot, warm_up};
use crate::options::Options;
use crate::random::Random;
use crate::rhythm::Rhythm;
use crate::row::{Row, by_case, median_of_runs};
use crate::worker::{self, Remote, Worker};
use crate::{book, charts, save, table};

/// The bench, from its command line on.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [worker::ARGUMENT] => {
            worker::serve();
            return ExitCode::SUCCESS;
        }
        [fresh::ARGUMENT, case, contender] => {
            fresh::serve(case, contender);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let options = Options::parse();
    let done = match &options.from {
        Some(file) => look_back(file, &options),
        None if options.clean => run(&options),
        None => start_cleanly(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Starts this program once more as one that cargo did not start: amorsize then reads and writes no file.
fn start_cleanly() -> io::Result<ExitCode> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1)).arg("--clean").env_remove("CARGO_MANIFEST_DIR");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AMORSIZE") && name != "AMORSIZE_LOG" {
            command.env_remove(name);
        }
    }
    let status = command.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What lasts for a whole run.
struct Session<'a> {
    options: &'a Options,
    cases: Vec<Case>,
    contenders: Vec<Contender>,
    frozen: Option<Rc<RefCell<Worker>>>,
    /// The recorded file.
    file: PathBuf,
    random: Random,
}

/// Up to so many cases, every contender's times are shown too.
const DETAILED: usize = 4;

fn run(options: &Options) -> io::Result<ExitCode> {
    let cases = cases::all();
    let wanted: Vec<usize> = (0..cases.len()).filter(|&at| options.wants(&cases[at])).collect();
    if wanted.is_empty() {
        eprintln!("error: no case is called so; without a filter all of them run");
        return Ok(ExitCode::FAILURE);
    }
    let contenders = options.contenders();
    let folder = TempDir::new()?;
    let file = folder.path().join("amorsize.toml");
    let from_file = |contender| matches!(contender, &Contender::Frozen | &Contender::FirstFile);
    let frozen = if contenders.iter().any(from_file) {
        record(&wanted, &file)?;
        Some(Rc::new(RefCell::new(Worker::start("frozen", &file)?)))
    } else {
        None
    };
    let random = Random::new(options.seed);
    let mut session = Session { options, cases, contenders, frozen, file, random };
    let runs = (0..options.runs).map(|_| session.once(&wanted)).collect();
    let rows = median_of_runs(runs);
    println!("\n{}", table::all_scores(&rows));
    if wanted.len() <= DETAILED {
        println!("{}", table::details(&rows));
    }
    if options.save {
        for file in save::save(&rows, record_text)? {
            println!("wrote {}", file.display());
        }
    }
    if options.charts {
        draw(&rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The tables of recorded figures.
fn look_back(file: &Path, options: &Options) -> io::Result<ExitCode> {
    let rows = save::from_csv(&fs::read_to_string(file)?)
        .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
    println!("{}\n{}", table::all_cases(&rows), table::all_scores(&rows));
    if options.charts {
        draw(&rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws into the book.
fn draw(rows: &[Row]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/charts");
    let mut written = charts::write(rows, &folder)?;
    written.push(folder.join("tables.md"));
    fs::write(&written[written.len() - 1], book::tables(rows))?;
    for file in written {
        println!("wrote {}", file.display());
    }
    Ok(())
}

/// What `--save` writes beside the figures.
fn record_text(rows: &[Row]) -> String {
    format!(
        "# {}, {}\n\n`cargo bench -p amorsize-bench --bench peers -- --save`, whole or group by group\n\n{}\n{}",
        save::today(),
        amorsize_runtime::machine::label(),
        table::all_scores(rows),
        table::all_cases(rows),
    )
}

/// Lets a worker record the tuned file from which the frozen arm starts.
fn record(wanted: &[usize], file: &Path) -> io::Result<()> {
    let worker = Rc::new(RefCell::new(Worker::start("record", file)?));
    for &case in wanted {
        let mut arm = Remote { worker: Rc::clone(&worker), case };
        let call_ns = warm_up(&mut arm, Effort::FULL);
        let calls = (1e6 / call_ns).ceil().clamp(1.0, 2e5) as usize;
        for _ in 0..10 {
            arm.block(&Order { calls, ..Order::default() });
        }
    }
    Ok(())
}

impl Session<'_> {
    /// Every wanted case in every wanted rhythm, once.
    fn once(&mut self, wanted: &[usize]) -> Vec<Row> {
        let mut rows = Vec::new();
        for group in Group::ALL {
            for rhythm in Rhythm::ALL.into_iter().filter(|&rhythm| self.options.wants_rhythm(rhythm)) {
                let mut headed = false;
                for &at in wanted {
                    if self.cases[at].group != group || !self.cases[at].rhythms.contains(&rhythm) {
                        continue;
                    }
                    if !headed {
                        println!("\n{group}, {rhythm}\n{}", table::case_head(&self.contenders_of(group)));
                        headed = true;
                    }
                    let measured = self.case(at, rhythm);
                    for part in by_case(&measured) {
                        println!("{}", table::case_line(&self.contenders_of(group), part));
                    }
                    rows.extend(measured);
                }
            }
        }
        rows
    }

    fn contenders_of(&self, group: Group) -> Vec<Contender> {
        let wanted = |contender: &&Contender| group == Group::First || !contender.is_first();
        self.contenders.iter().filter(wanted).copied().collect()
    }

    fn case(&mut self, at: usize, rhythm: Rhythm) -> Vec<Row> {
        let case = &self.cases[at];
        let opened = (case.open)();
        let mut runners = Vec::new();
        for contender in self.contenders_of(case.group) {
            let arm: Option<Box<dyn Arm>> = match (contender, &self.frozen) {
                (Contender::Frozen, Some(worker)) => {
                    Some(Box::new(Remote { worker: Rc::clone(worker), case: at }))
                }
                (first, _) if first.is_first() => {
                    Some(Box::new(Fresh { case: at, contender, file: self.file.clone() }))
                }
                (Contender::RayonTuned, _) => {
                    let min_len = self.min_len(case, &opened, rhythm);
                    case.arm(&opened, contender, min_len).map(|arm| arm as Box<dyn Arm>)
                }
                _ => case.arm(&opened, contender, 1).map(|arm| arm as Box<dyn Arm>),
            };
            runners.extend(arm.map(|arm| Runner { contender, arm }));
        }
        check(case, &mut runners);
        measure(case, rhythm, &mut runners, self.options.effort(), &mut self.random)
    }

    /// The best of eight, from a pilot run.
    fn min_len(&self, case: &Case, opened: &Opened, rhythm: Rhythm) -> usize {
        let mut arms: Vec<_> = rayon::min_lens(case.longest())
            .into_iter()
            .filter_map(|min_len| Some((min_len, case.arm(opened, Contender::RayonTuned, min_len)?)))
            .collect();
        pilot(rhythm, &mut arms, &mut self.random.clone())
    }
}

/// Every contender answers as the plain loop does, before anything is timed.
///
/// # Panics
/// If one does not.
fn check(case: &Case, runners: &mut [Runner]) {
    let mut plain = None;
    for runner in runners {
        let answers = runner.arm.answers();
        let plain = plain.get_or_insert_with(|| answers.clone());
        let exactly = !runner.contender.may_be_parallel() || runner.contender.is_ours();
        let agrees = answers.len() == plain.len()
            && answers.iter().zip(&*plain).all(|(ours, &plain)| ours.agrees(plain, exactly));
        assert!(agrees, "{} answers {} wrongly", runner.contender.name(), case.name());
    }
}
