//! What the doctor found, as text. Pure.

use std::fmt::Write as _;

use comfy_table::{Table, presets};

use super::Found;
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
    table.set_header(["", "site", "predicted", "memory", "limited by"]);
    for site in sites {
        table.add_row([
            site.verdict.name().to_owned(),
            site.site.clone(),
            times(site.predicted_gain),
            if site.bytes > 0.0 { size(site.bytes) } else { "?".to_owned() },
            site.limit.name().to_owned(),
        ]);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if at == 0 { 2 } else { 0 }, 2));
    }
    format!("\n{}\n(cargo amorsize check says whether each of them is still compiled as it was)\n", table.trim_fmt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::measure::Measured;
    use crate::doctor::{readiness, verdict, workload::Workload};
    use crate::forecast::{Machine, tests::contents};
    use amorsize_runtime::machine::Cores;
    use expect_test::expect;

    #[test]
    fn a_machine_and_a_program() {
        let measured = Measured { same_cpu: Some(0.9), ..verdict::tests::measured() };
        let cores = Cores { available: 2, logical: 4, physical: 2, quota: Some(2.0) };
        let contents = contents();
        let machine = Machine::labelled("x86_64-zen5-2", &contents).unwrap();
        let found = Found {
            label: "x86_64-zen5-2",
            checks: verdict::machine(&measured, &cores, Some(3 << 30)),
            measured,
            sites: Some(readiness::sites(&contents, &machine, Some(3 << 30))),
            workload: Some(Workload { wall_s: 1.5, cpu_per_wall: Some(0.25) }),
        };
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

                       site                                        predicted  memory   limited by
              caution  demo::bandwidth(&[f64]) -> Vec<f64>         1.00×      122 MiB  bandwidth
              go       demo::contended(&[Job]) -> Vec<Done>        1.22×      ?        contention
              go       demo::dispatched(&[u64]) -> u64             1.51×      ?        dispatch
              caution  demo::never(&[Order]) -> Vec<u32>           1.00×      ?        contention
              go       demo::oversubscribed(&[Page]) -> Vec<Text>  2.00×      ?        oversubscription
              caution  demo::pinned(&[Job]) -> Vec<Done>           1.00×      ?        pinned
              go       demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>  1.94×      12 MiB   nothing but the number of threads
              caution  demo::too_small(&[u8]) -> u8                1.00×      ?        too small
              go       demo::uneven(&[Tree]) -> Vec<f64>           1.96×      ?        imbalance
            (cargo amorsize check says whether each of them is still compiled as it was)

            the program: waiting (0.25 cores busy over 1.50 s)

            caution: it works, with less to gain; see above
        "#]].assert_eq(&of(&found));
        let bare = Found { sites: None, workload: None, ..found };
        assert!(of(&bare).contains("no tuned file"));
        assert_eq!(bare.values()["verdict"], "caution");
    }
}
