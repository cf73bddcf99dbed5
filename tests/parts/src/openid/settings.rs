//! What a test may change about the provider while it runs.

use std::time::Duration;

use serde_json::{Value, json};

use super::OpenId;

/// Who gets a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// Everybody (so from the start).
    Always,
    /// Nobody.
    Never,
    /// Who asks for `offline_access` with `prompt=consent` and is granted it.
    Offline,
}

/// Settings; they hold for what is given out from then on. Durations are in whole seconds.
impl OpenId {
    /// How long access tokens live (an hour from the start).
    pub fn access_tokens_live(&self, time: Duration) {
        self.set("accessTokenLives", time.as_secs());
    }

    /// How long refresh tokens live (90 days from the start).
    pub fn refresh_tokens_live(&self, time: Duration) {
        self.set("refreshTokenLives", time.as_secs());
    }

    /// A refresh gives the same refresh token again (so from the start).
    pub fn do_not_rotate(&self) {
        self.set("rotation", false);
    }

    /// A refresh gives a new refresh token; to use the old one again is `invalid_grant` and voids the whole grant.
    pub fn rotate(&self) {
        self.rotate_with_grace(Duration::ZERO);
    }

    /// A refresh gives a new refresh token; the old one is taken again for so long after its first use (as Okta and
    /// Auth0 do), then as [`OpenId::rotate`] says.
    pub fn rotate_with_grace(&self, grace: Duration) {
        self.set("rotationGrace", grace.as_secs());
        self.set("rotation", true);
    }

    /// Signs ID tokens with another key, and no longer publishes the old one.
    pub fn rotate_keys(&self) {
        self.order("rotate_keys", Value::Null);
    }

    /// Who gets a refresh token.
    pub fn give_refresh_tokens(&self, to: RefreshTokens) {
        let name = match to {
            RefreshTokens::Always => "always",
            RefreshTokens::Never => "never",
            RefreshTokens::Offline => "offline",
        };
        self.set("refreshTokens", name);
    }

    /// Goes on with the account that the browser is signed in with, whatever `login_hint` says, as some providers do;
    /// else it asks which one is meant when they differ.
    pub fn ignore_login_hint(&self) {
        self.set("ignoresLoginHint", true);
    }

    /// Names the mailbox that app-only tokens (client credentials with the scope [`super::MAIL_SCOPE`]) open which are
    /// given out from now on; without a name they open none. A mail server opens a mailbox to a token whose `sub` is
    /// its name, so one such token can't open several, as Microsoft's can.
    pub fn app_tokens_open(&self, mailbox: Option<&str>) {
        self.set("appMailbox", mailbox);
    }

    /// Gives nobody's consent and no token until an administrator has agreed ([`OpenId::admin_consent_endpoint`]): who
    /// presses "Allow" is sent back with `access_denied`, tokens are `invalid_grant`, both with Microsoft's AADSTS90094.
    pub fn require_administrator(&self) {
        self.set("adminMustAgree", true);
    }

    /// Has an account's tokens that are given out from now on say that they open another mailbox too, as Exchange's
    /// `FullAccess` does; for mail servers that heed it ([`crate::dovecot::DovecotBuilder::full_access`]).
    pub fn give_full_access(&self, account: &str, mailbox: &str) {
        self.set("fullAccess", json!({account: mailbox}));
    }

    /// What the device flow tells programs to wait between two questions (1 s from the start).
    pub fn device_interval(&self, time: Duration) {
        self.set("deviceInterval", time.as_secs());
    }

    /// Sends the next person who presses "Allow" back with this error (RFC 6749 §4.1.2.1), as an admin's policy does.
    pub fn refuse_next_consent(&self, error: &str, description: &str) {
        self.set(
            "refuseNext",
            json!({"error": error, "error_description": description}),
        );
    }

    fn set(&self, name: &str, value: impl Into<Value>) {
        let value: Value = value.into();
        self.order("set", json!({name: value}));
    }
}
