//! Yandex Mail.

use super::{
    ClientSecret, Facts, Mechanism, Passwords, Servers, Step, Tls, Wish, owned, redirect_step,
    server, url,
};
use crate::oauth::Endpoints;

const IMAP: &str = "mail:imap_full";

pub(super) fn facts() -> Facts {
    Facts {
        name: "Yandex Mail",
        servers: Some(Servers {
            imap: server("imap.yandex.com", 993, Tls::Implicit),
            pop3: server("pop.yandex.com", 995, Tls::Implicit),
            smtp: server("smtp.yandex.com", 465, Tls::Implicit),
        }),
        mechanism: Some(Mechanism::Xoauth2),
        endpoints: endpoints(),
        scopes: owned(&[IMAP]),
        mail_scopes: owned(&[IMAP]),
        app_only_scopes: Vec::new(),
        // It has device codes of its own form, which RFC 8628 does not describe.
        device_flow: false,
        client_secret: ClientSecret::Possible,
        delegates: false,
        passwords: Passwords::AppPassword,
        disconnecting: "The tokens are deleted here. To end the access at Yandex too, the account's owner removes the app in the account's settings at https://id.yandex.com.",
        note: None,
    }
}

fn endpoints() -> Option<Endpoints> {
    Some(Endpoints {
        authorization: url("https://oauth.yandex.com/authorize")?,
        token: url("https://oauth.yandex.com/token")?,
        device: None,
        // Its own wants another parameter than RFC 7009's.
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
            "Open https://oauth.yandex.com > Create app: give it a name and choose the platform Web services.",
        ),
        redirect_step("Redirect URI of that app", wish),
        Step::pasting("Data access: add this permission.", IMAP),
        Step::new(
            "Copy the client ID to client_id and the client secret to client_secret of the mail server's oauth section.",
        ),
        Step::new(
            "In each mailbox: Yandex Mail > Settings > Email clients: switch on access from imap.yandex.com.",
        ),
    ]
}
