//! An answer that goes out in pieces: each is made while the one before is on its way, and none for a client that has gone or reads
//! no more.

use std::future::Future;

use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::fault::Fault;
use crate::options::Common;
use crate::places::Place;
use crate::probes::json_lines;

/// The pieces of an answer. Dropping it ends what makes them, at the next piece.
#[derive(Debug)]
pub struct Feed {
    pieces: mpsc::Receiver<Vec<u8>>,
    maker: Option<JoinHandle<Result<(), Fault>>>,
}

impl Feed {
    /// Calls `make` until it has no more pieces, and holds `place` for so long. A piece that is not taken within `--upload-s` is the
    /// last one: who does not read holds no place.
    ///
    /// # Panics
    /// Outside a runtime of tokio.
    pub fn start<F>(common: Common, place: Place, mut make: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Option<Vec<u8>>, Fault>> + Send,
    {
        let (sender, pieces) = mpsc::channel(1);
        let maker = tokio::spawn(async move {
            let _place = place;
            while let Some(piece) = make().await? {
                let sent = common.in_time("read each piece of the answer", sender.send(piece));
                if sent.await?.is_err() {
                    break; // the client has gone
                }
            }
            Ok(())
        });
        Self { pieces, maker: Some(maker) }
    }

    /// The next piece. The status is long gone, so a failure is a line of its own, the last one.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        if let Some(piece) = self.pieces.recv().await {
            return Some(piece);
        }
        let ended = self.maker.take()?.await;
        let fault = ended.unwrap_or_else(|panicked| Err(Fault::failed(panicked))).err()?;
        Some(json_lines(&[json!({ "error": fault })]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::Feed;
    use crate::fault::Fault;
    use crate::options::tests::options;
    use crate::places::Places;

    /// Pieces `0`, `1`, … below `count`, then what `end` says; and how many were made.
    fn feed(places: &Places, count: usize, end: Result<(), Fault>) -> (Feed, Arc<AtomicUsize>) {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        let feed =
            Feed::start(options(&["--upload-s", "1"]).unwrap(), places.take(None, 1).unwrap(), move || {
                let number = counted.fetch_add(1, Ordering::Relaxed);
                let end = end.clone();
                async move {
                    if number < count {
                        Ok(Some(number.to_string().into_bytes()))
                    } else {
                        end.map(|()| None)
                    }
                }
            });
        (feed, made)
    }

    async fn all(mut feed: Feed) -> String {
        let mut text = Vec::new();
        while let Some(piece) = feed.next().await {
            text.extend(piece);
        }
        String::from_utf8(text).unwrap()
    }

    async fn free(places: &Places) {
        while places.take(None, 1).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn pieces_come_in_their_order_and_a_failure_is_the_last_line() {
        let places = Places::new(1, 9);
        assert_eq!(all(feed(&places, 5, Ok(())).0).await, "01234");
        free(&places).await;
        let failed = all(feed(&places, 2, Err(Fault::internal())).0).await;
        assert!(failed.starts_with("01{\"error\":{\"code\":\"internal\""), "{failed}");
    }

    #[tokio::test]
    async fn who_has_gone_or_does_not_read_holds_no_place() {
        let places = Places::new(1, 9);
        let (gone, made) = feed(&places, 1_000, Ok(()));
        drop(gone);
        free(&places).await;
        assert!(made.load(Ordering::Relaxed) < 5, "nothing is made for nobody");

        let (slow, made) = feed(&places, 1_000, Ok(()));
        free(&places).await;
        assert!(made.load(Ordering::Relaxed) < 5);
        let told = all(slow).await;
        assert!(told.starts_with("0{\"error\":{\"code\":\"too_slow\""), "{told}");
    }
}
