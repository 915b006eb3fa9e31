//! The tuned file: what is known about a site before its first call, and where what it learns goes.
//!
//! It decides which of the entries found counts (the tuned file's, the scratch folder's, an older body's), whether a
//! measurement is kept at all, and when it is written. It does not decide what an entry means for a call. Nothing here
//! panics or fails: what is wrong with a file is said once on stderr, and the program goes on without it.
//!
//! Public for `cargo amorsize`, which reads and rewrites the same files.

#[cfg(feature = "record")]
mod canon;
mod fields;
mod find;
mod key;
mod load;
#[cfg(feature = "record")]
mod lock;
#[cfg(feature = "record")]
mod marked;
#[cfg(feature = "record")]
mod merge;
mod missing;
mod model;
mod quick;
#[cfg(feature = "record")]
mod reconcile;
mod save;
mod status;
mod thousands;
#[cfg(feature = "record")]
mod write;
#[cfg(feature = "record")]
mod writer;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

pub use find::{FILE_NAME, Places};
pub use key::key;
pub use load::{Contents, Listed, MAX_BYTES, MAX_SITES, Refused, VERSION, parse, parse_bytes};
pub use model::{Freshness, Known, MachineEntry, Pin, Profile, SiteEntry};
#[cfg(feature = "record")]
pub use reconcile::{Reconciled, reconcile, repair};
#[cfg(feature = "record")]
pub use save::{edit, repair_file};
pub use status::{FileState, FileStatus};
pub use thousands::thousands;
#[cfg(feature = "record")]
pub use write::{Unwritable, canonical};

use crate::config::{Mode, settings};
use crate::forked;
use crate::machine::{self, MachineProfile};
use crate::observe::{self, Topic};
#[cfg(feature = "record")]
use crate::tune::costs::{Costs, Regime};

/// What is known about a site before its first call: the files are read on the first call of this process, after
/// that it is a look into a table. Called once per instantiation of a site.
#[must_use]
pub fn lookup(key: &str, body: &str) -> Known {
    store().lookup(key, body)
}

/// Keeps what a site measured, as far as the mode allows: in the tuned file, in the scratch folder, or not at all. The entry's
/// machine is this one, whatever it says.
///
/// To be called when a site's accepted samples reach 1, 8, 64, …; it writes at once or soon after, a small part of
/// the time in between. What is pending is written when the thread that noted it ends.
pub fn note(key: &str, entry: SiteEntry) {
    store().note(key, entry);
}

/// Keeps a calibration of this machine, as [`note`] does with a site; written into the tuned file only.
pub fn note_machine(entry: MachineEntry) {
    store().note_machine(entry);
}

/// Writes what is pending now, waiting for another writer if need be.
pub fn flush() {
    match STORE.get() {
        // What a copy of a process would write is the original's to write.
        Some(store) if !forked::is_copy() => store.flush(),
        // Nothing was opened, so nothing is pending.
        _ => {}
    }
}

/// Where the tuned file lies and what state it is in, for reports.
#[must_use]
pub fn file_in_use() -> FileStatus {
    store().status()
}

/// Says once that a mode which lives on the tuned file has none: it is easily forgotten in a container.
pub(crate) fn warn_if_missing() {
    static SAID: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    if SAID.swap(true, std::sync::atomic::Ordering::Relaxed) {
        return;
    }
    let status = store().status();
    if status.path.is_none() && status.state == FileState::NotFound {
        let text = "there is no tuned file, so every function starts from nothing: set AMORSIZE_FILE to its path, or embed \
                    it with amorsize::embed!() (a program that cargo did not start looks for none)";
        observe::warn_once(Topic::File, "none", text);
    }
}

/// What this machine costs: the tuned file's table for this class of machine, or the built-in constants.
#[must_use]
pub fn profile() -> MachineProfile {
    store().profile()
}

/// The message for a site without an entry (`strict`): what was looked at, a similar key, how to fix it.
#[must_use]
pub fn missing(key: &str, body: &str) -> String {
    store().missing(key, body)
}

static STORE: OnceLock<Store> = OnceLock::new();

fn store() -> &'static Store {
    STORE.get_or_init(|| {
        let settings = settings();
        if cfg!(miri) {
            // Isolated from files, and what an interpreter measures is worth nothing.
            return Store::open(&Places::default(), Mode::Off, machine::label, Profile::Debug);
        }
        let program = std::env::current_exe().ok();
        let profile = Profile::current();
        let places = find::places(settings, program.as_deref(), profile, &|path: &Path| path.exists());
        Store::open(&places, settings.mode, machine::label, profile)
    })
}

/// Says the label of the machine. Asked for where an entry is compared with it or written, and not before: finding it out
/// takes longer than many a first call, of which most programs have no entry.
pub type Label = fn() -> &'static str;

/// The files of one process, read; the functions of this module are those of one that lives as long as the process.
#[derive(Debug)]
pub struct Store {
    mode: Mode,
    label: Label,
    profile: Profile,
    tuned: Contents,
    scratch: Contents,
    status: FileStatus,
    seen: Mutex<HashMap<String, Seen>>,
    #[cfg(feature = "record")]
    writer: Option<writer::Writer>,
}

/// Which function a key was looked up for.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Body(String),
    Clash,
}

impl Store {
    /// Reads the files that the mode reads and says what is wrong with them.
    #[must_use]
    pub fn open(places: &Places, mode: Mode, label: Label, profile: Profile) -> Self {
        let (tuned, status) = status::open(places, mode);
        let scratch = places.scratch.as_deref().filter(|_| mode.reads_scratch());
        Self {
            mode,
            label,
            profile,
            scratch: scratch.map(status::open_scratch).unwrap_or_default(),
            seen: Mutex::default(),
            #[cfg(feature = "record")]
            writer: {
                // The tuned file is complete; the scratch folder may leave out what costs nothing to find out again.
                let least_ns = if mode.writes_tuned() { 0.0 } else { dispatch_ns(&tuned, label) };
                writer::Writer::new(places, mode, label, profile, &status, least_ns)
            },
            tuned,
            status,
        }
    }

    /// See [`lookup`].
    #[must_use]
    pub fn lookup(&self, key: &str, body: &str) -> Known {
        let listed = self.tuned.find(key);
        let pin = listed.and_then(|listed| listed.pin.clone());
        let known = Known { entry: None, pin, listed: listed.is_some() };
        if self.clashes(key, body) {
            return known;
        }
        // Measurements of an optimised program say nothing about one that is not.
        let tuned = listed
            .and_then(|listed| listed.entry.as_ref())
            .filter(|_| self.profile == Profile::Release)
            .map(|entry| (entry, self.freshness(entry, body)));
        let scratch = self.scratch.find(key).and_then(|listed| listed.entry.as_ref()).map(|entry| match self
            .freshness(entry, body)
        {
            Freshness::Fresh => (entry, Freshness::Scratch),
            other => (entry, other),
        });
        // Of two that are equally far away the reviewed one counts: `min_by_key` takes the first.
        let best = [tuned, scratch].into_iter().flatten().min_by_key(|(_, freshness)| distance(*freshness));
        let entry =
            best.map(|(entry, freshness)| (SiteEntry { profile: self.profile, ..entry.clone() }, freshness));
        Known { entry, ..known }
    }

    /// See [`note`].
    pub fn note(&self, key: &str, entry: SiteEntry) {
        if self.clashes(key, &entry.body) {
            return;
        }
        if self.mode.writes_tuned() && [self.profile, entry.profile].contains(&Profile::Debug) {
            let text = "measurements of a build without optimisation are not recorded: run with --release";
            return observe::warn_once(Topic::Write, "debug", text);
        }
        #[cfg(feature = "record")]
        match &self.writer {
            Some(writer) => writer.note(key, entry),
            None => self.warn_unwritten(),
        }
        #[cfg(not(feature = "record"))]
        {
            drop(entry);
            self.warn_unwritten();
        }
    }

    /// See [`note_machine`].
    pub fn note_machine(&self, entry: MachineEntry) {
        #[cfg(feature = "record")]
        if let Some(writer) = self.writer.as_ref().filter(|_| self.mode.writes_tuned()) {
            return writer.note_machine((self.label)(), entry.clamped());
        }
        #[cfg(not(feature = "record"))]
        let _ = entry;
        self.warn_unwritten();
    }

    /// See [`flush`].
    pub fn flush(&self) {
        #[cfg(feature = "record")]
        if let Some(writer) = &self.writer {
            writer.flush();
        }
    }

    /// See [`file_in_use`].
    #[must_use]
    pub fn status(&self) -> FileStatus {
        #[cfg(feature = "record")]
        if let Some(writer) = &self.writer {
            return FileStatus {
                written: writer.written(),
                writable: writer.writable(),
                ..self.status.clone()
            };
        }
        self.status.clone()
    }

    /// See [`profile`].
    #[must_use]
    pub fn profile(&self) -> MachineProfile {
        profile_in(&self.tuned, self.label)
    }

    /// See [`missing`].
    #[must_use]
    pub fn missing(&self, key: &str, body: &str) -> String {
        missing::message(key, body, &self.tuned, &self.status, self.profile)
    }

    fn freshness(&self, entry: &SiteEntry, body: &str) -> Freshness {
        match entry.body == body {
            false => Freshness::Stale,
            true if entry.machine != (self.label)() => Freshness::Elsewhere,
            true => Freshness::Fresh,
        }
    }

    /// Whether two functions of this process have this key: what one learns must not steer the other.
    fn clashes(&self, key: &str, body: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get_mut(key) {
            None => {
                seen.insert(key.to_owned(), Seen::Body(body.to_owned()));
                return false;
            }
            Some(Seen::Clash) => return true,
            Some(Seen::Body(first)) if first == body => return false,
            Some(both) => *both = Seen::Clash,
        }
        drop(seen);
        #[cfg(feature = "record")]
        if let Some(writer) = &self.writer {
            writer.forget(key);
        }
        let text = format!(
            "two functions share the key {key}: neither is tuned; give one of them \
             `#[parallelize(key = \"…\")]`"
        );
        observe::warn_once(Topic::Clash, key, &text);
        true
    }

    /// In the other modes that nothing is kept is what was asked for.
    fn warn_unwritten(&self) {
        if !self.mode.writes_tuned() {
            return;
        }
        let text = if cfg!(feature = "record") {
            "nothing is recorded, there is no file to record into: set AMORSIZE_FILE, or start the program with cargo"
        } else {
            "nothing is recorded: this program was built without the feature `record`"
        };
        observe::warn_once(Topic::Write, "nowhere", text);
    }
}

/// The order in which entries count.
fn distance(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Fresh => 0,
        Freshness::Scratch => 1,
        Freshness::Elsewhere => 2,
        Freshness::Stale => 3,
    }
}

/// What this machine costs by a file's tables, which name it by its label.
fn profile_in(tuned: &Contents, label: Label) -> MachineProfile {
    let builtin = MachineProfile::here();
    if tuned.machines.is_empty() {
        return builtin;
    }
    tuned.machines.get(label()).map_or(builtin, |entry| entry.over(builtin))
}

/// What a dispatch to one helper costs here at the least: a site whose dearest call cost less has nothing to record.
#[cfg(feature = "record")]
fn dispatch_ns(tuned: &Contents, label: Label) -> f64 {
    Costs::of(&profile_in(tuned, label), Regime::Awake, 2).dispatch_ns(2)
}

#[cfg(all(test, feature = "record"))]
mod tests;
