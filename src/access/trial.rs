//! Mailboxes on a real mail server whose tokens a real OpenID provider gives out and vouches for, and a clock that stands
//! still. Grants are there from the start, as if their owners had consented long ago; no browser is needed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "an arrangement that can't be made is a failed test"
)]

use std::sync::Arc;

use chrono::TimeDelta;
use entities::credentials::CredentialKind;
use entities::lights::LightState;
use entities::mail_servers::{AuthMethod, TlsMode};
use entities::mailboxes::MailboxKind;
use entities::oauth_clients::{Endpoints, Flow};
use entities::{credentials as row, lights, mail_servers, mailboxes};
use parts::openid::{CLIENT_ID, CLIENT_SECRET, Endpoint, MAIL_SCOPE};
use parts::{Dovecot, OpenId, openid};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use secrecy::ExposeSecret as _;

use super::announce::Whom;
use super::{Access, Closed, sealing};
use crate::clock::{Clock as _, FixedClock};
use crate::imap::Limits;
use crate::secrets::{Key, KeyRing};
use crate::store::credentials::{self, Grant};
use crate::store::fixture::{self, Fixture, at};
use crate::store::mail_servers::MailServerFields;
use crate::store::mailboxes::MailboxFields;
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::{self, Store, oauth_clients};

pub(super) const SALES: &str = "sales@example.com";
pub(super) const EVE: &str = "eve@elsewhere.example";
/// What a grant is for unless told.
pub(super) const SCOPES: &str = "openid email offline_access mail";

pub(super) struct Trial {
    pub(super) openid: OpenId,
    pub(super) dovecot: Dovecot,
    pub(super) fixture: Fixture,
    pub(super) clock: Arc<FixedClock>,
    pub(super) access: Access,
    pub(super) server: mail_servers::Model,
    keys: Arc<KeyRing>,
}

fn whom() -> Whom {
    Whom {
        webhook: true,
        mail: None,
        public_url: "https://mailroom.example.com".parse().unwrap(),
    }
}

impl Trial {
    pub(super) async fn new() -> Self {
        let openid = openid();
        let dovecot = Dovecot::builder().openid(&openid).start();
        let fixture = fixture::sqlite().await;
        let clock = Arc::new(FixedClock::new(at(0)));
        let keys = Arc::new(KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(1))));
        let fields = MailServerFields::generic(
            "dovecot",
            dovecot.host(),
            dovecot.imap_port(),
            TlsMode::None,
            AuthMethod::Xoauth2,
        );
        let server = store::mail_servers::insert(&fixture.store, fields, at(0)).await;
        let trial = Self {
            access: access(fixture.store.clone(), &keys, &clock),
            server: server.unwrap(),
            openid,
            dovecot,
            fixture,
            clock,
            keys,
        };
        trial.client(Flow::AuthorizationCode).await;
        trial
    }

    /// Registers this program with the mail server's provider.
    pub(super) async fn client(&self, flow: Flow) {
        let of = |endpoint| Some(self.openid.endpoint(endpoint));
        let endpoints = Endpoints {
            authorization: Some(self.openid.authorization_endpoint()),
            token: of(Endpoint::Token),
            revocation: of(Endpoint::Revocation),
            ..Endpoints::default()
        };
        self.client_at(flow, endpoints).await;
    }

    /// The same with these addresses.
    pub(super) async fn client_at(&self, flow: Flow, endpoints: Endpoints) {
        let place = sealing::of_client_secret(self.server.id.0);
        let secret = self
            .keys
            .seal(&place, &CLIENT_SECRET.into(), &mut rand::rng());
        let scopes = match flow {
            Flow::AuthorizationCode => SCOPES,
            Flow::AppOnly => MAIL_SCOPE,
        };
        let fields = OAuthClientFields {
            flow,
            client_id: CLIENT_ID.to_owned(),
            secret: ClientSecret::Sealed(secret),
            secret_expires_on: None,
            tenant: None,
            cloud: None,
            endpoints,
            scopes: scopes.split(' ').map(str::to_owned).collect(),
            service_key_id: None,
            redirect_uri: None,
            service_principal: None,
        };
        oauth_clients::put(self.store(), self.server.id, fields, at(0))
            .await
            .unwrap();
    }

    pub(super) fn store(&self) -> &Store {
        &self.fixture.store
    }

    /// What another process has, on the same database.
    pub(super) async fn another_process(&self) -> Access {
        let store = Store::open(&self.fixture.url).await.unwrap();
        access(store, &self.keys, &self.clock)
    }

    /// A mailbox with a message and without a credential.
    pub(super) async fn mailbox(&self, address: &str) -> mailboxes::Model {
        self.dovecot
            .deliver(address, "INBOX", "Subject: one\n\nHello\n");
        self.mailbox_on(&self.server, address).await
    }

    /// A mailbox on another mail server.
    pub(super) async fn mailbox_on(
        &self,
        server: &mail_servers::Model,
        address: &str,
    ) -> mailboxes::Model {
        let fields = MailboxFields {
            address: address.to_owned(),
            login: address.to_owned(),
            mail_server_id: server.id,
            kind: MailboxKind::Shared,
            owner_id: None,
            active: true,
            aliases: Vec::new(),
            delegates: Vec::new(),
        };
        store::mailboxes::insert(self.store(), fields, at(0))
            .await
            .unwrap()
    }

    /// The mailbox of [`SALES`], granted long ago, whose access token has ended.
    pub(super) async fn granted(&self) -> mailboxes::Model {
        let mailbox = self.mailbox(SALES).await;
        let refresh = self.openid.refresh_grant(SALES, SCOPES);
        self.give(&mailbox, &refresh, "ended", TimeDelta::seconds(-1))
            .await;
        mailbox
    }

    /// Stores a grant whose access token ends after so long.
    pub(super) async fn give(
        &self,
        mailbox: &mailboxes::Model,
        refresh: &str,
        token: &str,
        lives: TimeDelta,
    ) {
        let (id, now) = (mailbox.id.0, self.clock.now());
        let seal = |place, secret: &str| self.keys.seal(&place, &secret.into(), &mut rand::rng());
        let grant = Grant {
            refresh: Some(seal(sealing::of_credential(id), refresh)),
            access: seal(sealing::of_access_token(id), token),
            access_expires_at: Some(now + lives),
            refresh_expires_at: None,
            scopes: None,
            identity: None,
        };
        credentials::set_grant(self.store(), mailbox.id, grant, now)
            .await
            .unwrap();
    }

    /// Stores an access token that nothing renews.
    pub(super) async fn give_token(&self, mailbox: &mailboxes::Model, token: &str) {
        let place = sealing::of_credential(mailbox.id.0);
        let sealed = self.keys.seal(&place, &token.into(), &mut rand::rng());
        credentials::set_sealed(
            self.store(),
            mailbox.id,
            CredentialKind::AccessToken,
            sealed.bytes,
            sealed.key_id.as_str(),
            self.clock.now(),
        )
        .await
        .unwrap();
    }

    /// Opens the mailbox and closes it again.
    pub(super) async fn open(&self, mailbox: &mailboxes::Model) -> Result<(), Closed> {
        open(&self.access, mailbox, &self.server).await
    }

    /// Why it does not open.
    pub(super) async fn refusal(&self, mailbox: &mailboxes::Model) -> Closed {
        self.open(mailbox).await.unwrap_err()
    }

    pub(super) fn later(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    pub(super) async fn stored(&self, mailbox: &mailboxes::Model) -> row::Model {
        let found = credentials::find(self.store(), mailbox.id).await.unwrap();
        found.unwrap()
    }

    /// The stored refresh token in the clear.
    pub(super) async fn refresh_token(&self, mailbox: &mailboxes::Model) -> String {
        let stored = self.stored(mailbox).await;
        let token = self.access.refresh_token(&stored).unwrap();
        token.expose_secret().to_owned()
    }

    pub(super) async fn light(&self, mailbox: &mailboxes::Model) -> Option<lights::Model> {
        store::lights::find(self.store(), mailbox.id).await.unwrap()
    }

    /// State and cause: `red consent_revoked`.
    pub(super) async fn shows(&self, mailbox: &mailboxes::Model) -> String {
        match self.light(mailbox).await {
            None => LightState::Unknown.as_str().to_owned(),
            Some(light) => match light.cause {
                None => light.state.as_str().to_owned(),
                Some(cause) => format!("{} {cause}", light.state.as_str()),
            },
        }
    }

    /// Types and causes of all announcements.
    pub(super) async fn told(&self) -> Vec<String> {
        let rows = store::outbox::list(self.store(), 999).await.unwrap();
        let told = rows.iter().rev().map(|row| {
            let cause = row.body["data"]["cause"].as_str().unwrap_or_default();
            let kind = row.body["type"].as_str().unwrap();
            format!("{kind} {cause}").trim().to_owned()
        });
        told.collect()
    }

    /// How often [`SALES`] asked for a new token, and how often anybody signed in, since the start.
    pub(super) fn asked(&self) -> (usize, usize) {
        let refreshes = self.openid.token_requests("refresh_token");
        (refreshes, self.openid.introspections())
    }
}

fn access(store: Store, keys: &Arc<KeyRing>, clock: &Arc<FixedClock>) -> Access {
    Access::new(
        store,
        Arc::clone(keys),
        Arc::clone(clock) as _,
        Limits::default(),
        whom(),
    )
}

/// Opens the mailbox and closes it again.
pub(super) async fn open(
    access: &Access,
    mailbox: &mailboxes::Model,
    server: &mail_servers::Model,
) -> Result<(), Closed> {
    let opened = access.open(mailbox, server).await?;
    opened.session.leave().await;
    Ok(())
}
