//! The cases: which work, over how many elements, in which surroundings.
//!
//! They are fixed before anything is tuned by them. The list is the same in every process of a run: a case is named by its
//! place in it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::arm::{Answer, Arm, Call, Local};
use crate::contenders::{Contender, chili, commonware, halves, orx, rayon, serial};
use crate::kernel::Work;
use crate::rhythm::Rhythm;

mod grid;

/// What cases have in common; a table each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Cost per item × length.
    Grid,
}

impl Group {
    /// All, in the order of the tables.
    pub const ALL: [Self; 1] = [Self::Grid];

    /// The name in tables and for `--group`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Group {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|group| group.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("there is no group `{name}` (valid: {names})")
        })
    }
}

/// One line of a case: a case whose calls differ has one for each kind of call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The work, as `30 ns`.
    pub work: String,
    /// Elements.
    pub n: usize,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.work, self.n)
    }
}

/// Makes the arm of a contender; the number is `with_min_len` of the hand-tuned rayon. `None` where the contender has no
/// such form.
pub type Opened = Box<dyn Fn(Contender, usize) -> Option<Box<dyn Arm + Send>>>;

/// A case.
pub struct Case {
    /// The table it stands in.
    pub group: Group,
    /// The kinds of calls, taken in turn; mostly one.
    pub parts: Vec<Part>,
    /// Plain time of a call, roughly, ns.
    pub serial_ns: f64,
    /// The rhythms in which it is measured.
    pub rhythms: &'static [Rhythm],
    /// Makes the data.
    pub open: Box<dyn Fn() -> Opened>,
}

impl Case {
    /// Its name: that of its first part, as `30 ns × 1000`.
    #[must_use]
    pub fn name(&self) -> String {
        self.parts.first().map(ToString::to_string).unwrap_or_default()
    }

    /// The longest length, by which a hand-tuner chooses.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.parts.iter().map(|part| part.n).max().unwrap_or(0)
    }
}

/// Every case.
#[must_use]
pub fn all() -> Vec<Case> {
    grid::cases()
}

/// What map-collect reads: shared by all arms of a case.
pub type Elements = Arc<Vec<u64>>;

/// Map-collect by a contender.
pub(crate) fn map<K: Work>(contender: Contender) -> Call<Elements, Vec<u64>> {
    match contender {
        Contender::Serial | Contender::SerialAgain => |xs, _| serial::map::<K>(xs),
        Contender::Rayon => |xs, _| rayon::plain_map::<K>(xs),
        Contender::RayonTuned => |xs, tools| rayon::map::<K>(xs, tools.min_len),
        Contender::OrxFixed => |xs, _| orx::map_fixed::<K>(xs),
        Contender::OrxAdaptive => |xs, _| orx::map_adaptive::<K>(xs),
        Contender::Chili => |xs, tools| chili::map::<K>(tools.chili(), xs),
        Contender::Commonware => |xs, _| K::commonware(commonware::strategy(), xs),
        Contender::Halves => |xs, _| halves::map::<K>(xs),
        Contender::Auto | Contender::Frozen => |xs, _| K::amorsize(xs),
    }
}

/// Map-collect over these inputs.
pub(crate) fn open_map<K: Work>(inputs: Vec<Vec<u64>>) -> Opened {
    let inputs: Vec<Elements> = inputs.into_iter().map(Arc::new).collect();
    Box::new(move |contender, min_len| {
        Some(Box::new(Local {
            inputs: inputs.clone(),
            call: map::<K>(contender),
            answer: |_, output| Answer::of(output),
            min_len,
            chili: contender == Contender::Chili,
        }))
    })
}
