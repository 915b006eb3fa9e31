//! The background worker: goes over all orders page by page and keeps each page's risks together with how far it has come, so
//! that a restart goes on where the last page ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::kept::read_async;
use crate::store::{Job, StoreError};
use crate::{Service, fraud};

/// Orders that are scored between two looks at whether the job was cancelled.
const PAGE: i64 = 500;
/// How long to wait before the database is asked again after it failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Works on jobs, oldest first, until `stopping` turns true. `started` says that there is one more.
pub(crate) async fn work(service: Arc<Service>, started: Arc<Notify>, mut stopping: watch::Receiver<bool>) {
    let mut last = String::new();
    loop {
        let next = tokio::select! {
            // A database that is down answers late.
            _ = stopping.wait_for(|stop| *stop) => return,
            next = next_job(&service) => next,
        };
        let pause = match next {
            Ok(Some(job)) => {
                let ended = tokio::select! {
                    // The page under way is not kept; the next process scores it again.
                    _ = stopping.wait_for(|stop| *stop) => return,
                    ended = run(&service, job) => ended,
                };
                match ended {
                    Ok(()) => continue,
                    Err(error) => said(error.as_ref(), &mut last),
                }
                PAUSE
            }
            Ok(None) => {
                last.clear();
                Duration::from_hours(1)
            }
            Err(error) => {
                said(&error, &mut last);
                PAUSE
            }
        };
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = started.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// The oldest job that has not ended. Without a database it says why at once, not after the time that requests wait for one.
async fn next_job(service: &Service) -> Result<Option<Job>, StoreError> {
    service.store.ping().await?;
    service.store.next_job().await
}

/// Says it unless it is what was said last: every other second would tell nothing new.
fn said(error: &(dyn std::error::Error + Send + Sync), last: &mut String) {
    let text = error.to_string();
    if text != *last {
        tracing::warn!(error = text, "jobs pause");
        *last = text;
    }
}

/// One job to its end.
async fn run(service: &Service, mut job: Job) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    loop {
        let page = service.store.page(&job, PAGE, service.options.max_bytes).await?;
        if page.is_empty() {
            service.store.end_job(job.id, "done").await?;
            tracing::info!(job = job.id, orders = job.done, "job done");
            return Ok(());
        }
        let kept = match read_async(page).await? {
            Ok(kept) => kept,
            Err(error) => {
                // Another try would find the same.
                tracing::error!(job = job.id, %error, "job failed");
                return Ok(service.store.end_job(job.id, "failed").await?);
            }
        };
        let (ids, orders): (Vec<_>, Vec<_>) = kept.into_iter().map(|kept| (kept.id, kept.order)).unzip();
        let scores = fraud::score_async(orders, Arc::clone(&service.model)).await?;
        let risks: Vec<_> = ids.into_iter().zip(scores.iter().map(|score| score.risk)).collect();
        if !service.store.advance(&job, &risks).await? {
            return Ok(());
        }
        job = match service.store.job(job.id).await? {
            Some(job) => job,
            None => return Err(Box::new(StoreError::Broken("a job has vanished".to_owned()))),
        };
    }
}
