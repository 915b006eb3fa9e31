//! Any bytes as a tuned file: read without a panic, every number in its range, rewritten to what is read the same.
#![no_main]

use amorsize_runtime::store::{MAX_SITES, canonical, parse, parse_bytes, reconcile, repair};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What looks like a table at once is found sooner.
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(parse_bytes(bytes).is_err());
        return;
    };
    if let Ok(repaired) = repair(text) {
        assert!(!repaired.undecided.is_empty() || parse(&repaired.text).is_ok(), "{}", repaired.text);
    }
    let Ok((contents, _)) = parse_bytes(bytes) else { return };
    assert!(contents.sites.len() <= MAX_SITES);
    for (key, listed) in &contents.sites {
        if let Some(entry) = &listed.entry {
            assert_eq!(&entry.clone().clamped(), entry, "{key}");
            assert!(entry.threads >= 1 && entry.item_ns.is_finite() && entry.chunk_us.is_finite(), "{key}");
        }
        if let Some(pin) = &listed.pin {
            assert!(pin.max_threads != Some(0) && pin.chunk_size != Some(0), "{key}");
        }
    }
    for (label, machine) in &contents.machines {
        assert_eq!(&machine.clone().clamped(), machine, "{label}");
    }
    let Ok(form) = canonical(text) else { return };
    assert_eq!(canonical(&form).as_deref(), Ok(form.as_str()));
    let (again, _) = parse(&form).expect("what is written is read");
    assert_eq!(again, contents, "{form}");
    // Merged with nothing on the other side it stays what it is.
    assert!(reconcile(&form, &form, "version = 1\n").is_ok());
    let merged = reconcile("", &form, &form).expect("a file merges with itself");
    assert_eq!(merged.text, form);
});
