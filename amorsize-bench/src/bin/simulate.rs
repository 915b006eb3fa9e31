//! The regret of the decisions on simulated machines, as a table.
//!
//! `simulate` runs all cases on all machines, a minute or two; `simulate PART` those machines whose name contains PART;
//! `simulate PART all` prints a line per case.

use amorsize_bench::human;
use amorsize_bench::sim::{CALLS, HEAD, Verdict, judge, line, machine::Machine, work::Work};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let part = arguments.next().unwrap_or_default();
    let every = arguments.next().is_some_and(|word| word == "all");
    print!("{HEAD}");
    let mut all: Vec<Verdict> = Vec::new();
    for machine in Machine::all().iter().filter(|machine| machine.name.contains(&part)) {
        let verdicts: Vec<_> =
            Work::all().iter().enumerate().map(|(k, work)| judge(machine, work, CALLS, k as u64)).collect();
        print!("{}", line(machine.name, &verdicts));
        if every {
            for Verdict { work, regret, learning, workers, best_workers, best_ns } in &verdicts {
                let best = human(*best_ns);
                println!(
                    "  {work}: {regret:.2} ({learning:.2}), {workers} workers, best {best_workers} in {best}"
                );
            }
        }
        all.extend(verdicts);
    }
    print!("{}", line("all", &all));
}
