//! The options that every service has; each adds its own to them (`#[command(flatten)]`).

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::places::Places;

/// Options of every service.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Address and port to listen on; port 0 takes a free one, which the log names
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// What is logged: a level, or levels per crate such as `info,axum_orders=debug`
    #[arg(long, env = "LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How a line of the log looks
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Seconds that requests in flight may still take once the service has been told to stop
    #[arg(long, env = "GRACE_S", default_value_t = 30, value_name = "SECONDS")]
    pub grace_s: u64,

    /// Load per thread (average of a minute) from which the service calls itself not ready
    #[arg(long, env = "MAX_LOAD", default_value_t = 8.0, value_name = "LOAD", value_parser = positive)]
    pub max_load: f64,

    /// Requests that compute at the same time; others wait for their turn. As many as there are threads if not given
    #[arg(long, env = "MAX_REGIONS", value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub max_regions: Option<u16>,

    /// Requests that are taken at the same time, with what they brought in memory; further ones are answered 503
    #[arg(long, env = "MAX_REQUESTS", default_value_t = 512, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_requests: u32,
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
        Places::new(self.max_requests as usize)
    }

    /// How long requests in flight may still take once the service has been told to stop.
    #[must_use]
    pub fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_s)
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "write a number such as 8".to_owned())?;
    if number.is_finite() && number > 0.0 { Ok(number) } else { Err("write a number above 0".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Common;

    #[derive(Parser)]
    struct Service {
        #[command(flatten)]
        common: Common,
    }

    #[test]
    fn options_have_working_defaults_and_refuse_what_makes_no_sense() {
        let defaults = Service::try_parse_from(["service"]).map(|service| service.common).ok().unwrap();
        assert!(defaults.listen.ip().is_loopback());
        for bad in [
            ["--listen", "nowhere"],
            ["--max-load", "0"],
            ["--max-load", "NaN"],
            ["--max-regions", "0"],
            ["--max-requests", "0"],
        ] {
            assert!(Service::try_parse_from(["service", bad[0], bad[1]]).is_err(), "{bad:?} must be refused");
        }
    }
}
