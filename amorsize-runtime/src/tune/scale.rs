//! How the items of one call compare to those that a site's numbers are of.
//!
//! Decides that a piece of a slice is as dear as it is long. A row of a photograph and a row of its thumbnail are both one
//! item of `rgba.chunks_exact_mut(row_bytes)`; taken for the same they would say that an item costs 5 µs in one call and
//! 30 µs in the next, and a site called with both would believe neither. Items of most forms are always of the same size.

use super::model::{Model, Recent};

/// Sizes that differ by less than this are the same: a file keeps two digits.
const ALIKE: f64 = 1.25;

/// Pieces longer or shorter than this times another are not compared: what they cost is no matter of their length.
const MOST: f64 = 1e5;

/// The size of a call's items / the size of the items that the site's numbers are of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f64);

impl Scale {
    /// Items like those known.
    pub const ONE: Self = Self(1.0);

    /// Of items of `item_bytes` where the numbers are of items of `known_bytes`; [`Scale::ONE`] where one is not known.
    #[must_use]
    pub fn of(item_bytes: usize, known_bytes: usize) -> Self {
        if item_bytes == known_bytes || item_bytes == 0 || known_bytes == 0 {
            return Self::ONE;
        }
        let ratio = item_bytes as f64 / known_bytes as f64;
        if (1.0 / ALIKE..=ALIKE).contains(&ratio) { Self::ONE } else { Self(ratio.clamp(1.0 / MOST, MOST)) }
    }

    /// Whether the call's items are like those known.
    #[must_use]
    pub fn is_one(self) -> bool {
        (self.0 - 1.0).abs() < f64::EPSILON
    }

    /// How many known items are as much as `len` of the call's; at least one where there is any.
    #[must_use]
    pub fn known_len(self, len: usize) -> usize {
        if self.is_one() || len == 0 { len } else { ((len as f64 * self.0) as usize).max(1) }
    }

    /// What a known item costs where one of the call's costs `item_ns`.
    #[must_use]
    pub fn known_ns(self, item_ns: f64) -> f64 {
        item_ns / self.0
    }

    /// What one of the call's items costs where a known one costs `known_ns`.
    #[must_use]
    pub fn item_ns(self, known_ns: f64) -> f64 {
        known_ns * self.0
    }

    /// What is known, said of the call's items; lengths stay as they are.
    #[must_use]
    pub fn model(self, known: &Model) -> Model {
        let of = |ns: f64| self.item_ns(ns);
        Model {
            item_ns: of(known.item_ns),
            tail_ns: of(known.tail_ns),
            order_ns: of(known.order_ns),
            busy_ns: of(known.busy_ns),
            best_wall_ns: of(known.best_wall_ns),
            ..known.clone()
        }
    }

    /// What is known, said of items of the call's size from now on, lengths and all.
    #[must_use]
    pub fn renamed(self, known: &Model) -> Model {
        let [shortest, longest] = known.len;
        let len = |len: u64| if len == 0 { 0 } else { ((len as f64 / self.0) as u64).max(1) };
        Model {
            len: if shortest > longest { known.len } else { [len(shortest), len(longest)] },
            recent: self.recent(known.recent),
            ..self.model(known)
        }
    }

    fn recent(self, known: Recent) -> Recent {
        known.map(|item_ns| self.item_ns(f64::from(item_ns)) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_compared_where_both_are_known_and_differ() {
        for (item_bytes, known_bytes, expected) in [
            (0, 6_400, 1.0),
            (6_400, 0, 1.0),
            (6_400, 6_400, 1.0),
            (6_412, 6_400, 1.0),
            (1_280, 6_400, 0.2),
            (6_400, 16, 400.0),
            (usize::MAX, 1, MOST),
        ] {
            let scale = Scale::of(item_bytes, known_bytes);
            assert!((scale.0 / expected - 1.0).abs() < 1e-9, "{item_bytes} {known_bytes}: {scale:?}");
        }
    }

    #[test]
    fn short_pieces_cost_their_share() {
        let known =
            Model { item_ns: 30_000.0, tail_ns: 10.0, len: [1, 1_200], samples: 9, ..Model::default() };
        let scale = Scale::of(1_280, 6_400);
        let model = scale.model(&known);
        assert!((model.item_ns - 6_000.0).abs() < 1e-6 && (model.tail_ns - 2.0).abs() < 1e-9, "{model:?}");
        assert_eq!((model.len, model.samples), ([1, 1_200], 9));
        assert_eq!((scale.known_len(240), scale.known_len(1), scale.known_len(0)), (48, 1, 0));
        assert!((scale.known_ns(6_000.0) - 30_000.0).abs() < 1e-6);
        assert_eq!(Scale::ONE.known_len(usize::MAX), usize::MAX);
    }

    #[test]
    fn numbers_of_small_pieces_are_said_of_larger_ones() {
        let mut known = Model { len: [4, 400_000], ..Model::default() };
        (0..3).for_each(|_| known.learn_item(80.0));
        let model = Scale::of(6_400, 16).renamed(&known);
        assert_eq!(model.len, [1, 1_000]);
        assert!((model.item_ns - 32_000.0).abs() < 1.0 && (model.median_item_ns() - 32_000.0).abs() < 1.0);
        assert_eq!(Scale::of(6_400, 16).renamed(&Model::default()).len, Model::default().len);
    }
}
