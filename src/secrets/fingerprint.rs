//! What is stored of a secret that only has to be recognised: its SHA-256.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// That of `secret`.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// In lower-case hex, as it is stored.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Its first eight bytes.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.0
            .iter()
            .take(8)
            .fold(0, |number, byte| number << 8 | i64::from(*byte))
    }
}
