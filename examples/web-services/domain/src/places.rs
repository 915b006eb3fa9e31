//! How many requests are taken at the same time: each holds its input in memory while it waits for its turn to compute.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::fault::Fault;

/// Room for requests.
#[derive(Clone, Debug)]
pub struct Places {
    taken: Arc<AtomicUsize>,
    most: usize,
}

/// A request that is being answered; dropping it makes room for another.
#[derive(Debug)]
#[must_use = "the place is free again once this is dropped"]
pub struct Place(Arc<AtomicUsize>);

impl Places {
    /// Room for so many.
    #[must_use]
    pub fn new(most: usize) -> Self {
        metrics::describe_gauge!("requests_in_flight", "Requests that wait, compute or are being answered.");
        metrics::gauge!("requests_in_flight").set(0.0);
        Self { taken: Arc::default(), most }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// 503 `busy` where none is left.
    pub fn take(&self) -> Result<Place, Fault> {
        // The count alone decides, nothing is published under it.
        let taken = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let place = Place(Arc::clone(&self.taken));
        metrics::gauge!("requests_in_flight").increment(1.0);
        if taken > self.most {
            return Err(Fault::new(
                503,
                "busy",
                format!("{} requests are in flight: try again later", self.most),
            ));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("requests_in_flight").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_place_is_free_again_once_its_request_is_over() {
        let places = Places::new(2);
        let first = places.take().unwrap();
        let _second = places.take().unwrap();
        assert_eq!(places.take().unwrap_err().status, 503);
        drop(first);
        assert!(places.take().is_ok());
    }
}
