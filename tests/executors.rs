//! The async form on the executors that programs use: each gives the plain function's answer, and none has to be known.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use amorsize::{Spawned, parallelize};
use tokio::runtime::{Builder, Runtime};

/// A price for each order, and what they cost together, in their order.
#[parallelize(spawn_fn = prices_async)]
fn prices(orders: &[u32], rates: &[f64], limit: f64) -> (Vec<f64>, f64) {
    let rate: f64 = rates.iter().sum();
    let prices: Vec<f64> = orders.iter().map(|&order| (f64::from(order) * rate / 3.0).min(limit)).collect();
    let total = prices.iter().fold(0.0, |sum, price| sum + price);
    (prices, total)
}

#[parallelize(spawn_fn = refused_async)]
fn refused(orders: &[u32]) -> Vec<u32> {
    orders.iter().map(|order| order.checked_sub(1).expect("an order over nothing")).collect()
}

fn orders(len: u32) -> Vec<u32> {
    (0..len).map(|order| order.wrapping_mul(2_654_435_761) >> 12).collect()
}

/// One call of each length against the plain function, and one that panics.
async fn one_after_the_other() {
    let rates = Arc::new(vec![0.25, 0.5]);
    for len in [0, 1, 2, 100, 20_000] {
        is_priced(len, &rates).await;
    }
    let error = refused_async([1, 0, 2]).await.unwrap_err();
    assert_eq!(error.message(), Some("an order over nothing"));
}

async fn is_priced(len: u32, rates: &Arc<Vec<f64>>) {
    let expected = prices(&orders(len), rates, 9e5);
    let (prices, total) = prices_async(orders(len), Arc::clone(rates), 9e5).await.unwrap();
    assert_eq!((prices, total.to_bits()), (expected.0, expected.1.to_bits()));
}

/// Calls that are made at once; far more than run at once.
const MANY: u32 = 300;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn three_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(3).enable_time().build().unwrap()
}

#[test]
fn every_executor_gets_the_plain_answer() {
    pollster::block_on(one_after_the_other());
    smol::block_on(one_after_the_other());
    one_thread().block_on(one_after_the_other());
    three_threads().block_on(one_after_the_other());
}

#[test]
fn many_tasks_of_tokio_await_a_call_each() {
    let rates = Arc::new(vec![1.0]);
    for runtime in [one_thread(), three_threads()] {
        runtime.block_on(async {
            let task = |len| {
                let rates = Arc::clone(&rates);
                tokio::spawn(async move { is_priced(len, &rates).await })
            };
            let tasks: Vec<_> = (0..MANY).map(task).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    }
}

#[test]
fn many_tasks_of_smol_await_a_call_each() {
    let (executor, rates) = (smol::Executor::new(), Arc::new(vec![1.0]));
    let task = |len| {
        let rates = Arc::clone(&rates);
        executor.spawn(async move { is_priced(len, &rates).await })
    };
    let tasks: Vec<_> = (0..MANY).map(task).collect();
    thread::scope(|scope| {
        let (over, ended) = smol::channel::bounded::<()>(1);
        for _ in 0..3 {
            let ended = ended.clone();
            scope.spawn(|| smol::block_on(executor.run(async move { ended.recv().await.unwrap_err() })));
        }
        smol::block_on(async {
            for task in tasks {
                task.await;
            }
        });
        drop(over);
    });
}

/// Calls of one task, all handed over before the first is awaited, and awaited from the last to the first.
#[test]
fn one_task_awaits_many_calls() {
    let rates = Arc::new(vec![2.0]);
    let calls: Vec<_> = (0..MANY).map(|len| prices_async(orders(len), Arc::clone(&rates), 9e5)).collect();
    pollster::block_on(async {
        for (len, call) in (0..MANY).zip(calls).rev() {
            assert_eq!(call.await.unwrap(), prices(&orders(len), &rates, 9e5));
        }
    });
}

/// A call that waits for a door, and what it has done.
#[derive(Default)]
struct Watched {
    items: AtomicUsize,
    came: AtomicBool,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Watched {
    fn work(&self, x: u32) -> u64 {
        if x == 0 {
            self.came.store(true, Ordering::Relaxed);
            drop(self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
        }
        self.items.fetch_add(1, Ordering::Relaxed);
        (0..2_000_u64).fold(u64::from(x), |sum, x| std::hint::black_box(sum ^ x.rotate_left(7)))
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

#[parallelize(spawn_fn = worked_async)]
fn worked(xs: &[u32], watched: &Watched) -> Vec<u64> {
    xs.iter().map(|x| watched.work(*x)).collect()
}

/// Some 3 s of work.
const LEN: u32 = 1_000_000;

fn call() -> (Arc<Watched>, Spawned<Vec<u64>>) {
    let watched = Arc::new(Watched::default());
    let call = worked_async((0..LEN).collect::<Vec<u32>>(), Arc::clone(&watched));
    (watched, call)
}

/// Until the call has begun, without blocking the executor.
async fn begun(watched: &Watched) {
    poll_fn(|context| {
        if watched.came.load(Ordering::Relaxed) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        thread::yield_now();
        Poll::Pending
    })
    .await;
}

/// The call, which nobody awaits any more, ends soon after the item that it waits in.
fn stops(watched: &Arc<Watched>) {
    watched.open();
    while Arc::strong_count(watched) > 1 {
        thread::yield_now();
    }
    let items = watched.items.load(Ordering::Relaxed);
    assert!(items < LEN as usize / 2, "{items} of {LEN} items were worked on");
}

/// The only thread of an executor awaits the call and opens the door for it.
#[test]
fn an_executor_with_one_thread_goes_on() {
    let opens = async {
        let watched = Arc::new(Watched::default());
        let call = worked_async([0, 1], Arc::clone(&watched));
        let task = tokio::spawn(call);
        begun(&watched).await;
        watched.open();
        assert_eq!(task.await.unwrap().unwrap(), worked(&[0, 1], &watched));
    };
    one_thread().block_on(opens);
}

#[test]
fn a_timeout_cancels() {
    for runtime in [one_thread(), three_threads()] {
        let (watched, call) = call();
        runtime.block_on(async {
            begun(&watched).await;
            tokio::time::timeout(Duration::from_millis(5), call).await.unwrap_err();
        });
        stops(&watched);
    }
}

#[test]
fn a_task_that_is_aborted_cancels() {
    for runtime in [one_thread(), three_threads()] {
        let (watched, call) = call();
        runtime.block_on(async {
            let task = tokio::spawn(call);
            begun(&watched).await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        });
        stops(&watched);
    }
    let (watched, call) = call();
    let task = smol::spawn(call);
    smol::block_on(async {
        begun(&watched).await;
        assert!(task.cancel().await.is_none());
    });
    stops(&watched);
}

#[test]
fn the_loser_of_a_race_is_cancelled() {
    let (watched, mut call) = call();
    smol::block_on(async {
        let first = smol::future::or(async { Some(Pin::new(&mut call).await) }, async {
            begun(&watched).await;
            None
        });
        assert!(first.await.is_none());
    });
    drop(call);
    stops(&watched);
}
