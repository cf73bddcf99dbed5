//! Zoho Mail, whose data centres know nothing of each other.

use super::{
    At, ClientSecret, Facts, Mechanism, Passwords, Servers, Step, Tls, Wish, owned, redirect_step,
    server, url,
};
use crate::oauth::Endpoints;

const IMAP: &str = "ZOHOMAIL.PROTOCOL.IMAP";

pub(super) fn facts(at: &At<'_>) -> Facts {
    let region = at.region.as_str();
    Facts {
        name: "Zoho Mail",
        servers: Some(Servers {
            imap: server(format!("imap.zoho.{region}"), 993, Tls::Implicit),
            pop3: server(format!("pop.zoho.{region}"), 995, Tls::Implicit),
            smtp: server(format!("smtp.zoho.{region}"), 465, Tls::Implicit),
        }),
        mechanism: Some(Mechanism::Xoauth2),
        endpoints: endpoints(region),
        scopes: owned(&[IMAP]),
        mail_scopes: owned(&[IMAP]),
        app_only_scopes: Vec::new(),
        device_flow: false,
        client_secret: ClientSecret::Needed,
        delegates: false,
        passwords: Passwords::AppPassword,
        disconnecting: "Zoho is asked to withdraw the refresh token and all access tokens made of it, and they are deleted here. Other mailboxes go on.",
        note: Some(
            "Accounts and clients exist in one data centre only: region must be the end of the address at which you read mail (mail.zoho.eu: eu). Mailboxes of a paid organization are often on another host, such as imappro.zoho.eu: Zoho Mail > Settings > Mail accounts > IMAP shows it; write it as host.",
        ),
    }
}

fn endpoints(region: &str) -> Option<Endpoints> {
    let below = |path: &str| url(&format!("https://accounts.zoho.{region}/oauth/v2{path}"));
    Some(Endpoints {
        authorization: below("/auth")?,
        token: below("/token")?,
        device: None,
        revocation: below("/token/revoke"),
        jwks: None,
        issuer: None,
        admin_consent: None,
        sends_iss: false,
    })
}

pub(super) fn checklist(wish: &Wish<'_>) -> Vec<Step> {
    let region = wish.at.region.as_str();
    vec![
        Step::new(format!(
            "Open https://api-console.zoho.{region} > Add client > Server-based Applications. If you read mail at another address than mail.zoho.{region}, correct region first."
        )),
        redirect_step("Authorized Redirect URIs of that client", wish),
        Step::new(
            "Copy the client ID to client_id and the client secret to client_secret of the mail server's oauth section.",
        ),
        Step::new(
            "In each mailbox: Zoho Mail > Settings > Mail accounts > IMAP: switch IMAP access on.",
        ),
    ]
}
