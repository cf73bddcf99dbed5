//! The built program with a data folder of its own, as a person at a shell has it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::contents::{Contents, Database};
use super::waiting::until;

/// The program, a data folder and a database. The folder goes with it.
#[derive(Debug)]
pub(crate) struct Program {
    folder: TempDir,
    database_url: Option<String>,
    /// `MAILROOM_…` variables of every command.
    settings: BTreeMap<&'static str, String>,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// What it printed.
    pub(crate) out: String,
    /// What it logged and complained of.
    pub(crate) err: String,
}

impl Program {
    /// On an empty data folder, with the database in it.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::Builder::new()
                .prefix("mailroom-outside-")
                .tempdir()
                .unwrap(),
            database_url: None,
            settings: BTreeMap::new(),
        }
    }

    /// On a database elsewhere.
    pub(crate) fn on(database_url: String) -> Self {
        Self {
            database_url: Some(database_url),
            ..Self::new()
        }
    }

    /// Has every command from now on find this variable.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<String>) {
        self.settings.insert(variable, value.into());
    }

    /// A file of the test's beside the data folder.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// A path beside the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// `mailroom` with `words`, knowing nothing of the tester's own settings.
    pub(crate) fn command(&self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailroom"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MAILROOM_") {
                command.env_remove(name);
            }
        }
        command.envs(&self.settings);
        command.args(words).arg("--data-dir").arg(self.data_dir());
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<Word: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = Word>) -> Ran {
        let output = self.command(words).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What a command prints that must do well.
    #[track_caller]
    pub(crate) fn well<Word: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = Word>) -> String {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        ran.out
    }

    /// The JSON of a command that must do well.
    #[track_caller]
    pub(crate) fn json<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Value {
        let out = self.well(words.into_iter().chain(["--json"]));
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// Applies a set-up file and says what changed.
    #[track_caller]
    pub(crate) fn apply(&self, yaml: &str) -> String {
        let file = self.file("setup.yaml", yaml);
        self.well([OsStr::new("apply"), OsStr::new("-f"), file.as_os_str()])
    }

    /// Imports contacts.
    #[track_caller]
    pub(crate) fn import_contacts(&self, csv: &str) {
        let file = self.file("contacts.csv", csv);
        self.well([
            OsStr::new("contacts"),
            OsStr::new("import"),
            file.as_os_str(),
        ]);
    }

    /// The reports of one scan of everything, which must do well.
    #[track_caller]
    pub(crate) fn scan_all(&self) -> Vec<Value> {
        match self.json(["scan", "--all"]) {
            Value::Array(reports) => reports,
            other => panic!("no list of reports: {other}"),
        }
    }

    /// One scanner's status.
    #[track_caller]
    pub(crate) fn status(&self, scanner: &str) -> Value {
        let all = self.json(["status"]);
        all.as_array()
            .unwrap()
            .iter()
            .find(|status| status["scanner"] == scanner)
            .unwrap_or_else(|| panic!("no status of {scanner}: {all}"))
            .clone()
    }

    /// Everything in the database.
    pub(crate) fn contents(&self) -> Contents {
        Database::open(&self.url()).contents()
    }

    /// The database's address.
    pub(crate) fn url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!(
                "sqlite://{}?mode=rw",
                self.data_dir().join("mailroom.db").display()
            ),
        }
    }

    /// Starts a command that goes on.
    pub(crate) fn start<Word: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = Word>,
    ) -> Running {
        self.start_with(words, Stdio::null())
    }

    /// Starts a command that goes on and is typed to.
    pub(crate) fn start_to_type<Word: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = Word>,
    ) -> Running {
        self.start_with(words, Stdio::piped())
    }

    fn start_with<Word: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = Word>,
        stdin: Stdio,
    ) -> Running {
        let log = tempfile::Builder::new()
            .suffix(".log")
            .tempfile_in(self.folder.path())
            .unwrap()
            .into_temp_path()
            .keep()
            .unwrap();
        let file = File::create(&log).unwrap();
        let child = self
            .command(words)
            .stdin(stdin)
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Running { child, log }
    }
}

/// A command that runs; killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// kill -9, and nothing of it is left.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Waits until it ends by itself, for its exit code.
    #[track_caller]
    pub(crate) fn wait(&mut self, within: Duration) -> Option<i32> {
        let status = until("it ends", within, || self.ended());
        status.code()
    }

    /// Sends SIGTERM and waits for the exit code.
    #[track_caller]
    pub(crate) fn terminate(mut self, within: Duration) -> Option<i32> {
        let process = Pid::from_child(&self.child);
        kill_process(process, Signal::TERM).unwrap();
        let status = until("SIGTERM ends it", within, || self.child.try_wait().unwrap());
        status.code()
    }

    /// What it has printed and logged.
    pub(crate) fn said(&self) -> String {
        said(&self.log)
    }

    fn end(&mut self) {
        self.child.kill().ok();
        // A zombie counts as alive.
        self.child.wait().ok();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn said(log: &Path) -> String {
    fs::read_to_string(log).unwrap_or_default()
}
