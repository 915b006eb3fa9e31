//! A spawned call in a program in which a panic ends the process: everything in it is compiled so.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::executable;

const SOURCE: &str = r#"
use std::sync::{Arc, atomic::{AtomicBool, AtomicUsize, Ordering}};

#[amorsize::parallelize(spawn_fn = divided_async)]
fn divided(xs: &[u32], by: u32) -> Vec<u32> {
    xs.iter().map(|x| x.checked_div(by).expect("a divisor")).collect()
}

#[amorsize::parallelize(spawn_fn = counted_async)]
fn counted(xs: &[u32], open: &AtomicBool, items: &AtomicUsize) -> u32 {
    xs.iter().map(|x| {
        items.fetch_add(1, Ordering::SeqCst);
        while !open.load(Ordering::SeqCst) { std::thread::yield_now(); }
        x + 1
    }).sum()
}

fn main() {
    assert_eq!(awaited(divided_async([4, 6], 2)).unwrap(), [2, 3]);
    let (open, items) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let call = counted_async(vec![1; 5_000], open.clone(), items.clone());
    while items.load(Ordering::SeqCst) == 0 { std::thread::yield_now(); }
    call.cancel();
    open.store(true, Ordering::SeqCst);
    assert_eq!(awaited(call).unwrap(), 10_000);
    assert_eq!(items.load(Ordering::SeqCst), 5_000);
    println!("a call that began runs to its end");
    drop(awaited(divided_async([1], 0)));
    println!("awaited");
}

fn awaited<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) { return output; }
        std::thread::yield_now();
    }
}
"#;

/// The program, as cargo builds it with `panic = "abort"`.
fn built(folder: &Path) -> PathBuf {
    let root = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"aborts\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\namorsize = {{ path = {root:?}, default-features = false }}\n\n\
         [profile.dev]\npanic = \"abort\"\n\n\
         [workspace]\n"
    );
    std::fs::create_dir(folder.join("src")).expect("a folder");
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("written");
    std::fs::write(folder.join("src/main.rs"), SOURCE).expect("written");
    // The same versions, which have been fetched.
    std::fs::copy(Path::new(root).join("Cargo.lock"), folder.join("Cargo.lock")).expect("copied");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--message-format=json", "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("aborts"))
        .current_dir(folder)
        .output()
        .expect("cargo starts");
    executable(&output)
}

#[test]
fn a_panic_in_a_spawned_call_ends_a_program_that_wishes_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let Output { status, stdout, stderr } =
        Command::new(built(folder.path())).current_dir(&folder).output().expect("it starts");
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(out, "a call that began runs to its end\n", "{err}");
    let line = 1 + SOURCE.lines().position(|line| line.contains("a divisor")).expect("a line");
    assert!(err.contains(&format!("panicked at src/main.rs:{line}:")) && err.contains("a divisor"), "{err}");
    assert!(!status.success());
    #[cfg(unix)]
    assert!(std::os::unix::process::ExitStatusExt::signal(&status).is_some(), "{status}");
}
