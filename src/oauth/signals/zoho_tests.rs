use super::super::tests::Colour::{Cancelled, Health, Red};
use super::super::tests::{Case, case};
use crate::cause::{Cause, Who};
use crate::oauth::Provider::Zoho;
use crate::oauth::signals::Stage::{Code, Token};

pub(in crate::oauth::signals) fn cases() -> Vec<Case> {
    vec![
        case(
            Zoho,
            Token,
            400,
            r#"{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}"#,
            Health,
            "too many requests",
        ),
        case(
            Zoho,
            Token,
            200,
            r#"{"error":"invalid_code"}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "sign in again",
        ),
        case(
            Zoho,
            Code,
            200,
            r#"{"error":"invalid_code"}"#,
            Cancelled,
            "press Sign in again",
        ),
        case(
            Zoho,
            Token,
            200,
            r#"{"error":"invalid_client_secret"}"#,
            Red(Cause::ClientSecretWrong, Who::Admin),
            "client secret",
        ),
        case(
            Zoho,
            Code,
            200,
            r#"{"error":"invalid_redirect_uri"}"#,
            Red(Cause::RedirectMismatch, Who::Admin),
            "letter by letter",
        ),
        case(
            Zoho,
            Token,
            200,
            r#"{"error":"invalid_client"}"#,
            Red(Cause::ClientUnknown, Who::Admin),
            "region",
        ),
    ]
}
