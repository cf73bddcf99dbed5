use serde_json::json;
use url::form_urlencoded;

use super::super::tests::Colour::{Cancelled, Health, Red};
use super::super::tests::{Case, Colour, case};
use crate::cause::{Cause, Who};
use crate::oauth::Provider::Microsoft;
use crate::oauth::signals::Stage::{self, Authorize, Code, Device, Token};

/// One of Microsoft's answers by its number.
struct Answer {
    stage: Stage,
    error: &'static str,
    number: u32,
    /// Empty where it sends none.
    suberror: &'static str,
    text: &'static str,
    colour: Colour,
    decisive: &'static str,
}

const TRACE: &str = "e02eeb05-2e85-48e2-8641-064d14f41900";
const CORRELATION: &str = "a70ed130-55c4-47eb-9b23-c87dcf04a90b";
const MOMENT: &str = "2026-11-20 02:25:55Z";

impl Answer {
    fn description(&self) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {TRACE} Correlation ID: {CORRELATION} Timestamp: {MOMENT}",
            self.number, self.text
        )
    }

    /// As its token endpoint writes it.
    fn body(&self) -> String {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(),
            "error_codes": [self.number],
            "timestamp": MOMENT,
            "trace_id": TRACE,
            "correlation_id": CORRELATION,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        if !self.suberror.is_empty() {
            body["suberror"] = self.suberror.into();
        }
        body.to_string()
    }

    /// As it sends a browser back.
    fn query(&self) -> String {
        // In callbacks the lines of the description end in CR LF.
        let description = self
            .description()
            .replace(" Trace", "\r\nTrace")
            .replace(" Correlation", "\r\nCorrelation")
            .replace(" Timestamp", "\r\nTimestamp");
        form_urlencoded::Serializer::new(String::new())
            .append_pair("error", self.error)
            .append_pair("error_description", &description)
            .append_pair(
                "error_uri",
                &format!(
                    "https://login.microsoftonline.com/error?code={}",
                    self.number
                ),
            )
            .append_pair("state", "x")
            .finish()
    }

    fn case(&self) -> Case {
        let (status, bytes) = match (self.stage, self.error) {
            (Authorize, _) => (0, self.query()),
            (_, "invalid_client") => (401, self.body()),
            _ => (400, self.body()),
        };
        case(
            Microsoft,
            self.stage,
            status,
            bytes,
            self.colour,
            self.decisive,
        )
    }
}

pub(in crate::oauth::signals) fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = ANSWERS.iter().map(Answer::case).collect();
    cases.extend([
        // A personal account says so without a number.
        case(
            Microsoft,
            Authorize,
            0,
            "error=access_denied&error_description=The+user+has+denied+access+to+the+scope+requested+by+the+client+application.&error_subcode=cancel&state=x",
            Cancelled,
            "Sign in again",
        ),
        case(
            Microsoft,
            Authorize,
            0,
            "error=consent_required&error_description=AADSTS65001%3a+The+user+or+administrator+has+not+consented+to+use+the+application+with+ID+%276731de76-14a6-49ae-97bc-6eba6914391e%27.%0d%0aTrace+ID%3a+7c839d05-4806-48f2-ba40-bf4128382500&state=x",
            Red(Cause::AdminConsentRequired, Who::Provider),
            "admin-consent link",
        ),
        case(
            Microsoft,
            Device,
            400,
            r#"{"error":"authorization_declined","error_description":"The user has denied access to the scope requested by the client application."}"#,
            Cancelled,
            "Sign in again",
        ),
        // Its front door throttles without a number.
        case(
            Microsoft,
            Token,
            429,
            r#"{"error":"temporarily_unavailable","error_description":"Too many requests.","error_codes":[]}"#,
            Health,
            "Too many requests",
        ),
        // What no row knows is judged by the standard's word.
        case(
            Microsoft,
            Token,
            400,
            r#"{"error":"invalid_request","error_description":"AADSTS900144: The request body must contain the following parameter: 'grant_type'.","error_codes":[900144]}"#,
            Red(Cause::RequestRefused, Who::Admin),
            "`oauth` section",
        ),
    ]);
    cases
}

#[rustfmt::skip]
const ANSWERS: &[Answer] = &[
    Answer { stage: Authorize, error: "access_denied", number: 65004, suberror: "", text: "User declined to consent to access the app.", colour: Cancelled, decisive: "agree" },
    Answer { stage: Code, error: "invalid_grant", number: 54005, suberror: "", text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.", colour: Cancelled, decisive: "loaded again" },
    Answer { stage: Device, error: "bad_verification_code", number: 70018, suberror: "", text: "The verification code is invalid.", colour: Cancelled, decisive: "start again" },
    Answer { stage: Device, error: "expired_token", number: 70019, suberror: "", text: "Verification code expired.", colour: Cancelled, decisive: "start again" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90055, suberror: "", text: "There are too many incoming requests for the tenant.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90033, suberror: "", text: "A transient error has occurred. Please try again.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90006, suberror: "", text: "The service is temporarily unavailable. Please retry later.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 50033, suberror: "", text: "A transient error has occurred. Please try again.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90024, suberror: "", text: "A transient error has occurred. Please try again.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90012, suberror: "", text: "The request has timed out.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90090, suberror: "", text: "The service is temporarily unavailable. Please retry later.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "temporarily_unavailable", number: 90091, suberror: "", text: "The service is temporarily unavailable. Please retry later.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "server_error", number: 70012, suberror: "", text: "A server error occurred while authenticating an MSA (consumer) user. Please try again.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "server_error", number: 40010, suberror: "", text: "A retryable server error was encountered during authentication with the federated identity provider.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "server_error", number: 50087, suberror: "", text: "A transient error has occurred during strong authentication. Please try again.", colour: Health, decisive: "" },
    Answer { stage: Token, error: "server_error", number: 80002, suberror: "", text: "The on-premises password validation request timed out.", colour: Health, decisive: "" },
    Answer { stage: Device, error: "authorization_pending", number: 70016, suberror: "", text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling.", colour: Health, decisive: "" },
    Answer { stage: Authorize, error: "invalid_request", number: 50011, suberror: "", text: "The redirect URI 'https://crm.example/oauth/callback/microsoft' specified in the request does not match the redirect URIs configured for the application '6731de76-14a6-49ae-97bc-6eba6914391e'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to fix this.", colour: Red(Cause::RedirectMismatch, Who::Admin), decisive: "platform Web" },
    Answer { stage: Token, error: "invalid_request", number: 70004, suberror: "", text: "The provided value for the input parameter 'redirect_uri' is not valid. The expected value is a URI which matches a redirect URI registered for this client application.", colour: Red(Cause::RedirectMismatch, Who::Admin), decisive: "platform Web" },
    Answer { stage: Authorize, error: "invalid_request", number: 900_971, suberror: "", text: "No reply address provided.", colour: Red(Cause::RedirectMismatch, Who::Admin), decisive: "no redirect URL yet" },
    Answer { stage: Token, error: "invalid_grant", number: 700_084, suberror: "bad_token", text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on 2026-11-19T07:41:25.0000000Z.", colour: Red(Cause::RedirectMismatch, Who::Admin), decisive: "single-page app" },
    Answer { stage: Token, error: "unauthorized_client", number: 700_016, suberror: "", text: "Application with identifier '6731de76-14a6-49ae-97bc-6eba6914391e' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", colour: Red(Cause::ClientUnknown, Who::Admin), decisive: "not Object ID" },
    Answer { stage: Token, error: "unauthorized_client", number: 700_011, suberror: "", text: "Application with identifier '6731de76-14a6-49ae-97bc-6eba6914391e' was not found in the directory.", colour: Red(Cause::ClientUnknown, Who::Admin), decisive: "not Object ID" },
    Answer { stage: Authorize, error: "invalid_request", number: 90002, suberror: "", text: "Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "tenant's ID or domain" },
    Answer { stage: Authorize, error: "invalid_request", number: 50059, suberror: "", text: "No tenant-identifying information found in either the request or implied by any provided credentials.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "tenant's ID or domain" },
    Answer { stage: Authorize, error: "invalid_request", number: 50128, suberror: "", text: "Invalid domain name - No tenant-identifying information found in either the request or implied by any provided credentials.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "tenant's ID or domain" },
    Answer { stage: Authorize, error: "invalid_request", number: 90019, suberror: "", text: "No tenant-identifying information found in either the request or implied by any provided credentials.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "tenant's ID or domain" },
    Answer { stage: Authorize, error: "invalid_request", number: 90038, suberror: "", text: "Specified tenant 'contoso.example' belongs to the National Cloud 'MicrosoftOnline.US'. Current cloud instance 'MicrosoftOnline.COM' does not federate with MicrosoftOnline.US.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "another cloud" },
    Answer { stage: Token, error: "invalid_request", number: 900_432, suberror: "", text: "Confidential Client is not supported in Cross Cloud request.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "another cloud" },
    Answer { stage: Authorize, error: "invalid_request", number: 50194, suberror: "", text: "Application '6731de76-14a6-49ae-97bc-6eba6914391e'(mailroom) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "multi-tenant" },
    Answer { stage: Code, error: "invalid_grant", number: 700_005, suberror: "", text: "The provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate).", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "instead of `common`" },
    Answer { stage: Token, error: "unauthorized_client", number: 9_001_023, suberror: "", text: "The grant type 'client_credentials' is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.", colour: Red(Cause::TenantWrong, Who::Admin), decisive: "instead of `common`" },
    Answer { stage: Token, error: "invalid_client", number: 7_000_215, suberror: "", text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '6731de76-14a6-49ae-97bc-6eba6914391e'.", colour: Red(Cause::ClientSecretWrong, Who::Admin), decisive: "not its ID" },
    Answer { stage: Token, error: "invalid_client", number: 70002, suberror: "", text: "Error validating credentials. The specified client_secret does not match the expected value for this client.", colour: Red(Cause::ClientSecretWrong, Who::Admin), decisive: "not its ID" },
    Answer { stage: Token, error: "invalid_client", number: 7_000_222, suberror: "", text: "The provided client secret keys for app '6731de76-14a6-49ae-97bc-6eba6914391e' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.", colour: Red(Cause::ClientSecretExpired, Who::Admin), decisive: "make a new one" },
    Answer { stage: Token, error: "invalid_client", number: 7_000_218, suberror: "", text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", colour: Red(Cause::ClientSecretWrong, Who::Admin), decisive: "wants a client secret" },
    Answer { stage: Token, error: "invalid_client", number: 700_025, suberror: "", text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", colour: Red(Cause::ClientSecretWrong, Who::Admin), decisive: "public client" },
    Answer { stage: Token, error: "invalid_scope", number: 70011, suberror: "", text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope IMAP.AccessAsUser.All https://mail.google.com/ is not valid.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "`scopes`" },
    Answer { stage: Token, error: "invalid_request", number: 28002, suberror: "", text: "Provided value for the input parameter scope 'https://outlook.office.com/IMAP.AccessAsUser.All https://graph.microsoft.com/Mail.Read' is not valid when requesting an access token. Please specify a valid scope.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "`scopes`" },
    Answer { stage: Code, error: "invalid_request", number: 28003, suberror: "", text: "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "`scopes`" },
    Answer { stage: Token, error: "invalid_grant", number: 700_022, suberror: "", text: "The provided value for the input parameter 'scope' is not valid because it contains more than one resource.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "`scopes`" },
    Answer { stage: Token, error: "unsupported_grant_type", number: 70003, suberror: "", text: "The app requested an unsupported grant type.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "`scopes`" },
    Answer { stage: Code, error: "invalid_grant", number: 501_481, suberror: "", text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.", colour: Red(Cause::RequestRefused, Who::MailboxOwner), decisive: "press Sign in again" },
    Answer { stage: Code, error: "invalid_grant", number: 50147, suberror: "", text: "The size of the code challenge parameter is not valid.", colour: Red(Cause::RequestRefused, Who::MailboxOwner), decisive: "press Sign in again" },
    Answer { stage: Token, error: "invalid_grant", number: 50196, suberror: "", text: "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.", colour: Red(Cause::RequestRefused, Who::Admin), decisive: "loop" },
    Answer { stage: Authorize, error: "access_denied", number: 50020, suberror: "", text: "User account '{EmailHidden}' from identity provider 'live.com' does not exist in tenant 'Contoso' and cannot access the application '6731de76-14a6-49ae-97bc-6eba6914391e'(mailroom) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Token, error: "invalid_grant", number: 50034, suberror: "", text: "The user account {EmailHidden} does not exist in the 'Contoso' directory. To sign into this application, the account must be added to the directory.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Authorize, error: "access_denied", number: 51004, suberror: "", text: "The user account {EmailHidden} does not exist in the contoso.example directory. To sign into this application, the account must be added to the directory.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Authorize, error: "invalid_request", number: 500_208, suberror: "", text: "The domain is not a valid login domain for the account type.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Token, error: "invalid_request", number: 9_002_332, suberror: "", text: "Application '6731de76-14a6-49ae-97bc-6eba6914391e'(mailroom) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Token, error: "invalid_grant", number: 50014, suberror: "", text: "The user's redemption is in a pending state. The guest user account is not fully created yet.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Token, error: "interaction_required", number: 90072, suberror: "", text: "User account '{EmailHidden}' from identity provider 'https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/' does not exist in tenant 'Contoso' and cannot access the application in that tenant.", colour: Red(Cause::AccountKindWrong, Who::MailboxOwner), decisive: "own account" },
    Answer { stage: Token, error: "invalid_grant", number: 50173, suberror: "bad_token", text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '2026-10-31T08:58:06.3241131Z' and the TokensValidFrom date (before which tokens are not valid) for this user is '2026-11-20T09:24:15.0000000Z'.", colour: Red(Cause::ConsentRevoked, Who::MailboxOwner), decisive: "password was changed" },
    Answer { stage: Token, error: "invalid_grant", number: 50133, suberror: "", text: "The session is not valid due to password expiration or recent password change.", colour: Red(Cause::ConsentRevoked, Who::MailboxOwner), decisive: "password was changed" },
    Answer { stage: Token, error: "invalid_grant", number: 50132, suberror: "", text: "The session is not valid due to the following reasons: password expiration or recent password change, SSO Artifact is invalid or expired, session is not fresh enough for application.", colour: Red(Cause::ConsentRevoked, Who::MailboxOwner), decisive: "password was changed" },
    Answer { stage: Token, error: "invalid_grant", number: 70008, suberror: "token_expired", text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.", colour: Red(Cause::RefreshExpired, Who::MailboxOwner), decisive: "90 days" },
    Answer { stage: Token, error: "invalid_grant", number: 700_082, suberror: "token_expired", text: "The refresh token has expired due to inactivity. The token was issued on 2026-08-01T10:26:51.9770000Z and was inactive for 90.00:00:00.", colour: Red(Cause::RefreshExpired, Who::MailboxOwner), decisive: "90 days" },
    Answer { stage: Token, error: "invalid_grant", number: 50089, suberror: "", text: "Authentication failed due to flow token expired.", colour: Red(Cause::RefreshExpired, Who::MailboxOwner), decisive: "90 days" },
    Answer { stage: Token, error: "interaction_required", number: 50076, suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50079, suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "invalid_grant", number: 50078, suberror: "basic_action", text: "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50074, suberror: "basic_action", text: "Strong Authentication is required.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50158, suberror: "basic_action", text: "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50072, suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Authorize, error: "login_required", number: 50058, suberror: "", text: "A silent sign-in request was sent but no user is signed in.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "invalid_grant", number: 50055, suberror: "", text: "The password is expired.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "invalid_grant", number: 50144, suberror: "", text: "The user's Active Directory password has expired.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50125, suberror: "", text: "Sign-in was interrupted due to a password reset or password registration entry.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "interaction_required", number: 50135, suberror: "", text: "Password change is required due to account risk.", colour: Red(Cause::InteractionRequired, Who::MailboxOwner), decisive: "second factor" },
    Answer { stage: Token, error: "invalid_grant", number: 70000, suberror: "", text: "User account is found to be in service abuse mode.", colour: Red(Cause::AccountLocked, Who::MailboxOwner), decisive: "account.live.com" },
    Answer { stage: Token, error: "invalid_grant", number: 70000, suberror: "", text: "The user could not be authenticated as the grant is expired. The user must sign in again.", colour: Red(Cause::ConsentRevoked, Who::MailboxOwner), decisive: "sign in again" },
    Answer { stage: Token, error: "invalid_grant", number: 65001, suberror: "consent_required", text: "The user or administrator has not consented to use the application with ID '6731de76-14a6-49ae-97bc-6eba6914391e' named 'mailroom'. Send an interactive authorization request for this user and resource.", colour: Red(Cause::ConsentRevoked, Who::MailboxOwner), decisive: "admin-consent link" },
    Answer { stage: Authorize, error: "access_denied", number: 90094, suberror: "", text: "The grant requires admin permission.", colour: Red(Cause::AdminConsentRequired, Who::Provider), decisive: "admin-consent link" },
    Answer { stage: Authorize, error: "consent_required", number: 90095, suberror: "", text: "Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin.", colour: Red(Cause::AdminConsentRequired, Who::Provider), decisive: "admin-consent link" },
    Answer { stage: Authorize, error: "access_denied", number: 90093, suberror: "", text: "This operation can only be performed by an administrator. Sign out and sign in as an administrator or contact one of your organization's administrators.", colour: Red(Cause::AdminConsentRequired, Who::Provider), decisive: "admin-consent link" },
    Answer { stage: Authorize, error: "consent_required", number: 90008, suberror: "", text: "The user or administrator has not consented to use the application with ID '6731de76-14a6-49ae-97bc-6eba6914391e'. This happened because application is misconfigured: it must require access to Windows Azure Active Directory by specifying at least 'Sign in and read user profile' permission.", colour: Red(Cause::AdminConsentRequired, Who::Provider), decisive: "admin-consent link" },
    Answer { stage: Authorize, error: "interaction_required", number: 50105, suberror: "", text: "Your administrator has configured the application mailroom ('6731de76-14a6-49ae-97bc-6eba6914391e') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{EmailHidden}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "assign the user" },
    Answer { stage: Authorize, error: "invalid_client", number: 650_052, suberror: "", text: "The app needs access to a service ('https://outlook.office.com') that your organization 'Contoso' has not subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "Exchange Online is licensed" },
    Answer { stage: Authorize, error: "invalid_resource", number: 500_011, suberror: "", text: "The resource principal named https://outlook.office.com was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "Exchange Online is licensed" },
    Answer { stage: Authorize, error: "invalid_resource", number: 650_057, suberror: "", text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: 6731de76-14a6-49ae-97bc-6eba6914391e(mailroom).", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "Exchange Online is licensed" },
    Answer { stage: Authorize, error: "invalid_client", number: 650_056, suberror: "", text: "Misconfigured application. This could be due to one of the following: the client has not listed any permissions for 'AAD Graph' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant.", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "Exchange Online is licensed" },
    Answer { stage: Authorize, error: "invalid_resource", number: 65005, suberror: "", text: "The application 'mailroom' asked for scope 'IMAP.AccessAsUser.All' that doesn't exist on the resource '00000002-0000-0ff1-ce00-000000000000'. Contact the app vendor.", colour: Red(Cause::AppNotAllowed, Who::Provider), decisive: "Exchange Online is licensed" },
    Answer { stage: Token, error: "unauthorized_client", number: 7_000_112, suberror: "", text: "Application '6731de76-14a6-49ae-97bc-6eba6914391e'(mailroom) is disabled.", colour: Red(Cause::AppDisabled, Who::Provider), decisive: "enable it" },
    Answer { stage: Token, error: "unauthorized_client", number: 70001, suberror: "", text: "The application named mailroom is disabled.", colour: Red(Cause::AppDisabled, Who::Provider), decisive: "enable it" },
    Answer { stage: Token, error: "invalid_grant", number: 70043, suberror: "token_expired", text: "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on 2026-10-02T14:27:05.8405153Z and the maximum allowed lifetime for this request is 86400.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "sign-in frequency" },
    Answer { stage: Token, error: "interaction_required", number: 53003, suberror: "message_only", text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 53000, suberror: "message_only", text: "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 53001, suberror: "message_only", text: "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 53002, suberror: "message_only", text: "Application used is not an approved application for Conditional Access.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 530_032, suberror: "message_only", text: "Blocked by security policy. The tenant admin has configured a security policy that blocks this request. Contact your tenant admin to configure this policy.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 530_035, suberror: "message_only", text: "Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe by security defaults policies.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 530_034, suberror: "", text: "A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 53011, suberror: "", text: "User blocked due to risk on home tenant.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 50131, suberror: "", text: "Device is not in required device state. The request was blocked due to suspicious activity, access policy, or security policy decisions.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 50005, suberror: "", text: "User tried to log in to a device from a platform that is currently not supported through Conditional Access policy.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 50097, suberror: "", text: "Device authentication is required.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "interaction_required", number: 50129, suberror: "", text: "Device is not Workplace joined. Workplace join is required to register the device.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 50002, suberror: "", text: "Sign-in failed due to restricted proxy access on the tenant.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 500_021, suberror: "", text: "Access to 'Contoso' tenant is denied.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 500_022, suberror: "", text: "Access to 'Contoso' tenant is denied.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 500_212, suberror: "", text: "The user's administrator has set an outbound access policy that does not allow access to the resource tenant.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Authorize, error: "access_denied", number: 500_213, suberror: "", text: "The resource tenant's cross-tenant access policy does not allow this user to access this tenant.", colour: Red(Cause::BlockedByPolicy, Who::Provider), decisive: "Conditional Access" },
    Answer { stage: Token, error: "invalid_grant", number: 50057, suberror: "", text: "The user account is disabled.", colour: Red(Cause::AccountDisabled, Who::Provider), decisive: "switched off" },
    Answer { stage: Token, error: "invalid_grant", number: 50053, suberror: "", text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.", colour: Red(Cause::AccountLocked, Who::Provider), decisive: "flagged" },
];
