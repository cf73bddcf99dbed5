//! Yahoo Mail and AOL Mail: one system under two names, with an OAuth client for each.

use super::{
    ClientSecret, Facts, Mechanism, Passwords, Servers, Step, Tls, Wish, owned, redirect_step,
    server, url,
};
use crate::oauth::Endpoints;

/// What differs between the brands.
pub(super) struct Brand {
    name: &'static str,
    login: &'static str,
    imap: &'static str,
    pop3: &'static str,
    smtp: &'static str,
    security: &'static str,
    disconnecting: &'static str,
}

pub(super) const YAHOO: Brand = Brand {
    name: "Yahoo Mail",
    login: "https://api.login.yahoo.com",
    imap: "imap.mail.yahoo.com",
    pop3: "pop.mail.yahoo.com",
    smtp: "smtp.mail.yahoo.com",
    security: "https://login.yahoo.com/account/security",
    disconnecting: "With OAuth, Yahoo is asked to withdraw the token and it is deleted here. An app password is only deleted here: remove it at https://login.yahoo.com/account/security.",
};

pub(super) const AOL: Brand = Brand {
    name: "AOL Mail",
    login: "https://api.login.aol.com",
    imap: "imap.aol.com",
    pop3: "pop.aol.com",
    smtp: "smtp.aol.com",
    security: "https://login.aol.com/account/security",
    disconnecting: "With OAuth, AOL is asked to withdraw the token and it is deleted here. An app password is only deleted here: remove it at https://login.aol.com/account/security.",
};

pub(super) fn facts(brand: &Brand) -> Facts {
    Facts {
        name: brand.name,
        servers: Some(Servers {
            imap: server(brand.imap, 993, Tls::Implicit),
            pop3: server(brand.pop3, 995, Tls::Implicit),
            smtp: server(brand.smtp, 465, Tls::Implicit),
        }),
        mechanism: Some(Mechanism::Oauthbearer),
        endpoints: endpoints(brand),
        scopes: owned(&["mail-w"]),
        mail_scopes: owned(&["mail-w"]),
        app_only_scopes: Vec::new(),
        device_flow: false,
        client_secret: ClientSecret::Needed,
        delegates: false,
        passwords: Passwords::AppPassword,
        disconnecting: brand.disconnecting,
        note: Some(
            "Yahoo gives OAuth clients for mail, for Yahoo and AOL alike, only after its access form and a signed agreement. Without one, use an app password.",
        ),
    }
}

fn endpoints(brand: &Brand) -> Option<Endpoints> {
    let below = |path: &str| url(&format!("{}{path}", brand.login));
    Some(Endpoints {
        authorization: below("/oauth2/request_auth")?,
        token: below("/oauth2/get_token")?,
        device: None,
        revocation: below("/oauth2/revoke"),
        jwks: below("/openid/v1/certs"),
        issuer: Some(brand.login.to_owned()),
        admin_consent: None,
        sends_iss: false,
    })
}

pub(super) fn checklist(brand: &Brand, wish: &Wish<'_>) -> Vec<Step> {
    vec![
        Step::new(format!(
            "Without an OAuth client from Yahoo: the mailbox's owner opens {} > Generate app password, and the result goes to password of the mailbox; leave out the oauth section and write auth: password. The steps below are not needed then.",
            brand.security
        )),
        Step::new(format!(
            "With one: ask Yahoo for access to mail at https://senders.yahooinc.com and sign its agreement. {} needs a client of its own.",
            brand.name
        )),
        redirect_step("Redirect URI of that client", wish),
        Step::pasting("Permission of that client: this scope.", "mail-w"),
        Step::new(
            "Copy the client ID to client_id and the client secret to client_secret of the mail server's oauth section.",
        ),
    ]
}
