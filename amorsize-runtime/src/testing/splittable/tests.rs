use super::*;

/// What the assertion says.
fn said<T: Debug, R: Debug + PartialEq>(xs: &[T], f: impl Fn(&[T]) -> R, join: impl Fn(R, R) -> R) -> String {
    let law = Law { xs, f, join, same: |a: &R, b: &R| a == b };
    law.check().err().map_or_else(String::new, |failure| failure.0)
}

fn numbers(len: usize) -> Vec<i64> {
    let mut random = Random(7);
    (0..len).map(|_| i64::try_from(random.below(1000)).unwrap() - 500).collect()
}

#[test]
fn what_may_be_split_passes() {
    for len in [0, 1, 2, 3, 50, 128, 129, 3_000] {
        let xs = numbers(len);
        assert_splittable(&xs, |part| part.iter().sum::<i64>(), |a, b| a + b);
        assert_splittable(&xs, <[i64]>::to_vec, |mut a, b| {
            a.extend(b);
            a
        });
        // Made for slices that are not empty, as all parts are.
        if len > 0 {
            assert_splittable(&xs, |part| *part.iter().max().unwrap(), i64::max);
        }
        // Borrows from the slice.
        assert_splittable(
            &xs,
            |part| part.iter().min(),
            |a, b| if b < a && b.is_some() || a.is_none() { b } else { a },
        );
    }
}

#[test]
fn the_shortest_stretch_is_shown() {
    // Rises are lost between two parts.
    let rises = |part: &[i64]| part.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let said = said(&numbers(500), rises, |a, b| a + b);
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].ends_with("give another answer than the whole, so the function cannot be split"),
        "{said}"
    );
    assert!(lines[1].starts_with("  whole  [") && lines[1].ends_with("] gives 1"), "{said}");
    assert_eq!(lines[1].matches(',').count(), 1, "two elements show it: {said}");
    assert!(lines[2].ends_with("] gives 0") && lines[3].ends_with("] gives 0"), "{said}");
    assert_eq!(lines[4..], ["  joined 0"], "{said}");
}

#[test]
fn a_place_that_few_cuts_meet_is_found_where_all_are_tried() {
    let mut xs = vec![0; 100];
    (xs[61], xs[62]) = (1, 2);
    let found = said(&xs, |part: &[i64]| part.windows(2).any(|pair| pair == [1, 2]), |a, b| a || b);
    assert!(found.contains("of xs[61..63], cut at 62,"), "{found}");
}

#[test]
fn a_join_that_is_not_associative_is_named() {
    let found = said(&[5, 3, 2], |part: &[i64]| part.iter().sum::<i64>(), |a, b| a - b);
    assert!(!found.is_empty());
    let found = said(&[0.1, 0.2, 0.3], |part: &[f64]| part.iter().sum::<f64>(), |a, b| a + b);
    assert!(found.contains("the join is not associative") && found.contains("0.6000000000000001"), "{found}");
}

#[test]
fn a_start_value_that_counts_twice_is_named() {
    let found = said(&[1, 2, 3, 4], |part: &[i64]| part.iter().fold(10, |a, x| a + x), |a, b| a + b);
    assert!(found.contains("starts from its own start value"), "{found}");
    assert!(found.contains("nothing and [1] give 21 instead of 11"), "{found}");
}

#[test]
fn what_does_not_equal_itself_is_told_apart() {
    let found = said(&[0.0], |_: &[f64]| f64::NAN, |a, _| a);
    assert!(found.contains("two answers for one and the same slice"), "{found}");
}

#[test]
fn a_panic_on_a_part_is_told_with_the_part() {
    let picky = |part: &[i64]| {
        assert!(part.len() != 2, "never two");
        part.len()
    };
    let found = said(&[1, 2, 3], picky, |a, b| a + b);
    assert!(found.contains("the parts [1], [2, 3]") && found.ends_with("never two"), "{found}");
}

#[test]
fn what_is_merely_close_passes_by_the_callers_measure() {
    let xs: Vec<f64> = numbers(1_000).into_iter().map(|n| n as f64 * 0.1).collect();
    let total = |part: &[f64]| part.iter().sum::<f64>();
    assert_splittable_by(&xs, total, |a, b| a + b, |a, b| (a - b).abs() < 1e-6);
}

#[test]
fn all_ways_to_cut_cover_the_whole_without_empty_parts() {
    for len in [2, 3, 128, 129, 1000] {
        for ends in cuts(len) {
            assert_eq!(ends.last(), Some(&len));
            assert!(ends[0] > 0 && ends.is_sorted_by(|a, b| a < b), "{ends:?}");
        }
    }
}
