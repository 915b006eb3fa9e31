//! Orders as the database keeps them, as text: reading a batch of them is work like any other.

use amorsize::parallelize;
use serde::Serialize;

use crate::order::Order;

/// An order as the database has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number.
    pub id: i64,
    /// What the client sent, in JSON.
    pub body: String,
    /// What the last job found out, if any went over it.
    pub risk: Option<f64>,
}

/// An order as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// What the client sent.
    pub order: Order,
    /// What the last job found out, if any went over it.
    pub risk: Option<f64>,
}

/// An order that somebody else has written, or an older version of this service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    id: i64,
    why: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "what is kept as order {} is none: {}", self.id, self.why)
    }
}

impl std::error::Error for Unreadable {}

/// Reads each row. A microsecond and more each.
///
/// # Errors
///
/// The first row that is no order.
#[parallelize(spawn_fn = read_async)]
pub fn read(rows: &[Row]) -> Result<Vec<Kept>, Unreadable> {
    rows.iter().map(read_one).collect()
}

/// Reads one row.
///
/// # Errors
/// If it is no order.
pub fn read_one(row: &Row) -> Result<Kept, Unreadable> {
    match serde_json::from_str(&row.body) {
        Ok(order) => Ok(Kept { id: row.id, order, risk: row.risk }),
        Err(error) => Err(Unreadable { id: row.id, why: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Row, read};
    use crate::order::sample;

    fn row(number: u64) -> Row {
        let body = serde_json::to_string(&sample(number)).unwrap();
        Row { id: number.cast_signed(), body, risk: Some(0.5) }
    }

    #[test]
    fn rows_are_read_in_their_order_and_the_first_bad_one_is_named() {
        let mut rows: Vec<Row> = (0..400).map(row).collect();
        let kept: Vec<Kept> = (0..400)
            .map(|at: u64| Kept { id: at.cast_signed(), order: sample(at), risk: Some(0.5) })
            .collect();
        assert_eq!(read(&rows).unwrap(), kept);
        rows[300].body.truncate(20);
        rows[7].body.clear();
        let said = read(&rows).unwrap_err().to_string();
        assert!(said.starts_with("what is kept as order 7 is none: EOF"), "{said}");
    }
}
