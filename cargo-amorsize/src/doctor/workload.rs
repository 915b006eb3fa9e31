//! What a program spends its time on: computing or waiting, from its CPU time beside the wall clock.

use std::process::Command;
use std::time::Instant;

use serde::Serialize;

/// A program's run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Workload {
    pub(crate) wall_s: f64,
    /// CPU time of all its threads / wall time; `None` where the system does not tell.
    pub(crate) cpu_per_wall: Option<f64>,
}

/// Below this share of one core a program waits more than it computes: for more than half of its time nothing of it ran.
const WAITS: f64 = 0.5;

impl Workload {
    /// In words; `bandwidth` says whether most of its sites wait for memory.
    pub(crate) fn kind(&self, bandwidth: bool) -> &'static str {
        match self.cpu_per_wall {
            None => "unknown",
            Some(cores) if cores < WAITS => "waiting",
            Some(_) if bandwidth => "bandwidth",
            Some(_) => "cpu",
        }
    }
}

/// Runs a program to its end.
///
/// # Errors
/// If it cannot be started.
pub(crate) fn run(program: &[String]) -> std::io::Result<Workload> {
    let (name, arguments) =
        program.split_first().ok_or_else(|| std::io::Error::other("no program was named"))?;
    let (before, began) = (children_s(), Instant::now());
    Command::new(name).args(arguments).status()?;
    let wall_s = began.elapsed().as_secs_f64();
    let cpu_s = before.zip(children_s()).map(|(before, after)| after - before);
    Ok(Workload { wall_s, cpu_per_wall: cpu_s.map(|cpu_s| cpu_s / wall_s.max(1e-6)) })
}

/// CPU time of children that have ended, s.
fn children_s() -> Option<f64> {
    from_stat(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// `cutime` and `cstime`, fields 16 and 17 of `/proc/self/stat` (man 5 proc), in ticks: 100 a second wherever Linux runs.
fn from_stat(text: &str) -> Option<f64> {
    // The name in brackets may hold spaces; behind it comes field 3.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(13);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_of_children_is_read() {
        let text = "7 (a b) c) S 1 7 7 0 -1 4 1 2 3 4 10 20 150 50 20 0 1 0 9";
        assert_eq!(from_stat(text), Some(2.0));
        assert_eq!(from_stat("7 (a"), None);
        assert_eq!(from_stat("7 (a) S 1"), None);
    }

    #[test]
    fn a_program_that_waits_is_told_from_one_that_computes() {
        let at = |cpu_per_wall| Workload { wall_s: 1.0, cpu_per_wall };
        for (workload, bandwidth, kind) in [
            (at(None), false, "unknown"),
            (at(Some(0.1)), true, "waiting"),
            (at(Some(1.0)), false, "cpu"),
            (at(Some(3.5)), true, "bandwidth"),
        ] {
            assert_eq!(workload.kind(bandwidth), kind);
        }
    }
}
