//! An explanation as text. Pure: every number comes from the forecast.

use std::fmt::Write as _;

use amorsize_runtime::store::Freshness;
use amorsize_runtime::tune::costs::Regime;
use amorsize_runtime::tune::decide::{MARGIN, Plan};
use comfy_table::{CellAlignment, Table, presets};

use crate::forecast::{CostsFrom, Forecast};
use crate::limit;
use crate::units::{digits, grouped, percent, time, times};

/// The whole explanation; `file` is how people call the tuned file, `len` a length that they asked for.
pub(super) fn of(forecast: &Forecast<'_>, len: Option<usize>, file: &str) -> String {
    [
        headline(forecast, file),
        inequality(forecast),
        flips(forecast),
        lengths(forecast, len),
        limits(forecast),
        numbers(forecast, file),
    ]
    .join("\n")
}

/// The decision in one line, and where it comes from.
fn headline(forecast: &Forecast<'_>, file: &str) -> String {
    let Forecast { key, machine, entry, .. } = forecast;
    let here = if machine.here { "this machine, " } else { "" };
    let decision = match forecast.parallel_from {
        Some(from) => {
            format!("parallel from {} items, on {} of {} threads", grouped(from), forecast.threads, forecast.width)
        }
        None => "serial at every length".to_owned(),
    };
    let pinned = forecast.pin.is_some_and(|pin| pin.serial || pin.parallel_from.is_some());
    let from = match forecast.freshness {
        _ if pinned => format!("pinned in {file}"),
        _ if forecast.width < 2 => "there is one thread".to_owned(),
        Freshness::Fresh => format!("as measured here, {file}"),
        _ => format!("derived from what {} measured, {file}", entry.machine),
    };
    format!("{key}\non {here}{}: {decision}\n  ({from})\n", machine.label)
}

/// The inequality, once with names and once with this site's numbers.
fn inequality(forecast: &Forecast<'_>) -> String {
    let Forecast { model, width, .. } = forecast;
    if *width < 2 {
        return "There is nothing to weigh up: no second thread may help.\n".to_owned();
    }
    let longest = forecast.longest().max(2);
    let split = forecast.split(longest, Regime::Awake);
    let (w, e, c) = (split.workers, model.efficiency, time(model.whole_ns()));
    let o = time(forecast.costs(Regime::Awake).dispatch_ns(w));
    let e = digits(e);
    let names = "o + n · c / (w · e)".to_owned();
    let values = format!("{o} + n · {c} / ({w} · {e})");
    let (names, values) = if model.bias > 1.0 {
        (format!("b · ({names})"), format!("{} · ({values})", digits(model.bias)))
    } else {
        (names, values)
    };
    let wide = c.chars().count();
    format!(
        "Parallel pays where\n  {MARGIN} · n · {:<wide$}  >  {names}\n  {MARGIN} · n · {c}  >  {values}      (helpers awake)\n",
        "c"
    )
}

/// Where it flips, by the state in which a call finds its helpers.
fn flips(forecast: &Forecast<'_>) -> String {
    if forecast.width < 2 {
        return String::new();
    }
    let states = [
        (Regime::Awake, "helpers awake (a call moments ago)"),
        (Regime::Recent, "helpers dozing (idle for 50 µs to 1 ms)"),
        (Regime::Parked, "helpers asleep (idle for longer)"),
        (Regime::Cold, "first call of the process"),
    ];
    let mut text = "It flips at\n".to_owned();
    for (regime, name) in states {
        let from = forecast.flips(regime).map_or("never".to_owned(), |from| format!("{} items", grouped(from as u64)));
        let _ = writeln!(text, "  {from:>17}  {name}");
    }
    if forecast.model.bias > 1.0 {
        let would = forecast.would_flip(Regime::Awake).map_or("never".to_owned(), |from| grouped(from as u64));
        let _ = writeln!(
            text,
            "The file says that parallel never paid: b = {} is held against it until a trial shows otherwise ({would} \
             without it).",
            digits(forecast.model.bias)
        );
    }
    text.push_str("A frozen program goes by the first line; any other starts from these and is corrected by its own runs.\n");
    text
}

/// Predictions for lengths around the flip, those that were seen, and the one that was asked for.
fn lengths(forecast: &Forecast<'_>, asked: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["n", "serial", "parallel", "threads", "speed-up", "dispatch", "then", ""]);
    for (len, note) in rows(forecast, asked) {
        let decision = forecast.decision(len, Regime::Awake);
        let split = forecast.split(len, Regime::Awake);
        let then = match decision.plan {
            Plan::Region => "parallel",
            Plan::Watched => "serial, watched",
            Plan::Whole => "serial",
        };
        let parallel = (decision.workers > 1).then_some(decision.parallel_ns);
        table.add_row([
            grouped(len as u64),
            time(decision.serial_ns),
            parallel.map_or("-".into(), time),
            decision.workers.to_string(),
            parallel.map_or("-".into(), |ns| times(decision.serial_ns / ns.max(1.0))),
            parallel.map_or("-".into(), |ns| percent(split.dispatch_ns / ns.max(1.0))),
            then.to_owned(),
            note.to_owned(),
        ]);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if at == 0 { 2 } else { 0 }, 2));
        if at < 6 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("Predicted, helpers awake\n{}\n", table.trim_fmt())
}

/// The lengths worth a row, each with what it is.
fn rows(forecast: &Forecast<'_>, asked: Option<usize>) -> Vec<(usize, &'static str)> {
    let [shortest, longest] = forecast.entry.len.map(|len| usize::try_from(len).unwrap_or(usize::MAX));
    let mut rows = vec![(shortest, "shortest seen"), (longest, "longest seen")];
    if let Some(flip) = forecast.flips(Regime::Awake) {
        rows.extend([(flip / 4, ""), (flip, "flips"), (flip.saturating_mul(4), "")]);
    }
    rows.extend(asked.map(|len| (len, "asked for")));
    rows.retain(|row| row.0 > 0);
    rows.sort_by_key(|row| (row.0, row.1.is_empty()));
    rows.dedup_by_key(|row| row.0);
    rows
}

fn limits(forecast: &Forecast<'_>) -> String {
    let mut text = String::new();
    for (at, found) in limit::limits(forecast).iter().enumerate() {
        let head = if at == 0 { "Limited by" } else { "       and" };
        let _ = writeln!(text, "{head} {}: {}", found.limit.name(), found.why);
        let _ = writeln!(text, "  would help: {}", found.help);
    }
    text
}

/// Every number with its source.
fn numbers(forecast: &Forecast<'_>, file: &str) -> String {
    let Forecast { entry, model, machine, .. } = forecast;
    let measured = format!("{file}, {} samples on {}", entry.samples, entry.machine);
    let profile = &machine.profile;
    let costs = match machine.costs_from {
        CostsFrom::MachineTable => format!("{file}, [machine.\"{}\"]", machine.label),
        CostsFrom::BuiltIn => "built in; cargo amorsize doctor --save measures it".to_owned(),
    };
    let (threads, from) = threads(forecast);
    let [shortest, longest] = entry.len;
    let [one, all] = profile.stream_gbs;
    let bytes = if entry.item_bytes > 0.0 { digits(entry.item_bytes) } else { "?".to_owned() };
    let rows = [
        ("c", time(model.whole_ns()), "an item, serially", measured.clone()),
        ("", percent(entry.spread), "spread of the samples", measured.clone()),
        ("e", digits(model.efficiency), "a thread's speed beside others", measured.clone()),
        ("", times(model.skew), "slowest chunk / mean chunk", measured.clone()),
        ("", bytes, "bytes that an item moves", measured.clone()),
        ("n", format!("{} … {}", grouped(shortest), grouped(longest)), "lengths seen", measured),
        ("w", threads.to_string(), "threads at most", from),
        ("o", time(forecast.costs(Regime::Awake).dispatch_ns(2)), "one helper, awake", costs.clone()),
        ("", time(forecast.costs(Regime::Parked).dispatch_ns(2)), "one helper, asleep", costs.clone()),
        ("", format!("{} µs", digits(profile.wake_us)), "a sleeping helper wakes", costs.clone()),
        ("", format!("{}, {} GB/s", digits(one), digits(all)), "memory: one core, all", costs),
    ];
    let mut text = "Numbers\n".to_owned();
    let width = rows.iter().map(|row| row.1.chars().count()).max().unwrap_or(0);
    for (name, value, what, source) in rows {
        let _ = writeln!(text, "  {name:<2}{value:>width$}  {what:<31} {source}");
    }
    text
}

/// How many threads may work, and who says so.
fn threads(forecast: &Forecast<'_>) -> (usize, String) {
    let Forecast { machine, width, pin, .. } = forecast;
    let from = match pin {
        Some(pin) if pin.serial || pin.max_threads.is_some_and(|most| most < machine.threads) => {
            "`pin` of the file".to_owned()
        }
        _ if machine.here => "quota and affinity of this process".to_owned(),
        _ => format!("label {}", machine.label),
    };
    (*width, from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Machine, tests::contents};
    use crate::named;
    use expect_test::{Expect, expect};

    fn explained(name: &str, label: &str, len: Option<usize>, expected: &Expect) {
        let file = named::tests::file();
        let contents = contents();
        let machine = Machine::labelled(label, &contents).unwrap();
        let key = named::site(name, &file).unwrap();
        let forecast = Forecast::of(key, &contents.sites[key], &machine).unwrap();
        expected.assert_eq(&of(&forecast, len, "amorsize.toml"));
    }

    #[test]
    fn a_site_on_the_machine_where_it_was_measured() {
        explained("row_blur", "x86_64-zen5-2", Some(100_000), &expect![[r#"
            demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>
            on x86_64-zen5-2: parallel from 2_300 items, on 2 of 2 threads
              (as measured here, amorsize.toml)

            Parallel pays where
              0.9 · n · c      >  o + n · c / (w · e)
              0.9 · n · 47 ns  >  1.6 µs + n · 47 ns / (2 · 0.97)      (helpers awake)

            It flips at
                       88 items  helpers awake (a call moments ago)
                      215 items  helpers dozing (idle for 50 µs to 1 ms)
                      417 items  helpers asleep (idle for longer)
                    8_395 items  first call of the process
            A frozen program goes by the first line; any other starts from these and is corrected by its own runs.

            Predicted, helpers awake
                      n  serial  parallel  threads  speed-up  dispatch  then
                     22    1 µs    1.2 µs        2     0.85×      57 %  serial, watched
                     88  4.1 µs    3.7 µs        2     1.11×      44 %  parallel         flips
                    352   17 µs     10 µs        2     1.64×      16 %  parallel
                  4_000  188 µs     98 µs        2     1.91×       2 %  parallel         shortest seen
                100_000  4.7 ms    2.4 ms        2     1.94×       0 %  parallel         asked for
              2_100_000   99 ms     51 ms        2     1.94×       0 %  parallel         longest seen

            Limited by nothing but the number of threads: 1.94× on 2 threads are predicted for its longest call
              would help: a machine with more cores, or less work per item

            Numbers
              c             47 ns  an item, serially               amorsize.toml, 96 samples on x86_64-zen5-2
                              8 %  spread of the samples           amorsize.toml, 96 samples on x86_64-zen5-2
              e              0.97  a thread's speed beside others  amorsize.toml, 96 samples on x86_64-zen5-2
                            1.40×  slowest chunk / mean chunk      amorsize.toml, 96 samples on x86_64-zen5-2
                                6  bytes that an item moves        amorsize.toml, 96 samples on x86_64-zen5-2
              n 4_000 … 2_100_000  lengths seen                    amorsize.toml, 96 samples on x86_64-zen5-2
              w                 2  threads at most                 label x86_64-zen5-2
              o            1.6 µs  one helper, awake               amorsize.toml, [machine."x86_64-zen5-2"]
                           7.7 µs  one helper, asleep              amorsize.toml, [machine."x86_64-zen5-2"]
                            11 µs  a sleeping helper wakes         amorsize.toml, [machine."x86_64-zen5-2"]
                      24, 41 GB/s  memory: one core, all           amorsize.toml, [machine."x86_64-zen5-2"]
        "#]]);
    }

    #[test]
    fn a_site_on_another_machine() {
        explained("row_blur", "x86_64-zen5-64", None, &expect![[r#"
            demo::row_blur(&[Rgb<u8>]) -> Vec<Rgb<u8>>
            on x86_64-zen5-64: parallel from 820 items, on 64 of 64 threads
              (derived from what x86_64-zen5-2 measured, amorsize.toml)

            Parallel pays where
              0.9 · n · c      >  o + n · c / (w · e)
              0.9 · n · 47 ns  >  41 µs + n · 47 ns / (64 · 0.97)      (helpers awake)

            It flips at
                      820 items  helpers awake (a call moments ago)
                    1_417 items  helpers dozing (idle for 50 µs to 1 ms)
                    2_345 items  helpers asleep (idle for longer)
                  130_131 items  first call of the process
            A frozen program goes by the first line; any other starts from these and is corrected by its own runs.

            Predicted, helpers awake
                      n  serial  parallel  threads  speed-up  dispatch  then
                    205  9.6 µs     10 µs        2     0.92×      54 %  serial, watched
                    820   39 µs     35 µs        2     1.09×      45 %  serial, watched  flips
                  3_280  154 µs     45 µs       16     3.45×      78 %  parallel
                  4_000  188 µs     44 µs       32     4.26×      86 %  parallel         shortest seen
              2_100_000   99 ms    1.6 ms       64       61×       3 %  parallel         longest seen

            Limited by nothing but the number of threads: 61× on 64 threads are predicted for its longest call
              would help: a machine with more cores, or less work per item

            Numbers
              c             47 ns  an item, serially               amorsize.toml, 96 samples on x86_64-zen5-2
                              8 %  spread of the samples           amorsize.toml, 96 samples on x86_64-zen5-2
              e              0.97  a thread's speed beside others  amorsize.toml, 96 samples on x86_64-zen5-2
                            1.40×  slowest chunk / mean chunk      amorsize.toml, 96 samples on x86_64-zen5-2
                                6  bytes that an item moves        amorsize.toml, 96 samples on x86_64-zen5-2
              n 4_000 … 2_100_000  lengths seen                    amorsize.toml, 96 samples on x86_64-zen5-2
              w                64  threads at most                 label x86_64-zen5-64
              o             16 µs  one helper, awake               built in; cargo amorsize doctor --save measures it
                            44 µs  one helper, asleep              built in; cargo amorsize doctor --save measures it
                            50 µs  a sleeping helper wakes         built in; cargo amorsize doctor --save measures it
                      12, 24 GB/s  memory: one core, all           built in; cargo amorsize doctor --save measures it
        "#]]);
    }

    #[test]
    fn one_that_never_paid_and_one_that_may_not() {
        explained("never", "x86_64-zen5-2", None, &expect![[r#"
            demo::never(&[Order]) -> Vec<u32>
            on x86_64-zen5-2: serial at every length
              (as measured here, amorsize.toml)

            Parallel pays where
              0.9 · n · c       >  b · (o + n · c / (w · e))
              0.9 · n · 120 ns  >  4 · (1.6 µs + n · 120 ns / (2 · 1))      (helpers awake)

            It flips at
                          never  helpers awake (a call moments ago)
                          never  helpers dozing (idle for 50 µs to 1 ms)
                          never  helpers asleep (idle for longer)
                          never  first call of the process
            The file says that parallel never paid: b = 4 is held against it until a trial shows otherwise (34 without it).
            A frozen program goes by the first line; any other starts from these and is corrected by its own runs.

            Predicted, helpers awake
                   n  serial  parallel  threads  speed-up  dispatch  then
              50_000    6 ms     12 ms        2     0.50×       0 %  serial, watched  shortest seen
              60_000  7.2 ms     14 ms        2     0.50×       0 %  serial, watched  longest seen

            Limited by contention: no parallel run on x86_64-zen5-2 was a fifth faster than serial: threads share something: memory, a lock, the allocator, or a core with another program
              would help: measure again on an idle machine: cargo amorsize tune --only NAME

            Numbers
              c          120 ns  an item, serially               amorsize.toml, 64 samples on x86_64-zen5-2
                            0 %  spread of the samples           amorsize.toml, 64 samples on x86_64-zen5-2
              e               1  a thread's speed beside others  amorsize.toml, 64 samples on x86_64-zen5-2
                          1.00×  slowest chunk / mean chunk      amorsize.toml, 64 samples on x86_64-zen5-2
                              ?  bytes that an item moves        amorsize.toml, 64 samples on x86_64-zen5-2
              n 50_000 … 60_000  lengths seen                    amorsize.toml, 64 samples on x86_64-zen5-2
              w               2  threads at most                 label x86_64-zen5-2
              o          1.6 µs  one helper, awake               amorsize.toml, [machine."x86_64-zen5-2"]
                         7.7 µs  one helper, asleep              amorsize.toml, [machine."x86_64-zen5-2"]
                          11 µs  a sleeping helper wakes         amorsize.toml, [machine."x86_64-zen5-2"]
                    24, 41 GB/s  memory: one core, all           amorsize.toml, [machine."x86_64-zen5-2"]
        "#]]);
        explained("pinned", "x86_64-zen5-2", None, &expect![[r#"
            demo::pinned(&[Job]) -> Vec<Done>
            on x86_64-zen5-2: serial at every length
              (pinned in amorsize.toml)

            There is nothing to weigh up: no second thread may help.


            Predicted, helpers awake
                      n  serial  parallel  threads  speed-up  dispatch  then
                  4_000  3.6 ms         -        1         -         -  serial  shortest seen
              2_100_000   1.9 s         -        1         -         -  serial  longest seen

            Limited by pinned: its `pin` in the file says `serial = true`: shares the box with the decoder
              would help: remove the `pin` where its reason no longer holds

            Numbers
              c            900 ns  an item, serially               amorsize.toml, 64 samples on x86_64-zen5-2
                              0 %  spread of the samples           amorsize.toml, 64 samples on x86_64-zen5-2
              e                 1  a thread's speed beside others  amorsize.toml, 64 samples on x86_64-zen5-2
                            1.00×  slowest chunk / mean chunk      amorsize.toml, 64 samples on x86_64-zen5-2
                                ?  bytes that an item moves        amorsize.toml, 64 samples on x86_64-zen5-2
              n 4_000 … 2_100_000  lengths seen                    amorsize.toml, 64 samples on x86_64-zen5-2
              w                 1  threads at most                 `pin` of the file
              o            1.2 µs  one helper, awake               amorsize.toml, [machine."x86_64-zen5-2"]
                           7.3 µs  one helper, asleep              amorsize.toml, [machine."x86_64-zen5-2"]
                            11 µs  a sleeping helper wakes         amorsize.toml, [machine."x86_64-zen5-2"]
                      24, 41 GB/s  memory: one core, all           amorsize.toml, [machine."x86_64-zen5-2"]
        "#]]);
    }
}
