//! A second process that runs blocks of calls on demand: amorsize's mode belongs to a process.
//!
//! The worker is this program again. It gets one line per order and answers with one line, so that its calls stay in turn
//! with everybody else's; the idle gap before a call passes in the worker, that its wake-up is not part of the call.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use crate::arm::{Answer, Arm, Block, Order};
use crate::cases::{self, BoxedArm, Opened};
use crate::contenders::Contender;

/// The argument that makes this program a worker.
pub const ARGUMENT: &str = "--worker";

/// The other end: a process and its pipes.
pub struct Worker {
    child: Child,
    orders: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    /// The case that it has open.
    open: Option<usize>,
}

impl Worker {
    /// Starts this program again, with amorsize in `mode` and this tuned file.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(mode: &str, file: &Path) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .env("AMORSIZE", mode)
            .env("AMORSIZE_FILE", file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take();
        let replies = child.stdout.take().ok_or_else(|| io::Error::other("the worker has no output"))?;
        Ok(Self { child, orders, replies: BufReader::new(replies), open: None })
    }

    fn ask(&mut self, order: &str) -> String {
        let mut reply = String::new();
        let sent =
            self.orders.as_mut().map(|orders| writeln!(orders, "{order}").and_then(|()| orders.flush()));
        assert!(matches!(sent, Some(Ok(()))), "the worker process ended early");
        let read = self.replies.read_line(&mut reply);
        assert!(matches!(read, Ok(1..)), "the worker process ended early");
        reply
    }

    fn open(&mut self, case: usize) {
        if self.open != Some(case) {
            self.ask(&format!("open {case}"));
            self.open = Some(case);
        }
    }
}

impl Drop for Worker {
    /// Closes the orders, on which the worker writes what it has to write and ends.
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.child.wait();
    }
}

/// An arm whose calls a worker makes.
pub struct Remote {
    /// The process.
    pub worker: Rc<RefCell<Worker>>,
    /// The place of the case in the list of all.
    pub case: usize,
}

impl Arm for Remote {
    fn block(&mut self, order: &Order) -> Block {
        let mut worker = self.worker.borrow_mut();
        worker.open(self.case);
        parse_block(&worker.ask(&format_order(order))).expect("a worker's reply")
    }

    fn answers(&mut self) -> Vec<Answer> {
        let mut worker = self.worker.borrow_mut();
        // From the elements as they are made: an earlier rhythm of the case may have changed them in place.
        worker.open = None;
        worker.open(self.case);
        parse_answers(&worker.ask("answers")).expect("a worker's reply")
    }
}

/// The worker's end: orders from stdin until it closes, then what amorsize has to write is written.
///
/// # Panics
/// If an order is not understood or the other end is gone: both ends are this program.
pub fn serve() {
    let cases = cases::all();
    let mut open: Option<(Opened, BoxedArm)> = None;
    for line in io::stdin().lines() {
        let line = line.expect("orders are text");
        let reply = if let Some(case) = line.strip_prefix("open ") {
            // The last case's data goes first.
            drop(open.take());
            let case = &cases[case.parse::<usize>().expect("the number of a case")];
            let opened = (case.open)();
            let arm = case.arm(&opened, Contender::Frozen, 1).expect("amorsize has every form");
            open = Some((opened, arm));
            "open".to_owned()
        } else {
            let (_, arm) = open.as_mut().expect("a case is open");
            if line == "answers" {
                format_answers(&arm.answers())
            } else {
                format_block(&arm.block(&parse_order(&line).expect("an order")))
            }
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{reply}").and_then(|()| out.flush()).expect("the other end listens");
    }
    amorsize::flush();
}

fn format_order(order: &Order) -> String {
    let Order { gap, lead_in, calls, stamps } = order;
    format!("block {} {lead_in} {calls} {}", gap.as_nanos(), u8::from(*stamps))
}

fn parse_order(line: &str) -> Option<Order> {
    let numbers: Option<Vec<u64>> =
        line.strip_prefix("block ")?.split(' ').map(|word| word.parse().ok()).collect();
    let [gap, lead_in, calls, stamps] = numbers?.try_into().ok()?;
    Some(Order {
        gap: Duration::from_nanos(gap),
        lead_in: lead_in as usize,
        calls: calls as usize,
        stamps: stamps == 1,
    })
}

/// `cpu;wall stamp stamp …;wall stamp …`, one piece per input.
pub(crate) fn format_block(block: &Block) -> String {
    let mut text = block.cpu_ns.to_string();
    for (k, wall) in block.wall_ns.iter().enumerate() {
        let _ = write!(text, ";{wall}");
        for stamp in block.stamps.get(k).into_iter().flatten() {
            let _ = write!(text, " {stamp}");
        }
    }
    text
}

pub(crate) fn parse_block(line: &str) -> Option<Block> {
    let mut pieces = line.trim_end().split(';');
    let mut block = Block { cpu_ns: pieces.next()?.parse().ok()?, ..Block::default() };
    for piece in pieces {
        let mut words = piece.split(' ');
        block.wall_ns.push(words.next()?.parse().ok()?);
        block.stamps.push(words.map(|word| word.parse().ok()).collect::<Option<_>>()?);
    }
    if block.stamps.iter().all(Vec::is_empty) {
        block.stamps.clear();
    }
    Some(block)
}

pub(crate) fn format_answers(answers: &[Answer]) -> String {
    let words = answers.iter().map(|answer| match answer {
        Answer::Exact(digest) => format!("exact {digest}"),
        Answer::Float(value) => format!("float {}", value.to_bits()),
    });
    words.collect::<Vec<_>>().join(";")
}

pub(crate) fn parse_answers(line: &str) -> Option<Vec<Answer>> {
    let answer = |piece: &str| match piece.split_once(' ')? {
        ("exact", digest) => Some(Answer::Exact(digest.parse().ok()?)),
        ("float", bits) => Some(Answer::Float(f64::from_bits(bits.parse().ok()?))),
        _ => None,
    };
    line.trim_end().split(';').map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_replies_come_through() {
        let order = Order { gap: Duration::from_micros(300), lead_in: 2, calls: 7, stamps: true };
        assert_eq!(parse_order(&format_order(&order)), Some(order));
        for block in [
            Block { wall_ns: vec![1.5], cpu_ns: 2.25, stamps: Vec::new() },
            Block { wall_ns: vec![1.5, 3.0], cpu_ns: 2.25, stamps: vec![vec![1, 2], vec![3, 3]] },
        ] {
            assert_eq!(parse_block(&(format_block(&block) + "\n")), Some(block));
        }
        let answers = [Answer::Exact(u64::MAX), Answer::Float(0.1)];
        assert_eq!(parse_answers(&(format_answers(&answers) + "\n")), Some(answers.to_vec()));
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(parse_order("block 1 2"), None);
        assert_eq!(parse_order("1 2 3 4"), None);
        assert_eq!(parse_block("1;x"), None);
        assert_eq!(parse_answers("exact -1"), None);
    }
}
