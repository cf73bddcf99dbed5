//! What opens a mailbox and ends on a known day.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::ids::{MailServerId, MailboxId};
use entities::{credentials, oauth_clients};
use serde::Serialize;

use crate::access::announce::{Credential, sign_in_ends_on};
use crate::store::scanners::Placed;
use crate::store::{self, Store, StoreError};

/// An end is worth a line when it is as near as this.
const NEAR: i64 = 30;

/// One end, as `mailroom status --json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct Expiry {
    credential: Credential,
    ends_on: NaiveDate,
    days_left: i64,
}

/// Client secrets by server, grants by mailbox.
#[derive(Debug)]
pub(super) struct Expiries {
    now: DateTime<Utc>,
    clients: HashMap<MailServerId, oauth_clients::Model>,
    grants: HashMap<MailboxId, credentials::Model>,
}

impl Expiries {
    pub(super) async fn read(store: &Store, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let clients = store::oauth_clients::list(store).await?.into_iter();
        let grants = store::credentials::list(store).await?.into_iter();
        Ok(Self {
            now,
            clients: clients
                .map(|client| (client.mail_server_id, client))
                .collect(),
            grants: grants.map(|grant| (grant.mailbox_id, grant)).collect(),
        })
    }

    /// Those on which a scanner depends.
    pub(super) fn of(&self, placed: &Placed) -> Vec<Expiry> {
        let secret = self.clients.get(&placed.server.id);
        let secret = secret.and_then(|client| client.secret_expires_on);
        let sign_in = self.grants.get(&placed.mailbox.id);
        let sign_in =
            sign_in.and_then(|grant| sign_in_ends_on(grant, placed.server.preset, self.now));
        [
            (Credential::ClientSecret, secret),
            (Credential::RefreshToken, sign_in),
        ]
        .into_iter()
        .filter_map(|(credential, ends_on)| {
            let ends_on = ends_on?;
            Some(Expiry {
                credential,
                ends_on,
                days_left: (ends_on - self.now.date_naive()).num_days(),
            })
        })
        .collect()
    }
}

impl Expiry {
    /// A sentence where it is near.
    pub(super) fn sentence(&self, server: &str) -> Option<String> {
        let what = match self.credential {
            Credential::ClientSecret => format!("The client secret of {server}"),
            Credential::RefreshToken => "The sign-in".to_owned(),
        };
        let when = match self.days_left {
            days if days > NEAR => return None,
            days if days < 0 => format!("ended on {}", self.ends_on),
            0 => "ends today".to_owned(),
            1 => "ends tomorrow".to_owned(),
            days => format!("ends in {days} days, on {}", self.ends_on),
        };
        Some(format!("{what} {when}."))
    }
}
