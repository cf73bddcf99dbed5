//! Why an identity token is not to be trusted.

use crate::cause::Cause;
use crate::oauth::error::OAuthError;

/// What is wrong with an identity token, or with what we know to check it by.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Distrust {
    #[error("the mail server's record does not say where the provider's keys are (`jwks`)")]
    NoKeys,
    #[error("the mail server's record does not name the `issuer`")]
    NoIssuer,
    #[error("it is longer than any honest one")]
    TooLong,
    #[error("{0} can't be read")]
    Malformed(&'static str),
    #[error("it is not signed in a way that can be checked (\"{0}\")")]
    Algorithm(String),
    #[error("it is signed with a key that the provider does not publish")]
    UnknownKey,
    #[error("its signature is false")]
    Signature,
    #[error("it was made by \"{0}\"")]
    Issuer(String),
    #[error("it was made for another app")]
    Audience,
    #[error("it has ended; look at this machine's clock")]
    Expired,
    #[error("it is from the future; look at this machine's clock")]
    FromTheFuture,
    #[error("it belongs to another sign-in")]
    Nonce,
}

impl From<Distrust> for OAuthError {
    fn from(distrust: Distrust) -> Self {
        Self::red(
            Cause::RequestRefused,
            format!("The provider's word on who signed in is not to be trusted: {distrust}."),
        )
    }
}
