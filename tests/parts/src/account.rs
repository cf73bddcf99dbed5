//! Who the servers run as: the person who runs the tests, or `nobody` when that is root, whom PostgreSQL refuses.

use std::ffi::OsString;
use std::os::unix::fs::chown;
use std::path::Path;

/// A system account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether a server has to be made to run as it, as the test itself is root.
    drop_to: bool,
}

const NOBODY: u32 = 65_534;

impl Account {
    /// The account for this test's servers.
    pub(crate) fn of_servers() -> Self {
        if rustix::process::geteuid().is_root() {
            return Self {
                uid: NOBODY,
                gid: NOBODY,
                drop_to: true,
            };
        }
        Self {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
            drop_to: false,
        }
    }

    /// Gives it a file or folder.
    pub(crate) fn give(&self, path: &Path) {
        if self.drop_to {
            chown(path, Some(self.uid), Some(self.gid)).unwrap_or_else(|e| {
                panic!("Can't give {} to user {}: {e}", path.display(), self.uid)
            });
        }
    }

    /// The words to put before a command so that it runs as this account.
    pub(crate) fn prefix(&self) -> Vec<OsString> {
        if !self.drop_to {
            return Vec::new();
        }
        [
            "setpriv",
            "--reuid",
            &self.uid.to_string(),
            "--regid",
            &self.gid.to_string(),
            "--clear-groups",
            "--",
        ]
        .map(OsString::from)
        .to_vec()
    }

    /// A user's name, or the number where there is none.
    pub(crate) fn user_name(uid: u32) -> String {
        name_in("/etc/passwd", uid)
    }

    /// A group's name, or the number where there is none.
    pub(crate) fn group_name(gid: u32) -> String {
        name_in("/etc/group", gid)
    }
}

/// Both files have lines of `name:password:number:...`.
fn name_in(file: &str, number: u32) -> String {
    let number = number.to_string();
    std::fs::read_to_string(file)
        .unwrap_or_default()
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.get(2) == Some(&number.as_str()))
        .and_then(|fields| fields.first().map(|name| (*name).to_owned()))
        .unwrap_or(number)
}
