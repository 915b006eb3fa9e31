//! How one call runs: serial, serial with an eye on the clock, or parallel with so many workers.
//!
//! A pure function of what the site knows, what the machine charges now, and the length of the call. The same
//! functions answer the report, so that what is explained is what was decided.

use super::costs::Costs;
use super::model::Model;

/// Parallel has to win by this much before a call changes sides.
pub const MARGIN: f64 = 0.9;

/// A call shorter than this share of the crossover is serial without another thought.
const SURE_SHARE: f64 = 0.6;

/// No call predicted to last longer than this is passed by unwatched, ns: a closer look costs 0.1 µs.
const SURE_MOST_NS: f64 = 10_000.0;

/// Everything that a decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Items of this call.
    pub len: usize,
    /// Threads that could work on it: available, capped, shared with other regions.
    pub width: usize,
    /// The site's knowledge.
    pub model: &'q Model,
    /// Today's prices.
    pub costs: Costs,
    /// Whether the site's last call was parallel.
    pub was_parallel: bool,
}

/// What to do, and the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// What to do.
    pub plan: Plan,
    /// Predicted serial time, ns; 0 where nothing is known.
    pub serial_ns: f64,
    /// Predicted time of the best parallel run, ns.
    pub parallel_ns: f64,
    /// Workers of that run.
    pub workers: usize,
}

/// The three ways of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The kernel on the whole slice.
    Whole,
    /// Serial in growing parts, promoted to a region when that pays.
    Watched,
    /// A region at once.
    Region,
}

/// Decides one call.
#[must_use]
pub fn decide(question: &Question<'_>) -> Decision {
    let &Question { len, width, model, costs, was_parallel } = question;
    if width < 2 || len < 2 {
        let serial_ns = model.whole_ns() * len as f64;
        return Decision { plan: Plan::Whole, serial_ns, parallel_ns: serial_ns, workers: 1 };
    }
    if model.item_ns <= 0.0 {
        return Decision { plan: Plan::Watched, serial_ns: 0.0, parallel_ns: 0.0, workers: width };
    }
    let serial_ns = model.whole_ns() * len as f64;
    let (workers, parallel_ns) = best_width(len, width, model, costs);
    let margin = if was_parallel { 1.0 } else { MARGIN };
    let plan = if !model.trusted() {
        Plan::Watched
    } else if parallel_ns < serial_ns * margin {
        Plan::Region
    } else if serial_ns * 8.0 < costs.dispatch_ns(2) {
        // Even a cost that is wrong by 8× would not make this call worth a region.
        Plan::Whole
    } else {
        Plan::Watched
    };
    Decision { plan, serial_ns, parallel_ns, workers }
}

/// The fewest workers within 5 % of the best, from 2, 4, 8, … and `width` itself; and the time predicted for them.
pub fn best_width(len: usize, width: usize, model: &Model, costs: Costs) -> (usize, f64) {
    let costs = model.charged(costs);
    let time = |workers: usize| {
        let grain = if len < workers { len } else { workers };
        let speed = grain as f64 * model.efficiency_of(grain);
        let region_ns = costs.parallel_ns(model.item_ns * len as f64, grain, speed);
        model.bias * (region_ns + (model.tail_ns + model.order_ns) * len as f64)
    };
    let widths = || std::iter::successors(Some(2), |w| Some(w * 2)).take_while(|&w| w < width).chain([width]);
    let best = widths().map(time).fold(f64::INFINITY, f64::min);
    let workers = widths().find(|&w| time(w) <= best * 1.05).unwrap_or(width);
    (workers, time(workers))
}

/// The length from which a region is predicted to win by the margin; `None` if it never does.
///
/// From `n·(c + o)·MARGIN = b·(T(n·c, w) + n·(t + o))`, solved for `n`, for the best `w`; `T` is the region's time, `o` the
/// ordered tail's share of an item, `t` the join's, `b` the bias. (What short regions took too long is charged like an
/// invitation.)
#[must_use]
pub fn crossover(width: usize, model: &Model, costs: Costs) -> Option<usize> {
    if width < 2 || model.item_ns <= 0.0 {
        return None;
    }
    let costs = model.charged(costs);
    let widths = std::iter::successors(Some(2), |w| Some(w * 2)).take_while(|&w| w < width).chain([width]);
    let lengths = widths.filter_map(|workers| {
        let behind = model.bias * (model.tail_ns + model.order_ns);
        let worth = (model.whole_ns() * MARGIN - behind) / model.item_ns;
        let work_ns =
            costs.pays_from(workers, workers as f64 * model.efficiency_of(workers), worth, model.bias)?;
        Some((work_ns / model.item_ns).ceil().max(2.0))
    });
    lengths.reduce(f64::min).map(|len| len as usize)
}

/// The length below which a call of this site is serial without another thought, with `costs` of the cheapest regime.
#[must_use]
pub fn surely_serial_below(width: usize, model: &Model, costs: Costs) -> usize {
    if width < 2 {
        return usize::MAX;
    }
    if !model.trusted() || model.item_ns <= 0.0 {
        return 0;
    }
    // From the crossover of threads that do not disturb each other: what was seen of that may change.
    let ideal = Model { item_ns: model.item_ns, ..Model::default() };
    let pays_from = crossover(width, &ideal, costs).unwrap_or(usize::MAX) as f64;
    let sure = (pays_from * SURE_SHARE).min(SURE_MOST_NS / model.whole_ns());
    (sure / (1.0 + model.spread)) as usize
}

/// A call shorter than this share of the crossover with sleeping helpers is serial while they sleep.
const CALM_SHARE: f64 = 0.85;

/// No call predicted to last longer than this is calm, ns: the long way, 10 to 20 µs after a gap, is 5 % of it.
const CALM_MOST_NS: f64 = 300_000.0;

/// The length below which a call is serial while every helper sleeps, with `costs` of that regime.
#[must_use]
pub fn calm_below(width: usize, model: &Model, costs: Costs) -> usize {
    let pays_from = crossover(width, model, costs).map_or(f64::INFINITY, |len| len as f64);
    let calm = (pays_from * CALM_SHARE).min(CALM_MOST_NS / model.whole_ns().max(1e-3));
    (calm / (1.0 + model.spread)) as usize
}

/// How long a chunk should last, ns: ~50 µs, shorter where costs are skewed, so that the wait at the end stays short.
#[must_use]
pub fn chunk_ns(model: &Model) -> f64 {
    (50_000.0 / (model.skew / 2.0).clamp(1.0, 2.5)).max(20_000.0)
}

/// Whether a serial run that has spent `spent_ns` hands the `left` items over: rent or buy. It has then wasted no more
/// than one dispatch, and never less is known about the rest than what was spent on the beginning.
#[must_use]
pub fn promote(spent_ns: f64, item_ns: f64, left: usize, width: usize, tail_ns: f64, costs: Costs) -> bool {
    if width < 2 || left < 2 {
        return false;
    }
    let model = Model { item_ns, tail_ns, ..Model::default() };
    let (workers, parallel_ns) = best_width(left, width, &model, costs);
    spent_ns >= costs.dispatch_ns(workers) && parallel_ns < MARGIN * item_ns * left as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::MachineProfile;
    use crate::tune::costs::Regime;
    use crate::tune::model::Source;

    fn prices(regime: Regime, threads: usize) -> Costs {
        Costs::of(&MachineProfile::builtin("linux", threads), regime, threads)
    }

    fn site(item_ns: f64) -> Model {
        Model { item_ns, samples: 9, ..Model::default() }
    }

    fn ask(len: usize, width: usize, model: &Model, regime: Regime) -> Decision {
        let costs = prices(regime, width);
        decide(&Question { len, width, model, costs, was_parallel: false })
    }

    #[test]
    fn plans_as_a_table() {
        for (len, width, item_ns, regime, plan) in [
            (1_000_000, 1, 100.0, Regime::Awake, Plan::Whole),
            (0, 8, 100.0, Regime::Awake, Plan::Whole),
            (1, 8, 1e9, Regime::Awake, Plan::Whole),
            (100, 2, 1.0, Regime::Awake, Plan::Whole),
            (2_000, 2, 1.0, Regime::Awake, Plan::Watched),
            (100_000, 2, 1.0, Regime::Awake, Plan::Region),
            (30_000, 2, 1.0, Regime::Parked, Plan::Watched),
            (1_000_000, 2, 1.0, Regime::Parked, Plan::Region),
            (200, 2, 1e6, Regime::Cold, Plan::Region),
        ] {
            let decision = ask(len, width, &site(item_ns), regime);
            assert_eq!(
                decision.plan, plan,
                "{len} items of {item_ns} ns, {width} wide, {regime:?}: {decision:?}"
            );
        }
    }

    #[test]
    fn what_is_unknown_is_watched() {
        assert_eq!(ask(10, 2, &Model::default(), Regime::Parked).plan, Plan::Watched);
        let stale = Model { source: Source::Stale, samples: 0, ..site(1.0) };
        assert_eq!(ask(10_000_000, 2, &stale, Regime::Parked).plan, Plan::Watched);
    }

    #[test]
    fn more_cost_or_more_items_never_lowers_the_workers() {
        for width in [2, 3, 4, 8, 13, 64, 256] {
            for regime in [Regime::Inside, Regime::Awake, Regime::Parked] {
                let costs = prices(regime, width);
                let workers = |len: usize, item_ns: f64| {
                    let decision = ask(len, width, &site(item_ns), regime);
                    let parallel = decision.parallel_ns < decision.serial_ns * MARGIN;
                    if parallel { best_width(len, width, &site(item_ns), costs).0 } else { 1 }
                };
                for item_ns in [0.5, 5.0, 50.0, 500.0, 5e4] {
                    let mut before = 0;
                    for len in (0..24).map(|k| 1_usize << k) {
                        let now = workers(len, item_ns);
                        assert!(now >= before, "{width} {regime:?} {item_ns} ns × {len}: {now} < {before}");
                        assert!(
                            workers(len, item_ns * 2.0) >= now,
                            "{width} {regime:?} {item_ns} ns × {len}"
                        );
                        before = now;
                    }
                }
            }
        }
    }

    #[test]
    fn the_crossover_is_where_the_decision_flips() {
        for item_ns in [0.5, 3.0, 40.0, 1_000.0] {
            for regime in [Regime::Awake, Regime::Parked] {
                let model = site(item_ns);
                let from = crossover(2, &model, prices(regime, 2)).unwrap();
                assert_eq!(
                    ask(from + from / 50 + 2, 2, &model, regime).plan,
                    Plan::Region,
                    "{item_ns} {from}"
                );
                assert_ne!(
                    ask(from - from / 50 - 2, 2, &model, regime).plan,
                    Plan::Region,
                    "{item_ns} {from}"
                );
            }
        }
    }

    #[test]
    fn threads_that_slow_each_other_down_never_pay() {
        let model = Model { efficiency: 0.5, ..site(1.0) };
        assert_eq!(crossover(2, &model, prices(Regime::Awake, 2)), None);
        assert_ne!(ask(10_000_000, 2, &model, Regime::Awake).plan, Plan::Region);
    }

    #[test]
    fn surely_serial_stays_below_the_crossover() {
        for item_ns in [0.1, 1.0, 30.0, 1e3, 1e6] {
            for width in [2, 16] {
                let costs = prices(Regime::Awake, width);
                let sure = surely_serial_below(width, &site(item_ns), costs);
                assert!(sure <= crossover(width, &site(item_ns), costs).unwrap());
            }
        }
        assert_eq!(surely_serial_below(1, &Model::default(), prices(Regime::Awake, 1)), usize::MAX);
        assert_eq!(surely_serial_below(8, &Model::default(), prices(Regime::Awake, 8)), 0);
    }

    #[test]
    fn a_wrong_guess_wastes_about_one_dispatch() {
        let costs = prices(Regime::Parked, 2);
        assert!(!promote(costs.dispatch_ns(2) * 0.9, 100.0, 1_000_000, 2, 0.0, costs));
        assert!(promote(costs.dispatch_ns(2), 100.0, 1_000_000, 2, 0.0, costs));
        assert!(!promote(1e9, 100.0, 10, 2, 0.0, costs));
        assert!(!promote(1e9, 100.0, 1_000_000, 1, 0.0, costs));
    }
}
