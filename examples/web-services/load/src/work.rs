//! The heavy computations of the three services, each in four ways, over items that are made once.

use std::sync::Arc;

use actix_images::thumbnail::{Job, Thumbnail, Upload, sample_png, thumbnails_async};
use axum_orders::fraud::{Model, Score, Verdict, score_async, score_one};
use axum_orders::order::{Order, sample};
use rayon::prelude::*;
use rocket_links::analysis::{self, KNOWN_NAMES, analyse_async};
use rocket_links::lookalike::Names;

use crate::Done;
use crate::way::{Framework, Way};

/// What one heavy request computes.
#[derive(Clone)]
pub(crate) enum Work {
    Orders(Arc<[Order]>, Arc<Model>),
    Images(Arc<[Upload]>, Arc<Job>),
    Links(Arc<[String]>, Arc<Names>),
}

impl Work {
    /// The work of `framework`'s service over `items` items.
    pub(crate) fn new(framework: Framework, items: usize) -> Self {
        match framework {
            Framework::Axum => Self::Orders((0..items as u64).map(sample).collect(), Arc::default()),
            Framework::Actix => {
                let job = Job { edge: Some(160), filters: Vec::new(), max_pixels: 1 << 24 };
                let upload = |at: usize| Upload { name: at.to_string(), bytes: sample_png(300, 220).into() };
                Self::Images((0..items).map(upload).collect(), Arc::new(job))
            }
            Framework::Rocket => Self::Links(links(items).into(), Arc::new(Names::new(KNOWN_NAMES))),
        }
    }

    /// Computes all items as `way` says, and boils the results down to a number that is the same for every way.
    pub(crate) async fn answer(&self, way: Way) -> Done<u64> {
        match way {
            Way::Serial => self.serial(),
            Way::Rayon => self.parallel(),
            Way::Blocking => {
                let work = self.clone();
                tokio::task::spawn_blocking(move || work.parallel()).await?
            }
            Way::Companion => Ok(match self.clone() {
                Self::Orders(orders, model) => of_scores(&score_async(orders, model).await?),
                Self::Images(uploads, job) => of_thumbnails(&thumbnails_async(uploads, job).await??),
                Self::Links(links, names) => of_verdicts(&analyse_async(links, names).await?),
            }),
        }
    }

    fn serial(&self) -> Done<u64> {
        Ok(match self {
            Self::Orders(orders, model) => {
                of_scores(&orders.iter().map(|order| score_one(order, model)).collect::<Vec<_>>())
            }
            Self::Images(uploads, job) => {
                of_thumbnails(&uploads.iter().map(|upload| job.run(upload)).collect::<Result<Vec<_>, _>>()?)
            }
            Self::Links(links, names) => {
                of_verdicts(&links.iter().map(|link| analysis::verdict(link, names)).collect::<Vec<_>>())
            }
        })
    }

    fn parallel(&self) -> Done<u64> {
        Ok(match self {
            Self::Orders(orders, model) => {
                of_scores(&orders.par_iter().map(|order| score_one(order, model)).collect::<Vec<_>>())
            }
            Self::Images(uploads, job) => of_thumbnails(
                &uploads.par_iter().map(|upload| job.run(upload)).collect::<Result<Vec<_>, _>>()?,
            ),
            Self::Links(links, names) => {
                of_verdicts(&links.par_iter().map(|link| analysis::verdict(link, names)).collect::<Vec<_>>())
            }
        })
    }
}

/// Links that differ, each with a name that it imitates and another link within.
pub(crate) fn links(count: usize) -> Vec<String> {
    let link = |at: usize| {
        let name = KNOWN_NAMES[at % KNOWN_NAMES.len()];
        format!("http://www.{name}-login{at}.example.com/account/verify?next=http://{at}.example.net/")
    };
    (0..count).map(link).collect()
}

fn of_scores(scores: &[Score]) -> u64 {
    scores.iter().map(|score| score.risk.to_bits() >> 32 ^ u64::from(score.verdict == Verdict::Reject)).sum()
}

fn of_thumbnails(thumbnails: &[Thumbnail]) -> u64 {
    thumbnails.iter().map(|thumbnail| thumbnail.bytes.len() as u64).sum()
}

fn of_verdicts(verdicts: &[analysis::Verdict]) -> u64 {
    verdicts.iter().map(|verdict| u64::from(verdict.score) + verdict.reasons.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::Work;
    use crate::way::{Framework, Way};

    #[tokio::test]
    async fn every_way_gives_the_same_answer() {
        for framework in Framework::ALL {
            let work = Work::new(framework, 9);
            let serial = work.answer(Way::Serial).await.unwrap();
            assert!(serial > 0);
            for way in Way::ALL {
                assert_eq!(work.answer(way).await.unwrap(), serial, "{framework:?} {way:?}");
            }
        }
    }
}
