//! Keeps access tokens fresh: one attempt at a time for each grant, whoever in whatever process needs it, and the new
//! refresh token durable before the access token that came with it is used.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::Model;
use entities::oauth_clients::Flow;
use entities::{mail_servers, mailboxes};
use secrecy::SecretString;

use super::accepted;
use super::client::Connected;
use crate::access::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::oauth::{self, OAuthError};
use crate::owner::Owner;
use crate::store::{StoreError, credentials};

/// How long before its end a token that lasts an hour is replaced.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// So long one attempt may keep the others waiting; longer than an HTTP request can take.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// A provider that wants to be left alone for longer is asked again after this.
const LONGEST_QUIET: TimeDelta = TimeDelta::hours(1);
/// How often those who wait look again, and for how long.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const LOOKS: u32 = 650;
/// How often a busy database is asked again to take new tokens: for half a minute at least, longer where each question
/// itself waits.
const KEEP_AGAIN: Duration = Duration::from_millis(250);
const KEEPS: u32 = 120;

/// What a new access token is wanted for.
#[derive(Debug, Clone, Copy)]
enum Why {
    /// The old one ends.
    Ending,
    /// The grant of this version was not used for long.
    Idle(i64),
}

impl Why {
    /// Whether somebody else has seen to it.
    fn is_done(self, grant: &Model, now: DateTime<Utc>) -> bool {
        match self {
            Self::Ending => is_fresh(grant, now),
            Self::Idle(version) => grant.version != version,
        }
    }
}

impl Access {
    /// The access token of `grant`, with the grant it belongs to; a new one where the old one ends soon.
    pub(in crate::access) async fn fresh_token(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        mut grant: Model,
    ) -> Result<(SecretString, Model), Closed> {
        for _ in 0..LOOKS {
            if is_fresh(&grant, self.clock.now()) {
                return Ok((self.access_token(&grant)?, grant));
            }
            if let Some(renewed) = self.try_renew(mailbox, server, Why::Ending).await? {
                return Ok((self.access_token(&renewed)?, renewed));
            }
            credentials::release_of_gone(&self.store, mailbox.id, Owner::is_gone).await?;
            tokio::time::sleep(LOOK_AGAIN).await;
            grant = self.grant(mailbox).await?;
        }
        Err(Closed::Provider {
            words: "Another worker has been getting a new access token for over a minute."
                .to_owned(),
            retry_after: None,
        })
    }

    /// Uses a grant that nobody needed for long, so that it does not end for want of use.
    pub(super) async fn keep_alive(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        idle: &Model,
    ) -> Result<(), Closed> {
        let why = Why::Idle(idle.version);
        self.try_renew(mailbox, server, why).await.map(drop)
    }

    /// The first token of a program that signs in for itself.
    pub(in crate::access) async fn first_app_token(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<(SecretString, Model), Closed> {
        let connected = self.provider(server).await?;
        let granted = oauth::app_token(&connected.http, &connected.client)
            .await
            .map_err(Closed::from)?;
        let now = self.clock.now();
        let grant = self.sealed(mailbox, &granted, None, now);
        credentials::set_grant(&self.store, mailbox.id, grant, now).await?;
        let grant = self.grant(mailbox).await?;
        Ok((granted.access_token, grant))
    }

    /// Gets a new token unless somebody else is about to; nothing then.
    ///
    /// In a task of its own: a caller that stops waiting must not come between the provider's answer and its commit.
    async fn try_renew(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        why: Why,
    ) -> Result<Option<Model>, Closed> {
        let renewing = self
            .clone()
            .claim_and_renew(mailbox.clone(), server.clone(), why);
        tokio::spawn(renewing).await.unwrap_or_else(|_| {
            Err(Closed::Provider {
                words: "Getting a new access token broke off inside this program.".to_owned(),
                retry_after: None,
            })
        })
    }

    async fn claim_and_renew(
        self,
        mailbox: mailboxes::Model,
        server: mail_servers::Model,
        why: Why,
    ) -> Result<Option<Model>, Closed> {
        let claimant = self.claimant();
        let now = self.clock.now();
        let claimed =
            credentials::claim(&self.store, mailbox.id, &claimant, now, now + CLAIM).await?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        // Somebody may have been done between the look and the claim.
        let outcome = if why.is_done(&claimed, now) {
            Ok(())
        } else if let Some(left) = self.shared.quiet.left(mailbox.id, now) {
            Err(Closed::Provider {
                words: "The authorization server asked to be left alone for a while.".to_owned(),
                retry_after: left.to_std().ok(),
            })
        } else {
            let renewed = self.renew(&mailbox, &server, &claimed).await;
            self.heed_wish(&mailbox, &renewed);
            renewed
        };
        credentials::release(&self.store, mailbox.id, &claimant).await?;
        match outcome {
            Ok(()) => self.grant(&mailbox).await.map(Some),
            // The old token still opens the mailbox while the provider is out of order.
            Err(Closed::Provider { .. }) if is_valid(&claimed, self.clock.now()) => {
                Ok(Some(claimed))
            }
            Err(closed) => Err(closed),
        }
    }

    /// Remembers how long the provider wants to be left alone.
    fn heed_wish(&self, mailbox: &mailboxes::Model, renewed: &Result<(), Closed>) {
        if let Err(Closed::Provider {
            retry_after: Some(wait),
            ..
        }) = renewed
        {
            let wait = TimeDelta::from_std(*wait)
                .unwrap_or(LONGEST_QUIET)
                .min(LONGEST_QUIET);
            self.shared.quiet.keep(mailbox.id, wait, self.clock.now());
        }
    }

    async fn renew(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        claimed: &Model,
    ) -> Result<(), Closed> {
        let connected = self.provider(server).await?;
        let Connected { client, http, .. } = &connected;
        let granted = match connected.flow {
            Flow::AppOnly => oauth::app_token(http, client).await,
            Flow::AuthorizationCode => {
                let refresh_token = self.refresh_token(claimed)?;
                oauth::refresh(http, client, &refresh_token).await
            }
        };
        let granted = match granted {
            Ok(granted) => granted,
            // What is said of a grant that is gone says nothing of the one that is there.
            Err(_) if self.is_replaced(claimed).await? => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        // The old refresh token may be void from here on: nothing comes before the commit.
        let now = self.clock.now();
        let grant = self.sealed(mailbox, &granted, None, now);
        if !self.keep(claimed, grant, now).await? {
            tracing::info!(
                mailbox = mailbox.address,
                "A new access token came too late: the mailbox was authorized again or disconnected meanwhile"
            );
            return Ok(());
        }
        accepted(&connected, &granted).map_err(Closed::Red)
    }

    /// Whether the mailbox was authorized again, or disconnected, since its grant was claimed.
    async fn is_replaced(&self, claimed: &Model) -> Result<bool, StoreError> {
        let stored = credentials::find(&self.store, claimed.mailbox_id).await?;
        Ok(stored.is_none_or(|stored| stored.version != claimed.version))
    }

    /// Writes the new tokens down, however long the database is busy: there may be no second answer.
    async fn keep(
        &self,
        claimed: &Model,
        grant: credentials::Grant,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tries = 0;
        loop {
            let kept = credentials::renew(&self.store, claimed, grant.clone(), now).await;
            match kept {
                Err(error) if error.is_transient() && tries < KEEPS => {
                    tracing::warn!(%error, "New tokens can't be stored yet; trying again");
                    tries += 1;
                    tokio::time::sleep(KEEP_AGAIN).await;
                }
                kept => return kept,
            }
        }
    }

    async fn provider(&self, server: &mail_servers::Model) -> Result<Connected, Closed> {
        self.connected(server).await?.ok_or_else(|| {
            Closed::Red(Red::of(
                Cause::ClientUnknown,
                format!(
                    "The mail server {} has no OAuth client any more.",
                    server.name
                ),
            ))
        })
    }

    async fn grant(&self, mailbox: &mailboxes::Model) -> Result<Model, Closed> {
        match credentials::find(&self.store, mailbox.id).await? {
            Some(grant) => Ok(grant),
            None => Err(self.without(mailbox).await),
        }
    }
}

impl From<OAuthError> for Closed {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::Red(red) => Self::Red(red),
            // Nobody is there to change their mind when a token is renewed.
            OAuthError::Cancelled { words } => Self::Red(Red::of(Cause::ConsentRevoked, words)),
            OAuthError::Transient { words, retry_after } => Self::Provider { words, retry_after },
        }
    }
}

/// Whether a token need not be replaced yet: five minutes before its end it is, or when a fifth of its life is left.
fn is_fresh(grant: &Model, now: DateTime<Utc>) -> bool {
    if grant.access_sealed.is_none() {
        return false;
    }
    let Some(ends_at) = grant.access_expires_at else {
        return true;
    };
    now < ends_at - early(grant, ends_at)
}

/// How long before its end a token is replaced; not the same for all, so that what was granted together is not renewed
/// together.
pub(in crate::access) fn early(grant: &Model, ends_at: DateTime<Utc>) -> TimeDelta {
    let life = ends_at - grant.refreshed_at.unwrap_or(ends_at);
    let early = EARLY.min(life / 5);
    let spread = i32::try_from(grant.mailbox_id.0.rem_euclid(32)).unwrap_or(0);
    early - early / 128 * spread
}

fn is_valid(grant: &Model, now: DateTime<Utc>) -> bool {
    grant.access_sealed.is_some() && grant.access_expires_at.is_none_or(|ends| now < ends)
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
