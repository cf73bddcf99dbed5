//! Passwords: whether one is worth having, its hash, and whether one is right.
//!
//! A hash takes 19 MiB and some 30 ms, so only a few are made at once: whoever sends many sign-ins waits, and the rest
//! of the program does not.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

/// Letters of the shortest password (NIST SP 800-63B-4 §3.1.1 asks for 8 beside a second factor, 15 without).
pub const SHORTEST: usize = 12;
/// Bytes of the longest: a page's form could hold more, and nobody types it.
const LONGEST: usize = 1024;
/// How many are worked out at once.
const AT_ONCE: usize = 2;
/// Of 0 to 4: "safely unguessable" and better.
const GOOD: u8 = 3;
/// So many letters have to be of one's own making, beside names and addresses.
const BESIDE: usize = 8;
/// Words of fewer letters tell nothing.
const TELLING: usize = 3;
/// Letters that are looked at when a password's worth is judged, which takes time by their square.
const JUDGED: usize = 100;

/// Why a password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few letters.
    #[error("Use at least {SHORTEST} characters; a few words are easy to remember.")]
    Short,
    /// More than anybody types.
    #[error("Use at most {LONGEST} bytes.")]
    Long,
    /// Soon guessed.
    #[error("This password is soon guessed. {0}")]
    Guessable(String),
}

/// Says whether a password may be had; `about` are words that whoever guesses tries first: name, address, company.
///
/// # Errors
/// [`WeakPassword`], in words for who chose it.
pub fn check_strength(password: &SecretString, about: &[&str]) -> Result<(), WeakPassword> {
    let password = password.expose_secret();
    if password.len() > LONGEST {
        return Err(WeakPassword::Long);
    }
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::Short);
    }
    let judged: String = password.chars().take(JUDGED).collect();
    let known = words(about);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if letters_beside(&judged, &known) < BESIDE {
        let why = "It is little more than your name or address.";
        return Err(WeakPassword::Guessable(why.to_owned()));
    }
    let estimate = zxcvbn::zxcvbn(&judged, &known);
    if u8::from(estimate.score()) >= GOOD {
        return Ok(());
    }
    let why = estimate
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning)
        .map_or_else(
            || "Add another word or two.".to_owned(),
            |warning| warning.to_string(),
        );
    Err(WeakPassword::Guessable(why))
}

/// Names and addresses as a whole and word by word, in lower case.
fn words(about: &[&str]) -> Vec<String> {
    let whole = about.iter().map(|text| text.to_lowercase());
    let parts = about
        .iter()
        .flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    whole.chain(parts).collect()
}

/// How many letters are left when what everybody knows is taken out, the longest first.
fn letters_beside(password: &str, known: &[&str]) -> usize {
    let mut words: Vec<&str> = known.to_vec();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let telling = words.iter().filter(|word| word.chars().count() >= TELLING);
    let rest = telling.fold(password.to_lowercase(), |rest, word| rest.replace(word, ""));
    rest.chars().count()
}

/// Works hashes out, a few at a time.
#[derive(Debug, Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Hasher {
    /// The hash to be stored, in the PHC string format with its own salt and costs; nothing when the machine gives no
    /// randomness or memory.
    pub async fn hash(&self, password: SecretString) -> Option<String> {
        self.work(move || {
            let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
            hash.ok().map(|hash| hash.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it is not, and takes as long to say.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> bool {
        self.work(move || {
            let password = password.expose_secret().as_bytes();
            let Some(hash) = hash else {
                let _ = Argon2::default().hash_password(password);
                return Some(false);
            };
            let hash = PasswordHash::new(&hash).ok()?;
            Some(Argon2::default().verify_password(password, &hash).is_ok())
        })
        .await
        .unwrap_or(false)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let _turn = self.turns.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok().flatten()
    }
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
