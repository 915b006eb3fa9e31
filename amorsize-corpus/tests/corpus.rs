//! Shape recognition over the sources of every crate that the published members of the workspace depend on, which are there
//! when the tests run. `bash .ci/run` goes over more, see `amorsize-corpus/sources`.

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
        let findings = survey(&sources::locked_by_published(&manifest).unwrap());
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

/// Per cent.
const FLOOR: usize = 55;
