//! Environment, modes and precedence: read once, parsed into one plain struct.
//!
//! It decides which mode a process runs in and which wishes of the environment and of the program count. It opens
//! no file and asks nothing of the machine. The environment wins over the program; what stands above both (the
//! attribute) and between them (`pin` tables) is the engine's to apply.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::observe::{self, Level, Topic, Warning, nearest};

/// What a process may do with what it knows and with what it finds out (`AMORSIZE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Every function runs as it was written.
    Off,
    /// Reads the tuned file, learns, keeps what it learnt in memory and in the scratch folder.
    #[default]
    Auto,
    /// Every call is split at random places and finished in random order, on real threads.
    Shuffle,
    /// Like [`Mode::Auto`], and measures go into the tuned file.
    Record,
    /// Reads the tuned file, never learns, never writes.
    Frozen,
    /// Like [`Mode::Frozen`], and a site without an entry panics.
    Strict,
}

impl Mode {
    /// All modes, by name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("off", Self::Off),
        ("auto", Self::Auto),
        ("shuffle", Self::Shuffle),
        ("record", Self::Record),
        ("frozen", Self::Frozen),
        ("strict", Self::Strict),
    ];

    /// The name that `AMORSIZE` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Auto => "auto",
            Self::Shuffle => "shuffle",
            Self::Record => "record",
            Self::Frozen => "frozen",
            Self::Strict => "strict",
        }
    }

    /// Whether the tuned file is read.
    #[must_use]
    pub fn reads_file(self) -> bool {
        !matches!(self, Self::Off | Self::Shuffle)
    }

    /// Whether what earlier runs left in the scratch folder is read: where runs must repeat each other it is not.
    #[must_use]
    pub fn reads_scratch(self) -> bool {
        matches!(self, Self::Auto | Self::Record)
    }

    /// Whether sites remember what they measure.
    #[must_use]
    pub fn learns(self) -> bool {
        matches!(self, Self::Auto | Self::Record)
    }

    /// Whether calls of a known site may read a clock.
    #[must_use]
    pub fn uses_clocks(self) -> bool {
        self.learns()
    }

    /// Whether a site that nothing is known about may be watched with a clock.
    #[must_use]
    pub fn watches_unknown(self) -> bool {
        matches!(self, Self::Auto | Self::Record | Self::Frozen)
    }

    /// Whether measurements go into the tuned file.
    #[must_use]
    pub fn writes_tuned(self) -> bool {
        self == Self::Record
    }

    /// Whether measurements go into the scratch folder, if there is one.
    #[must_use]
    pub fn writes_scratch(self) -> bool {
        self == Self::Auto
    }

    /// Whether a site without an entry is an error.
    #[must_use]
    pub fn demands_entries(self) -> bool {
        self == Self::Strict
    }

    /// The mode after a mistake in the environment: whoever mistyped a wish must not get files rewritten or
    /// latencies moved by learning; modes that do neither stay what they are.
    fn after_mistake(self) -> Self {
        if self.learns() { Self::Frozen } else { self }
    }
}

/// Where a setting came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    #[default]
    Default,
    /// The program's configuration; a `pin` stands above it.
    Program,
    /// A variable of the environment; it stands above a `pin`.
    Environment,
}

/// What a process was told, by its environment and by its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `AMORSIZE`, or the program's choice.
    pub mode: Mode,
    /// `AMORSIZE_MAX_THREADS`, or the program's choice: at most so many threads work on one call.
    pub max_threads: Option<usize>,
    /// Who said [`Settings::max_threads`].
    pub max_threads_from: Source,
    /// At most so many calls that were handed over by a companion run at once, by the program's choice.
    pub max_regions: Option<usize>,
    /// `AMORSIZE_SEED`: repeats a run of `shuffle`.
    pub seed: Option<u64>,
    /// `AMORSIZE_LOG=explain`, or the program's choice.
    pub explain: bool,
    /// `AMORSIZE_LOG`: how much is printed.
    pub level: Level,
    /// `AMORSIZE_FILE`, or the program's choice: the tuned file by name.
    pub file: Option<PathBuf>,
    /// Who said [`Settings::file`].
    pub file_from: Source,
    /// The text that the program carries with it.
    pub embedded: Option<&'static str>,
    /// `AMORSIZE_SCRATCH`, or the program's choice: the folder for what `auto` learns.
    pub scratch: Option<PathBuf>,
    /// `AMORSIZE_PLACEMENT`: whether helpers may be moved off the caller's CPU.
    pub placement: bool,
    /// `AMORSIZE_REPORT`: the folder in which the process leaves what it decided.
    pub report: Option<PathBuf>,
    /// `CARGO_MANIFEST_DIR`: the package whose binary cargo started.
    pub manifest_dir: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            max_threads: None,
            max_threads_from: Source::Default,
            max_regions: None,
            seed: None,
            explain: false,
            level: Level::default(),
            file: None,
            file_from: Source::Default,
            embedded: None,
            scratch: None,
            placement: true,
            report: None,
            manifest_dir: None,
        }
    }
}

/// What a program asks for in its own code; all of it optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// At most so many threads work on one call.
    pub max_threads: Option<usize>,
    /// At most so many calls that were handed over by a companion run at once.
    pub max_regions: Option<usize>,
    /// The folder for what `auto` learns.
    pub scratch: Option<PathBuf>,
    /// The mode.
    pub mode: Option<Mode>,
    /// The tuned file by name.
    pub file: Option<PathBuf>,
    /// The text of a tuned file that the binary carries with it.
    pub embedded: Option<&'static str>,
    /// A line on stderr for every decision.
    pub explain: bool,
    /// Whether helpers may be moved off the caller's CPU.
    pub placement: Option<bool>,
}

/// The settings were read before the program configured them: an annotated function had been called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyStarted;

impl std::fmt::Display for AlreadyStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("amorsize is configured once, before the first call of an annotated function")
    }
}

impl std::error::Error for AlreadyStarted {}

/// The variables, each with what it takes.
const VARIABLES: [(&str, &str); 9] = [
    ("AMORSIZE", "off, auto, shuffle, record, frozen, strict"),
    ("AMORSIZE_EXPAND", "the name of a function"),
    ("AMORSIZE_FILE", "the path of a tuned file"),
    ("AMORSIZE_LOG", "off, warn, explain"),
    ("AMORSIZE_MAX_THREADS", "a number from 1 on"),
    ("AMORSIZE_PLACEMENT", "on, off"),
    ("AMORSIZE_REPORT", "the path of a folder"),
    ("AMORSIZE_SCRATCH", "the path of a folder"),
    ("AMORSIZE_SEED", "a number, decimal or 0x…"),
];

/// What the environment says, with a warning for every variable that was not understood.
///
/// An empty value counts as not set. A value that is not understood, and an `AMORSIZE_…` variable that does not
/// exist, is one warning that lists what is valid; a mode that learns or writes then becomes [`Mode::Frozen`].
pub fn parse(vars: impl Iterator<Item = (OsString, OsString)>) -> (Settings, Vec<Warning>) {
    let (environment, warnings) = Environment::read(vars);
    (environment.over(Program::default()), warnings)
}

/// What the environment says, each wish apart from its default, so that the program's can be told from it.
#[derive(Debug, Default)]
struct Environment {
    mode: Option<Mode>,
    mistaken: bool,
    max_threads: Option<usize>,
    seed: Option<u64>,
    level: Option<Level>,
    file: Option<PathBuf>,
    scratch: Option<PathBuf>,
    placement: Option<bool>,
    report: Option<PathBuf>,
    manifest_dir: Option<PathBuf>,
}

impl Environment {
    fn read(vars: impl Iterator<Item = (OsString, OsString)>) -> (Self, Vec<Warning>) {
        // Sorted, so that the warnings come in the same order everywhere.
        let mut vars: Vec<_> = vars
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, value)| {
                !value.is_empty()
                    && (name == "AMORSIZE" || name.starts_with("AMORSIZE_") || name == "CARGO_MANIFEST_DIR")
            })
            .collect();
        vars.sort();

        let mut environment = Self::default();
        let mut warnings = Vec::new();
        for (name, value) in vars {
            if environment.take(&name, &value).is_none() {
                environment.mistaken = true;
                warnings.push(mistake(&name, &value));
            }
        }
        if environment.mistaken && environment.mode.is_none() {
            environment.mode = Some(Mode::Frozen);
        }
        (environment, warnings)
    }

    /// One variable; `None` if it does not exist or its value is not understood.
    fn take(&mut self, name: &str, value: &OsStr) -> Option<()> {
        match name {
            "CARGO_MANIFEST_DIR" => self.manifest_dir = Some(value.into()),
            "AMORSIZE_FILE" => self.file = Some(value.into()),
            "AMORSIZE_REPORT" => self.report = Some(value.into()),
            "AMORSIZE_SCRATCH" => self.scratch = Some(value.into()),
            // The attribute's, when the program was compiled: `cargo run` hands it on.
            "AMORSIZE_EXPAND" => {}
            _ => self.take_word(name, value.to_str()?.trim())?,
        }
        Some(())
    }

    fn take_word(&mut self, name: &str, word: &str) -> Option<()> {
        match name {
            "AMORSIZE" => {
                self.mode = Some(Mode::ALL.into_iter().find(|(name, _)| *name == word)?.1);
            }
            "AMORSIZE_MAX_THREADS" => {
                self.max_threads = Some(word.parse().ok().filter(|&threads| threads >= 1)?);
            }
            "AMORSIZE_SEED" => {
                self.seed = Some(match word.strip_prefix("0x") {
                    Some(digits) => u64::from_str_radix(digits, 16).ok()?,
                    None => word.parse().ok()?,
                });
            }
            "AMORSIZE_LOG" => {
                self.level = Some(match word {
                    "off" => Level::Off,
                    "warn" => Level::Warn,
                    "explain" => Level::Explain,
                    _ => return None,
                });
            }
            "AMORSIZE_PLACEMENT" => {
                self.placement = Some(match word {
                    "on" => true,
                    "off" => false,
                    _ => return None,
                });
            }
            _ => return None,
        }
        Some(())
    }

    /// The environment's wishes over the program's.
    fn over(self, program: Program) -> Settings {
        let mode = self.mode.or(program.mode).unwrap_or_default();
        let level = match self.level {
            Some(level) => level,
            None if program.explain => Level::Explain,
            None => Level::default(),
        };
        let (max_threads, max_threads_from) = first(self.max_threads, program.max_threads);
        let (file, file_from) = first(self.file, program.file);
        Settings {
            mode: if self.mistaken { mode.after_mistake() } else { mode },
            max_threads,
            max_threads_from,
            max_regions: program.max_regions,
            seed: self.seed,
            explain: level == Level::Explain,
            level,
            file,
            file_from,
            embedded: program.embedded,
            scratch: self.scratch.or(program.scratch),
            placement: self.placement.or(program.placement).unwrap_or(true),
            report: self.report,
            manifest_dir: self.manifest_dir,
        }
    }
}

fn first<T>(environment: Option<T>, program: Option<T>) -> (Option<T>, Source) {
    match (environment, program) {
        (Some(value), _) => (Some(value), Source::Environment),
        (None, Some(value)) => (Some(value), Source::Program),
        (None, None) => (None, Source::Default),
    }
}

fn mistake(name: &str, value: &OsStr) -> Warning {
    let value = value.to_string_lossy();
    let names = VARIABLES.map(|(known, _)| known);
    let valid = VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, valid)| *valid);
    let meant = match valid {
        Some(valid) => nearest(value.trim(), valid.split(", ")),
        None => nearest(name, names),
    };
    let meant = meant.map(|meant| format!(", did you mean `{meant}`?")).unwrap_or_default();
    let what = match valid {
        Some(valid) => format!("{name}={value} is not understood{meant} (valid: {valid})"),
        None => format!("there is no variable {name}{meant} (valid: {})", names.join(", ")),
    };
    Warning::new(Topic::Environment, name, format!("{what}; nothing is learnt or written"))
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();
static PROGRAM: Mutex<Asked> = Mutex::new(Asked::Nothing);

enum Asked {
    Nothing,
    Something(Program),
    TooLate,
}

/// What the program asks for. Called again, it adds: a later wish replaces an earlier one.
///
/// # Errors
/// [`AlreadyStarted`] if [`settings`] was called before; nothing changes then.
pub fn install(program: Program) -> Result<(), AlreadyStarted> {
    let mut asked = PROGRAM.lock().unwrap_or_else(PoisonError::into_inner);
    let earlier = match &*asked {
        Asked::TooLate => return Err(AlreadyStarted),
        Asked::Nothing => Program::default(),
        Asked::Something(earlier) => earlier.clone(),
    };
    *asked = Asked::Something(Program {
        max_threads: program.max_threads.or(earlier.max_threads),
        max_regions: program.max_regions.or(earlier.max_regions),
        scratch: program.scratch.or(earlier.scratch),
        mode: program.mode.or(earlier.mode),
        file: program.file.or(earlier.file),
        embedded: program.embedded.or(earlier.embedded),
        explain: program.explain || earlier.explain,
        placement: program.placement.or(earlier.placement),
    });
    Ok(())
}

/// The settings of this process, read on the first call; what was not understood is said once.
pub fn settings() -> &'static Settings {
    SETTINGS.get_or_init(|| {
        let program = {
            let mut asked = PROGRAM.lock().unwrap_or_else(PoisonError::into_inner);
            match std::mem::replace(&mut *asked, Asked::TooLate) {
                Asked::Something(program) => program,
                Asked::Nothing | Asked::TooLate => Program::default(),
            }
        };
        // On wasm32-unknown-unknown asking for the environment panics.
        let vars = (!cfg!(all(target_family = "wasm", target_os = "unknown"))).then(std::env::vars_os);
        let (environment, warnings) = Environment::read(vars.into_iter().flatten());
        let mut settings = environment.over(program);
        // A program may change its folder later; the names mean what they meant at its start.
        let paths = [&mut settings.file, &mut settings.scratch, &mut settings.report];
        for path in paths.into_iter().flatten() {
            if let Ok(absolute) = std::path::absolute(&*path) {
                *path = absolute;
            }
        }
        observe::set_level(settings.level);
        for warning in &warnings {
            observe::warn(warning);
        }
        settings
    })
}

#[cfg(test)]
mod tests;
