//! The first heavy request of a process: with a tuned file of an earlier run in `frozen`, and without one.

use std::path::Path;
use std::time::Instant;

use crate::Done;
use crate::child::{Server, Start, agent};
use crate::way::{Framework, Way};

/// What the first requests of cold and of warm processes took, ms.
pub(crate) struct First {
    pub(crate) framework: Framework,
    pub(crate) cold_ms: Vec<f64>,
    pub(crate) warm_ms: Vec<f64>,
}

/// Records a tuned file under load, then starts `starts` processes of each kind in turn.
pub(crate) fn first(
    framework: Framework,
    items: usize,
    seconds: f64,
    starts: usize,
    file: &Path,
) -> Done<First> {
    let recording = Server::start(framework, Way::Companion, items, Start::Record(file))?;
    recording.drive(1, seconds)?;
    recording.stop()?;
    let mut first = First { framework, cold_ms: Vec::new(), warm_ms: Vec::new() };
    for _ in 0..starts {
        first.cold_ms.push(ask_once(framework, items, Start::Cold)?);
        first.warm_ms.push(ask_once(framework, items, Start::Frozen(file))?);
    }
    Ok(first)
}

fn ask_once(framework: Framework, items: usize, start: Start<'_>) -> Done<f64> {
    let server = Server::start(framework, Way::Companion, items, start)?;
    let agent = agent();
    // The connection is made beforehand: it is not what is compared.
    server.get(&agent, "/health")?;
    let began = Instant::now();
    server.get(&agent, "/heavy")?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    server.stop()?;
    Ok(took)
}
