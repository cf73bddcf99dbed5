//! Time-based one-time codes (RFC 6238) of six digits over HMAC-SHA-1 (RFC 4226), as every authenticator app makes them.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use url::Url;
use zeroize::Zeroizing;

/// Seconds for which a code holds.
pub const PERIOD: i64 = 30;
/// Periods before and after this one whose codes are taken: clocks go wrong, and typing takes time (§5.2).
const DRIFT: i64 = 1;
/// Bytes of a secret: as long as the hash (RFC 4226 §4 R6).
const SECRET_BYTES: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;

/// What an authenticator app and Mailroom share; base32.
#[derive(Debug, Clone)]
pub struct CodeSecret(SecretString);

impl CodeSecret {
    /// A new one.
    pub fn generate(random: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
        random.fill_bytes(bytes.as_mut_slice());
        Self(BASE32_NOPAD.encode(bytes.as_slice()).into())
    }

    /// One as it was stored.
    #[must_use]
    pub fn stored(text: SecretString) -> Self {
        Self(text)
    }

    /// As it is stored, and typed into an app by who can't scan.
    #[must_use]
    pub fn text(&self) -> &SecretString {
        &self.0
    }

    /// What apps read from a picture: `otpauth://totp/Mailroom:anna@example.com?secret=…&issuer=Mailroom`.
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> Option<SecretString> {
        let mut address = Url::parse("otpauth://totp/").ok()?;
        address.set_path(&format!("{issuer}:{account}"));
        address
            .query_pairs_mut()
            .append_pair("secret", self.0.expose_secret())
            .append_pair("issuer", issuer);
        Some(address.as_str().into())
    }

    /// The period whose code this is, of those that are taken now; nothing where it is none of them.
    #[must_use]
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let current = now.timestamp().div_euclid(PERIOD);
        // All are compared, whichever is right, so that time tells nothing.
        (current - DRIFT..=current + DRIFT).fold(None, |found, step| {
            let right = self
                .code(step)
                .is_some_and(|code| bool::from(code.as_bytes().ct_eq(typed.as_bytes())));
            if right { Some(step) } else { found }
        })
    }

    /// What an app shows at that moment.
    #[cfg(test)]
    pub(crate) fn shown_at(&self, now: DateTime<Utc>) -> String {
        self.code(now.timestamp().div_euclid(PERIOD))
            .unwrap_or_default()
    }

    /// The code of a period; nothing where the secret is damaged.
    fn code(&self, step: i64) -> Option<String> {
        let key = Zeroizing::new(
            BASE32_NOPAD
                .decode(self.0.expose_secret().as_bytes())
                .ok()?,
        );
        let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
        mac.update(&u64::try_from(step).ok()?.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        // RFC 4226 §5.3: the last four bits say where the number begins, whose sign is left out.
        let offset = usize::from(digest.last()? & 0x0f);
        let number: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
        let number = (u32::from_be_bytes(number) & 0x7fff_ffff) % 1_000_000;
        Some(format!("{number:0DIGITS$}"))
    }
}

#[cfg(test)]
#[path = "one_time_code_tests.rs"]
mod tests;
