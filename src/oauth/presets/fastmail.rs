//! Fastmail.

use super::{
    At, ClientSecret, Facts, Mechanism, Passwords, Protocol, Servers, Step, Tls, Wish, owned,
    redirect_step, server, url,
};
use crate::oauth::Endpoints;

const IMAP: &str = "https://www.fastmail.com/dev/protocol-imap";
const POP3: &str = "https://www.fastmail.com/dev/protocol-pop";

fn scope(at: &At<'_>) -> &'static str {
    match at.protocol {
        Protocol::Imap => IMAP,
        Protocol::Pop3 => POP3,
    }
}

pub(super) fn facts(at: &At<'_>) -> Facts {
    Facts {
        name: "Fastmail",
        servers: Some(Servers {
            imap: server("imap.fastmail.com", 993, Tls::Implicit),
            pop3: server("pop.fastmail.com", 995, Tls::Implicit),
            smtp: server("smtp.fastmail.com", 465, Tls::Implicit),
        }),
        mechanism: Some(Mechanism::Oauthbearer),
        endpoints: endpoints(),
        scopes: owned(&[scope(at)]),
        mail_scopes: owned(&[scope(at)]),
        app_only_scopes: Vec::new(),
        device_flow: false,
        client_secret: ClientSecret::Never,
        delegates: false,
        passwords: Passwords::AppPassword,
        disconnecting: "The tokens are deleted here. To end the access at Fastmail too, the account's owner removes the app, or its app password, under Settings > Privacy & Security.",
        note: Some("Fastmail registers OAuth clients by hand. Without one, use an app password."),
    }
}

fn endpoints() -> Option<Endpoints> {
    Some(Endpoints {
        authorization: url("https://api.fastmail.com/oauth/authorize")?,
        // It takes codes too, whatever its name says.
        token: url("https://api.fastmail.com/oauth/refresh")?,
        device: None,
        revocation: None,
        jwks: None,
        issuer: None,
        admin_consent: None,
        sends_iss: false,
    })
}

pub(super) fn checklist(wish: &Wish<'_>) -> Vec<Step> {
    vec![
        Step::new(
            "Without an OAuth client: the mailbox's owner opens Settings > Privacy & Security > Integrations > New app password, with access to mail, and the result goes to password of the mailbox; leave out the oauth section and write auth: password. The steps below are not needed then.",
        ),
        Step::new(
            "With one: ask Fastmail to register your client, as https://www.fastmail.com/for-developers/oauth/ says.",
        ),
        redirect_step("Redirect URIs of that client", wish),
        Step::pasting("Scope of that client: this one.", scope(&wish.at)),
        Step::new(
            "Copy the client ID to client_id of the mail server's oauth section. There is no secret: leave client_secret out.",
        ),
    ]
}
