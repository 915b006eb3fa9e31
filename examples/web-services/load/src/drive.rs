//! Loads a server: heavy requests back to back on several connections, `/health` at fixed times beside them.

use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;

use crate::Done;
use crate::child::agent;

/// `/health` is asked this often.
const HEALTH_EVERY: Duration = Duration::from_millis(10);

/// What the clients have seen, ms each.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) heavy_ms: Vec<f64>,
    pub(crate) health_ms: Vec<f64>,
    /// From the first request to the last answer, s.
    pub(crate) seconds: f64,
}

/// A request as a client sends it: the answer's text.
pub(crate) type Ask<'a> = dyn Fn(&Agent) -> Done<String> + Sync + 'a;

/// Sends `heavy` for `seconds` from `connections` clients, and `health` from one more. Every answer to `heavy` must be the same.
pub(crate) fn drive(heavy: &Ask<'_>, health: &Ask<'_>, connections: usize, seconds: f64) -> Done<Seen> {
    let expected = &heavy(&agent())?;
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(seconds);
    thread::scope(|scope| {
        let clients: Vec<_> =
            (0..connections).map(|_| scope.spawn(|| back_to_back(heavy, end, expected))).collect();
        let health = scope.spawn(|| on_time(health, began, end));
        let mut seen = Seen::default();
        for client in clients {
            seen.heavy_ms.extend(client.join().map_err(|_| "a client panicked")??);
        }
        seen.seconds = began.elapsed().as_secs_f64();
        seen.health_ms = health.join().map_err(|_| "a client panicked")??;
        Ok(seen)
    })
}

fn back_to_back(heavy: &Ask<'_>, end: Instant, expected: &str) -> Done<Vec<f64>> {
    let (agent, mut took) = (agent(), Vec::new());
    // At least one, or a machine that stands still would give nothing to count.
    while took.is_empty() || Instant::now() < end {
        let began = Instant::now();
        let answer = heavy(&agent)?;
        took.push(ms(began.elapsed()));
        if answer != expected {
            return Err(format!("answered {answer:.200}, before {expected:.200}").into());
        }
    }
    Ok(took)
}

/// A request that could not be sent in time because the one before it took long has waited since its time: otherwise a stall
/// would count once, however many clients it would have met.
fn on_time(health: &Ask<'_>, began: Instant, end: Instant) -> Done<Vec<f64>> {
    let (agent, mut took, mut due) = (agent(), Vec::new(), began);
    while due < end {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        health(&agent)?;
        took.push(ms(due.elapsed()));
        due += HEALTH_EVERY;
    }
    Ok(took)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
