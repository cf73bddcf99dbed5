//! Any other server: a company's Keycloak before its own Dovecot, and the like.

use super::{ClientSecret, Facts, Mechanism, Passwords, Step, Wish, owned, redirect_step};

/// What disconnecting does where tokens can be given back.
pub(super) const TAKES_BACK: &str =
    "The server is asked to take the permission back, and the tokens are deleted here.";
/// What it does where they can't.
pub(super) const TAKES_NOTHING_BACK: &str = "The tokens are deleted here. The permission stays on the server, as no revocation address is set for it: it ends there when somebody removes it, or for want of use.";

pub(super) fn facts() -> Facts {
    Facts {
        name: "Another server",
        servers: None,
        mechanism: Some(Mechanism::Oauthbearer),
        endpoints: None,
        scopes: owned(&["openid", "email", "offline_access"]),
        mail_scopes: Vec::new(),
        app_only_scopes: Vec::new(),
        device_flow: true,
        client_secret: ClientSecret::Possible,
        delegates: true,
        passwords: Passwords::Account,
        disconnecting: TAKES_NOTHING_BACK,
        note: None,
    }
}

pub(super) fn checklist(wish: &Wish<'_>) -> Vec<Step> {
    vec![
        Step::new(
            "Register a client at the authorization server: the authorization code flow, with PKCE (S256) and refresh tokens.",
        ),
        redirect_step("Redirect URI of that client", wish),
        Step::new(
            "Copy the client ID to client_id and, if there is one, the client secret to client_secret of the mail server's oauth section.",
        ),
        Step::new(
            "Write the server's issuer under endpoints: it says itself where it listens. `mailroom discover --issuer ADDRESS` shows what; a server that says nothing of the kind needs authorization and token under endpoints, and where it has them jwks, revocation and device.",
        ),
        Step::new(
            "Write under scopes what the mail server asks of a token, beside openid, email and offline_access.",
        ),
        Step::new(
            "Let the mail server accept the tokens: it must check them with the authorization server and take the mailbox's login from them.",
        ),
    ]
}
