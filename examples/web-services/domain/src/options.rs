//! The options that every service has; each adds its own to them (`#[command(flatten)]`).

use std::future::Future;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;

use crate::fault::Fault;
use crate::places::Places;

/// Options of every service.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Address and port to listen on; port 0 takes a free one, which the log names
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = address)]
    pub listen: SocketAddr,

    /// What is logged: a level, or levels per crate such as `info,axum_orders=debug`
    #[arg(long, env = "LOG", default_value = "info", value_name = "FILTER", value_parser = filter)]
    pub log: String,

    /// How a line of the log looks
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Seconds that requests in flight may still take once the service has been told to stop
    #[arg(long, env = "GRACE_S", default_value_t = 30, value_name = "SECONDS", value_parser = whole::<u64>)]
    pub grace_s: u64,

    /// Load per thread (average of a minute) from which the service calls itself not ready
    #[arg(long, env = "MAX_LOAD", default_value_t = 8.0, value_name = "LOAD", value_parser = positive)]
    pub max_load: f64,

    /// Requests that compute at the same time; others wait for their turn. As many as there are threads if not given
    #[arg(long, env = "MAX_REGIONS", value_name = "COUNT", value_parser = above_zero::<u16>)]
    pub max_regions: Option<u16>,

    /// Requests that are taken at the same time, with what they brought in memory; further ones are answered 503
    #[arg(long, env = "MAX_REQUESTS", default_value_t = 512, value_name = "COUNT", value_parser = above_zero::<usize>)]
    pub max_requests: usize,

    /// What the requests that are taken may bring together, bytes; further ones are answered 503
    #[arg(long, env = "MAX_HELD_BYTES", default_value_t = 256 << 20, value_name = "BYTES", value_parser = above_zero::<usize>)]
    pub max_held_bytes: usize,

    /// Seconds in which a request's body must have arrived (then it is answered 408), and each piece of a streamed answer been read
    #[arg(long, env = "UPLOAD_S", default_value_t = 60, value_name = "SECONDS", value_parser = above_zero::<u64>)]
    pub upload_s: u64,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

impl Common {
    /// Tells amorsize how many requests may compute at the same time. Before the first annotated call.
    ///
    /// # Errors
    /// If there has been one.
    pub fn apply(&self) -> Result<(), amorsize::AlreadyStarted> {
        match self.max_regions {
            Some(regions) => amorsize::Config::new().max_regions(regions.into()).install(),
            None => Ok(()),
        }
    }

    /// Room for the requests that are taken at the same time.
    #[must_use]
    pub fn places(&self) -> Places {
        Places::new(self.max_requests, self.max_held_bytes)
    }

    /// Calls that compute at the same time, where as many `threads` work.
    #[must_use]
    pub fn regions(&self, threads: usize) -> usize {
        self.max_regions.map_or(threads, usize::from)
    }

    /// What a client does, if it does so in time; `remedy` is what it should do, such as `send the request`.
    ///
    /// # Errors
    /// 408 `too_slow` after `--upload-s`.
    pub async fn in_time<T>(&self, remedy: &str, client: impl Future<Output = T>) -> Result<T, Fault> {
        let slow = |_| Fault::new(408, "too_slow", format!("{remedy} within {} s", self.upload_s));
        tokio::time::timeout(Duration::from_secs(self.upload_s), client).await.map_err(slow)
    }

    /// How long requests in flight may still take once the service has been told to stop.
    #[must_use]
    pub fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_s)
    }
}

/// A count that may be zero.
///
/// # Errors
/// For anything else, with what to write.
pub fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "write a whole number such as 30, or 0".to_owned())
}

/// A count of which zero makes no sense.
///
/// # Errors
/// For anything else, with what to write.
pub fn above_zero<T: FromStr + Default + PartialEq>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| *number != T::default());
    number.ok_or_else(|| "write a whole number above 0".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "write a number above 0 such as 8".to_owned())
}

/// Names are looked up: `localhost:8080` is an address, too.
fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| "write an address of this machine and a port such as `127.0.0.1:8080`".to_owned())
}

/// A word that is no level would be taken for the name of a crate, and nothing would be logged.
fn filter(text: &str) -> Result<String, String> {
    let level = |text: &str| !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    let name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte))
    };
    let good =
        |part: &str| part.split_once('=').map_or_else(|| level(part), |(of, to)| name(of) && level(to));
    if text.split(',').all(good) {
        return Ok(text.to_owned());
    }
    Err("write `error`, `warn`, `info`, `debug`, `trace` or `off`, or add crates as in `info,axum_orders=debug`"
        .to_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use clap::Parser;

    use super::Common;

    #[derive(Parser)]
    struct Service {
        #[command(flatten)]
        common: Common,
    }

    /// The options of a service that was started so.
    pub(crate) fn options(arguments: &[&str]) -> Result<Common, clap::Error> {
        Service::try_parse_from([&["service"], arguments].concat()).map(|service| service.common)
    }

    #[tokio::test]
    async fn what_does_not_arrive_is_refused() {
        let common = options(&["--upload-s", "1"]).unwrap();
        assert_eq!(common.in_time("send it", async { 7 }).await, Ok(7));
        let refused = common.in_time("send it", std::future::pending::<()>()).await.unwrap_err();
        assert_eq!((refused.status, refused.code), (408, "too_slow"));
        assert_eq!(refused.message, "send it within 1 s");
    }

    #[test]
    fn options_have_working_defaults_and_refuse_what_makes_no_sense() {
        let defaults = options(&[]).unwrap();
        assert!(defaults.listen.ip().is_loopback());
        for bad in [
            ["--listen", "nowhere"],
            ["--max-load", "0"],
            ["--max-load", "NaN"],
            ["--max-regions", "0"],
            ["--max-requests", "0"],
            ["--max-held-bytes", "0"],
            ["--upload-s", "0"],
            ["--listen", "127.0.0.1"],
            ["--log", ""],
            ["--log", "verbose"],
            ["--grace-s", "soon"],
            ["--log", "!!"],
            ["--log", "info,crate=loud"],
        ] {
            let said = options(&bad).err().map(|error| error.to_string());
            let said = said.unwrap_or_else(|| panic!("{bad:?} must be refused"));
            assert!(said.contains(bad[0]), "{said}");
        }
        for good in [
            ["--listen", "localhost:0"],
            ["--log", "off"],
            ["--log", "warn,axum_orders=debug,sqlx::query=off"],
            ["--upload-s", "1"],
        ] {
            assert!(options(&good).is_ok(), "{good:?}");
        }
    }
}
