//! What Google says, in callbacks, at its token endpoint and on its own error pages (from which a person copies it).

use super::Stage::{Authorize, Code};
use super::table::{Row, errors};
use crate::cause::{Cause, Who};

pub(super) static ROWS: &[Row] = &[
    errors(&["access_denied"])
        .at(&[Authorize])
        .saying(&["test", "verification process", "verified"])
        .red_for(
            Cause::AppNotAllowed,
            Who::Admin,
            "The app is still in testing: add the mailbox's address under Audience > Test users in the Google Cloud console, or publish the app there, or set it to Internal where all accounts are of one Workspace. Then sign in again.",
        ),
    errors(&["access_denied"]).at(&[Authorize]).cancelled(
        "Press Sign in again when you are ready; where Google itself showed \"Error 403: access_denied\", the admin must first add the address under Audience > Test users in the Google Cloud console.",
    ),
    errors(&["admin_policy_enforced"]).red_for(
        Cause::AppNotAllowed,
        Who::Provider,
        "Have the Workspace administrator open Security > Access and data control > API controls > Manage third-party app access, add this app by its client ID and set it to Trusted; then sign in again.",
    ),
    errors(&["org_internal"]).red_for(
        Cause::AccountKindWrong,
        Who::MailboxOwner,
        "The app is Internal to another organization: sign in with an account of that organization, or have the admin set the app to External in the Google Cloud console.",
    ),
    errors(&["redirect_uri_mismatch"]).red_for(
        Cause::RedirectMismatch,
        Who::Admin,
        "Copy the redirect URL shown on the mail server's page exactly into the client's Authorized redirect URIs in the Google Cloud console, then sign in again.",
    ),
    errors(&["invalid_client"])
        .saying(&["not found"])
        .red_for(
            Cause::ClientUnknown,
            Who::Admin,
            "Copy the client ID from the Google Cloud console (it ends in .apps.googleusercontent.com) into the mail server's `oauth` section and run `mailroom apply` again.",
        ),
    errors(&["invalid_client"]).red_for(
        Cause::ClientSecretWrong,
        Who::Admin,
        "Copy the client secret from the Google Cloud console into the mail server's `oauth` section and run `mailroom apply` again.",
    ),
    errors(&["deleted_client"]).red_for(
        Cause::ClientUnknown,
        Who::Admin,
        "The client was deleted (Google does so after six months without use): restore it in the Google Cloud console within 30 days, or make a new one and give its ID and secret in the mail server's `oauth` section.",
    ),
    errors(&["disabled_client"]).red_for(
        Cause::AppDisabled,
        Who::Admin,
        "The client is disabled: enable it in the Google Cloud console, or ask Google there why; then press Try again or run `mailroom scan` once.",
    ),
    errors(&["disallowed_useragent"]).red_for(
        Cause::RequestRefused,
        Who::MailboxOwner,
        "Open the sign-in in a normal browser, not inside another program's window, and sign in again.",
    ),
    errors(&["unauthorized_client"]).red_for(
        Cause::AppNotAllowed,
        Who::Provider,
        "For a service account, have the Workspace administrator authorize domain-wide delegation for its client ID with the scope https://mail.google.com/; for other clients, check their kind in the Google Cloud console.",
    ),
    errors(&["invalid_grant"])
        .with_suberror(&["invalid_rapt", "rapt_required"])
        .red_for(
            Cause::BlockedByPolicy,
            Who::Provider,
            "The Workspace's session control ends the permission: have its administrator exempt this app (Google Cloud session control: trusted apps), then sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
        ),
    errors(&["invalid_grant"])
        .saying(&["account has been deleted"])
        .red(Cause::AccountDisabled),
    errors(&["invalid_grant"])
        .saying(&["expired or revoked"])
        .red_for(
            Cause::ConsentRevoked,
            Who::MailboxOwner,
            "Sign in again on the mailbox's page or with `mailroom authorize ADDRESS`. If it comes back every 7 days, the app is still in testing: publish it or set it to Internal in the Google Cloud console. Otherwise the password was changed, the permission was withdrawn or unused for six months, or the account has given this app more than 100 permissions.",
        ),
    errors(&["invalid_grant"])
        .at(&[Code])
        .cancelled("The code was used already or too old: press Sign in again."),
];

#[cfg(test)]
#[path = "google_tests.rs"]
pub(super) mod tests;
