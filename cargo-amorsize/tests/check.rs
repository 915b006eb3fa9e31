//! `cargo amorsize check` on a real workspace: the keys that its programs report at run time are those that the compiler
//! alone knows, and each way of being out of step is said and mended.

mod common;

use std::collections::BTreeMap;

use common::Workspace;
use expect_test::expect;

const LIB: &str = "\
use amorsize::parallelize;

pub mod blur {
    #[super::parallelize]
    pub fn row_blur(xs: &[u8]) -> Vec<u8> {
        xs.iter().map(|x| x / 2).collect()
    }
}

#[parallelize]
pub fn digests<T: Copy + Into<u64> + Sync>(xs: &[T]) -> Vec<u64> {
    xs.iter().map(|x| (*x).into() % 7).collect()
}

pub struct Left;
pub struct Right<T>(pub T);

pub trait Blur {
    fn blur(&self, xs: &[u32]) -> Vec<u32>;
}

impl Blur for Left {
    #[parallelize]
    fn blur(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x + 1).collect()
    }
}

mod elsewhere {
    impl<T: Sync> super::Blur for super::Right<T> {
        #[super::parallelize]
        fn blur(&self, xs: &[u32]) -> Vec<u32> {
            xs.iter().map(|x| x + 2).collect()
        }
    }
}

impl<T: Sync> Right<T> {
    #[parallelize]
    pub fn halves(&self, xs: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let mean = xs.iter().map(|x| x / 2).sum::<u32>();
        xs.iter().partition(|x| **x > mean)
    }
}

#[parallelize(key = \"gross\", serial)]
pub fn with_tax(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x * 1.2).collect()
}

#[cfg(test)]
mod tests {
    #[amorsize::parallelize]
    fn in_a_unit_test(xs: &[u8]) -> Vec<u8> {
        xs.iter().map(|x| x / 3).collect()
    }

    #[test]
    fn works() {
        assert_eq!(in_a_unit_test(&[3]), [1]);
    }
}
";

const APP: &str = "\
use imgproc::{Blur, Left, Right};

fn main() {
    #[amorsize::parallelize]
    fn inner(xs: &[u8]) -> Vec<u8> {
        xs.iter().map(|x| x / 3).collect()
    }
    for _ in 0..3 {
        inner(&[1]);
        imgproc::blur::row_blur(&[1]);
        imgproc::digests(&[1_u8]);
        imgproc::digests(&[1_u16]);
        imgproc::with_tax(&[1.0]);
        Left.blur(&[1]);
        Right('a').blur(&[1]);
        Right('a').halves(&[1]);
        amorsize::site!(\"by hand\").map(&[1], |x| x + 1);
    }
    for site in amorsize::decisions().sites {
        println!(\"{}\", site.site);
    }
}
";

const PACKAGE: &str = "
version = '0.1.0'
edition = '2024'

[dependencies]
amorsize = { path = 'REPOSITORY', default-features = false }
";

fn workspace() -> Workspace {
    let package = |name: &str, more: &str| format!("[package]\nname = '{name}'{PACKAGE}{more}");
    Workspace::new(&[
        ("Cargo.toml", "[workspace]\nresolver = '3'\nmembers = ['imgproc', 'app']\n"),
        ("imgproc/Cargo.toml", &package("imgproc", "")),
        ("imgproc/src/lib.rs", LIB),
        (
            "imgproc/tests/it.rs",
            "#[amorsize::parallelize]\nfn of_a_test(xs: &[u8]) -> Vec<u8> {\n    xs.iter().map(|x| x / 5).collect()\n}\n\n\
             #[test]\nfn works() {\n    assert_eq!(of_a_test(&[5]), [1]);\n}\n",
        ),
        (
            "imgproc/examples/demo.rs",
            "#[amorsize::parallelize]\nfn demo(xs: &[u8]) -> Vec<u8> {\n    xs.iter().map(|x| x / 6).collect()\n}\n\n\
             fn main() {\n    demo(&[1]);\n}\n",
        ),
        ("app/Cargo.toml", &package("app", "imgproc = { path = '../imgproc' }\n")),
        ("app/src/main.rs", APP),
    ])
}

/// Body hashes by key, as the command lists them.
fn listed(workspace: &Workspace) -> BTreeMap<String, String> {
    let answer = workspace.amorsize(&["check", "--message-format", "json"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let values = answer.json();
    let sites = values.iter().filter_map(|value| value.get("site"));
    sites.map(|site| (text(&site["key"]), text(&site["body"]))).collect()
}

/// A tuned file with an entry for each key, with the body that `body` finds for it.
fn tuned(keys: &[&str], body: impl Fn(&str) -> String) -> String {
    let entry =
        |key: &&str| format!("[site.\"{key}\"]\nbody = \"{}\"\nmachine = \"m\"\nitem_ns = 40\n", body(key));
    let entries: Vec<String> = keys.iter().map(entry).collect();
    amorsize_runtime::store::canonical(&format!("version = 1\n\n{}", entries.join("\n"))).unwrap()
}

/// The listed pattern that a key of run time belongs to; types that only the compiler can name are `_` in it.
fn body_of(key: &str, listed: &BTreeMap<String, String>) -> String {
    let part = |key: &str| {
        let name = key.split_once("(&").map_or(key, |(path, _)| path);
        let name = name.rsplit_once("::").map_or(name, |(_, name)| name);
        name.split(['<', '.']).next().unwrap().to_owned()
    };
    let same: Vec<_> = listed.iter().filter(|(pattern, _)| part(pattern) == part(key)).collect();
    // The two `blur`s differ in what they belong to.
    let of = |pattern: &str| pattern.contains("Right") == key.contains("Right");
    same.into_iter()
        .find(|(pattern, _)| of(pattern))
        .unwrap_or_else(|| panic!("{key}: {listed:#?}"))
        .1
        .clone()
}

#[test]
fn a_workspace_is_compared_without_running_it() {
    let workspace = workspace();
    let missing = workspace.amorsize(&["check"]).expect(2);
    expect![[r"
        error: there is no tuned file
          looked in: amorsize.toml (not there)
          fix:       cargo amorsize tune (records what your program runs, then commit the file)
    "]]
    .assert_eq(&missing.err);

    // The truth is what the programs themselves say.
    workspace.write("amorsize.toml", "version = 1\n");
    let ran = workspace.cargo(&["run", "--quiet", "-p", "app"]).expect(0);
    let demo = "demo::demo(&[u8]) -> Vec<u8>";
    let keys: Vec<&str> = ran.out.lines().filter(|key| !key.contains("gross")).chain([demo]).collect();
    let bodies = listed(&workspace);
    expect![[r#"
        {
            "app::by hand": "000000000000",
            "app::main::inner(&[u8]) -> Vec<u8>": "0b144ae4f5ef",
            "demo::demo(&[u8]) -> Vec<u8>": "a65cd6812331",
            "imgproc::<impl Blur for Left>::blur(&self, &[u32]) -> Vec<u32>": "1985d966da30",
            "imgproc::Right<_>::halves(&self, &[u32]) -> (Vec<u32>, Vec<u32>)": "ad23d3409652",
            "imgproc::Right<_>::halves.mean(&self, &[u32]) -> (Vec<u32>, Vec<u32>)": "ad23d3409652",
            "imgproc::blur::row_blur(&[u8]) -> Vec<u8>": "84675dfeb947",
            "imgproc::digests<_>(&[T]) -> Vec<u64>": "2ae364cdbac3",
            "imgproc::elsewhere::<impl super::Blur for super::Right<_>>::blur(&self, &[u32]) -> Vec<u32>": "84c6d78716b9",
            "imgproc::gross": "10b525dc21bd",
            "imgproc::tests::in_a_unit_test(&[u8]) -> Vec<u8>": "0b144ae4f5ef",
            "it::of_a_test(&[u8]) -> Vec<u8>": "9709dfe55aad",
        }
    "#]].assert_debug_eq(&bodies);
    workspace.write("amorsize.toml", &tuned(&keys, |key| body_of(key, &bodies)));
    let answer = workspace.amorsize(&["check"]).expect(0);
    expect![[r"
        in step: 12 sites, amorsize.toml (10 entries, version 1)
    "]]
    .assert_eq(&(answer.out + &answer.err));

    only_with_all_targets(&workspace);
    renamed(&workspace);
    changed_and_gone(&workspace);
    two_bodies(&workspace);
}

fn only_with_all_targets(workspace: &Workspace) {
    let answer = workspace.amorsize(&["check", "--all-targets"]).expect(1);
    expect![[r"
        2 missing: 12 sites, amorsize.toml (10 entries, version 1)
        error: no tuned entry for imgproc::tests::in_a_unit_test(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (10 entries, version 1)
          site:      imgproc/src/lib.rs:55
          fix:       cargo amorsize tune --only in_a_unit_test (measures it)
        error: no tuned entry for it::of_a_test(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (10 entries, version 1)
          site:      imgproc/tests/it.rs:3
          fix:       cargo amorsize tune --test it --only of_a_test (measures it)
    "]]
    .assert_eq(&(answer.out + &answer.err));
    workspace.edit(
        "imgproc/Cargo.toml",
        "edition = '2024'\n",
        "edition = '2024'\nmetadata.amorsize.check = false\n",
    );
    workspace.amorsize(&["check", "--all-targets"]).expect(0);
}

fn renamed(workspace: &Workspace) {
    workspace.edit("imgproc/Cargo.toml", "metadata.amorsize.check = false\n", "");
    workspace.edit("imgproc/src/lib.rs", "row_blur", "soft_blur");
    workspace.edit("app/src/main.rs", "row_blur", "soft_blur");
    let answer = workspace.amorsize(&["check"]).expect(1);
    expect![[r"
        1 missing: 12 sites, amorsize.toml (10 entries, version 1)
        error: no tuned entry for imgproc::blur::soft_blur(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (10 entries, version 1)
          similar:   imgproc::blur::row_blur(&[u8]) -> Vec<u8>   (same body)
          site:      imgproc/src/lib.rs:6
          fix:       cargo amorsize check --fix           (renames it)
                or:  cargo amorsize tune --only soft_blur
    "]]
    .assert_eq(&(answer.out + &answer.err));
    let answer = workspace.amorsize(&["check", "--message-format", "github"]).expect(1);
    expect![[r"
        ::error file=imgproc/src/lib.rs,line=6,title=amorsize%3A missing::no tuned entry for imgproc::blur::soft_blur(&[u8]) -> Vec<u8>%0A  looked in: amorsize.toml (10 entries, version 1)%0A  similar:   imgproc::blur::row_blur(&[u8]) -> Vec<u8>   (same body)%0A  site:      imgproc/src/lib.rs:6%0A  fix:       cargo amorsize check --fix           (renames it)%0A        or:  cargo amorsize tune --only soft_blur
        1 missing: 12 sites, amorsize.toml (10 entries, version 1)
    "]].assert_eq(&(answer.out + &answer.err));
    let answer = workspace.amorsize(&["check", "--fix"]).expect(0);
    expect![[r"
        in step: 12 sites, amorsize.toml (10 entries, version 1)
        note: renamed the tuned entry of soft_blur
          file:      amorsize.toml
          from:      imgproc::blur::row_blur(&[u8]) -> Vec<u8>
          to:        imgproc::blur::soft_blur(&[u8]) -> Vec<u8>
    "]]
    .assert_eq(&(answer.out + &answer.err));
    let fixed = workspace.read("amorsize.toml");
    assert!(fixed.contains("imgproc::blur::soft_blur(&[u8])") && !fixed.contains("row_blur"), "{fixed}");
}

fn changed_and_gone(workspace: &Workspace) {
    workspace.edit("imgproc/src/lib.rs", "x / 2).collect()", "x / 9).collect()");
    workspace.edit("imgproc/examples/demo.rs", "#[amorsize::parallelize]\n", "");
    let answer = workspace.amorsize(&["check"]).expect(1);
    expect![[r"
        1 stale, 1 orphaned: 11 sites, amorsize.toml (10 entries, version 1)
        error: the tuned entry is stale: the function changed after it was measured: imgproc::blur::soft_blur(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (10 entries, version 1): body 84675dfeb947 there, 904bf417dd12 in the source
          site:      imgproc/src/lib.rs:6
          fix:       cargo amorsize tune --only soft_blur (measures it again)
        error: no function has this tuned entry: demo::demo(&[u8]) -> Vec<u8>
          looked in: amorsize.toml:18 and the 11 sites of the workspace
          fix:       cargo amorsize check --fix (removes it)
    "]].assert_eq(&(answer.out + &answer.err));
    let answer = workspace.amorsize(&["check", "--deny", "missing"]).expect(0);
    assert!(answer.err.starts_with("warning: "), "{}", answer.err);
    workspace.amorsize(&["check", "--fix", "--deny", "missing,orphan"]).expect(0);
    assert!(!workspace.read("amorsize.toml").contains("demo"));
}

fn two_bodies(workspace: &Workspace) {
    let twins = "    if xs.len() > 3 {\n        #[amorsize::parallelize]\n        fn twin(xs: &[u8]) -> Vec<u8> {\n            xs.iter().map(|x| x / 2).collect()\n        }\n        return twin(xs);\n    }\n    \
        #[amorsize::parallelize]\n    fn twin(xs: &[u8]) -> Vec<u8> {\n        xs.iter().map(|x| x / 3).collect()\n    }\n    twin(xs)\n}\n";
    workspace.write(
        "imgproc/examples/demo.rs",
        &format!("fn both(xs: &[u8]) -> Vec<u8> {{\n{twins}\nfn main() {{\n    both(&[1]);\n}}\n"),
    );
    let answer = workspace.amorsize(&["check", "--deny", "orphan"]).expect(1);
    expect![[r#"
        2 missing, 1 stale, 1 with two bodies: 13 sites, amorsize.toml (9 entries, version 1)
        warning: the tuned entry is stale: the function changed after it was measured: imgproc::blur::soft_blur(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (9 entries, version 1): body 84675dfeb947 there, 904bf417dd12 in the source
          site:      imgproc/src/lib.rs:6
          fix:       cargo amorsize tune --only soft_blur (measures it again)
        warning: no tuned entry for demo::both::twin(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (9 entries, version 1)
          site:      imgproc/examples/demo.rs:5
          fix:       cargo amorsize tune --example demo --only twin (measures it)
        warning: no tuned entry for demo::both::twin(&[u8]) -> Vec<u8>
          looked in: amorsize.toml (9 entries, version 1)
          site:      imgproc/examples/demo.rs:11
          fix:       cargo amorsize tune --example demo --only twin (measures it)
        error: two functions share the key demo::both::twin(&[u8]) -> Vec<u8>
          site:      imgproc/examples/demo.rs:5
          and:       imgproc/examples/demo.rs:11
          fix:       give one of them a name of its own: #[parallelize(key = "…")]
    "#]].assert_eq(&(answer.out + &answer.err));
    workspace.edit("imgproc/examples/demo.rs", "x / 3", "");
    let answer = workspace.amorsize(&["check"]).expect(2);
    let said = answer.err.lines().skip_while(|line| !line.starts_with("error: the workspace"));
    expect![[r"
        error: the workspace does not compile, so its annotated functions are not known
          cargo:     exit status: 101
          fix:       cargo check --workspace --all-targets (shows what is wrong)"]]
    .assert_eq(&said.collect::<Vec<_>>().join("\n"));
}
