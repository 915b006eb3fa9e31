//! The cases: which work, over how many elements, in which surroundings.
//!
//! They are fixed before anything is tuned by them. The list is the same in every process of a run: a case is named by its
//! place in it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::arm::{Answer, Arm, Call, Local};
use crate::around::Around;
use crate::contenders::{Contender, chili, commonware, halves, orx, rayon, serial};
use crate::kernel::Work;
use crate::rhythm::Rhythm;

mod around;
mod first;
mod forms;
mod grid;
mod limits;
mod shapes;

/// What cases have in common; a table each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Cost per item × length.
    Grid,
    /// Items that differ in cost; costs and lengths that jump from call to call.
    Shapes,
    /// Other forms than map-collect.
    Forms,
    /// What is bound by memory or by the size of items and results.
    Limits,
    /// A core that is taken, several callers, callers inside a pool, functions that call functions.
    Around,
    /// Fixed idle gaps.
    Idle,
    /// The first call of a process.
    First,
}

impl Group {
    /// All, in the order of the tables.
    pub const ALL: [Self; 7] =
        [Self::Grid, Self::Shapes, Self::Forms, Self::Limits, Self::Around, Self::Idle, Self::First];

    /// The name in tables and for `--group`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Shapes => "shapes",
            Self::Forms => "forms",
            Self::Limits => "limits",
            Self::Around => "around",
            Self::Idle => "idle",
            Self::First => "first",
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

impl Part {
    fn new(work: impl Into<String>, n: usize) -> Self {
        Self { work: work.into(), n }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.work, self.n)
    }
}

/// An arm that may be called from any thread.
pub type BoxedArm = Box<dyn Arm + Send>;

/// Makes the arm of a contender; the number is `with_min_len` of the hand-tuned rayon. `None` where the contender has no
/// such form.
pub type Opened = Box<dyn Fn(Contender, usize) -> Option<BoxedArm>>;

/// A case.
pub struct Case {
    /// The table it stands in.
    pub group: Group,
    /// The kinds of calls, taken in turn; mostly one.
    pub parts: Vec<Part>,
    /// The rhythms in which it is measured.
    pub rhythms: &'static [Rhythm],
    /// Whether it belongs to a quick look at everything.
    pub quick: bool,
    /// Where the calls come from.
    pub around: Around,
    /// Makes the data.
    pub open: Box<dyn Fn() -> Opened>,
}

/// Back to back, and after gaps that are drawn.
const BOTH: &[Rhythm] = &[Rhythm::BackToBack, Rhythm::Gaps];

impl Case {
    fn new(group: Group, part: Part, quick: bool, open: impl Fn() -> Opened + 'static) -> Self {
        let parts = vec![part];
        Self { group, parts, rhythms: BOTH, quick, around: Around::Nothing, open: Box::new(open) }
    }

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

    /// The arm of a contender, in the surroundings of the case.
    #[must_use]
    pub fn arm(&self, opened: &Opened, contender: Contender, min_len: usize) -> Option<BoxedArm> {
        self.around.wrap(|| opened(contender, min_len))
    }
}

/// Every case.
#[must_use]
pub fn all() -> Vec<Case> {
    [
        grid::cases(),
        shapes::cases(),
        forms::cases(),
        limits::cases(),
        around::cases(),
        around::idle(),
        first::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What map-collect reads: shared by all arms of a case.
pub type Elements<T> = Arc<Vec<T>>;

/// How a contender calls a form, if it has it.
pub(crate) type Chosen<I, O> = Option<Call<I, O>>;

/// Map-collect by a contender.
pub(crate) fn map<K: Work>(contender: Contender) -> Call<Elements<K::In>, Vec<K::Out>> {
    match contender {
        Contender::Serial | Contender::SerialAgain | Contender::FirstSerial => |xs, _| serial::map::<K>(xs),
        Contender::Rayon => |xs, _| rayon::plain_map::<K>(xs),
        Contender::RayonTuned => |xs, tools| rayon::map::<K>(xs, tools.min_len),
        Contender::OrxFixed => |xs, _| orx::map::<K>(orx::fixed(), xs),
        Contender::OrxAdaptive => |xs, _| orx::map::<K>(orx::adaptive(), xs),
        Contender::Chili => |xs, tools| chili::map::<K>(tools.chili(), xs),
        Contender::Commonware => |xs, _| K::commonware(commonware::strategy(), xs),
        Contender::Halves => |xs, _| halves::map::<K>(xs),
        Contender::Auto
        | Contender::Frozen
        | Contender::First
        | Contender::FirstPool
        | Contender::FirstFile => |xs, _| K::amorsize(xs),
    }
}

/// Map-collect over these inputs.
pub(crate) fn open_map<K: Work>(inputs: Vec<Vec<K::In>>) -> Opened {
    open(
        inputs.into_iter().map(Arc::new).collect(),
        |contender| Some(map::<K>(contender)),
        |_, output| Answer::of(output),
    )
}

/// Arms that call what `call` names, each over its own clones of the inputs.
pub(crate) fn open<I: Clone + Send + 'static, O: 'static>(
    inputs: Vec<I>,
    call: fn(Contender) -> Chosen<I, O>,
    answer: fn(&I, &O) -> Answer,
) -> Opened {
    Box::new(move |contender, min_len| {
        Some(Box::new(Local {
            inputs: inputs.clone(),
            call: call(contender)?,
            answer,
            min_len,
            chili: contender == Contender::Chili,
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_lines_of_a_group_have_the_same_name() {
        let mut seen = HashSet::new();
        for case in all() {
            for part in &case.parts {
                assert!(seen.insert((case.group, part.to_string())), "{} {part}", case.group);
                assert!(!part.work.contains(','), "{part} would break the CSV");
            }
        }
    }

    #[test]
    fn every_group_has_quick_cases() {
        for group in Group::ALL {
            assert!(all().iter().any(|case| case.group == group && case.quick), "{group}");
        }
    }
}
