use super::super::tests::Colour::{Cancelled, Health, Red};
use super::super::tests::{Case, case};
use crate::cause::{Cause, Who};
use crate::oauth::Provider::{Fastmail, Generic, Yahoo, Yandex};
use crate::oauth::signals::Stage::{Authorize, Code, Device, Token};

pub(in crate::oauth::signals) fn cases() -> Vec<Case> {
    let mut cases = in_the_browser();
    cases.extend(at_the_token_endpoint());
    cases.extend(of_grants());
    cases.extend(of_devices());
    cases
}

fn in_the_browser() -> Vec<Case> {
    vec![
        case(
            Generic,
            Authorize,
            0,
            "error=access_denied&error_description=End-User+aborted+interaction&state=x&iss=https%3A%2F%2Fid.example",
            Cancelled,
            "Sign in again",
        ),
        case(
            Generic,
            Authorize,
            0,
            "error=temporarily_unavailable&state=x",
            Health,
            "temporarily_unavailable",
        ),
        case(
            Generic,
            Authorize,
            0,
            "error=server_error&state=x",
            Health,
            "server_error",
        ),
        case(
            Generic,
            Authorize,
            0,
            "error=login_required&error_description=End-User+authentication+is+required&state=x",
            Red(Cause::InteractionRequired, Who::MailboxOwner),
            "sign in again",
        ),
        case(
            Fastmail,
            Authorize,
            0,
            "error=invalid_request&error_description=redirect_uri+does+not+match&state=x",
            Red(Cause::RedirectMismatch, Who::Admin),
            "letter by letter",
        ),
        case(
            Generic,
            Authorize,
            0,
            "error=invalid_redirect_uri&error_description=redirect_uri+did+not+match+any+of+the+client%27s+registered+redirect_uris&state=x",
            Red(Cause::RedirectMismatch, Who::Admin),
            "letter by letter",
        ),
        case(
            Generic,
            Authorize,
            0,
            "error=invalid_scope&error_description=requested+scope+is+not+allowed&scope=mail&state=x",
            Red(Cause::RequestRefused, Who::Admin),
            "`scopes`",
        ),
    ]
}

fn at_the_token_endpoint() -> Vec<Case> {
    vec![
        case(
            Generic,
            Token,
            400,
            r#"{"error":"invalid_client","error_description":"could not authenticate the client - its client secret is expired"}"#,
            Red(Cause::ClientSecretExpired, Who::Admin),
            "new client secret",
        ),
        case(
            Generic,
            Token,
            401,
            r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
            Red(Cause::ClientSecretWrong, Who::Admin),
            "client secret",
        ),
        case(
            Generic,
            Token,
            400,
            r#"{"error":"unauthorized_client","error_description":"requested grant type is not allowed for this client"}"#,
            Red(Cause::RequestRefused, Who::Admin),
            "refresh tokens",
        ),
        case(
            Yandex,
            Token,
            400,
            r#"{"error":"unsupported_grant_type","error_description":"unknown grant_type"}"#,
            Red(Cause::RequestRefused, Who::Admin),
            "`oauth` section",
        ),
        case(
            Generic,
            Token,
            503,
            "<html>Service Unavailable</html>",
            Health,
            "503",
        ),
        case(Generic, Token, 429, "", Health, "429"),
    ]
}

fn of_devices() -> Vec<Case> {
    vec![
        case(
            Generic,
            Device,
            400,
            r#"{"error":"authorization_pending"}"#,
            Health,
            "authorization_pending",
        ),
        case(
            Generic,
            Device,
            400,
            r#"{"error":"slow_down"}"#,
            Health,
            "slow_down",
        ),
        case(
            Generic,
            Device,
            400,
            r#"{"error":"expired_token","error_description":"device code is expired"}"#,
            Cancelled,
            "start again",
        ),
        case(
            Generic,
            Device,
            400,
            r#"{"error":"access_denied","error_description":"End-User aborted interaction"}"#,
            Cancelled,
            "Sign in again",
        ),
    ]
}

fn of_grants() -> Vec<Case> {
    vec![
        case(
            Generic,
            Token,
            400,
            r#"{"error":"invalid_grant","error_description":"grant request is invalid"}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "sign in again",
        ),
        case(
            Generic,
            Token,
            400,
            r#"{"error":"invalid_grant","error_description":"refresh token already used"}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "same refresh token twice",
        ),
        case(
            Yahoo,
            Token,
            401,
            r#"{"error":"INVALID_GRANT","error_description":"The refresh token was revoked"}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "withdrawn",
        ),
        case(
            Yandex,
            Token,
            400,
            r#"{"error":"invalid_grant","error_description":"refresh token has expired"}"#,
            Red(Cause::RefreshExpired, Who::MailboxOwner),
            "not used",
        ),
        case(
            Generic,
            Code,
            400,
            r#"{"error":"invalid_grant","error_description":"authorization code is expired"}"#,
            Cancelled,
            "press Sign in again",
        ),
        case(
            Generic,
            Device,
            400,
            r#"{"error":"invalid_grant","error_description":"device code not found"}"#,
            Cancelled,
            "start again",
        ),
    ]
}
