//! Ending a program after a while: `tune --quick`. Cargo is told to start every program through this command, which waits
//! for it and ends it when its time is over; so cargo goes on with the next one, and compiling does not count.

use std::ffi::OsString;
use std::process::{Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::Program;

/// Set for cargo, and for the command that is recorded: this program is called to run another one for so many seconds.
const RUNS_FOR: &str = "CARGO_AMORSIZE_RUNS_FOR";

/// How often it is looked whether the program has ended by itself.
const LOOK: Duration = Duration::from_millis(20);

/// Runs the program that stands in the arguments, if this one was called for that.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let limit =
        std::env::var(RUNS_FOR).ok()?.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok())?;
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    // What the program starts is its own affair.
    command.args(arguments).env_remove(RUNS_FOR);
    Some(match within(&mut command, limit) {
        Ok(Some(status)) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(101))
        }
        Ok(None) => {
            eprintln!("note: ended after {} s: {}", limit.as_secs_f64(), program.to_string_lossy());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {} cannot be run: {error}", program.to_string_lossy());
            ExitCode::FAILURE
        }
    })
}

/// How a command ended; `None` if its time was over first.
fn within(command: &mut Command, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            // It may have ended just now; then there is nothing to end.
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

impl Program {
    /// The same, with every program that it comes to ended after so many seconds, and the variable that says so.
    ///
    /// # Errors
    /// If the system does not tell where this command lies.
    pub(crate) fn brief(&self, seconds: f64) -> std::io::Result<(Self, (&'static str, OsString))> {
        let this = std::env::current_exe()?;
        let mut words = self.words.clone();
        if self.is_cargo {
            // A runner that the user has for one platform wins over one for all: those programs keep their time.
            let path = toml_edit::Value::from(this.to_string_lossy().into_owned());
            let runner = format!("target.'cfg(all())'.runner=[{path}]");
            words.splice(1..1, ["--config".into(), runner.into()]);
        } else {
            words.insert(0, this.into());
        }
        Ok((Self { words, ..self.clone() }, (RUNS_FOR, seconds.to_string().into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(words: &str, is_cargo: bool) -> Program {
        Program { words: words.split(' ').map(Into::into).collect(), is_cargo }
    }

    #[test]
    fn cargo_is_told_and_other_commands_are_run() {
        let this = std::env::current_exe().unwrap();
        let (brief, variable) = program("cargo bench --bench b", true).brief(5.0).unwrap();
        assert_eq!(brief.words[1], "--config");
        let runner = brief.words[2].to_string_lossy().into_owned();
        let config: toml_edit::DocumentMut = runner.parse().unwrap();
        let told = config["target"]["cfg(all())"]["runner"][0].as_str();
        assert_eq!(told, this.to_str());
        assert_eq!(brief.words[3..], ["bench", "--bench", "b"]);
        assert_eq!(variable, (RUNS_FOR, "5".into()));
        let (brief, _) = program("./load-test.sh x", false).brief(0.5).unwrap();
        assert_eq!(brief.words, [this.into(), OsString::from("./load-test.sh"), "x".into()]);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_ends_by_itself_or_is_ended() {
        let within = |script: &str, limit| within(Command::new("sh").args(["-c", script]), limit).unwrap();
        // An hour is never over, and a program that waits for one never ends by itself.
        assert_eq!(within("exit 3", Duration::from_secs(3600)).and_then(|status| status.code()), Some(3));
        assert_eq!(within("exec sleep 3600", Duration::ZERO), None);
    }
}
