//! What a person types, line by line.

use std::io::{self, BufRead as _};

use tokio::sync::mpsc;

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
