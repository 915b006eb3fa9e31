//! Shape recognition over the sources of every crate in the workspace's own lock file, which are there when the tests
//! run. `bash .ci/run` goes over more, see `amorsize-corpus/sources`.

use std::path::Path;
use std::thread;

use amorsize_corpus::report::Report;
use amorsize_corpus::{sources, survey};

/// rustc's own threads have as much; syn needs it for deep nesting.
const STACK_BYTES: usize = 8 << 20;

#[test]
fn keeps_its_promises_on_every_function_of_our_dependencies() {
    let run = thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let findings = survey(&sources::locked(&manifest).unwrap());
        let report = Report(&findings);
        println!("{report}");
        assert_eq!(report.broken(), Vec::<String>::new());
        let (recognised, all) = report.counted();
        assert!(all >= 100, "only {all} functions of the kind were found");
        assert!(
            recognised * 100 >= all * FLOOR,
            "{recognised} of {all} functions are recognised, not {FLOOR} %"
        );
    });
    run.unwrap().join().unwrap();
}

/// Per cent. The crates are whatever the lock file names, the benches' parallel libraries and the command line's among them, so
/// that this only notices a recogniser that breaks; the share that counts is that of the pinned sources, which `.ci/run`
/// holds at 60.
const FLOOR: usize = 40;
