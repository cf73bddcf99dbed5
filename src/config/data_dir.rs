//! The data folder: where it is by default, and that nobody else looks into it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Files that show a folder to be Mailroom's.
const OUR_FILES: [&str; 3] = ["secret.key", "mailroom.db", super::FILE_NAME];

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It can't be made or looked at.
    #[error("The data folder {path} can't be used: {source}. Make it writable for this user, or choose another by --data-dir", path = path.display())]
    Unusable {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is a file.
    #[error("The data folder {path} is not a folder. Choose another by --data-dir", path = path.display())]
    NotFolder {
        /// Which path.
        path: PathBuf,
    },
    /// Everybody can look into it, and it holds other things than ours.
    #[error("The data folder {path} is open to every user of this machine (mode {mode:03o}) and mail would be readable. Run: chmod o-rwx {path}, or choose another by --data-dir", path = path.display())]
    Open {
        /// Which folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// `/var/lib/mailroom` for root, else under `XDG_DATA_HOME` or `HOME`.
pub(super) fn default(root: bool, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if root {
        return Some(PathBuf::from("/var/lib/mailroom"));
    }
    // The XDG specification tells to ignore a relative path.
    let base = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    base.or_else(|| Some(variable("HOME")?.join(".local/share")))
        .map(|base| base.join("mailroom"))
}

pub(super) fn prepare(path: &Path) -> Result<Option<String>, DataDirError> {
    let unusable = |source| DataDirError::Unusable {
        path: path.to_owned(),
        source,
    };
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(unusable)?;
            fs::metadata(path).map_err(unusable)?
        }
        other => other.map_err(unusable)?,
    };
    if !metadata.is_dir() {
        return Err(DataDirError::NotFolder {
            path: path.to_owned(),
        });
    }
    let mode = metadata.mode() & 0o7777;
    let for_all = mode & 0o007;
    if for_all == 0 {
        return Ok(None);
    }
    if !is_ours(path).map_err(unusable)?
        || fs::set_permissions(path, Permissions::from_mode(mode & !0o007)).is_err()
    {
        return Err(DataDirError::Open {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(Some(format!(
        "The data folder {} was open to every user of this machine (mode {mode:03o}) and is now closed to them",
        path.display()
    )))
}

fn is_ours(path: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(path)?.next().is_none()
        || OUR_FILES.iter().any(|name| path.join(name).exists()))
}
