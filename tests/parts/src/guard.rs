//! Keeps a server no longer than its test: a small shell stands between the two and stops the server when the test
//! lets go of it, ends, or is killed.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::account::Account;

const SCRIPT: &str = include_str!("guard.sh");
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A running server and its folder, both gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Guarded {
    shell: Child,
    server: u32,
    folder: PathBuf,
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
    /// Starts `command` as the servers' account with its output in `folder`/output. `stop` is the signal that ends it.
    pub(crate) fn start(folder: &Path, stop: &str, command: Vec<OsString>) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(folder)
            .arg(stop)
            .args(Account::of_servers().prefix())
            .args(command)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("Can't start a shell: {e}"));
        let mut line = String::new();
        if let Some(stdout) = shell.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .unwrap_or_default();
        }
        let server = line
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("The guard of {} told no process", folder.display()));
        Self {
            shell,
            server,
            folder: folder.to_owned(),
        }
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
        let status = fs::read_to_string(format!("/proc/{}/stat", self.server)).unwrap_or_default();
        status
            .rsplit_once(") ")
            .is_some_and(|(_, state)| !state.starts_with('Z'))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().ok();
    }
}
