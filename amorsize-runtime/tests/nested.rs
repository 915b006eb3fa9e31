//! A call inside a region stays whole. In a process of its own: regions of other tests would share the machine with this
//! one's and might keep it from being opened at all.
#![cfg(feature = "rayon")]

use std::sync::atomic::{AtomicUsize, Ordering};

use amorsize_runtime::private::{self as rt, Options, Site, Spec};

const fn spec() -> Spec {
    Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: Options { parallel_from: 2, chunk_size: 1, ..Options::NONE },
    }
}

#[test]
fn nested_calls_stay_whole() {
    static OUTER: Site = Site::new(spec());
    static INNER: Site = Site::new(spec());
    let (outer_parts, inner_parts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let xs: Vec<usize> = (0..40).collect();
    let lengths: Vec<usize> =
        rt::map(&OUTER, rt::elements(&xs[..]), |part: &[usize], out: rt::Out<'_, usize>| {
            outer_parts.fetch_add(1, Ordering::Relaxed);
            out.fill(part.iter().map(|&len| {
                let inner =
                    rt::map(&INNER, rt::elements(&xs[..len]), |part: &[usize], out: rt::Out<'_, usize>| {
                        inner_parts.fetch_add(1, Ordering::Relaxed);
                        out.fill(part.iter().copied());
                    });
                inner.len()
            }));
        });
    assert_eq!(lengths, xs);
    if outer_parts.load(Ordering::Relaxed) > 1 {
        assert_eq!(inner_parts.load(Ordering::Relaxed), 40, "a call inside a region was split");
    } else {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(threads, 1, "nobody else has a region open, and yet none was opened");
    }
}
