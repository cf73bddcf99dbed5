//! A secret that a browser carries: 256 random bits. Only its SHA-256 is stored, so a stolen database signs nobody in.

use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};

use crate::secrets::{Fingerprint, random_secret};

/// Letters of a token: 32 bytes in base64.
const LETTERS: usize = 43;

/// A session's or a ticket's secret.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// A new one.
    pub fn generate(random: &mut impl CryptoRng) -> Self {
        Self(random_secret(random))
    }

    /// One as a browser sent it; nothing where it can't be one.
    #[must_use]
    pub fn sent(text: &str) -> Option<Self> {
        let fits = text.len() == LETTERS
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        fits.then(|| Self(SecretString::from(text)))
    }

    /// Its text, for the cookie or the link.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it: SHA-256 in hex.
    #[must_use]
    pub fn hash(&self) -> String {
        Fingerprint::of(self.expose()).hex()
    }
}
