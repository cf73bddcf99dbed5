//! Credentials that soon end: who is told when, once for each day that matters.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::mail_servers::Preset;
use entities::{mail_servers, mailboxes};

use super::expiry::{self, End};
use super::rows::{Channels, channels, tell};
use super::{Credential, Event, OfCredential, What, Whom};
use crate::cause::Who;
use crate::store::{Store, StoreError, credentials, mailboxes as boxes, oauth_clients, outbox};

/// More mailboxes than these are counted, not named.
const NAMED: usize = 20;

/// Client secrets whose last day comes near.
pub(super) async fn secrets(
    store: &Store,
    whom: &Whom,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let today = now.date_naive();
    let last = today + TimeDelta::days(expiry::OF_SECRET[0]);
    let mut asked = 0;
    for (client, server) in oauth_clients::with_secret_until(store, today, last).await? {
        let Some(ends_on) = client.secret_expires_on else {
            continue;
        };
        let days_left = (ends_on - today).num_days();
        let Some(threshold) = expiry::reached(&expiry::OF_SECRET, days_left) else {
            continue;
        };
        let name = format!("secret-{}-{ends_on}-{threshold}", server.id);
        if outbox::has_begun_with(store, &format!("{name}-")).await? {
            continue;
        }
        let opened = boxes::active_on(store, server.id).await?;
        let event = of_credential(
            Credential::ClientSecret,
            &server,
            &opened,
            (ends_on, days_left),
            (Who::Admin, SECRET_REMEDY.to_owned()),
            whom.page("servers", server.id.0),
        );
        let channels = channels(store, whom, None).await?;
        asked += tell_all(
            store,
            &Event {
                what: event,
                timestamp: now,
            },
            &name,
            &channels,
            now,
        )
        .await?;
    }
    Ok(asked)
}

const SECRET_REMEDY: &str = "Make a new client secret at the provider, give it with its own last day (`client_secret_expires_on`) in the set-up file and run `mailroom apply`. Nobody has to sign in again.";

/// Refresh tokens whose last day comes near.
pub(super) async fn grants(
    store: &Store,
    whom: &Whom,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let running_out =
        credentials::running_out(store, now + expiry::soon(), expiry::idle_since(now)).await?;
    let mut asked = 0;
    for (credential, mailbox, server) in running_out {
        let Some(end) = expiry::of_grant(&credential, server.preset, now) else {
            continue;
        };
        let ends_on = end.at().date_naive();
        let days_left = (ends_on - now.date_naive()).num_days();
        let Some(threshold) = expiry::reached(&expiry::OF_GRANT, days_left) else {
            continue;
        };
        let name = format!("grant-{}-{ends_on}-{threshold}", mailbox.id);
        if outbox::has_begun_with(store, &format!("{name}-")).await? {
            continue;
        }
        let channels = channels(store, whom, Some(&mailbox)).await?;
        let url = whom.page("mailboxes", mailbox.id.0);
        let event = of_credential(
            Credential::RefreshToken,
            &server,
            &[mailbox],
            (ends_on, days_left),
            (Who::MailboxOwner, grant_remedy(end)),
            url,
        );
        asked += tell_all(
            store,
            &Event {
                what: event,
                timestamp: now,
            },
            &name,
            &channels,
            now,
        )
        .await?;
    }
    Ok(asked)
}

/// The last day of a mailbox's refresh token if nobody does anything, where that is known.
#[must_use]
pub fn sign_in_ends_on(
    credential: &entities::credentials::Model,
    preset: Preset,
    now: DateTime<Utc>,
) -> Option<NaiveDate> {
    expiry::of_grant(credential, preset, now).map(|end| end.at().date_naive())
}

fn grant_remedy(end: End) -> String {
    match end {
        End::Set(_) => "The provider ends this sign-in on that day, however much it is used. Sign in again on the mailbox's page before.".to_owned(),
        End::Idle(_) => "A sign-in that is not used for long ends. Mailroom uses it with every scan, and that has not worked for a while: see what the mailbox's page says, or sign in again there.".to_owned(),
    }
}

fn of_credential(
    credential: Credential,
    server: &mail_servers::Model,
    opened: &[mailboxes::Model],
    (ends_on, days_left): (NaiveDate, i64),
    (who, remedy): (Who, String),
    url: String,
) -> What {
    let named = opened.iter().take(NAMED);
    What::Expiring(OfCredential {
        credential,
        mail_server: server.name.clone(),
        mailboxes: named.map(|mailbox| mailbox.address.clone()).collect(),
        mailbox_count: opened.len(),
        ends_on,
        days_left,
        who: who.as_str().to_owned(),
        remedy,
        url,
    })
}

async fn tell_all(
    store: &Store,
    event: &Event,
    name: &str,
    channels: &Channels,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let tx = store.begin().await?;
    let asked = tell(&tx, event, name, channels, now).await?;
    tx.commit().await?;
    Ok(asked)
}
