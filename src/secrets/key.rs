//! One key of 32 random bytes, its text form, and the short id that sealed rows name it by.

use std::fmt::{self, Debug, Display};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;

/// Names a key without telling it: the first 8 bytes of a hash of the key, in hex.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// The id as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for KeyId {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with a text that should be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// There is no key in it.
    #[error("it holds no key")]
    Empty,
    /// Not base64.
    #[error("it is not base64")]
    NotBase64,
    /// Base64 of another number of bytes.
    #[error("it is {0} bytes long and a key has 32")]
    Length(usize),
}

/// A key for sealing secrets. Wiped from memory when dropped; never shown.
pub struct Key {
    id: KeyId,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl Key {
    /// A new random key.
    pub fn generate(random: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
        random.fill_bytes(bytes.as_mut_slice());
        Self::new(bytes)
    }

    /// Reads base64 (padded or not) of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyProblem> {
        let text = text.trim().trim_end_matches('=');
        if text.is_empty() {
            return Err(KeyProblem::Empty);
        }
        let decoded = Zeroizing::new(
            STANDARD_NO_PAD
                .decode(text)
                .map_err(|_| KeyProblem::NotBase64)?,
        );
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
        if decoded.len() != KEY_BYTES {
            return Err(KeyProblem::Length(decoded.len()));
        }
        bytes.copy_from_slice(&decoded);
        Ok(Self::new(bytes))
    }

    /// The key as base64, for a key file.
    #[must_use]
    pub fn to_base64(&self) -> SecretString {
        SecretString::from(STANDARD.encode(self.bytes.as_slice()))
    }

    /// Names the key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let mut digest: [u8; 32] = Sha256::new()
            .chain_update(b"mailroom key id\0")
            .chain_update(bytes.as_slice())
            .finalize()
            .into();
        let mut id = hex::encode(digest);
        id.truncate(16);
        digest.zeroize();
        Self {
            id: KeyId(id),
            bytes,
        }
    }
}

impl Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Reads the keys of a key file or variable: separated by white space or commas, the newest first, `#` starts a comment.
pub(super) fn parse_keys(text: &SecretString) -> Result<Vec<Key>, KeyProblem> {
    let keys = text
        .expose_secret()
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split([' ', '\t', ',']))
        .filter(|word| !word.is_empty())
        .map(Key::parse)
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        Err(KeyProblem::Empty)
    } else {
        Ok(keys)
    }
}
