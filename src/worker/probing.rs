//! Between scans: knocks at mailboxes whose light is red, or that a person wants tried, under their lease.

use entities::{mail_servers, mailboxes};

use super::taking::TRIED;
use super::{Owner, Worker, heartbeat};
use crate::store::leases::{self, Lease};
use crate::store::{StoreError, lights};

/// A mailbox that is leased to be knocked at.
#[derive(Debug)]
pub(super) struct Knock {
    mailbox: mailboxes::Model,
    server: mail_servers::Model,
    lease: Lease,
}

impl Knock {
    /// The mailbox's address.
    pub(super) fn address(&self) -> String {
        self.mailbox.address.clone()
    }

    /// Where it is.
    pub(super) fn host(&self) -> &str {
        &self.server.host
    }
}

impl Worker {
    /// Knocks at the mailbox that is to be tried for the longest time; says whether there was one.
    pub async fn probe_one(&self) -> Result<bool, StoreError> {
        match self.take_knock(&[]).await? {
            None => Ok(false),
            Some(knock) => self.knock(knock).await.map(|()| true),
        }
    }

    /// On none of these hosts.
    pub(super) async fn take_knock(&self, without: &[String]) -> Result<Option<Knock>, StoreError> {
        let store = &self.scanning.store;
        let now = self.scanning.clock.now();
        leases::release_of_gone(store, now, Owner::is_gone).await?;
        for (mailbox, server) in lights::due_for_probe(store, without, now, TRIED).await? {
            let owner = self.owner.to_string();
            let lease = leases::take(store, mailbox.id, &owner, now, self.lease).await?;
            let Some(lease) = lease else { continue };
            // Another worker may have knocked between the two questions.
            let light = lights::find(store, mailbox.id).await?;
            if light.is_some_and(|light| light.probe_at.is_some_and(|at| at <= now)) {
                return Ok(Some(Knock {
                    mailbox,
                    server,
                    lease,
                }));
            }
            leases::release(store, &lease).await?;
        }
        Ok(None)
    }

    pub(super) async fn knock(&self, knock: Knock) -> Result<(), StoreError> {
        let Knock {
            mailbox,
            server,
            lease,
        } = knock;
        let stop = self.stop.child_token();
        let beating = heartbeat::start(self, lease.clone(), stop.clone());
        let probed = tokio::select! {
            probed = self.scanning.access.probe(&mailbox, &server) => probed,
            () = stop.cancelled() => Ok(()),
        };
        beating.stop().await;
        leases::release(&self.scanning.store, &lease).await?;
        probed
    }
}
