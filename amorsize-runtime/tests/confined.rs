//! A process that has one CPU, by affinity or by its control group's quota, opens no region, whatever its source wishes:
//! no thread is started. In processes of their own, which begin confined.
#![cfg(all(target_os = "linux", feature = "rayon"))]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::thread;

use amorsize_runtime::private::{Options, Site, Spec};
use amorsize_runtime::{NamedSite, machine};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Parallel from two items on, whatever they cost.
static SITE: Site = Site::new(Spec {
    part: "",
    signature: "",
    body: "",
    key: "confined",
    file: file!(),
    line: line!(),
    options: Options { parallel_from: 1, ..Options::NONE },
});

/// Set for the process that is looked at. (A variable `AMORSIZE_…` that does not exist would change the mode.)
const INSIDE: &str = "TEST_CONFINED";

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// What the process that is looked at does: how many threads it may use, and how many its calls started.
fn inside() {
    let xs: Vec<u64> = (0..64).collect();
    let slow = |&x: &u64| (0..2_000).fold(x, |x, k| black_box(x.rotate_left(3) ^ k));
    let before = threads();
    for _ in 0..5 {
        assert_eq!(NamedSite::new(&SITE).map(&xs, slow), xs.iter().map(slow).collect::<Vec<_>>());
    }
    println!("available {} started {}", machine::available(), threads() - before);
}

/// This test once more, in a process that `wrapped` starts.
fn seen(mut wrapped: Command) -> (usize, usize) {
    let output = wrapped
        .args(["one_cpu_opens_no_region", "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .env_remove("AMORSIZE")
        .env_remove("AMORSIZE_MAX_THREADS")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let number = |name: &str| {
        let words = text.split(name).nth(1).and_then(|rest| rest.split_ascii_whitespace().next());
        words.and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no `{name}` in {text}"))
    };
    (number("available "), number("started "))
}

fn this_test() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

/// The mounts of the control groups that have a quota: version 2, and version 1's `cpu`.
fn quota_mounts() -> Vec<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let of = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let mut kind = after.split(' ');
        let has_quota = match kind.next()? {
            "cgroup2" => true,
            "cgroup" => kind.nth(1)?.split(',').any(|controller| controller == "cpu"),
            _ => false,
        };
        has_quota.then(|| before.split(' ').nth(4).map(str::to_owned))?
    };
    mounts.lines().filter_map(of).collect()
}

/// Starts this test where the files of its control groups say that it has so much of a CPU; `None` where this process may not
/// put other files in their place.
fn under_quota(folder: &Path, quota: &str) -> Option<Command> {
    fs::write(folder.join("cpu.max"), format!("{quota} 100000\n")).unwrap();
    fs::write(folder.join("cpu.cfs_quota_us"), format!("{quota}\n")).unwrap();
    fs::write(folder.join("cpu.cfs_period_us"), "100000\n").unwrap();
    let mounts = quota_mounts();
    let bind = |mount: &String| format!("mount --bind '{}' '{mount}'", folder.display());
    let binds = mounts.iter().map(bind).collect::<Vec<_>>().join(" && ");
    let inside = |last: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &format!("{binds} && {last}")]);
        command
    };
    let works = inside("true").output().is_ok_and(|output| output.status.success());
    (works && !mounts.is_empty()).then(|| {
        let mut command = inside("exec \"$0\" \"$@\"");
        command.arg(std::env::current_exe().unwrap());
        command
    })
}

#[test]
fn one_cpu_opens_no_region() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let whole = sched_getaffinity(None).unwrap();
    let Some(first) = (0..1024).find(|&cpu| whole.is_set(cpu)).filter(|_| whole.count() > 1) else { return };
    let (available, started) = seen(this_test());
    assert_eq!(started > 0, available > 1, "a region starts helpers: {available} CPUs, {started} threads");

    let confined = thread::spawn(move || {
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(None, &one).unwrap();
        // A process begins with the mask of the thread that starts it, as under `taskset`.
        seen(this_test())
    });
    assert_eq!(confined.join().unwrap(), (1, 0), "by affinity");

    let folder = tempfile::tempdir().unwrap();
    for quota in ["100000", "50000", "150000"] {
        if let Some(command) = under_quota(folder.path(), quota) {
            assert_eq!(seen(command), (1, 0), "a quota of {quota} of 100000 µs");
        }
    }
    if let Some(command) = under_quota(folder.path(), "200000").filter(|_| available > 1) {
        let (available, started) = seen(command);
        assert!(available == 2 && started > 0, "a quota of two CPUs: {available}, {started} threads");
    }
}
