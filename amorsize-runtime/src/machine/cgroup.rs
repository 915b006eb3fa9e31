//! The limits of the control group that this process runs in, version 1 and 2: CPU quota and memory.
//!
//! It finds the group's folders and reads the numbers, the tightest of the group and its ancestors. It does not
//! decide what to do with them. The files come in through a function, so that every layout can be tested as a table.
//! Read by us, because sysinfo 0.40 saw no limit inside a version 1 group limited to 512 MB.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The text of a file, or `None` if it cannot be read.
pub(crate) type Read<'r> = &'r dyn Fn(&Path) -> Option<String>;

/// Bytes of a file of the kernel's that are read; `/proc/self/mountinfo` has about 100 for each mount.
const LONGEST: u64 = 4 << 20;

/// Reads from the real file system.
pub(crate) fn real(path: &Path) -> Option<String> {
    // Miri isolates programs from files.
    if cfg!(miri) {
        return None;
    }
    // The kernel does not know how long its own files are, for which std's reading of a whole file feels its way in small
    // steps: a dozen system calls for a first call of the program to wait for, where two do.
    let mut text = String::with_capacity(4 << 10);
    File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Bytes that can still be allocated: the least of what the groups leave and of what the machine has available.
///
/// `None` where neither is known. Costs a handful of small files (about 50 µs): ask before a large result, not per
/// call.
#[must_use]
pub fn memory_room() -> Option<u64> {
    [memory_left(&real), machine_memory(&real)].into_iter().flatten().min()
}

/// CPUs' worth of time per period that the groups allow, such as 1.5; `None` without a limit.
pub(crate) fn cpu_quota(read: Read<'_>) -> Option<f64> {
    let limit = |folder: PathBuf, version| match version {
        Version::Two => {
            let text = read(&folder.join("cpu.max"))?;
            let (quota, period) = text.trim().split_once(' ')?;
            quotient(quota, period)
        }
        Version::One => {
            // −1 stands for no limit, and is what most groups have.
            let quota = read(&folder.join("cpu.cfs_quota_us")).filter(|quota| !quota.starts_with('-'))?;
            quotient(&quota, &read(&folder.join("cpu.cfs_period_us"))?)
        }
    };
    let (folders, version) = folders("cpu", read)?;
    folders.into_iter().filter_map(|folder| limit(folder, version)).min_by(f64::total_cmp)
}

/// `None` for `max`, for −1 (no limit in version 1) and for nonsense.
fn quotient(quota: &str, period: &str) -> Option<f64> {
    let (quota, period): (f64, f64) = (quota.trim().parse().ok()?, period.trim().parse().ok()?);
    (quota > 0.0 && period > 0.0 && (quota / period).is_finite()).then(|| quota / period)
}

/// Bytes below the tightest memory limit; page cache that the kernel can drop counts as free.
pub(crate) fn memory_left(read: Read<'_>) -> Option<u64> {
    let number = |path: PathBuf| read(&path)?.trim().parse::<u64>().ok();
    let droppable = |folder: &Path, name: &str| {
        let stat = read(&folder.join("memory.stat")).unwrap_or_default();
        field(&stat, name).unwrap_or(0)
    };
    let left = |folder: PathBuf, version| {
        let (limit, used, cache) = match version {
            Version::Two => ("memory.max", "memory.current", "inactive_file"),
            // Without a limit version 1 shows about 2⁶³, which no minimum picks.
            Version::One => ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        };
        let limit = number(folder.join(limit))?;
        let used = number(folder.join(used))?;
        Some(limit.saturating_sub(used.saturating_sub(droppable(&folder, cache))))
    };
    let (folders, version) = folders("memory", read)?;
    folders.into_iter().filter_map(|folder| left(folder, version)).min().filter(|&left| left < 1 << 60)
}

/// The machine's own available memory.
fn machine_memory(read: Read<'_>) -> Option<u64> {
    match read(Path::new("/proc/meminfo")) {
        Some(text) => Some(field(&text, "MemAvailable:")?.saturating_mul(1024)),
        None => elsewhere(),
    }
}

#[cfg(feature = "sysinfo")]
fn elsewhere() -> Option<u64> {
    let memory = sysinfo::MemoryRefreshKind::nothing().with_ram();
    let system =
        sysinfo::System::new_with_specifics(sysinfo::RefreshKind::nothing().with_memory(memory)).ok()?;
    Some(system.available_memory()).filter(|&bytes| bytes > 0)
}

#[cfg(not(feature = "sysinfo"))]
fn elsewhere() -> Option<u64> {
    None
}

/// The number that follows `name` at the start of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        (words.next() == Some(name)).then(|| words.next()?.parse().ok())?
    })
}

/// The two interfaces of the kernel; a controller is in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// The folders of this process's group and its ancestors, as far as they can be seen; `None` without a group.
fn folders(controller: &str, read: Read<'_>) -> Option<(Vec<PathBuf>, Version)> {
    let groups = read(Path::new("/proc/self/cgroup"))?;
    let group = |controller| groups.lines().find_map(|line| group_of(line, controller));
    let (group, of, version) = match group(Some(controller)) {
        Some(group) => (group, Some(controller), Version::One),
        None => (group(None)?, None, Version::Two),
    };
    let (folder, mount) = usual(group, of, read).or_else(|| mounted(group, of, read))?;
    let up = folder.ancestors().take_while(|up| up.starts_with(&mount));
    Some((up.map(Path::to_path_buf).collect(), version))
}

/// The group's folder and the mount point where almost every system has them, recognised by a file that every group has:
/// a first call waits for this, and `/proc/self/mountinfo` alone takes 30 to 60 µs (2-vCPU Linux VM, first read).
fn usual(group: &str, controller: Option<&str>, read: Read<'_>) -> Option<(PathBuf, PathBuf)> {
    let (mount, proof) = match controller {
        None => (PathBuf::from("/sys/fs/cgroup"), "cgroup.controllers"),
        Some(name) => (Path::new("/sys/fs/cgroup").join(name), "notify_on_release"),
    };
    let folder = mount.join(group.trim_start_matches('/'));
    read(&folder.join(proof))?;
    Some((folder, mount))
}

/// The group's folder and the mount point, whatever is mounted where.
///
/// `/proc/self/cgroup` names the group as the host sees it, `/proc/self/mountinfo` which part of that tree is mounted
/// where. Inside a container the mounted root may be the group itself, or the group may lie outside of what is mounted:
/// then the mount point is the nearest that can be seen.
fn mounted(group: &str, controller: Option<&str>, read: Read<'_>) -> Option<(PathBuf, PathBuf)> {
    let mounts = read(Path::new("/proc/self/mountinfo"))?;
    let (root, mount) = mounts.lines().find_map(|line| mount_of(line, controller))?;
    let inside = Path::new(group).strip_prefix(root).unwrap_or(Path::new(""));
    Some((mount.join(inside.strip_prefix("/").unwrap_or(inside)), mount))
}

/// The group in a line of `/proc/self/cgroup`: `0::/path` in version 2, `4:cpu,cpuacct:/path` in version 1.
fn group_of<'l>(line: &'l str, controller: Option<&str>) -> Option<&'l str> {
    let (_, rest) = line.split_once(':')?;
    let (controllers, group) = rest.split_once(':')?;
    let ours = match controller {
        None => controllers.is_empty(),
        Some(name) => controllers.split(',').any(|each| each == name),
    };
    (ours && !group.contains("/..")).then_some(group)
}

/// The mounted root and the mount point in a line of `/proc/self/mountinfo`.
fn mount_of<'l>(line: &'l str, controller: Option<&str>) -> Option<(&'l str, PathBuf)> {
    let (before, after) = line.split_once(" - ")?;
    let mut place = before.split(' ').skip(3);
    let (root, mount) = (place.next()?, place.next()?);
    let mut kind = after.split(' ');
    let ours = match (kind.next()?, controller) {
        ("cgroup2", None) => true,
        ("cgroup", Some(name)) => kind.nth(1)?.split(',').any(|each| each == name),
        _ => false,
    };
    ours.then(|| (root, PathBuf::from(mount)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file system as a list of paths and texts.
    fn files<'t>(list: &'t [(&'t str, &'t str)]) -> impl Fn(&Path) -> Option<String> + 't {
        |path| list.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned())
    }

    #[test]
    fn quota_is_the_tightest_of_the_group_and_its_ancestors() {
        const V2: &str = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
        const V1: &str =
            "30 23 0:27 /docker/ab /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
        type Files<'t> = &'t [(&'t str, &'t str)];
        let cases: [(&str, Files<'_>, Option<f64>); 10] = [
            ("no groups at all", &[], None),
            (
                "version 2, limited by the parent",
                &[
                    ("/proc/self/cgroup", "0::/a.slice/b.service\n"),
                    ("/proc/self/mountinfo", V2),
                    ("/sys/fs/cgroup/a.slice/cpu.max", "150000 100000\n"),
                    ("/sys/fs/cgroup/a.slice/b.service/cpu.max", "max 100000\n"),
                ],
                Some(1.5),
            ),
            (
                "version 2 seen from inside a container",
                &[
                    ("/proc/self/cgroup", "0::/\n"),
                    ("/proc/self/mountinfo", V2),
                    ("/sys/fs/cgroup/cpu.max", "50000 100000"),
                ],
                Some(0.5),
            ),
            (
                "version 2 in its usual place, which needs no table of mounts",
                &[
                    ("/proc/self/cgroup", "0::/a.slice/b.service\n"),
                    ("/sys/fs/cgroup/a.slice/b.service/cgroup.controllers", "cpu memory\n"),
                    ("/sys/fs/cgroup/a.slice/cpu.max", "250000 100000\n"),
                ],
                Some(2.5),
            ),
            (
                "version 1 in its usual place, beside an empty version 2",
                &[
                    ("/proc/self/cgroup", "4:cpuacct,cpu:/a\n0::/a\n"),
                    ("/sys/fs/cgroup/cpu/a/notify_on_release", "0\n"),
                    ("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1\n"),
                    ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n"),
                    ("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
                ],
                Some(3.0),
            ),
            (
                "version 1, the group is the mounted root",
                &[
                    ("/proc/self/cgroup", "4:memory:/x\n3:cpu,cpuacct:/docker/ab\n"),
                    ("/proc/self/mountinfo", V1),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000\n"),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
                ],
                Some(4.0),
            ),
            (
                "version 1 without a limit",
                &[
                    ("/proc/self/cgroup", "3:cpu,cpuacct:/docker/ab\n"),
                    ("/proc/self/mountinfo", V1),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
                ],
                None,
            ),
            (
                "the group lies outside of what is mounted",
                &[
                    ("/proc/self/cgroup", "3:cpu:/host/elsewhere\n"),
                    ("/proc/self/mountinfo", V1),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "200000\n"),
                    ("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
                ],
                Some(2.0),
            ),
            (
                "nonsense",
                &[
                    ("/proc/self/cgroup", "0::/\n"),
                    ("/proc/self/mountinfo", V2),
                    ("/sys/fs/cgroup/cpu.max", "NaN 0"),
                ],
                None,
            ),
            (
                "broken lines",
                &[("/proc/self/cgroup", "x\n::\n"), ("/proc/self/mountinfo", "- \n - \n")],
                None,
            ),
        ];
        for (what, list, expected) in cases {
            assert_eq!(cpu_quota(&files(list)), expected, "{what}");
        }
    }

    #[test]
    fn memory_left_counts_the_droppable_cache_as_free() {
        let list = [
            ("/proc/self/cgroup", "8:memory:/job\n0::/\n"),
            ("/proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"),
            ("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1000"),
            ("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "512000"),
            ("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "500000"),
            ("/sys/fs/cgroup/memory/job/memory.stat", "cache 5\ntotal_inactive_file 400000\n"),
        ];
        assert_eq!(memory_left(&files(&list)), Some(412_000));
        assert_eq!(memory_left(&files(&list[..4])), None, "no limit is no limit");
        let v2 = [
            ("/proc/self/cgroup", "0::/job\n"),
            ("/proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("/sys/fs/cgroup/job/memory.max", "1000"),
            ("/sys/fs/cgroup/job/memory.current", "1500"),
        ];
        assert_eq!(memory_left(&files(&v2)), Some(0));
        let machine = files(&[("/proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    7 kB\n")]);
        assert_eq!(machine_memory(&machine), Some(7168));
    }
}
