//! What a provider, and whoever looks after the records, change in the course of a trial.

use std::sync::Arc;

use entities::credentials::CredentialKind;
use entities::ids::MailboxId;
use entities::lights::LightState;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sandbox::Fault;

use super::{ADDRESS, Trial, letter};
use crate::clock::Clock as _;
use crate::secrets::{Key, KeyRing, Place};
use crate::store;
use crate::store::fixture::at;
use crate::store::lights::Showing;
use crate::store::mail_servers::MailServerFields;
use crate::store::rules::RuleFields;

/// The provider.
impl Trial {
    /// Delivers one more message from a sender of its own.
    pub(crate) fn deliver(&mut self, folder: &str) -> u32 {
        self.deliver_raw(folder, |number| letter(number).into_bytes())
    }

    pub(crate) fn deliver_raw(&mut self, folder: &str, raw: impl Fn(u32) -> Vec<u8>) -> u32 {
        self.delivered += 1;
        self.provider
            .deliver(ADDRESS, folder, raw(self.delivered), at(-3600))
            .unwrap()
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.provider.inject(fault);
    }

    /// So many messages went with their folder before they were read.
    pub(crate) fn forget_removed(&mut self, count: u32) {
        self.removed += count;
    }

    /// Ends the server, so that nothing listens on its port.
    pub(crate) async fn stop_server(&mut self) {
        if let Some(running) = self.running.take() {
            assert_eq!(running.stop().await, 0, "the sandbox panicked");
        }
    }
}

/// The records.
impl Trial {
    /// What `mailroom apply` does to the light when somebody has mended the mailbox.
    pub(crate) async fn somebody_acted(&self) {
        let unknown = Showing::plain(LightState::Unknown);
        store::lights::set(self.store(), self.mailbox, unknown, self.clock.now())
            .await
            .unwrap();
    }

    /// The key ring of another installation.
    pub(crate) fn other_key(&mut self) {
        let keys = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(3)));
        self.worker.scanning.access.keys = Arc::new(keys);
    }

    /// Changes the record of the mail server.
    pub(crate) async fn change_server(&self, change: impl FnOnce(&mut MailServerFields)) {
        let store = self.store();
        let placed = self.placed().await;
        let mut fields = MailServerFields {
            name: placed.server.name,
            protocol: placed.server.protocol,
            host: placed.server.host,
            port: u16::try_from(placed.server.port).unwrap(),
            tls: placed.server.tls,
            verify_certificate: placed.server.verify_certificate,
            ca_file: placed.server.ca_file,
            auth: placed.server.auth,
            preset: placed.server.preset,
            domain: placed.server.domain,
            smtp: placed.server.smtp,
            pop3: placed.server.pop3,
            trusted_servers: placed
                .server
                .trusted_servers
                .map(|names| names.0)
                .unwrap_or_default(),
            active: placed.server.active,
            visible: placed.server.visible,
        };
        change(&mut fields);
        store::mail_servers::update(store, self.server, fields, at(0))
            .await
            .unwrap();
    }

    /// Seals a credential.
    pub(crate) async fn give(&self, kind: CredentialKind, secret: &str) {
        self.give_to(self.mailbox, kind, secret).await;
    }

    /// Seals a credential of another mailbox.
    pub(crate) async fn give_to(&self, mailbox: MailboxId, kind: CredentialKind, secret: &str) {
        let place = Place {
            table: "credentials",
            row: mailbox.0,
            column: "sealed",
        };
        let keys = &self.worker.scanning.access.keys;
        let sealed = keys.seal(&place, &secret.into(), &mut StdRng::seed_from_u64(2));
        store::credentials::set_sealed(
            self.store(),
            mailbox,
            kind,
            sealed.bytes,
            sealed.key_id.as_str(),
            at(0),
        )
        .await
        .unwrap();
    }

    /// Names a credential that lies elsewhere.
    pub(crate) async fn refer(&self, reference: &str) {
        store::credentials::set_reference(
            self.store(),
            self.mailbox,
            CredentialKind::Password,
            reference,
            at(0),
        )
        .await
        .unwrap();
    }

    /// Puts one rule in the place of all.
    pub(crate) async fn rule(&self, definition: &serde_json::Value) {
        for rule in store::rules::list(self.store()).await.unwrap() {
            store::rules::delete(self.store(), rule.id).await.unwrap();
        }
        let fields = RuleFields {
            name: "rule".to_owned(),
            position: 1,
            enabled: true,
            definition: definition.clone(),
        };
        store::rules::insert(self.store(), fields, at(0))
            .await
            .unwrap();
    }
}
