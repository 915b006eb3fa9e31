use super::*;

fn read(vars: &[(&str, &str)]) -> (Settings, Vec<String>) {
    let (settings, warnings) = parse(vars.iter().map(|(name, value)| (name.into(), value.into())));
    (settings, warnings.into_iter().map(|warning| warning.text).collect())
}

#[test]
fn every_variable_is_understood() {
    let (settings, warnings) = read(&[
        ("AMORSIZE", "record"),
        ("AMORSIZE_EXPAND", "scores"),
        ("AMORSIZE_FILE", "/a/b.toml"),
        ("AMORSIZE_LOG", "explain"),
        ("AMORSIZE_MAX_THREADS", "3"),
        ("AMORSIZE_PLACEMENT", "off"),
        ("AMORSIZE_REPORT", "/tmp/r"),
        ("AMORSIZE_SCRATCH", "/tmp/x"),
        ("AMORSIZE_SEED", "0xff"),
        ("CARGO_MANIFEST_DIR", "/a"),
        ("PATH", "/bin"),
    ]);
    assert_eq!(warnings, [""; 0]);
    let expected = Settings {
        mode: Mode::Record,
        max_threads: Some(3),
        max_threads_from: Source::Environment,
        max_regions: None,
        seed: Some(255),
        explain: true,
        level: Level::Explain,
        file: Some("/a/b.toml".into()),
        file_from: Source::Environment,
        embedded: None,
        scratch: Some("/tmp/x".into()),
        placement: false,
        report: Some("/tmp/r".into()),
        manifest_dir: Some("/a".into()),
    };
    assert_eq!(settings, expected);
}

#[test]
fn modes_go_by_their_names_and_empty_means_unset() {
    for (name, mode) in Mode::ALL {
        assert_eq!(mode.name(), name);
        assert_eq!(read(&[("AMORSIZE", name)]), (Settings { mode, ..Settings::default() }, vec![]));
    }
    assert_eq!(read(&[("AMORSIZE", ""), ("AMORSIZE_LOG", "")]), (Settings::default(), vec![]));
}

#[test]
fn a_mistake_is_one_line_and_stops_learning_and_writing() {
    type Vars<'v> = &'v [(&'v str, &'v str)];
    let cases: [(Vars<'_>, Mode, &str); 9] = [
        (
            &[("AMORSIZE", "recrd")],
            Mode::Frozen,
            "AMORSIZE=recrd is not understood, did you mean `record`? \
             (valid: off, auto, shuffle, record, frozen, strict); nothing is learnt or written",
        ),
        (
            &[("AMORSIZE", "1")],
            Mode::Frozen,
            "AMORSIZE=1 is not understood \
             (valid: off, auto, shuffle, record, frozen, strict); nothing is learnt or written",
        ),
        (
            &[("AMORSIZE", "record"), ("AMORSIZE_THREADS", "4")],
            Mode::Frozen,
            "there is no variable AMORSIZE_THREADS, did you mean `AMORSIZE_MAX_THREADS`? (valid: AMORSIZE, \
             AMORSIZE_EXPAND, AMORSIZE_FILE, AMORSIZE_LOG, AMORSIZE_MAX_THREADS, AMORSIZE_PLACEMENT, \
             AMORSIZE_REPORT, AMORSIZE_SCRATCH, AMORSIZE_SEED); nothing is learnt or written",
        ),
        (
            &[("AMORSIZE_MAX_THREADS", "0")],
            Mode::Frozen,
            "AMORSIZE_MAX_THREADS=0 is not understood (valid: a number from 1 on); \
             nothing is learnt or written",
        ),
        (&[("AMORSIZE_MAX_THREADS", "-1")], Mode::Frozen, "AMORSIZE_MAX_THREADS=-1 is"),
        (&[("AMORSIZE_SEED", "0xzz")], Mode::Frozen, "AMORSIZE_SEED=0xzz is"),
        (&[("AMORSIZE_PLACEMENT", "maybe")], Mode::Frozen, "AMORSIZE_PLACEMENT=maybe is"),
        (&[("AMORSIZE", "off"), ("AMORSIZE_LOG", "loud")], Mode::Off, "AMORSIZE_LOG=loud is"),
        (&[("AMORSIZE", "shuffle"), ("AMORSIZE_X", "1")], Mode::Shuffle, "there is no variable AMORSIZE_X"),
    ];
    for (vars, mode, start) in cases {
        let (settings, warnings) = read(vars);
        assert_eq!(settings.mode, mode, "{vars:?}");
        assert!(warnings.len() == 1 && warnings[0].starts_with(start), "{vars:?}: {warnings:?}");
        assert!(!warnings[0].contains('\n'));
    }
}

#[test]
fn the_environment_wins_over_the_program_and_a_mistake_over_both() {
    let program = Program {
        max_threads: Some(8),
        mode: Some(Mode::Record),
        file: Some("own.toml".into()),
        explain: true,
        ..Program::default()
    };
    let environment =
        Environment { max_threads: Some(2), level: Some(Level::Warn), ..Environment::default() };
    let settings = environment.over(program.clone());
    assert_eq!(settings.mode, Mode::Record);
    assert_eq!((settings.max_threads, settings.max_threads_from), (Some(2), Source::Environment));
    assert_eq!((settings.file, settings.file_from), (Some("own.toml".into()), Source::Program));
    assert!(!settings.explain);

    let (environment, _) = Environment::read([("AMORSIZE_LGO".into(), "x".into())].into_iter());
    assert_eq!(environment.over(program).mode, Mode::Frozen);
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_a_mistake_unless_it_is_a_path() {
    use std::os::unix::ffi::OsStringExt as _;
    let odd = OsString::from_vec(vec![b'/', 0xff]);
    let (settings, warnings) =
        parse([("AMORSIZE".into(), odd.clone()), ("AMORSIZE_FILE".into(), odd.clone())].into_iter());
    assert_eq!((settings.mode, settings.file), (Mode::Frozen, Some(odd.into())));
    assert_eq!(warnings.len(), 1);
}
