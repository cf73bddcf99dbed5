//! The ring of keys: where it comes from, sealing with its first key, opening with whichever key a row names.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::key::{Key, KeyId, KeyProblem, parse_keys};

/// First byte of a sealed text: the layout `1 | nonce (24) | cipher text and tag`.
const LAYOUT: u8 = 1;
const NONCE_BYTES: usize = 24;
/// A key file holds a few lines; more is not a key file.
const KEY_FILE_LIMIT: u64 = 64 * 1024;

/// Where the keys come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The text itself, from the environment or the settings file.
    Given(SecretString),
    /// A file that somebody else keeps; it must exist.
    File(PathBuf),
    /// Mailroom's own file, made on the first start.
    Own(PathBuf),
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file can't be read.
    #[error("The key file {path} can't be read: {source}. Put it back, or set secret_key_file to where it is", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file can't be made.
    #[error("The key file {path} can't be written: {source}. The data folder must be writable, or give a key by MAILROOM_SECRET_KEY", path = path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Other users of the machine can read it.
    #[error("The key file {path} can be read by other users (mode {mode:03o}). Run: chmod 600 {path}", path = path.display())]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It holds something else.
    #[error(
        "The key in {origin} is wrong: {problem}. A key is 32 random bytes in base64: openssl rand -base64 32"
    )]
    Wrong {
        /// Which file or setting.
        origin: String,
        /// What is wrong.
        problem: KeyProblem,
    },
}

/// Why a sealed secret does not open.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Sealed with a key that is not in the ring.
    #[error(
        "The secret in {place} was sealed with key {key_id}, which is not among the given keys. Give that key back (MAILROOM_SECRET_KEY or secret.key), or set the secret again"
    )]
    UnknownKey {
        /// Where it is stored.
        place: String,
        /// The missing key.
        key_id: KeyId,
    },
    /// Altered, or moved from another row, table or column.
    #[error("The secret in {place} was altered or belongs to another row; set it again")]
    Tampered {
        /// Where it is stored.
        place: String,
    },
}

/// The cell of the database that a sealed secret lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table name.
    pub table: &'a str,
    /// Primary key of the row.
    pub row: i64,
    /// Column name.
    pub column: &'a str,
}

impl Place<'_> {
    fn describe(&self) -> String {
        format!("{} row {} ({})", self.table, self.row, self.column)
    }

    fn bound_to(&self, key_id: &KeyId) -> Vec<u8> {
        format!(
            "mailroom\0{}\0{}\0{}\0{key_id}",
            self.table, self.row, self.column
        )
        .into_bytes()
    }
}

/// A secret that only the ring can open, in the place it was sealed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key opens it.
    pub key_id: KeyId,
    /// Layout byte, nonce, cipher text and tag.
    pub bytes: Vec<u8>,
}

/// The keys: the first seals, all of them open.
#[derive(Debug)]
pub struct KeyRing {
    sealing: Key,
    older: Vec<Key>,
}

impl KeyRing {
    /// A ring of one key.
    #[must_use]
    pub fn of(key: Key) -> Self {
        Self {
            sealing: key,
            older: Vec::new(),
        }
    }

    /// Reads the keys, making Mailroom's own file when it is not there yet.
    pub fn load(source: &KeySource, random: &mut impl CryptoRng) -> Result<Self, KeyError> {
        match source {
            KeySource::Given(text) => Self::parse(text, "MAILROOM_SECRET_KEY"),
            KeySource::File(path) => {
                Self::parse(&read(path, Others::Warn)?, &path.display().to_string())
            }
            KeySource::Own(path) => {
                if !path.exists() {
                    create(path, &Key::generate(random)).map_err(|source| KeyError::Write {
                        path: path.clone(),
                        source,
                    })?;
                }
                Self::parse(&read(path, Others::Refuse)?, &path.display().to_string())
            }
        }
    }

    /// Encrypts `plain` for one place.
    #[must_use]
    pub fn seal(
        &self,
        place: &Place<'_>,
        plain: &SecretString,
        random: &mut impl CryptoRng,
    ) -> Sealed {
        let mut nonce = [0_u8; NONCE_BYTES];
        random.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: plain.expose_secret().as_bytes(),
            aad: &place.bound_to(self.sealing.id()),
        };
        // The only error is a text above 256 GiB; an empty text opens as tampered, never as a wrong secret.
        let cipher_text = cipher(&self.sealing)
            .encrypt(&XNonce::from(nonce), payload)
            .unwrap_or_default();
        let mut bytes = Vec::with_capacity(1 + NONCE_BYTES + cipher_text.len());
        bytes.push(LAYOUT);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&cipher_text);
        Sealed {
            key_id: self.sealing.id().clone(),
            bytes,
        }
    }

    /// Decrypts what was sealed for `place`.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretString, OpenError> {
        let key = std::iter::once(&self.sealing)
            .chain(&self.older)
            .find(|key| *key.id() == sealed.key_id)
            .ok_or_else(|| OpenError::UnknownKey {
                place: place.describe(),
                key_id: sealed.key_id.clone(),
            })?;
        open_with(key, place, sealed).ok_or_else(|| OpenError::Tampered {
            place: place.describe(),
        })
    }

    fn parse(text: &SecretString, origin: &str) -> Result<Self, KeyError> {
        let mut keys = parse_keys(text)
            .map_err(|problem| KeyError::Wrong {
                origin: origin.to_owned(),
                problem,
            })?
            .into_iter();
        let sealing = keys.next().ok_or_else(|| KeyError::Wrong {
            origin: origin.to_owned(),
            problem: KeyProblem::Empty,
        })?;
        Ok(Self {
            sealing,
            older: keys.collect(),
        })
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes()).into())
}

fn open_with(key: &Key, place: &Place<'_>, sealed: &Sealed) -> Option<SecretString> {
    let (layout, rest) = sealed.bytes.split_first()?;
    let (nonce, cipher_text) = rest.split_first_chunk::<NONCE_BYTES>()?;
    if *layout != LAYOUT {
        return None;
    }
    let payload = Payload {
        msg: cipher_text,
        aad: &place.bound_to(key.id()),
    };
    let plain = Zeroizing::new(cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()?);
    std::str::from_utf8(&plain).ok().map(SecretString::from)
}

/// What is done about a key file that others can read.
#[derive(Clone, Copy)]
enum Others {
    /// Ours: refused.
    Refuse,
    /// Somebody else's (a mounted container secret is often 0444): told.
    Warn,
}

fn read(path: &Path, others: Others) -> Result<SecretString, KeyError> {
    let failed = |source| KeyError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        match others {
            Others::Refuse => {
                return Err(KeyError::TooOpen {
                    path: path.to_owned(),
                    mode,
                });
            }
            Others::Warn => {
                let mode = format!("{mode:03o}");
                tracing::warn!(path = %path.display(), mode, "The key file can be read by other users of this machine");
            }
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.take(KEY_FILE_LIMIT)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(SecretString::from(text.as_str()))
}

/// Writes the key beside its place and links it in: two starts at once agree on one key, a crash leaves no half file.
fn create(path: &Path, key: &Key) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let written = write_new(&draft, key).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed)?;
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, key: &Key) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(
        file,
        "# Opens Mailroom's stored secrets. Keep a copy apart from the database."
    )?;
    writeln!(file, "{}", key.to_base64().expose_secret())?;
    file.sync_all()
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
