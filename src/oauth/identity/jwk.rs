//! A provider's public key (RFC 7517, RFC 7518 §6) and the check of a signature with it, by ring.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use super::distrust::Distrust;
use super::signed::{Algorithm, Signed};

/// A key that identity tokens may be signed with.
#[derive(Debug, Clone)]
pub(super) struct Key {
    id: Option<String>,
    /// Whom alone it signs for, where the provider says so (Microsoft).
    issuer: Option<String>,
    public: Public,
}

#[derive(Debug, Clone)]
enum Public {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { point: Vec<u8> },
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    issuer: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a set that could have signed an identity token; all others are passed over.
pub(super) fn keys(set: &Value) -> Option<Vec<Key>> {
    let listed = set.get("keys")?.as_array()?;
    Some(listed.iter().filter_map(Key::read).collect())
}

impl Key {
    fn read(written: &Value) -> Option<Self> {
        let jwk = Jwk::deserialize(written).ok()?;
        if jwk.used_for.is_some_and(|used_for| used_for != "sig") {
            return None;
        }
        let public = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Public::Rsa {
                modulus: whole(jwk.n)?,
                exponent: whole(jwk.e)?,
            },
            ("EC", Some("P-256")) => Public::P256 {
                point: point(jwk.x, jwk.y)?,
            },
            _ => return None,
        };
        let fits = matches!(
            (&public, jwk.alg.as_deref()),
            (_, None) | (Public::Rsa { .. }, Some("RS256")) | (Public::P256 { .. }, Some("ES256"))
        );
        fits.then_some(Self {
            id: jwk.kid,
            issuer: jwk.issuer,
            public,
        })
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether it may be the one that a token is signed with.
    pub(super) fn fits(&self, token: &Signed<'_>) -> bool {
        let kind = match self.public {
            Public::Rsa { .. } => Algorithm::Rs256,
            Public::P256 { .. } => Algorithm::Es256,
        };
        kind == token.algorithm && (token.key_id.is_none() || self.id == token.key_id)
    }

    pub(super) fn verify(&self, token: &Signed<'_>) -> Result<(), Distrust> {
        let message = token.message.as_bytes();
        let verdict = match &self.public {
            Public::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, &token.signature),
            Public::P256 { point } => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(message, &token.signature),
        };
        verdict.map_err(|_| Distrust::Signature)
    }
}

fn decoded(text: Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

/// A number as ring takes it: without zeros in front.
fn whole(text: Option<String>) -> Option<Vec<u8>> {
    let bytes = decoded(text)?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// An uncompressed point (SEC 1 §2.3.3).
fn point(x: Option<String>, y: Option<String>) -> Option<Vec<u8>> {
    let (x, y) = (decoded(x)?, decoded(y)?);
    (x.len() == 32 && y.len() == 32).then(|| [&[4][..], &x, &y].concat())
}
