//! Grants that nobody needs for long: they are used now and then, as a provider ends what is never used.

use chrono::TimeDelta;
use entities::lights::LightState;
use entities::mailboxes;

use crate::access::{Access, Closed};
use crate::cause::Cause;
use crate::store::{StoreError, credentials, lights, mail_servers as servers, mailboxes as boxes};

/// A grant that was not used for so long is used. Google ends them after six months, Microsoft after 90 days, some
/// companies' own servers much sooner.
const IDLE: TimeDelta = TimeDelta::days(7);
/// How many idle grants are used in one turn.
const AT_ONCE: usize = 20;
/// One that could not be used is tried again after this; there are months.
const IDLE_AGAIN: TimeDelta = TimeDelta::days(1);

impl Access {
    /// Uses grants that were not used for a week. One that the provider refuses turns its light red; one that could not
    /// be asked for is left for the next day.
    pub async fn keep_idle_grants_alive(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut used = 0;
        for grant in credentials::idle(&self.store, now - IDLE).await? {
            if used == AT_ONCE {
                break;
            }
            if self.shared.idle.left(grant.mailbox_id, now).is_some() {
                continue;
            }
            let Some(mailbox) = boxes::by_id(&self.store, grant.mailbox_id).await? else {
                continue;
            };
            let Some(server) = servers::by_id(&self.store, mailbox.mail_server_id).await? else {
                continue;
            };
            if self.is_known_dead(&mailbox).await? {
                continue;
            }
            used += 1;
            self.shared.idle.keep(mailbox.id, IDLE_AGAIN, now);
            match self.keep_alive(&mailbox, &server, &grant).await {
                Ok(()) => {}
                Err(closed @ Closed::Red(_)) => {
                    let used = Some(grant.version);
                    self.show_what_came(&mailbox, Err(&closed), used).await?;
                }
                Err(Closed::Store(error)) => return Err(error),
                Err(closed) => {
                    tracing::info!(
                        mailbox = mailbox.address,
                        "An idle permission could not be used: {closed}"
                    );
                }
            }
        }
        Ok(())
    }

    /// Whether what is stored was refused already, by the provider or by the mail server.
    pub(in crate::access) async fn is_known_dead(
        &self,
        mailbox: &mailboxes::Model,
    ) -> Result<bool, StoreError> {
        let dead = [
            Cause::ConsentRevoked,
            Cause::RefreshExpired,
            Cause::InteractionRequired,
            Cause::RefreshTokenMissing,
            Cause::AccessTokenRefused,
        ]
        .map(Cause::as_str);
        let light = lights::find(&self.store, mailbox.id).await?;
        Ok(light.is_some_and(|light| {
            light.state == LightState::Red
                && light
                    .cause
                    .as_deref()
                    .is_some_and(|cause| dead.contains(&cause))
        }))
    }
}

#[cfg(test)]
#[path = "idle_tests.rs"]
mod tests;
