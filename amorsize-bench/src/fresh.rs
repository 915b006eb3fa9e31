//! First calls: this program once more, for one call.

use std::path::PathBuf;
use std::process::Command;

use crate::arm::{Answer, Arm, Block, Order};
use crate::cases;
use crate::contenders::Contender;
use crate::kernel::burn_steps;
use crate::worker::{format_answers, format_block, parse_answers, parse_block};

/// The argument that makes this program call once: `--first CASE CONTENDER`.
pub const ARGUMENT: &str = "--first";

/// An arm whose every call is the first one of a process.
pub struct Fresh {
    /// The place of the case in the list of all.
    pub case: usize,
    /// Which first call.
    pub contender: Contender,
    /// The recorded file, for the contender that starts from it.
    pub file: PathBuf,
}

impl Fresh {
    fn start(&self) -> (Block, Vec<Answer>) {
        let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
        command.args([ARGUMENT, &self.case.to_string(), self.contender.name()]);
        if self.contender == Contender::FirstFile {
            command.env("AMORSIZE", "frozen").env("AMORSIZE_FILE", &self.file);
        }
        let output = command.output().expect("this program starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let (block, answers) = text.split_once('\n').expect("two lines");
        (parse_block(block).expect("a block"), parse_answers(answers).expect("answers"))
    }
}

impl Arm for Fresh {
    /// One call, however many are ordered.
    fn block(&mut self, _: &Order) -> Block {
        self.start().0
    }

    fn answers(&mut self) -> Vec<Answer> {
        self.start().1
    }
}

/// The other end: calls once and prints what it took, then the answers.
///
/// # Panics
/// If the arguments are not those of [`Fresh`]: both ends are this program.
pub fn serve(case: &str, contender: &str) {
    let cases = cases::all();
    let case = &cases[case.parse::<usize>().expect("the number of a case")];
    let contender = contender.parse().expect("the name of a contender");
    let opened = (case.open)();
    let mut arm = case.arm(&opened, contender, 1).expect("a first call has every form");
    if contender == Contender::FirstPool {
        // Long enough, some 3 ms, to be parallel for sure.
        let seeds: Vec<u64> = (0..300).collect();
        std::hint::black_box(amorsize::map(&seeds, |&seed| burn_steps(seed, 7_000)));
    }
    let block = arm.block(&Order { calls: 1, stamps: true, ..Order::default() });
    println!("{}\n{}", format_block(&block), format_answers(&arm.answers()));
}
