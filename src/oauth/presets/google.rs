//! Gmail and Google Workspace.

use super::{
    ClientSecret, Facts, Mechanism, Passwords, Servers, Step, Tls, Wish, owned, redirect_step,
    server, url,
};
use crate::oauth::Endpoints;

/// IMAP, POP3 and SMTP in one; narrower scopes don't open IMAP.
const MAIL: &str = "https://mail.google.com/";

pub(super) fn facts() -> Facts {
    Facts {
        name: "Google",
        servers: Some(Servers {
            imap: server("imap.gmail.com", 993, Tls::Implicit),
            pop3: server("pop.gmail.com", 995, Tls::Implicit),
            smtp: server("smtp.gmail.com", 465, Tls::Implicit),
        }),
        mechanism: Some(Mechanism::Xoauth2),
        endpoints: endpoints(),
        scopes: owned(&[MAIL, "openid", "email"]),
        mail_scopes: owned(&[MAIL]),
        app_only_scopes: Vec::new(),
        // Google has an endpoint, which refuses the mail scope.
        device_flow: false,
        client_secret: ClientSecret::Needed,
        delegates: false,
        passwords: Passwords::AppPassword,
        disconnecting: "Google is asked to withdraw the access and the tokens are deleted here. Google withdraws it for the whole account: every other mailbox record of the same Google account that uses the same Google Cloud project stops too.",
        note: Some(
            "A token opens the mailbox of its own account only: Gmail delegation does not work over IMAP, and a group has no mailbox.",
        ),
    }
}

fn endpoints() -> Option<Endpoints> {
    Some(Endpoints {
        authorization: url("https://accounts.google.com/o/oauth2/v2/auth")?,
        token: url("https://oauth2.googleapis.com/token")?,
        device: None,
        revocation: url("https://oauth2.googleapis.com/revoke"),
        jwks: url("https://www.googleapis.com/oauth2/v3/certs"),
        issuer: Some("https://accounts.google.com".to_owned()),
        admin_consent: None,
        // Discovery says whether `iss` is sent; until it was asked, an answer without is no attack.
        sends_iss: false,
    })
}

pub(super) fn checklist(wish: &Wish<'_>) -> Vec<Step> {
    vec![
        Step::new(
            "Open https://console.cloud.google.com with an account of your organization and choose or create a project.",
        ),
        Step::new(
            "Google Auth Platform > Branding: give the app a name and an address for questions.",
        ),
        Step::new(
            "Google Auth Platform > Audience: choose Internal when all mailboxes belong to your Google Workspace. Otherwise choose External and publish the app: while it is in Testing only listed test users get in, and Google ends each sign-in after 7 days. An External app that Google has not verified shows a warning and is limited to 100 users.",
        ),
        Step::pasting(
            "Google Auth Platform > Data access > Add or remove scopes: add this scope.",
            MAIL,
        ),
        Step::new(
            "Google Auth Platform > Clients > Create client: choose the type Web application.",
        ),
        redirect_step("Authorized redirect URIs of that client", wish),
        Step::new(
            "Copy the client ID to client_id and the client secret to client_secret of the mail server's oauth section.",
        ),
        Step::new(
            "If your Workspace restricts apps: Admin console > Security > Access and data control > API controls > Manage third-party app access > Configure new app: search for the client ID and choose Trusted.",
        ),
        Step::new(
            "Sign in with each mailbox's own account, and leave the permission to read, compose, send and delete mail ticked.",
        ),
    ]
}
