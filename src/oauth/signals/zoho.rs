//! What Zoho says instead of RFC 6749's words, most of it with status 200.

use super::Stage::{Code, Token};
use super::table::{Row, errors};
use crate::cause::{Cause, Who};

pub(super) static ROWS: &[Row] = &[
    errors(&["access denied", "access_denied"])
        .at(&[Code, Token])
        .saying(&["too many requests"])
        .passing(),
    errors(&["invalid_code"])
        .at(&[Code])
        .cancelled("The code was used already or too old: press Sign in again."),
    errors(&["invalid_code"]).red(Cause::ConsentRevoked),
    errors(&["invalid_client_secret"]).red(Cause::ClientSecretWrong),
    errors(&["invalid_redirect_uri"]).red(Cause::RedirectMismatch),
    errors(&["invalid_client"]).red_for(
        Cause::ClientUnknown,
        Who::Admin,
        "Copy the client ID from Zoho's API console into the mail server's `oauth` section, check that the preset's region is the one the account is in (zoho.com, .eu, .in …), and run `mailroom apply` again.",
    ),
];

#[cfg(test)]
#[path = "zoho_tests.rs"]
pub(super) mod tests;
