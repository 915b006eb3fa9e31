//! Bad input gets one clear message, and nothing is lost or overwritten that should not be.

use super::{Place, Run, plain_answers};

/// Runs every mode over a file that must stay as it is; every run answers, and says `message` once.
fn is_left_alone(text: &str, message: &str) {
    for mode in ["auto", "frozen", "record"] {
        let place = Place::with_file(text);
        let run = place.run(mode, &["answers", "3"]);
        assert!(run.ok, "{mode}: {}", run.err);
        assert_eq!(run.answers(), plain_answers().answers(), "{mode}");
        assert_eq!(run.err.matches(message).count(), 1, "{mode} says `{message}` once: {}", run.err);
        assert!(
            run.err.lines().all(|line| line.starts_with("amorsize: ") || line.starts_with("  ")),
            "{}",
            run.err
        );
        assert_eq!(place.text(), text, "{mode} overwrote a file that it could not read");
    }
}

#[test]
fn broken_toml() {
    is_left_alone("version = 1\n[site.\"probe::dear(&[u64]) -> Vec<u64>\"\nitem_ns = 47\n", "amorsize.toml");
}

#[test]
fn conflict_markers() {
    let text = "version = 1\n<<<<<<< ours\n[site.\"a::f(&[u8])\"]\nbody = \"00\"\n=======\n>>>>>>> theirs\n";
    is_left_alone(text, "is a conflict marker");
}

#[test]
fn a_newer_version() {
    is_left_alone("version = 2\n\n[site.\"a::f(&[u8])\"]\nfuture = true\n", "it has version 2");
}

#[test]
fn absurd_numbers_change_speed_only() {
    for (item_ns, from, threads, chunk_us) in [
        ("nan", "1", "65000", "1e300"),
        ("-5", "-3", "-1", "-1"),
        ("1e300", "0", "4000000000", "0"),
        ("inf", "9223372036854775807", "0", "nan"),
        ("\"fast\"", "\"soon\"", "true", "[]"),
        ("0", "2", "2", "0.000001"),
    ] {
        let numbers = format!(
            "item_ns = {item_ns}\nsamples = 9\nparallel_from = {from}\nthreads = {threads}\nchunk_us = {chunk_us}\n"
        );
        let sites = ["dear(&[u64]) -> Vec<u64>", "float_sum(&[u64]) -> f64", "cheap(&[u64]) -> Vec<u64>"];
        let entries = sites.map(|site| {
            format!("\n[site.\"probe::{site}\"]\nbody = \"00\"\nmachine = \"m\"\nlen = [0, 10]\n{numbers}")
        });
        let text = format!("version = 1\n{}", entries.concat());
        for mode in ["auto", "frozen", "record"] {
            let run = Place::with_file(&text).run(mode, &["answers", "3"]);
            assert!(run.ok, "{mode}, {item_ns}: {}", run.err);
            assert_eq!(run.answers(), plain_answers().answers(), "{mode}, {item_ns}");
        }
    }
}

#[test]
fn a_fresh_entry_with_absurd_decisions_still_answers() {
    let recorded = Place::new();
    assert!(recorded.run("record", &["answers", "20"]).ok);
    let text = recorded.text();
    for (from, threads, chunk_us) in [(1, 65_000, 1), (1, 2, 900_000), (9_000, 3, 1), (2, 1, 50)] {
        let lines = text.lines().filter_map(|line| match line.split(" = ").next() {
            Some("parallel_from" | "threads" | "chunk_us") => None,
            Some("item_ns") => {
                Some(format!("{line}\nparallel_from = {from}\nthreads = {threads}\nchunk_us = {chunk_us}\n"))
            }
            _ => Some(format!("{line}\n")),
        });
        let changed: String = lines.collect();
        for mode in ["auto", "frozen"] {
            let run = Place::with_file(&changed).run(mode, &["answers", "2"]);
            assert!(run.ok, "{mode}: {}", run.err);
            assert_eq!(run.answers(), plain_answers().answers(), "{mode}, from {from}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written() {
    // Tests may run as root, whom no permission stops: a file where the folder should be does.
    let place = Place::with_file("not a folder");
    let mut command = place.command("record", &["answers", "3"]);
    let run = Run::of(&command.env("AMORSIZE_FILE", place.file().join("amorsize.toml")).output().unwrap());
    assert!(run.ok, "{}", run.err);
    assert_eq!(run.answers(), plain_answers().answers());
    assert_eq!(run.err.lines().filter(|line| line.starts_with("amorsize: ")).count(), 1, "{}", run.err);
    assert_eq!(place.text(), "not a folder");
}

#[test]
fn a_mode_that_does_not_exist() {
    let place = Place::new();
    let run = place.run("recrod", &["answers"]);
    assert!(run.ok);
    assert_eq!(run.answers(), plain_answers().answers());
    assert_eq!(run.err.matches("is not understood").count(), 1, "{}", run.err);
    assert!(run.err.contains("AMORSIZE=recrod") && run.err.contains("did you mean `record`"), "{}", run.err);
    assert!(run.err.contains("off, auto, shuffle, record, frozen, strict"), "{}", run.err);
    assert!(!place.file().exists(), "a mistyped mode wrote a file");
}

#[test]
fn a_variable_that_does_not_exist() {
    let place = Place::new();
    let run = place.command("auto", &["answers"]).env("AMORSIZE_TREADS", "4").output().unwrap();
    let run = Run::of(&run);
    assert!(
        run.ok && run.err.contains("AMORSIZE_TREADS") && run.err.contains("AMORSIZE_MAX_THREADS"),
        "{}",
        run.err
    );
}

#[test]
fn processes_that_record_at_once_lose_nothing() {
    let place = Place::new();
    let children: Vec<_> = (0..4)
        .map(|k| {
            let arguments: &[&str] = if k % 2 == 0 { &["answers", "10"] } else { &["named"] };
            let mut command = place.command("record", arguments);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = place.text();
    for site in ["probe::dear(", "probe::odd(", "probe::histogram(", "probe::pricing"] {
        assert!(text.contains(&format!("[site.\"{site}")), "{site} is lost: {text}");
    }
}

#[test]
fn a_panic_in_one_element_is_one_message_at_the_users_line() {
    for at in ["0", "3", "777", "1999"] {
        for mode in ["auto", "off", "shuffle"] {
            let run = Place::new().run(mode, &["panic", at]);
            assert!(!run.ok);
            assert_eq!(run.err.matches(&format!("element {at} is bad")).count(), 1, "{mode}: {}", run.err);
            assert!(run.err.contains("probe.rs:"), "{mode}: {}", run.err);
        }
    }
}

#[test]
fn a_pool_of_one_thread_is_serial() {
    let place = Place::new();
    let run = place.command("auto", &["answers", "10"]).env("RAYON_NUM_THREADS", "1").output().unwrap();
    let run = Run::of(&run);
    assert!(run.ok, "{}", run.err);
    assert_eq!(run.answers(), plain_answers().answers());
    assert!(run.out.contains(", 1 threads, "), "{}", run.out);
}
