//! Keeps a server no longer than its test: a small shell stands between the two and stops the server when the test
//! lets go of it, ends, or is killed.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::account::Account;

const SCRIPT: &str = include_str!("guard.sh");
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A server and its folder, both gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Guarded {
    shell: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Its process while it runs.
    server: Option<u32>,
    folder: PathBuf,
}

/// How a server is told to stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signals {
    /// When it shall start again with what it holds.
    pub(crate) stop: &'static str,
    /// When nothing of it is needed any more.
    pub(crate) end: &'static str,
}

/// A new temporary folder that belongs to the servers' account. Whoever starts no server in it deletes it.
pub(crate) fn new_folder(name: &str) -> PathBuf {
    let folder = tempfile::Builder::new()
        .prefix(&format!("mailroom-{name}-"))
        .tempdir()
        .unwrap_or_else(|e| panic!("Can't make a temporary folder: {e}"))
        .keep();
    Account::of_servers().give(&folder);
    folder
}

impl Guarded {
    /// Starts `command` with its output in `folder`/output. `signals` are what stops it for a
    /// while and what ends it.
    pub(crate) fn start(folder: &Path, signals: Signals, command: Vec<OsString>) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(folder)
            .args([signals.stop, signals.end])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("Can't start a shell: {e}"));
        let (Some(stdin), Some(stdout)) = (shell.stdin.take(), shell.stdout.take()) else {
            panic!("A shell was started without pipes");
        };
        let mut guarded = Self {
            shell,
            orders: Some(stdin),
            answers: BufReader::new(stdout),
            server: None,
            folder: folder.to_owned(),
        };
        guarded.start_again();
        guarded
    }

    /// Stops the server and keeps its folder.
    pub(crate) fn stop(&mut self) {
        self.order("stop");
    }

    /// Starts the server after [`Guarded::stop`].
    pub(crate) fn start_again(&mut self) {
        self.order("start");
    }

    /// Waits until `ready`; the server's output is the error when it ends before or takes too long.
    pub(crate) fn wait_until(&self, mut ready: impl FnMut() -> bool) -> Result<(), String> {
        let started = Instant::now();
        while !ready() {
            if !self.is_running() {
                return Err(format!("it ended at once:\n{}", self.output()));
            }
            if started.elapsed() > STARTS_WITHIN {
                return Err(format!(
                    "it was not ready after {STARTS_WITHIN:?}:\n{}",
                    self.output()
                ));
            }
            sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// What it has written to standard output and error.
    pub(crate) fn output(&self) -> String {
        fs::read_to_string(self.folder.join("output")).unwrap_or_default()
    }

    fn is_running(&self) -> bool {
        let Some(server) = self.server else {
            return false;
        };
        let status = fs::read_to_string(format!("/proc/{server}/stat")).unwrap_or_default();
        status
            .rsplit_once(") ")
            .is_some_and(|(_, state)| !state.starts_with('Z'))
    }

    fn order(&mut self, word: &str) {
        let mut answer = String::new();
        let asked = match &mut self.orders {
            Some(orders) => {
                writeln!(orders, "{word}").and_then(|()| self.answers.read_line(&mut answer))
            }
            None => Ok(0),
        };
        assert!(
            matches!(asked, Ok(1..)),
            "The guard of {} does not answer",
            self.folder.display()
        );
        self.server = answer.trim().parse().ok();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.orders.take());
        self.shell.wait().ok();
    }
}
