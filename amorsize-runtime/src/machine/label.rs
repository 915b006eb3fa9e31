//! The class of machine that a decision was taken on: `x86_64-zen5-2`, architecture, brand and threads.
//!
//! It decides which machines count as the same. Names of hosts and serial numbers have no place in it: the label is
//! committed, and two machines of one fleet must share it.

use std::fs::File;
use std::io::Read;
use std::sync::OnceLock;

use super::cores;

/// The label of this machine, the same for the whole life of the process.
///
/// Where the processor's name is not known (outside Linux and Windows without the feature `sysinfo`) the brand is `cpu`.
#[must_use]
pub fn label() -> &'static str {
    static LABEL: OnceLock<String> = OnceLock::new();
    LABEL.get_or_init(|| of(std::env::consts::ARCH, &brand(), cores::available()))
}

fn of(architecture: &str, brand: &str, threads: usize) -> String {
    format!("{architecture}-{brand}-{threads}")
}

/// Linux describes its processors in a file, Windows in a variable; both without sysinfo, so that the label does not
/// depend on a feature.
fn brand() -> String {
    if let Some(text) = first_processor() {
        return from_cpuinfo(&text);
    }
    if cfg!(windows) {
        if let Ok(text) = std::env::var("PROCESSOR_IDENTIFIER") {
            return from_identifier(&text);
        }
    }
    slug(&elsewhere())
}

/// What `/proc/cpuinfo` says of the first processor: the kernel writes about 1.5 KB for each, and takes its time.
fn first_processor() -> Option<String> {
    // Miri isolates programs from files.
    if cfg!(miri) {
        return None;
    }
    let mut text = Vec::new();
    File::open("/proc/cpuinfo").ok()?.take(8 << 10).read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(feature = "sysinfo")]
fn elsewhere() -> String {
    let system = sysinfo::System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_cpu(sysinfo::CpuRefreshKind::nothing()),
    );
    let first = system.as_ref().ok().and_then(|system| system.cpus().first());
    first.map(|cpu| cpu.brand().to_owned()).unwrap_or_default()
}

#[cfg(not(feature = "sysinfo"))]
fn elsewhere() -> String {
    String::new()
}

/// The brand from `/proc/cpuinfo`: the core's generation where family and model tell it, otherwise the name.
fn from_cpuinfo(text: &str) -> String {
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim_end() == name).then(|| value.trim())
        })
    };
    let number = |name: &str| value(name)?.parse().ok();
    let hex = |name: &str| u32::from_str_radix(value(name)?.strip_prefix("0x")?, 16).ok();

    let zen = match (value("vendor_id"), number("cpu family"), number("model")) {
        (Some("AuthenticAMD"), Some(family), Some(model)) => generation(family, model),
        _ => None,
    };
    let arm = || Some(arm_core(hex("CPU implementer")?, hex("CPU part")?));
    let name = || value("model name").or_else(|| value("uarch")).or_else(|| value("cpu")).unwrap_or_default();
    zen.map_or_else(|| arm().unwrap_or_else(|| slug(name())), str::to_owned)
}

/// `AMD64 Family 25 Model 33 Stepping 0, AuthenticAMD`
fn from_identifier(text: &str) -> String {
    let after = |word: &str| {
        text.split_ascii_whitespace().skip_while(|each| *each != word).nth(1)?.parse::<u32>().ok()
    };
    let zen = match (text.ends_with("AuthenticAMD"), after("Family"), after("Model")) {
        (true, Some(family), Some(model)) => generation(family, model),
        _ => None,
    };
    zen.map_or_else(|| slug(text.split(" Stepping").next().unwrap_or_default()), str::to_owned)
}

/// AMD's core by family and model, as in Linux' `arch/x86/kernel/cpu/amd.c` (`bsp_init_amd`): one generation is sold
/// under dozens of names, and clouds shorten them all to `AMD EPYC`.
fn generation(family: u32, model: u32) -> Option<&'static str> {
    match (family, model) {
        (0x17, 0x00..=0x2f | 0x50..=0x5f) => Some("zen1"),
        (0x17, 0x30..=0x4f | 0x60..=0x7f | 0x90..=0x91 | 0xa0..=0xaf) => Some("zen2"),
        (0x19, 0x00..=0x0f | 0x20..=0x5f) => Some("zen3"),
        (0x19, 0x10..=0x1f | 0x60..=0xaf) => Some("zen4"),
        (0x1a, 0x00..=0x2f | 0x40..=0x4f | 0x60..=0x7f) => Some("zen5"),
        _ => None,
    }
}

/// Arm's files name no brand but the core's implementer and part (Linux' `arch/arm64/include/asm/cputype.h`).
fn arm_core(implementer: u32, part: u32) -> String {
    let name = match (implementer, part) {
        (0x41, 0xd03) => "cortex-a53",
        (0x41, 0xd07) => "cortex-a57",
        (0x41, 0xd08) => "cortex-a72",
        (0x41, 0xd0b) => "cortex-a76",
        (0x41, 0xd0c) => "neoverse-n1",
        (0x41, 0xd40) => "neoverse-v1",
        (0x41, 0xd49) => "neoverse-n2",
        (0x41, 0xd4f) => "neoverse-v2",
        (0x41, 0xd84) => "neoverse-v3",
        (0x41, 0xd8e) => "neoverse-n3",
        (0xc0, 0xac3 | 0xac4) => "ampere1",
        _ => return format!("arm-{implementer:x}-{part:x}"),
    };
    name.to_owned()
}

/// A processor's name in lower case with hyphens, without marks, clock rates and words that say nothing.
fn slug(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    let name = name.replace("(r)", " ").replace("(tm)", " ").replace("(c)", " ");
    let silent = |word: &&str| {
        !matches!(*word, "" | "cpu" | "processor" | "with" | "radeon" | "graphics")
            && !word.ends_with("-core")
            && !word.ends_with("ghz")
    };
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || c == ',' || c == '/')
        .filter(silent)
        .map(|word| word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    match words.join("-") {
        empty if empty.is_empty() => "cpu".to_owned(),
        mut long => {
            long.truncate(40);
            long
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_short_and_stable() {
        let zen = |family, model| {
            format!("vendor_id\t: AuthenticAMD\ncpu family\t: {family}\nmodel\t\t: {model}\n")
        };
        for (text, expected) in [
            (zen(26, 2) + "model name\t: AMD EPYC 9R45\n", "zen5"),
            (zen(25, 17) + "model name\t: AMD EPYC\n", "zen4"),
            (zen(99, 0) + "model name\t: AMD EPYC 9999 64-Core Processor\n", "amd-epyc-9999"),
            (
                "vendor_id : GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz\n"
                    .into(),
                "intel-xeon-platinum-8488c",
            ),
            ("CPU implementer\t: 0x41\nCPU part\t: 0xd40\n".into(), "neoverse-v1"),
            ("CPU implementer\t: 0x48\nCPU part\t: 0xd01\n".into(), "arm-48-d01"),
            (String::new(), "cpu"),
            ("model name\t: \u{1f600} …\n".into(), "cpu"),
        ] {
            assert_eq!(from_cpuinfo(&text), expected, "{text}");
        }
        assert_eq!(from_identifier("AMD64 Family 25 Model 33 Stepping 0, AuthenticAMD"), "zen3");
        assert_eq!(
            from_identifier("Intel64 Family 6 Model 154 Stepping 3, GenuineIntel"),
            "intel64-family-6-model-154"
        );
    }

    #[test]
    fn this_machine_has_a_label_without_secrets() {
        let label = label();
        assert!(label.starts_with(std::env::consts::ARCH), "{label}");
        assert!(label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{label}");
    }
}
