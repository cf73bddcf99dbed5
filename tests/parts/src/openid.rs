//! A real OpenID provider (npm `oidc-provider`): people sign in and consent with a browser, programs get, refresh and
//! revoke tokens, mail servers introspect them. Anybody has an account, named by its address, with any password.
//!
//! A test steers it apart from what it shows to the product: rotation, lifetimes, clients, revocations, and
//! [`Fault`]s in its answers to programs. Its pages have these ids: `address`, `password`, `sign-in`, `continue` (as
//! who is signed in), `cancel`; for consent `account`, `client`, `scope-<scope>` (tick boxes), `allow`, `cancel`,
//! `another-account`; for the device flow `code`, `continue`, `cancel`, `done`; of an error `error`, `description`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::guard::Signals;
use crate::steered::Steered;

mod requests;
mod settings;

pub use self::requests::{Became, Endpoint, Fault, Request};
pub use self::settings::RefreshTokens;

/// The scope that lets a token open a mailbox. The mail scopes of Google and Microsoft do so too.
pub const MAIL_SCOPE: &str = "mail";
/// The application that is registered from the start, for the authorization code, device and client credentials flows
/// and for `/` and `/callback` on any port of `http://127.0.0.1` and `http://localhost`.
pub const CLIENT_ID: &str = "mailroom";
/// Its secret.
pub const CLIENT_SECRET: &str = "mailroom-secret";

const HOST: &str = "127.0.0.1";
const SIGNALS: Signals = Signals {
    stop: "KILL",
    end: "KILL",
};

/// A running OpenID provider; all its tokens are void when this is dropped.
#[derive(Debug)]
pub struct OpenId {
    provider: Steered,
    port: u16,
}

/// Starts an OpenID provider.
///
/// # Panics
/// When it is not installed or does not start; the message says what to do.
#[must_use]
pub fn openid() -> OpenId {
    let provider = Steered::start(
        "openid",
        "openid/server.mjs",
        "oidc-provider",
        SIGNALS,
        &[],
        &[],
    );
    let port = provider.order("port", Value::Null);
    let port = port.as_u64().and_then(|port| port.try_into().ok());
    let port = port.unwrap_or_else(|| panic!("The OpenID provider does not tell its port"));
    OpenId { provider, port }
}

/// What it is, and its clients. A method that can't do what it says panics with the provider's own words, so that the
/// test fails there.
impl OpenId {
    /// Its address, `http://127.0.0.1:port`; discovery is below it.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{HOST}:{}", self.port)
    }

    /// The address of an endpoint for programs.
    #[must_use]
    pub fn endpoint(&self, endpoint: Endpoint) -> String {
        format!("{}{}", self.issuer(), endpoint.path())
    }

    /// Where a person's browser is sent to.
    #[must_use]
    pub fn authorization_endpoint(&self) -> String {
        format!("{}/auth", self.issuer())
    }

    /// Where an administrator's browser is sent to, to agree for the organization: a page with the buttons `agree` and
    /// `cancel`.
    #[must_use]
    pub fn admin_consent_endpoint(&self) -> String {
        format!("{}/adminconsent", self.issuer())
    }

    /// Registers redirect URIs of [`CLIENT_ID`]; those on loopback addresses with any port.
    #[must_use]
    pub fn redirect_uris<'a>(self, uris: impl IntoIterator<Item = &'a str>) -> Self {
        for uri in uris {
            self.allow_redirect(CLIENT_ID, uri);
        }
        self
    }

    /// Registers one more redirect URI of a client's.
    pub fn allow_redirect(&self, client_id: &str, uri: &str) {
        self.order("allow_redirect", json!({"id": client_id, "uri": uri}));
    }

    /// Registers another client (a public one without a secret), or anew one that is known.
    pub fn add_client(&self, client_id: &str, secret: Option<&str>, redirect_uris: &[&str]) {
        self.order(
            "add_client",
            json!({"id": client_id, "secret": secret, "redirect_uris": redirect_uris}),
        );
    }

    /// Gives a client another secret: the one used so far is `invalid_client` (401).
    pub fn set_client_secret(&self, client_id: &str, secret: &str) {
        self.order("set_secret", json!({"id": client_id, "secret": secret}));
    }

    /// Has a client's secret have expired: `invalid_client` (400), whose description says so.
    pub fn expire_client_secret(&self, client_id: &str) {
        self.order("expire_secret", json!({"id": client_id}));
    }

    /// Forgets a client.
    pub fn remove_client(&self, client_id: &str) {
        self.order("remove_client", json!({"id": client_id}));
    }

    /// Stops it as an outage does: its port refuses connections. It keeps what it knows.
    pub fn stop(&self) {
        self.order("stop", Value::Null);
    }

    /// Ends the outage.
    pub fn start_again(&self) {
        self.order("start", Value::Null);
    }

    /// Where a mail server asks about tokens, with its own credentials in the address.
    pub(crate) fn introspection_url(&self) -> String {
        format!(
            "http://mailserver:mailserver-secret@{HOST}:{}{}",
            self.port,
            Endpoint::Introspection.path()
        )
    }

    fn order(&self, action: &str, order: Value) -> Value {
        self.provider.order(action, order)
    }
}

/// Tokens without a browser.
impl OpenId {
    /// An access token that opens `account`'s mailbox for an hour.
    #[must_use]
    pub fn mail_token(&self, account: &str) -> String {
        self.token(account, MAIL_SCOPE, Duration::from_hours(1))
    }

    /// An access token of `account`'s with these scopes (parted by spaces) that ends after `lives` (whole seconds).
    ///
    /// # Panics
    /// When the provider refuses.
    #[must_use]
    pub fn token(&self, account: &str, scope: &str, lives: Duration) -> String {
        let order = json!({"account": account, "scope": scope, "lives": lives.as_secs()});
        text(&self.order("access_token", order))
    }

    /// A refresh token of `account`'s for [`CLIENT_ID`] with these scopes (parted by spaces), as if it had consented
    /// in a browser.
    #[must_use]
    pub fn refresh_grant(&self, account: &str, scope: &str) -> String {
        self.refresh_grant_for(CLIENT_ID, account, scope)
    }

    /// The same for another client.
    #[must_use]
    pub fn refresh_grant_for(&self, client_id: &str, account: &str, scope: &str) -> String {
        let order = json!({"account": account, "scope": scope, "client": client_id});
        text(&self.order("refresh_token", order))
    }

    /// The same as [`OpenId::refresh_grant`], of a sign-in with this `nonce`: the ID tokens that come of it have it too.
    #[must_use]
    pub fn refresh_grant_with_nonce(&self, account: &str, scope: &str, nonce: &str) -> String {
        let order = json!({"account": account, "scope": scope, "nonce": nonce});
        text(&self.order("refresh_token", order))
    }

    /// Takes one access or refresh token back, and nothing else.
    pub fn revoke(&self, token: &str) {
        self.order("revoke_token", json!({"token": token}));
    }

    /// Takes back everything that an account has granted, as its owner does on the provider's page: refreshing is
    /// `invalid_grant`, access tokens are void at once, and the next sign-in asks for consent. How many grants.
    #[allow(clippy::must_use_candidate)]
    pub fn revoke_account(&self, account: &str) -> u64 {
        self.revoke_of(account, &["AccessToken", "RefreshToken"]);
        self.revoke_of(account, &["Grant"])
    }

    /// Takes back an account's refresh tokens only; its access tokens live on. How many.
    #[allow(clippy::must_use_candidate)]
    pub fn revoke_refresh_tokens(&self, account: &str) -> u64 {
        self.revoke_of(account, &["RefreshToken"])
    }

    /// Takes back an account's access tokens only, as if they had ended early. How many.
    #[allow(clippy::must_use_candidate)]
    pub fn revoke_access_tokens(&self, account: &str) -> u64 {
        self.revoke_of(account, &["AccessToken"])
    }

    fn revoke_of(&self, account: &str, kinds: &[&str]) -> u64 {
        let order = json!({"account": account, "kinds": kinds});
        self.order("revoke_of", order).as_u64().unwrap_or_default()
    }
}

fn text(answer: &Value) -> String {
    answer.as_str().unwrap_or_default().to_owned()
}

/// Asks again and again until there is an answer, for at most `limit`.
fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let asked = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || asked.elapsed() > limit {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
