//! Keeps access tokens fresh: one attempt at a time for each grant, whoever in whatever process needs it, and the new
//! refresh token durable before the access token that came with it is used.

use std::convert::Infallible;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::Model;
use entities::ids::MailboxId;
use entities::oauth_clients::Flow;
use entities::{mail_servers, mailboxes};
use secrecy::SecretString;

use super::client::Connected;
use super::{accepted, asking};
use crate::access::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::oauth::OAuthError;
use crate::owner::Owner;
use crate::store::{StoreError, credentials};

/// How long before its end a token that lasts an hour is replaced.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// So long one attempt keeps the others waiting after its last sign of life: shorter than a provider takes a refresh
/// token again that it has replaced, longer than the clocks of workers differ.
const CLAIM: TimeDelta = TimeDelta::seconds(15);
/// How often it gives one.
const BEAT: Duration = Duration::from_secs(3);
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
        } else {
            tokio::select! {
                renewed = self.renew(&mailbox, &server, &claimed) => renewed,
                never = self.hold(mailbox.id, &claimant) => match never {},
            }
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

    /// Keeps a claim for as long as it is asked to.
    async fn hold(&self, mailbox: MailboxId, claimant: &str) -> Infallible {
        loop {
            tokio::time::sleep(BEAT).await;
            let until = self.clock.now() + CLAIM;
            if let Err(error) = credentials::hold(&self.store, mailbox, claimant, until).await {
                tracing::warn!(%error, "The claim on a permission could not be extended");
            }
        }
    }

    async fn renew(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        claimed: &Model,
    ) -> Result<(), Closed> {
        let connected = self.provider(server).await?;
        let refresh_token = match connected.flow {
            Flow::AppOnly => None,
            Flow::AuthorizationCode => Some(self.refresh_token(claimed)?),
        };
        let leave = self.leave_to_ask(&connected).await?;
        let granted = match asking::tokens(&connected, refresh_token.as_ref()).await {
            Ok(granted) => granted,
            Err(error) => {
                self.was_declined(&leave, &error).await?;
                // What is said of a grant that is gone says nothing of the one that is there.
                if self.is_replaced(claimed).await? {
                    return Ok(());
                }
                return Err(error.into());
            }
        };
        // The old refresh token may be void from here on: nothing comes before the commit.
        let now = self.clock.now();
        let grant = self.sealed(mailbox, &granted, None, now);
        let kept = self.keep(claimed, grant, now).await?;
        self.was_answered(&leave).await?;
        if !kept {
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
            let store = self.store.durable();
            let kept = credentials::renew(store, claimed, grant.clone(), now).await;
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

    /// The grant that is stored.
    pub(in crate::access) async fn grant(
        &self,
        mailbox: &mailboxes::Model,
    ) -> Result<Model, Closed> {
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
            OAuthError::Transient {
                words, retry_after, ..
            } => Self::Provider { words, retry_after },
        }
    }
}

/// Whether a token need not be replaced yet: five minutes before its end it is, or when a fifth of its life is left.
pub(in crate::access) fn is_fresh(grant: &Model, now: DateTime<Utc>) -> bool {
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
