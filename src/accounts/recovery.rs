//! Recovery codes: ten that are shown once and stand in for the authenticator app, each once.

use data_encoding::BASE32_NOPAD;
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::secrets::Fingerprint;

/// How many a user gets.
const COUNT: usize = 10;
/// Bytes of one: 80 bits are beyond guessing, so a plain hash of it may be stored.
const BYTES: usize = 10;
/// Letters between two dashes.
const GROUP: usize = 4;

/// A code as a person keeps it: `ABCD-EFGH-IJKL-MNOP`.
#[derive(Debug, Clone)]
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// A new set.
    pub fn generate(random: &mut impl CryptoRng) -> Vec<Self> {
        (0..COUNT).map(|_| Self::one(random)).collect()
    }

    /// One as it was typed, in any case and with or without dashes; nothing where it can't be one.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let letters: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let decoded = BASE32_NOPAD.decode(letters.as_bytes()).ok()?;
        (decoded.len() == BYTES).then(|| Self::of(&letters))
    }

    /// As a person keeps it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> String {
        Fingerprint::of(self.text()).hex()
    }

    fn one(random: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        random.fill_bytes(bytes.as_mut_slice());
        Self::of(&BASE32_NOPAD.encode(bytes.as_slice()))
    }

    fn of(letters: &str) -> Self {
        let mut text = String::with_capacity(letters.len() + letters.len() / GROUP);
        for (place, letter) in letters.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        Self(text.into())
    }
}

#[cfg(test)]
#[path = "recovery_tests.rs"]
mod tests;
