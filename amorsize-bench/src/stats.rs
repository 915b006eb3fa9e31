//! Medians, percentiles and geometric means.

/// Median; NaN of nothing.
#[must_use]
pub fn median(numbers: Vec<f64>) -> f64 {
    percentile(numbers, 50.0)
}

/// The number that `percent` of the numbers do not exceed; NaN of nothing.
#[must_use]
pub fn percentile(mut numbers: Vec<f64>, percent: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let at = (percent / 100.0 * numbers.len() as f64) as usize;
    numbers.get(at.min(numbers.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Geometric mean of positive numbers; NaN of nothing.
#[must_use]
pub fn geometric_mean(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let (mut logs, mut count) = (0.0, 0_u32);
    for number in numbers {
        logs += number.ln();
        count += 1;
    }
    (logs / f64::from(count)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let numbers: Vec<f64> = (0..100).rev().map(f64::from).collect();
        for (percent, number) in [(0.0, 0.0), (50.0, 50.0), (99.0, 99.0), (100.0, 99.0)] {
            assert_eq!(percentile(numbers.clone(), percent).to_bits(), f64::to_bits(number));
        }
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2_f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn geometric_means() {
        assert!((geometric_mean([1.0, 4.0]) - 2.0).abs() < 1e-12);
        assert!((geometric_mean([3.0]) - 3.0).abs() < 1e-12);
        assert!(geometric_mean([]).is_nan());
    }
}
