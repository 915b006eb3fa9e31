//! What the doctor found, as text. Pure.

use std::fmt::Write as _;

use comfy_table::{Table, presets};

use super::Found;
use crate::doctor::compiled::{Compiled, Program};
use crate::doctor::verdict::Verdict;
use crate::units::{size, times};

pub(super) fn of(found: &Found) -> String {
    let mut text = format!("{}\n", found.label);
    for check in &found.checks {
        let _ = writeln!(text, "  {:<8} {:<11} {}", check.verdict.name(), check.name, check.found);
        if !check.reason.is_empty() {
            let _ = writeln!(text, "  {:<20} {}", "", check.reason);
        }
    }
    text.push_str(&sites(found));
    if let (Some(workload), Some(kind)) = (found.workload, found.kind()) {
        let cores = workload.cpu_per_wall.map_or("unknown".to_owned(), |cores| format!("{cores:.2}"));
        let _ = writeln!(text, "\nthe program: {kind} ({cores} cores busy over {:.2} s)", workload.wall_s);
    }
    let meaning = match found.verdict() {
        Verdict::Go => "work is worth splitting here",
        Verdict::Caution => "it works, with less to gain; see above",
        Verdict::NoGo => "do not count on more than one thread here; see above",
    };
    let _ = writeln!(text, "\n{}: {meaning}", found.verdict().name());
    text
}

/// The sites of the file, or what to do where there is none.
fn sites(found: &Found) -> String {
    let Some(sites) = &found.sites else {
        return "\nno tuned file: what a program would gain here is not known; cargo amorsize tune records it\n".to_owned();
    };
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let asked = found.program.is_ok();
    let compiled = asked.then_some("compiled");
    table.set_header(["", "site", "predicted", "memory"].into_iter().chain(compiled).chain(["limited by"]));
    for site in sites {
        let compiled = asked.then(|| site.compiled.map_or("?", Compiled::name).to_owned());
        let cells = [
            site.verdict.name().to_owned(),
            site.site.clone(),
            times(site.predicted_gain),
            if site.bytes > 0.0 { size(site.bytes) } else { "?".to_owned() },
        ];
        table.add_row(cells.into_iter().chain(compiled).chain([site.limit.name().to_owned()]));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if at == 0 { 2 } else { 0 }, 2));
    }
    format!("\n{}\n{}\n", table.trim_fmt(), said(&found.program))
}

/// What the compiler says of all of them.
fn said(program: &Result<Program, &'static str>) -> String {
    match program {
        Err(why) => format!("(whether they are still compiled as they were is not known: {why})"),
        Ok(Program { sites, missing: 0, .. }) => {
            format!("(the compiler has proved {} safe to split)", functions(*sites))
        }
        Ok(Program { sites, missing, .. }) => format!(
            "(the compiler has proved {} safe to split; no entry yet: {missing}, see cargo amorsize check)",
            functions(*sites)
        ),
    }
}

fn functions(count: usize) -> String {
    if count == 1 { "1 annotated function".to_owned() } else { format!("{count} annotated functions") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::measure::Measured;
    use crate::doctor::steady::Spread;
    use crate::doctor::verdict::tests::STEADY;
    use crate::doctor::{readiness, verdict, workload::Workload};
    use crate::forecast::{Machine, tests::contents};
    use amorsize_runtime::machine::Cores;
    use expect_test::expect;

    /// A machine that was measured, and a program on it; `compiled` is what the compiler says.
    fn found(compiled: Result<Program, &'static str>) -> Found {
        let measured = Measured { same_cpu: Some(0.9), ..verdict::tests::measured() };
        let cores = Cores { available: 2, logical: 4, physical: 2, quota: Some(2.0) };
        let contents = contents();
        let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
        let room = Some(3 << 30);
        Found {
            label: "x86_64-zen5-2",
            checks: verdict::machine(&measured, STEADY, &cores, room),
            measured,
            spread: STEADY,
            sites: Some(readiness::sites(&contents, &machine, room, compiled.as_ref().ok())),
            program: compiled,
            workload: Some(Workload { wall_s: 1.5, cpu_per_wall: Some(0.25) }),
        }
    }

    #[test]
    fn a_machine_and_a_program() {
        let found = found(Err("there is no workspace here"));
        expect![[r#"
            x86_64-zen5-2
              go       threads     2 threads: 4 CPUs by affinity, quota 2
              go       smt         2 threads on 2 cores
              go       clock       25 ns a reading, 35 ns a claim
              go       pool start  90 µs for all threads, once
              go       wake-up     0.2 µs awake, 8 µs dozing, 50 µs asleep
              caution  placement   90 % of the wake-ups on the caller's own CPU
                                   leave AMORSIZE_PLACEMENT on: helpers then move away
              go       bandwidth   12 GB/s by one core, 22 GB/s by all
              go       memory      3 GiB left below the limit
              go       steadiness  5 rounds agree within 1.02×

                       site                                        predicted  memory   limited by
              caution  demo::bandwidth(&[f64]) -> Vec<f64>         1.00×      122 MiB  bandwidth
              caution  demo::contended(&[Job]) -> Vec<Done>        1.22×      ?        contention
              go       demo::dispatched(&[u64]) -> u64             1.51×      ?        dispatch
              caution  demo::never(&[Order]) -> Vec<u32>           1.00×      ?        contention
              go       demo::oversubscribed(&[Page]) -> Vec<Text>  2.00×      ?        oversubscription
              caution  demo::pinned(&[Job]) -> Vec<Done>           1.00×      ?        pinned
              go       demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>  1.94×      12 MiB   nothing but the number of threads
              caution  demo::too_small(&[u8]) -> u8                1.00×      ?        too small
              go       demo::uneven(&[Tree]) -> Vec<f64>           1.96×      ?        imbalance
            (whether they are still compiled as they were is not known: there is no workspace here)

            the program: waiting (0.25 cores busy over 1.50 s)

            caution: it works, with less to gain; see above
        "#]].assert_eq(&of(&found));
        let bare = Found { sites: None, workload: None, ..found };
        assert!(of(&bare).contains("no tuned file"));
        assert_eq!(bare.values()["verdict"], "caution");
    }

    #[test]
    fn what_the_compiler_says_stands_beside_each_site() {
        let entry = |name: &str, compiled| (format!("demo::{name}"), compiled);
        let program = Program {
            sites: 9,
            missing: 2,
            entries: [
                entry("row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>", Compiled::AsMeasured),
                entry("uneven(&[Tree]) -> Vec<f64>", Compiled::Changed),
                entry("dispatched(&[u64]) -> u64", Compiled::No),
            ]
            .into(),
        };
        let asked = sites(&found(Ok(program)));
        for (name, verdict, compiled) in [
            ("demo::row_blur", "go", "as measured"),
            ("demo::uneven", "caution", "changed since"),
            ("demo::dispatched", "caution", " no "),
            ("demo::oversubscribed", "go", " ? "),
        ] {
            let line = asked.lines().find(|line| line.contains(name)).unwrap_or_default();
            assert!(line.trim_start().starts_with(verdict) && line.contains(compiled), "{asked}");
        }
        let last = "(the compiler has proved 9 annotated functions safe to split; no entry yet: 2, see cargo amorsize check)";
        assert_eq!(asked.trim_end().lines().last(), Some(last));
    }

    #[test]
    fn why_nothing_is_saved_is_said() {
        let spread = Spread { cost: "waking a sleeping helper", ratio: 2.4 };
        expect![[r#"
            error: the machine's costs are not steady, so nothing is saved: waking a sleeping helper differs by 2.40×
              measured:  5 rounds, of which the highest and the lowest do not count
              allowed:   1.50×
              fix:       let nothing else run, plug a laptop in, then: cargo amorsize doctor --save
                    or:  cargo amorsize doctor --save --force (saves the median all the same)
        "#]]
        .assert_eq(&super::super::unsteady(spread).plain());
    }
}
