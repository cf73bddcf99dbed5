//! What a person types, line by line, and secrets that nobody looks on.

use std::io::{self, BufRead as _, IsTerminal as _, Stdin, Write as _};

use anyhow::bail;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;
use tokio::sync::mpsc;

use super::output;

/// Reads the terminal's lines from now on.
///
/// In a thread of its own, which nothing waits for: one that reads can't be told to stop.
pub(super) fn lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Whether whoever sits at the terminal types that they mean it.
///
/// # Errors
/// Where nobody sits there.
pub(super) async fn is_meant() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("Nobody can be asked here; add --yes if it is meant");
    }
    output::line("Type yes to go on:")?;
    let typed = lines().recv().await;
    Ok(typed.is_some_and(|typed| typed.trim().eq_ignore_ascii_case("yes")))
}

/// Asks for a secret and shows nothing of what is typed; where there is no terminal, takes the first line that comes.
/// Nothing when there is none.
pub(super) async fn secret(prompt: &str) -> anyhow::Result<Option<SecretString>> {
    let hidden = Hidden::begin(prompt)?;
    let line = tokio::select! {
        line = async { lines().recv().await } => line,
        _ = tokio::signal::ctrl_c() => {
            drop(hidden);
            bail!("Nothing was done");
        }
    };
    Ok(line.filter(|line| !line.is_empty()).map(SecretString::from))
}

/// A terminal that shows nothing of what is typed until this is dropped.
struct Hidden(Option<(Stdin, Termios)>);

impl Hidden {
    fn begin(prompt: &str) -> io::Result<Self> {
        let stdin = io::stdin();
        let Ok(shown) = tcgetattr(&stdin) else {
            return Ok(Self(None));
        };
        let mut modes = shown.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        modes.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(&stdin, OptionalActions::Flush, &modes)?;
        let hidden = Self(Some((stdin, shown)));
        // The answer may go to a pipe, the question is for the person.
        let mut stderr = io::stderr().lock();
        write!(stderr, "{prompt}")?;
        stderr.flush()?;
        Ok(hidden)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some((stdin, shown)) = &self.0 {
            // A terminal that is gone needs nothing.
            let _ = tcsetattr(stdin, OptionalActions::Now, shown);
        }
    }
}
