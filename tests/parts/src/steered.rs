//! Starts a program of `tests/parts/npm` and steers it: lines of JSON over a Unix socket in its folder, apart from the
//! ports that the product sees.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::guard::{Guarded, Signals, new_folder};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/npm");

/// A running program; it and its folder are gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Steered {
    name: &'static str,
    server: Guarded,
    folder: PathBuf,
}

impl Steered {
    /// Starts `script` of `tests/parts/npm`, which needs this npm package, with these words behind its socket's path and
    /// these files beside it.
    pub(crate) fn start(
        name: &'static str,
        script: &str,
        package: &str,
        signals: Signals,
        words: &[OsString],
        files: &[(&str, &str)],
    ) -> Self {
        assert!(
            Path::new(FOLDER)
                .join("node_modules")
                .join(package)
                .is_dir(),
            "{name} for tests is not installed. Install it: apt-get install nodejs npm, then npm ci --prefix tests/parts/npm"
        );
        let folder = new_folder(name);
        for (file, text) in files {
            fs::write(folder.join(file), text)
                .unwrap_or_else(|e| panic!("Can't write {file} into {}: {e}", folder.display()));
        }
        // Whatever it keeps aside goes with the folder.
        let mut home = [OsString::from("TMPDIR="), OsString::from("HOME=")];
        for variable in &mut home {
            variable.push(&folder);
        }
        let mut command = vec!["env".into()];
        command.extend(home);
        command.extend(["node".into(), Path::new(FOLDER).join(script).into()]);
        command.push(socket(&folder).into());
        command.extend_from_slice(words);
        let mut server = Guarded::start(&folder, signals, command);
        let is_ready = || UnixStream::connect(socket(&folder)).is_ok();
        // Node stands still at its start once in a great many times, and not the next time.
        if server.wait_until(is_ready).is_err() {
            server.stop();
            server.start_again();
            server
                .wait_until(is_ready)
                .unwrap_or_else(|e| panic!("{name} for tests does not start: {e}"));
        }
        Self {
            name,
            server,
            folder,
        }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has it do something; what it answers.
    pub(crate) fn order(&self, action: &str, order: Value) -> Value {
        self.try_order(action, order).unwrap_or_else(|e| {
            panic!(
                "{} for tests can't do {action}: {e}\n{}",
                self.name,
                self.server.output()
            )
        })
    }

    /// As [`Steered::order`]; the error is the program's own.
    pub(crate) fn try_order(&self, action: &str, mut order: Value) -> Result<Value, String> {
        if !order.is_object() {
            order = json!({});
        }
        if let Some(fields) = order.as_object_mut() {
            fields.insert("do".to_owned(), action.into());
        }
        let mut answer = self
            .say(&order.to_string())
            .map_err(|e| format!("it does not answer: {e}"))?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer.get_mut("done").map(Value::take).unwrap_or_default()),
        }
    }

    fn say(&self, line: &str) -> std::io::Result<Value> {
        let mut stream = UnixStream::connect(socket(&self.folder))?;
        writeln!(stream, "{line}")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("steering")
}
