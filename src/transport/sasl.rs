//! What the SASL mechanisms say: PLAIN (RFC 4616), OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's and Microsoft's own).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::endpoint::Login;
use super::error::ServerError;
use super::words::clean;

/// Bytes that may hold a secret.
pub(crate) type SecretBytes = Zeroizing<Vec<u8>>;

/// One way to sign in with AUTHENTICATE or AUTH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    Plain,
    XOAuth2,
    OAuthBearer,
}

impl Mechanism {
    /// The mechanism that takes this kind of login.
    pub(crate) fn of(login: &Login) -> Self {
        match login {
            Login::Password { .. } => Self::Plain,
            Login::XOAuth2 { .. } => Self::XOAuth2,
            Login::OAuthBearer { .. } => Self::OAuthBearer,
        }
    }

    /// Its registered name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    /// What to send back once the server has said why it refuses a token: nothing (XOAUTH2) or one `\x01`
    /// (RFC 7628 §3.2.3). Only then comes its NO or -ERR.
    pub(crate) fn acknowledgement(self) -> SecretBytes {
        match self {
            Self::OAuthBearer => b"AQ==".to_vec().into(),
            Self::Plain | Self::XOAuth2 => Zeroizing::default(),
        }
    }
}

/// The initial response, in base64.
pub(crate) fn initial_response(
    login: &Login,
    host: &str,
    port: u16,
) -> Result<SecretBytes, ServerError> {
    let (user, secret) = match login {
        Login::Password { user, password } => (user, password),
        Login::XOAuth2 { user, token } | Login::OAuthBearer { user, token } => (user, token),
    };
    let secret = secret.expose_secret();
    refuse_separators(login, user, secret)?;
    let plain = Zeroizing::new(match login {
        Login::Password { .. } => format!("\0{user}\0{secret}"),
        Login::XOAuth2 { .. } => format!("user={user}\x01auth=Bearer {secret}\x01\x01"),
        Login::OAuthBearer { .. } => {
            // RFC 5801 §4: `=` and `,` have a meaning of their own in this header.
            let user = user.replace('=', "=3D").replace(',', "=2C");
            format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {secret}\x01\x01")
        }
    });
    Ok(Zeroizing::new(
        STANDARD.encode(plain.as_bytes()).into_bytes(),
    ))
}

fn refuse_separators(login: &Login, user: &str, secret: &str) -> Result<(), ServerError> {
    let separators: &[char] = match login {
        Login::Password { .. } => &['\0'],
        Login::XOAuth2 { .. } | Login::OAuthBearer { .. } => &['\0', '\x01', '\r', '\n'],
    };
    if user.contains(separators) || secret.contains(separators) {
        return Err(ServerError::BadSetting {
            what: "the login has a control character in it".to_owned(),
        });
    }
    Ok(())
}

/// The status in the server's reason for refusing a token, such as `401` or `invalid_token`.
pub(crate) fn refusal_status(challenge: &str) -> Option<String> {
    let json = STANDARD.decode(challenge).ok()?;
    let reason: serde_json::Value = serde_json::from_slice(&json).ok()?;
    let status = match reason.get("status")? {
        serde_json::Value::String(text) => clean(text),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(status)
}

#[cfg(test)]
#[path = "sasl_tests.rs"]
mod tests;
