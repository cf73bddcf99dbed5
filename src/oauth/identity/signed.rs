//! An identity token in its outer form: a signed text in three pieces (RFC 7515 §7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::claims::Claims;
use super::distrust::Distrust;
use crate::cause::provider_words;

/// Real ones have one or two kilobytes; a member of very many groups may have ten times that.
const LONGEST: usize = 32 << 10;

/// How it is signed. Nothing else is taken: not `none`, and no secret key where a public one belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSA with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

/// A token taken to pieces, nothing of it checked.
pub(super) struct Signed<'a> {
    pub(super) algorithm: Algorithm,
    /// Which key it says it is signed with.
    pub(super) key_id: Option<String>,
    /// What the signature is over.
    pub(super) message: &'a str,
    pub(super) signature: Vec<u8>,
    payload: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

impl<'a> Signed<'a> {
    pub(super) fn read(token: &'a str) -> Result<Self, Distrust> {
        if token.len() > LONGEST {
            return Err(Distrust::TooLong);
        }
        let malformed = Distrust::Malformed("its form");
        let (message, signature) = token.rsplit_once('.').ok_or(malformed)?;
        let (header, payload) = message
            .split_once('.')
            .ok_or(Distrust::Malformed("its form"))?;
        let header: Header = serde_json::from_slice(&decoded(header)?)
            .map_err(|_| Distrust::Malformed("its header"))?;
        // What must be understood and is not (RFC 7515 §4.1.11).
        if header.crit.is_some() {
            return Err(Distrust::Algorithm("crit".to_owned()));
        }
        let algorithm = match header.alg.as_str() {
            "RS256" => Algorithm::Rs256,
            "ES256" => Algorithm::Es256,
            other => return Err(Distrust::Algorithm(provider_words(other))),
        };
        Ok(Self {
            algorithm,
            key_id: header.kid,
            message,
            signature: decoded(signature)?,
            payload: decoded(payload)?,
        })
    }

    /// What it says; look at the signature first.
    pub(super) fn claims(&self) -> Result<Claims, Distrust> {
        serde_json::from_slice(&self.payload).map_err(|_| Distrust::Malformed("what it says"))
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, Distrust> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Distrust::Malformed("its form"))
}
