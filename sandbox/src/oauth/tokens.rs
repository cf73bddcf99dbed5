//! Which tokens are out, for which mailbox, and until when. It never knows HTTP or faults.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::{CLIENT_SECRET, Rotation, TokenRequest, TokenRules};

/// All tokens of a provider.
pub(crate) struct Tokens {
    pub(crate) rules: TokenRules,
    pub(crate) requests: Vec<TokenRequest>,
    client_secret: String,
    /// Used and revoked ones stay, so that a request with one is known for whose it is.
    refresh: HashMap<String, Refresh>,
    access: HashMap<String, Access>,
}

/// A refresh token.
struct Refresh {
    address: String,
    /// Shared by all tokens that came from one consent.
    grant: u32,
    idles_until: DateTime<Utc>,
    /// When it was used first, where used ones are rotated.
    used_at: Option<DateTime<Utc>>,
    revoked: bool,
}

/// An access token.
struct Access {
    address: String,
    grant: u32,
    until: DateTime<Utc>,
}

/// What a refresh gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refreshed {
    pub(super) access_token: String,
    pub(super) expires_in: i64,
    pub(super) refresh_token: Option<String>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            rules: TokenRules::default(),
            requests: Vec::new(),
            client_secret: CLIENT_SECRET.to_owned(),
            refresh: HashMap::new(),
            access: HashMap::new(),
        }
    }
}

/// Without the tokens.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("rules", &self.rules)
            .field("refresh", &self.refresh.len())
            .field("access", &self.access.len())
            .finish_non_exhaustive()
    }
}

impl Tokens {
    pub(super) fn set_client_secret(&mut self, secret: &str) {
        secret.clone_into(&mut self.client_secret);
    }

    pub(super) fn knows_client_secret(&self, secret: &str) -> bool {
        self.client_secret == secret
    }

    /// A refresh token of a new grant, which `serial` names.
    pub(super) fn grant(&mut self, address: &str, serial: u32, now: DateTime<Utc>) -> String {
        self.give_refresh(address.to_lowercase(), serial, serial, now)
    }

    /// Whose refresh token this is, or was.
    pub(super) fn owner(&self, refresh_token: &str) -> Option<String> {
        self.refresh
            .get(refresh_token)
            .map(|refresh| refresh.address.clone())
    }

    /// None when the token is no good: unknown, idle for too long, revoked, or used once too often, which revokes all
    /// that came from the same consent.
    pub(super) fn refresh(
        &mut self,
        refresh_token: &str,
        serial: u32,
        now: DateTime<Utc>,
    ) -> Option<Refreshed> {
        let rules = self.rules;
        let refresh = self.refresh.get_mut(refresh_token)?;
        if refresh.revoked || refresh.idles_until <= now {
            return None;
        }
        let (address, grant) = (refresh.address.clone(), refresh.grant);
        let again = match (refresh.used_at, rules.rotation) {
            (None, _) | (Some(_), Rotation::Off) => true,
            (Some(used_at), Rotation::Grace(grace)) => now < used_at + grace,
            (Some(_), Rotation::Strict) => false,
        };
        if !again {
            self.revoke_grant(grant);
            return None;
        }
        let refresh_token = if rules.rotation == Rotation::Off {
            refresh.idles_until = now + rules.refresh_idles;
            None
        } else {
            refresh.used_at.get_or_insert(now);
            Some(self.give_refresh(address.clone(), grant, serial, now))
        };
        let access_token = format!("sandbox-access-{serial}");
        let until = now + rules.access_lives;
        self.access
            .retain(|_, access| access.grant != grant || access.until > now);
        self.access.insert(
            access_token.clone(),
            Access {
                address,
                grant,
                until,
            },
        );
        Some(Refreshed {
            access_token,
            expires_in: rules.access_lives.num_seconds(),
            refresh_token,
        })
    }

    /// Whether an access token opens this mailbox (in lower case) now.
    pub(crate) fn open(&self, address: &str, access_token: &str, now: DateTime<Utc>) -> bool {
        self.access
            .get(access_token)
            .is_some_and(|access| access.address == address && access.until > now)
    }

    pub(super) fn revoke(&mut self, address: &str) {
        let address = address.to_lowercase();
        for refresh in self.refresh.values_mut() {
            refresh.revoked |= refresh.address == address;
        }
        self.end_access(&address);
    }

    pub(super) fn end_access(&mut self, address: &str) {
        let address = address.to_lowercase();
        self.access.retain(|_, access| access.address != address);
    }

    fn revoke_grant(&mut self, grant: u32) {
        for refresh in self.refresh.values_mut() {
            refresh.revoked |= refresh.grant == grant;
        }
        self.access.retain(|_, access| access.grant != grant);
    }

    fn give_refresh(
        &mut self,
        address: String,
        grant: u32,
        serial: u32,
        now: DateTime<Utc>,
    ) -> String {
        let token = format!("sandbox-refresh-{serial}");
        let refresh = Refresh {
            address,
            grant,
            idles_until: now + self.rules.refresh_idles,
            used_at: None,
            revoked: false,
        };
        self.refresh.insert(token.clone(), refresh);
        token
    }
}
