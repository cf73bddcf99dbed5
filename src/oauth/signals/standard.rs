//! What every provider says in the standards' words.

use super::Stage::{Authorize, Code, Device};
use super::table::{Row, errors};
use crate::cause::{Cause, Who};

const AGAIN: &str = "Press Sign in again when you are ready.";

pub(super) static ROWS: &[Row] = &[
    errors(&[
        "temporarily_unavailable",
        "server_error",
        "authorization_pending",
        "slow_down",
    ])
    .passing(),
    errors(&["access_denied", "authorization_declined"])
        .at(&[Authorize, Device])
        .cancelled(AGAIN),
    errors(&["expired_token", "code_expired", "bad_verification_code"])
        .at(&[Device])
        .cancelled("The device code is too old: start again."),
    errors(&[
        "interaction_required",
        "login_required",
        "consent_required",
        "account_selection_required",
    ])
    .red(Cause::InteractionRequired),
    errors(&["invalid_client"])
        .saying(&["expired"])
        .red(Cause::ClientSecretExpired),
    errors(&["invalid_client"]).red_for(
        Cause::ClientSecretWrong,
        Who::Admin,
        "Check client ID and client secret in the mail server's `oauth` section against the provider's console and run `mailroom apply` again.",
    ),
    errors(&["redirect_uri_mismatch", "invalid_redirect_uri"]).red(Cause::RedirectMismatch),
    errors(&["invalid_request"])
        .saying(&["redirect_uri", "redirect uri"])
        .red(Cause::RedirectMismatch),
    errors(&["invalid_scope"]).red_for(
        Cause::RequestRefused,
        Who::Admin,
        "Compare the `scopes` of the mail server's `oauth` section with those that the app's registration allows, and run `mailroom apply` again.",
    ),
    errors(&["unauthorized_client"]).red_for(
        Cause::RequestRefused,
        Who::Admin,
        "The app is not registered for this kind of sign-in: allow the authorization code flow with refresh tokens (or the device flow, if that is used) in its registration at the provider.",
    ),
    errors(&["invalid_grant"])
        .at(&[Code])
        .cancelled("The code was used already, too old or of another sign-in: press Sign in again."),
    errors(&["invalid_grant"])
        .at(&[Device])
        .cancelled("The device code is not known any more: start again."),
    errors(&["invalid_grant"])
        .saying(&["already been used", "already used", "already consumed", "reuse"])
        .red_for(
            Cause::ConsentRevoked,
            Who::MailboxOwner,
            "The provider saw the same refresh token twice and withdrew the permission: make sure that no other program and no restored copy of this database uses it, then sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
        ),
    errors(&["invalid_grant"])
        .saying(&["revoked"])
        .red(Cause::ConsentRevoked),
    errors(&["invalid_grant"])
        .saying(&["expired", "inactiv"])
        .red(Cause::RefreshExpired),
    errors(&["invalid_grant"]).red(Cause::ConsentRevoked),
];

#[cfg(test)]
#[path = "standard_tests.rs"]
pub(super) mod tests;
