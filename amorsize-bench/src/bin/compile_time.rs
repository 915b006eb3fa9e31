//! What the attribute costs at compile time: 200 annotated functions of up to three chains against the same with rayon's
//! `par_iter` by hand, and as plain serial code.
//!
//! `cargo run --release -p amorsize-bench --bin compile_time [ROUNDS]` writes three packages under cargo's target folder,
//! builds their dependencies, then times `cargo build` of each package alone: clean, and after an edit of one function's
//! body; without optimization and with it. The ways take turns, the medians are printed. The bytes are those of the
//! machine code in the package's library, per chain.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

/// How a package does its work.
#[derive(Clone, Copy)]
enum Way {
    Plain,
    Rayon,
    Amorsize,
}

const WAYS: [Way; 3] = [Way::Plain, Way::Rayon, Way::Amorsize];
const FUNCTIONS: usize = 200;
/// A module of a real crate has about so many; an edit compiles its module anew.
const PER_MODULE: usize = 10;
/// The kind of function that needs `reduce`.
const FOLD: usize = 3;

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rayon => "rayon",
            Self::Amorsize => "amorsize",
        }
    }

    /// One of three texts.
    fn choose<'a>(self, plain: &'a str, rayon: &'a str) -> &'a str {
        match self {
            Self::Rayon => rayon,
            Self::Plain | Self::Amorsize => plain,
        }
    }
}

fn main() {
    let rounds: usize = env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(7);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("compile-time");
    for way in WAYS {
        write(&folder.join(way.name()), way, root);
    }
    let chains: usize = (0..FUNCTIONS).map(|number| function(Way::Plain, number, 0).1).sum();
    println!("{FUNCTIONS} functions, {chains} chains and loops, {rounds} rounds; seconds, medians");
    println!("{:<22}{:>9}{:>9}{:>10}{:>18}", "", "plain", "rayon", "amorsize", "amorsize / rayon");
    for profile in ["dev", "release"] {
        for way in WAYS {
            build(&folder, way, profile);
        }
        let clean =
            measure(rounds, |way, _| clean(&folder, way, profile), |way| build(&folder, way, profile));
        report(profile, "clean", &clean);
        let edited =
            measure(rounds, |way, round| edit(&folder, way, round + 1), |way| build(&folder, way, profile));
        report(profile, "after an edit", &edited);
        let bytes = WAYS.map(|way| text_bytes(&folder, way, profile));
        if let [Some(plain), Some(rayon), Some(amorsize)] = bytes {
            let per_chain = |bytes: usize| bytes / chains;
            println!(
                "{:<22}{:>9}{:>9}{:>10}{:>18.2}",
                format!("{profile}, bytes/chain"),
                per_chain(plain),
                per_chain(rayon),
                per_chain(amorsize),
                amorsize as f64 / rayon as f64
            );
        }
    }
}

fn report(profile: &str, what: &str, seconds: &[Vec<f64>; 3]) {
    let [plain, rayon, amorsize] = seconds.each_ref().map(|times| median(times));
    let title = format!("{profile}, {what}");
    println!("{title:<22}{plain:>9.2}{rayon:>9.2}{amorsize:>10.2}{:>18.2}", amorsize / rayon);
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The seconds of every build, the ways in turn; what is prepared before it is not timed.
fn measure(rounds: usize, prepare: impl Fn(Way, usize), build: impl Fn(Way)) -> [Vec<f64>; 3] {
    let mut seconds = [const { Vec::new() }; 3];
    for round in 0..rounds {
        for (way, seconds) in WAYS.into_iter().zip(&mut seconds) {
            prepare(way, round);
            let start = Instant::now();
            build(way);
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    seconds
}

fn cargo(folder: &Path, way: Way) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder.join(way.name())).env("CARGO_TARGET_DIR", folder.join("target"));
    // What cargo has set for this program would be read by the one that it starts.
    cargo.env_remove("CARGO_INCREMENTAL").env_remove("RUSTFLAGS");
    cargo
}

fn build(folder: &Path, way: Way, profile: &str) {
    run(cargo(folder, way).args(["build", "--profile", profile]));
}

fn clean(folder: &Path, way: Way, profile: &str) {
    let package = format!("time-{}", way.name());
    run(cargo(folder, way).args(["clean", "--profile", profile, "-p", &package]));
}

fn run(cargo: &mut Command) {
    let output = cargo.output().expect("cargo");
    assert!(output.status.success(), "{cargo:?} fails:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The machine code in the package's library, as binutils' `size` counts it.
fn text_bytes(folder: &Path, way: Way, profile: &str) -> Option<usize> {
    let built = if profile == "dev" { "debug" } else { profile };
    let library = folder.join(format!("target/{built}/libtime_{}.rlib", way.name()));
    let output = Command::new("size").args(["-A", "-d"]).arg(library).stderr(Stdio::null()).output().ok()?;
    let table = String::from_utf8(output.stdout).ok()?;
    let sizes = table.lines().filter(|line| line.starts_with(".text"));
    Some(sizes.filter_map(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok()).sum())
}

fn module(package: &Path, number: usize) -> PathBuf {
    package.join(format!("src/m{number}.rs"))
}

fn write(package: &Path, way: Way, root: &Path) {
    fs::create_dir_all(package.join("src")).expect("a folder");
    let dependency = match way {
        Way::Plain => String::new(),
        Way::Rayon => "rayon = \"1.11\"".to_owned(),
        Way::Amorsize => format!("amorsize = {{ path = '{}' }}", root.display()),
    };
    let manifest = format!(
        "[workspace]\n[package]\nname = \"time-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n",
        way.name()
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a file");
    let modules = FUNCTIONS / PER_MODULE;
    let lib: Vec<String> = (0..modules).map(|number| format!("pub mod m{number};\n")).collect();
    fs::write(package.join("src/lib.rs"), lib.concat()).expect("a file");
    for number in 0..modules {
        fs::write(module(package, number), text(way, number, 0)).expect("a file");
    }
}

/// A module; another `edit` has another body in its first function.
fn text(way: Way, module: usize, edit: usize) -> String {
    let mut text = match way {
        Way::Plain => String::new(),
        Way::Rayon => "use rayon::prelude::*;\n".to_owned(),
        Way::Amorsize => "use amorsize::parallelize;\n".to_owned(),
    };
    for number in module * PER_MODULE..(module + 1) * PER_MODULE {
        let edit = if number % PER_MODULE == 0 { edit } else { 0 };
        text.push_str(&function(way, number, edit).0);
    }
    text
}

fn edit(folder: &Path, way: Way, edit: usize) {
    fs::write(module(&folder.join(way.name()), 0), text(way, 0, edit)).expect("a file");
}

/// A function, and how many chains and loops it has.
fn function(way: Way, number: usize, edit: usize) -> (String, usize) {
    let (signature, body, chains) = shape(way, number, number + edit);
    let attribute = match way {
        Way::Amorsize if number % 8 == FOLD => "#[parallelize(reduce = |a, b| a ^ b)]\n",
        Way::Amorsize => "#[parallelize]\n",
        Way::Plain | Way::Rayon => "",
    };
    (format!("{attribute}pub fn f{number}{signature} {{\n    {body}\n}}\n"), chains)
}

/// Signature, body, and how many chains and loops it has; `k` makes no two of them the same.
fn shape(way: Way, number: usize, k: usize) -> (String, String, usize) {
    let int = ["u32", "u64", "i32", "i64"][number / 8 % 4];
    let float = ["f32", "f64"][number / 8 % 2];
    match number % 8 {
        kind @ 0..5 => single(way, kind, k, int, float),
        kind => several(way, kind, k, int, float),
    }
}

/// One chain or loop.
fn single(way: Way, kind: usize, k: usize, int: &str, float: &str) -> (String, String, usize) {
    let iter = way.choose("iter", "par_iter");
    let (signature, body) = match kind {
        0 => (
            format!("(xs: &[{float}], k: {float}) -> Vec<{float}>"),
            format!("xs.{iter}().map(|x| x * k + {k}.5).collect()"),
        ),
        1 => (
            format!("(xs: &[{int}], k: {int}) -> Vec<{int}>"),
            format!("xs.{iter}().copied().filter(|&x| x % {k} != k).map(|x| x ^ {k}).collect()"),
        ),
        2 => {
            let step = format!("*x = x.mul_add(k, {k}.25); if *x > {k}.0 {{ *x = 0.0; }}");
            let plain = format!("for x in xs.iter_mut() {{ {step} }}");
            let rayon = format!("xs.par_iter_mut().for_each(|x| {{ {step} }});");
            (format!("(xs: &mut [{float}], k: {float})"), way.choose(&plain, &rayon).to_owned())
        }
        FOLD => {
            let fold = format!("|a: {int}, &x| a.wrapping_mul(31) ^ x.wrapping_add({k})");
            let plain = format!("xs.iter().fold(0, {fold})");
            let rayon = format!("xs.par_iter().fold(|| 0, {fold}).reduce(|| 0, |a, b| a ^ b)");
            (format!("(xs: &[{int}]) -> {int}"), way.choose(&plain, &rayon).to_owned())
        }
        _ => (
            format!("(names: &[String]) -> Result<Vec<{int}>, std::num::ParseIntError>"),
            format!(
                "names.{iter}().filter(|name| name.len() > {k}).map(|name| name.parse::<{int}>()).collect()"
            ),
        ),
    };
    (signature, body, 1)
}

/// Two or three.
fn several(way: Way, kind: usize, k: usize, int: &str, float: &str) -> (String, String, usize) {
    let iter = way.choose("iter", "par_iter");
    match kind {
        5 => (
            format!("(xs: &[{float}]) -> ({float}, {float})"),
            format!(
                "let n = xs.len() as {float};
    let mean = xs.{iter}().map(|x| x * {k}.5).sum::<{float}>() / n;
    let spread: {float} = xs.{iter}().map(|x| (x - mean) * (x - mean)).sum();
    (mean, spread / n)"
            ),
            2,
        ),
        6 => (
            format!("(xs: &[{int}], k: {int}) -> usize"),
            format!(
                "if xs.{iter}().any(|&x| x == k + {k}) {{ return 0; }}
    xs.{iter}().filter(|&&x| x > {k}).count()"
            ),
            2,
        ),
        _ => (
            format!("(xs: &[({int}, {float})], k: {float}) -> (Vec<{float}>, Option<{int}>, {float})"),
            format!(
                "let scaled: Vec<{float}> = xs.{iter}().map(|x| x.1 * k + {k}.0).collect();
    let most = xs.{iter}().map(|x| x.0 / {k}).max();
    let total = xs.{iter}().map(|x| x.1 - k).sum::<{float}>();
    (scaled, most, total)"
            ),
            3,
        ),
    }
}
