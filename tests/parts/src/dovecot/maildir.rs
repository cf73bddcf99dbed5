//! Puts mail where Dovecot finds it, thousands of messages a second, without asking Dovecot.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::id;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::account::Account;

/// Dovecot gives UIDs in the order of these, so they count from here: 2026-01-01.
const FIRST_SECOND: u64 = 1_767_225_600;
const INBOX: &str = "INBOX";

/// The folder on disk of a mailbox's folder, whose parts are divided by `/`.
pub(super) fn folder_path(home: &Path, folder: &str) -> PathBuf {
    if folder.eq_ignore_ascii_case(INBOX) {
        home.join("inbox")
    } else {
        home.join("mail").join(folder)
    }
}

/// Makes a mailbox's folder with all above it, belonging to Dovecot's account.
pub(super) fn create(users: &Path, home: &Path, folder: &str) -> io::Result<PathBuf> {
    let path = folder_path(home, folder);
    for name in ["cur", "new", "tmp"] {
        let leaf = path.join(name);
        fs::create_dir_all(&leaf)?;
        for made in leaf.ancestors().take_while(|above| *above != users) {
            Account::of_servers().give(made);
        }
    }
    Ok(path)
}

/// Writes one message into a folder that [`create`] made.
pub(super) fn write(folder: &Path, raw: &[u8], received: Option<SystemTime>) -> io::Result<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (second, micro) = (FIRST_SECOND + number / 1_000_000, number % 1_000_000);
    let size = raw.len();
    let on_the_wire = size + lone_line_feeds(raw);
    let name = format!("{second}.M{micro}P{}.parts,S={size},W={on_the_wire}", id());

    let unfinished = folder.join("tmp").join(&name);
    fs::write(&unfinished, raw)?;
    if let Some(received) = received {
        File::options()
            .write(true)
            .open(&unfinished)?
            .set_modified(received)?;
    }
    Account::of_servers().give(&unfinished);
    fs::rename(unfinished, folder.join("cur").join(format!("{name}:2,")))
}

/// Makes Dovecot forget the folder's UIDs: the next who looks finds another UIDVALIDITY.
pub(super) fn forget_uids(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("dovecot") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Dovecot serves each as CR LF, and RFC822.SIZE counts it so.
fn lone_line_feeds(raw: &[u8]) -> usize {
    let before = [b'x'].iter().chain(raw);
    before
        .zip(raw)
        .filter(|(before, byte)| **byte == b'\n' && **before != b'\r')
        .count()
}
