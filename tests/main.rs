//! Behaviour of the facade.
use amorsize::__private as rt;

fn spec() -> rt::Spec {
    rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options::NONE,
    }
}

fn scores(xs: &[u32], k: &Vec<u32>) -> Vec<u64> {
    static SITE: rt::Site = rt::Site::new(rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options { max_threads: 4, ..rt::Options::NONE },
    });
    rt::parameter::<Vec<u32>>();
    rt::map::<u32, u64, _>(&SITE, xs, move |p: &[u32], out: rt::Out<'_, u64>| {
        out.fill(p.iter().map(|x| u64::from(*x) + k.len() as u64))
    })
}
fn parse<'a>(xs: &'a [&'a str]) -> Result<Vec<&'a str>, std::num::ParseIntError> {
    static SITE: rt::Site = rt::Site::new(rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options::NONE,
    });
    rt::collect::<&'a str, Result<Vec<&'a str>, std::num::ParseIntError>, _, _>(
        &SITE,
        xs,
        move |p: &[&'a str], out: rt::Pour<'_, Result<Vec<&'a str>, std::num::ParseIntError>, _>| {
            out.pour(p.iter().map(|x| x.parse::<i32>().map(|_| *x)))
        },
    )
}
fn total(xs: &[f64]) -> f64 {
    static SITE: rt::Site = rt::Site::new(rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options::NONE,
    });
    rt::sum::<f64, f64, _, _>(&SITE, xs, move |p: &[f64], out: rt::Total<'_, f64, _>| out.sum(p.iter()))
}
fn total2(xs: &[f64]) -> f64 {
    static SITE: rt::Site = rt::Site::new(rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options::NONE,
    });
    let init = String::from("x");
    let (s, n) = match rt::ordered::<f64, _>(&SITE, xs, || ()) {
        rt::Ordered::Plain(plain) => {
            plain.end(xs.iter().map(|x| x * 2.0).fold((init, 0.0), |a, x| (a.0, a.1 + x)))
        }
        rt::Ordered::Split(split) => split.run(
            |xs: &[f64], out: rt::Feed<'_, _>| out.feed(xs.iter().map(|x| x * 2.0)),
            |items: rt::Items<'_, _>| items.fold((init, 0.0), |a, x| (a.0, a.1 + x)),
        ),
    };
    n + s.len() as f64
}
fn double(xs: &mut [f32]) {
    static SITE: rt::Site = rt::Site::new(spec_c());
    rt::for_each_mut::<f32, _, _>(&SITE, &mut *xs, move |xs: &mut [f32]| -> rt::Done {
        let mut it = ::core::iter::IntoIterator::into_iter(xs);
        for x in it.by_ref() {
            *x *= 2.0;
        }
        rt::Done::drained(&SITE, it)
    });
}
const fn spec_c() -> rt::Spec {
    rt::Spec {
        part: "",
        signature: "",
        body: "",
        key: "",
        file: file!(),
        line: line!(),
        options: rt::Options::NONE,
    }
}
#[test]
fn hand() {
    let _ = spec();
    assert_eq!(scores(&[1, 2], &vec![1]), [2, 3]);
    assert!(parse(&["1", "x"]).is_err());
    assert_eq!(total(&[1.0]), 1.0);
    assert_eq!(total2(&[1.0]), 3.0);
    let mut v = [1.0f32];
    double(&mut v);
    assert_eq!(v, [2.0]);
}
