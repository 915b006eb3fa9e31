//! How many requests are taken at the same time, and how much they bring: each holds its input in memory while it waits for
//! its turn to compute.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::ready::Check;

/// Room for requests.
#[derive(Clone, Debug)]
pub struct Places {
    room: Arc<Room>,
    most: usize,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Room {
    taken: AtomicUsize,
    bytes: AtomicUsize,
    closed: AtomicBool,
}

/// A request that is being answered; dropping it makes room for another.
#[derive(Debug)]
#[must_use = "the place is free again once this is dropped"]
pub struct Place {
    room: Arc<Room>,
    bytes: usize,
}

impl Places {
    /// Room for `most` requests that bring `most_bytes` together; a single one may bring more.
    #[must_use]
    pub fn new(most: usize, most_bytes: usize) -> Self {
        metrics::describe_gauge!("requests_in_flight", "Requests that wait, compute or are being answered.");
        metrics::gauge!("requests_in_flight").set(0.0);
        metrics::describe_gauge!("requests_held_bytes", "What those requests have brought.");
        metrics::gauge!("requests_held_bytes").set(0.0);
        Self { room: Arc::default(), most, most_bytes }
    }

    /// Takes a place before a request's body is read. It brings as many bytes as its head says (`content_length`), but no more
    /// than `largest`, which is all that is read of any.
    ///
    /// # Errors
    /// 503 `busy` where none is left, and 503 `stopping` once they are closed.
    pub fn take(&self, content_length: Option<&str>, largest: usize) -> Result<Place, Fault> {
        let bytes = content_length.and_then(|text| text.parse().ok()).unwrap_or(largest).min(largest);
        // The counts alone decide, nothing is published under them.
        let taken = self.room.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let held = self.room.bytes.fetch_add(bytes, Ordering::Relaxed);
        let place = Place { room: Arc::clone(&self.room), bytes };
        metrics::gauge!("requests_in_flight").increment(1.0);
        metrics::gauge!("requests_held_bytes").increment(bytes as f64);
        if self.room.closed.load(Ordering::Relaxed) {
            return Err(Fault::new(503, "stopping", "this process is about to end: ask another one"));
        }
        if taken > self.most {
            let message = format!("{} requests are in flight: try again later", self.most);
            return Err(Fault::new(503, "busy", message));
        }
        if held > 0 && held + bytes > self.most_bytes {
            let message = format!("the requests in flight hold {held} bytes: try again later");
            return Err(Fault::new(503, "busy", message));
        }
        Ok(place)
    }

    /// Whether a request would be taken now, for readiness.
    #[must_use]
    pub fn check(&self) -> Check {
        let taken = self.room.taken.load(Ordering::Relaxed);
        let held = self.room.bytes.load(Ordering::Relaxed);
        let open = !self.room.closed.load(Ordering::Relaxed);
        let detail = if open {
            format!("{taken} of {} requests, {held} of {} bytes", self.most, self.most_bytes)
        } else {
            "about to end".to_owned()
        };
        Check { name: "places", ok: open && taken < self.most && held < self.most_bytes, detail }
    }

    /// Takes no further request, and waits for those that are being answered, for `patience` at most, and a moment for the last
    /// answer to be written.
    pub async fn drained(&self, patience: Duration) {
        self.room.closed.store(true, Ordering::Relaxed);
        let began = Instant::now();
        while self.room.taken.load(Ordering::Relaxed) > 0 && began.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(1, Ordering::Relaxed);
        self.room.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        metrics::gauge!("requests_in_flight").decrement(1.0);
        metrics::gauge!("requests_held_bytes").decrement(self.bytes as f64);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Places;

    #[test]
    fn a_place_is_free_again_once_its_request_is_over() {
        let places = Places::new(2, 100);
        let first = places.take(Some("1"), 10).unwrap();
        let _second = places.take(Some("1"), 10).unwrap();
        assert_eq!(places.take(Some("1"), 10).unwrap_err().status, 503);
        assert!(!places.check().ok);
        drop(first);
        assert!(places.check().ok);
        assert!(places.take(Some("1"), 10).is_ok());
    }

    #[test]
    fn what_requests_bring_together_is_bounded() {
        let places = Places::new(9, 100);
        // A length that the head does not tell, or lies about, is the largest one.
        for (content_length, bytes) in [(None, 60), (Some("none"), 60), (Some("61"), 60), (Some("9"), 9)] {
            assert_eq!(places.take(content_length, 60).unwrap().bytes, bytes, "{content_length:?}");
        }
        let alone = places.take(None, 1_000).unwrap();
        assert_eq!(places.take(Some("1"), 60).unwrap_err().code, "busy");
        drop(alone);
        let half = places.take(None, 60).unwrap();
        assert_eq!(places.take(None, 60).unwrap_err().code, "busy");
        assert!(places.take(Some("40"), 60).is_ok());
        drop(half);
        assert!(places.take(None, 60).is_ok());
    }

    #[tokio::test]
    async fn closed_places_wait_for_what_is_under_way() {
        let places = Places::new(9, 100);
        let last = places.take(None, 1).unwrap();
        let draining = tokio::spawn({
            let places = places.clone();
            async move { places.drained(Duration::from_mins(10)).await }
        });
        while places.take(None, 1).is_ok() {
            tokio::task::yield_now().await;
        }
        assert_eq!(places.take(None, 1).unwrap_err().code, "stopping");
        assert!(!places.check().ok);
        assert!(!draining.is_finished());
        drop(last);
        draining.await.unwrap();
    }
}
