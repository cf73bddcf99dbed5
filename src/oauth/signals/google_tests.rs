use super::super::tests::Colour::{Cancelled, Health, Red};
use super::super::tests::{Case, case};
use crate::cause::{Cause, Who};
use crate::oauth::Provider::Google;
use crate::oauth::signals::Stage::{Authorize, Code, Device, Token};

pub(in crate::oauth::signals) fn cases() -> Vec<Case> {
    let mut cases = at_the_token_endpoint();
    cases.extend(about_the_app());
    cases.extend(in_the_browser());
    cases
}

fn in_the_browser() -> Vec<Case> {
    vec![
        // What Google shows, handed on by those who come back from its error page.
        case(
            Google,
            Authorize,
            0,
            "error=access_denied&error_description=mailroom+has+not+completed+the+Google+verification+process.+The+app+is+currently+being+tested%2C+and+can+only+be+accessed+by+developer-approved+testers.&state=x",
            Red(Cause::AppNotAllowed, Who::Admin),
            "Test users",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=access_denied&state=x",
            Cancelled,
            "Test users",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=admin_policy_enforced&error_description=Access+to+your+account+data+is+restricted+by+policies+within+your+organization.&state=x",
            Red(Cause::AppNotAllowed, Who::Provider),
            "Trusted",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=org_internal&error_description=This+client+is+restricted+to+users+within+its+organization.&state=x",
            Red(Cause::AccountKindWrong, Who::MailboxOwner),
            "account of that organization",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=redirect_uri_mismatch&error_description=You+can%27t+sign+in+to+this+app+because+it+doesn%27t+comply+with+Google%27s+OAuth+2.0+policy.&state=x",
            Red(Cause::RedirectMismatch, Who::Admin),
            "Authorized redirect URIs",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=disallowed_useragent&error_description=You+can%27t+sign+in+from+this+screen+because+this+app+doesn%27t+comply+with+Google%27s+secure+browsers+policy.&state=x",
            Red(Cause::RequestRefused, Who::MailboxOwner),
            "normal browser",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=invalid_client&error_description=The+OAuth+client+was+not+found.&state=x",
            Red(Cause::ClientUnknown, Who::Admin),
            "client ID",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=deleted_client&error_description=The+OAuth+client+was+deleted.&state=x",
            Red(Cause::ClientUnknown, Who::Admin),
            "30 days",
        ),
        case(
            Google,
            Authorize,
            0,
            "error=invalid_scope&error_description=Some+requested+scopes+were+invalid.+%7Binvalid%3D%5Bmail%5D%7D&state=x",
            Red(Cause::RequestRefused, Who::Admin),
            "`scopes`",
        ),
    ]
}

fn at_the_token_endpoint() -> Vec<Case> {
    vec![
        case(
            Google,
            Token,
            400,
            r#"{"error": "invalid_grant","error_description": "Token has been expired or revoked."}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "7 days",
        ),
        case(
            Google,
            Token,
            400,
            r#"{"error": "invalid_grant","error_description": "reauth related error (invalid_rapt)","error_uri": "https://support.google.com/a/answer/9368756","error_subtype": "invalid_rapt"}"#,
            Red(Cause::BlockedByPolicy, Who::Provider),
            "session control",
        ),
        case(
            Google,
            Token,
            400,
            r#"{"error": "invalid_grant","error_description": "Account has been deleted"}"#,
            Red(Cause::AccountDisabled, Who::Provider),
            "switched off",
        ),
        case(
            Google,
            Token,
            400,
            r#"{"error": "invalid_grant","error_description": "Bad Request"}"#,
            Red(Cause::ConsentRevoked, Who::MailboxOwner),
            "sign in again",
        ),
        case(
            Google,
            Code,
            400,
            r#"{"error": "invalid_grant","error_description": "Malformed auth code."}"#,
            Cancelled,
            "press Sign in again",
        ),
    ]
}

fn about_the_app() -> Vec<Case> {
    vec![
        case(
            Google,
            Token,
            401,
            r#"{"error": "invalid_client","error_description": "The OAuth client was not found."}"#,
            Red(Cause::ClientUnknown, Who::Admin),
            ".apps.googleusercontent.com",
        ),
        case(
            Google,
            Token,
            401,
            r#"{"error": "invalid_client","error_description": "Unauthorized"}"#,
            Red(Cause::ClientSecretWrong, Who::Admin),
            "client secret",
        ),
        case(
            Google,
            Token,
            401,
            r#"{"error": "deleted_client","error_description": "The OAuth client was deleted."}"#,
            Red(Cause::ClientUnknown, Who::Admin),
            "restore",
        ),
        case(
            Google,
            Token,
            401,
            r#"{"error": "disabled_client","error_description": "The OAuth client was disabled."}"#,
            Red(Cause::AppDisabled, Who::Admin),
            "enable",
        ),
        case(
            Google,
            Code,
            400,
            r#"{"error": "redirect_uri_mismatch","error_description": "Bad Request"}"#,
            Red(Cause::RedirectMismatch, Who::Admin),
            "Authorized redirect URIs",
        ),
        case(
            Google,
            Token,
            401,
            r#"{"error": "unauthorized_client","error_description": "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}"#,
            Red(Cause::AppNotAllowed, Who::Provider),
            "domain-wide delegation",
        ),
        case(
            Google,
            Token,
            403,
            r#"{"error": "admin_policy_enforced","error_description": "Access restricted by the policies of the Workspace administrator."}"#,
            Red(Cause::AppNotAllowed, Who::Provider),
            "Trusted",
        ),
        case(
            Google,
            Device,
            403,
            r#"{"error": "access_denied","error_description": "Forbidden"}"#,
            Cancelled,
            "Sign in again",
        ),
        case(
            Google,
            Device,
            428,
            r#"{"error": "authorization_pending","error_description": "Precondition Required"}"#,
            Health,
            "Precondition Required",
        ),
        case(
            Google,
            Token,
            500,
            r#"{"error": "internal_failure","error_description": "Backend Error"}"#,
            Health,
            "Backend Error",
        ),
    ]
}
