//! A company whose mail server asks its own OpenID provider about tokens, and what the program has stored of them.

use std::fmt::Write as _;

use chrono::TimeDelta;
use entities::ids::MailboxId;
use entities::outbox;
use mailroom::clock::{Clock as _, SystemClock};
use mailroom::secrets::{KeyRing, KeySource, Place, Sealed};
use mailroom::store::credentials::{self, Grant};
use mailroom::store::{Store, Tx, mailboxes};
use parts::openid::{CLIENT_ID, CLIENT_SECRET, Endpoint};
use parts::{Dovecot, OpenId, openid};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::program::Program;

/// What is asked for.
pub(super) const SCOPES: &str = "openid email offline_access mail";
/// By hand, as far as a test can wait.
pub(super) const NEVER: &str = "@yearly";

/// Its servers.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) openid: OpenId,
    pub(super) dovecot: Dovecot,
}

impl Company {
    pub(super) fn new() -> Self {
        let openid = openid();
        let dovecot = Dovecot::builder().openid(&openid).start();
        Self { openid, dovecot }
    }

    /// So many messages, each from somebody else.
    pub(super) fn deliver(&self, address: &str, count: usize) {
        let messages = (0..count).map(|number| {
            let body = "How much is it? ".repeat(40);
            format!(
                "Message-ID: <{number}.{address}>\nFrom: Person {number} <p{number}@mail.example>\nTo: {address}\n\
                 Date: Sun, 22 Nov 2026 11:00:00 +0000\nSubject: Question {number}\n\n{body}\n"
            )
        });
        self.dovecot.deliver_all(address, "INBOX", messages);
    }

    /// A set-up file of a scanner for each address, named so.
    pub(super) fn setup(&self, addresses: &[&str], schedule: &str) -> String {
        self.setup_by(self.dovecot.imaps_port(), addresses, schedule)
    }

    /// The same by a port that leads to the mail server.
    pub(super) fn setup_by(&self, port: u16, addresses: &[&str], schedule: &str) -> String {
        let (host, ca) = (
            self.dovecot.host(),
            self.dovecot.certificate_authority_file(),
        );
        let at = |endpoint| self.openid.endpoint(endpoint);
        let scopes = SCOPES.replace(' ', ", ");
        let yaml = format!(
            "mail_servers:
  - name: dovecot
    host: {host}
    port: {port}
    ca_file: {ca}
    auth: xoauth2
    oauth:
      client_id: {CLIENT_ID}
      client_secret: {CLIENT_SECRET}
      scopes: [{scopes}]
      endpoints:
        issuer: {issuer}
        authorization: {authorization}
        token: {token}
        revocation: {revocation}
        jwks: {keys}
rules:
  - name: everybody
    then: [create_lead]
",
            ca = ca.display(),
            issuer = self.openid.issuer(),
            authorization = self.openid.authorization_endpoint(),
            token = at(Endpoint::Token),
            revocation = at(Endpoint::Revocation),
            keys = at(Endpoint::Keys),
        );
        let [mut mailboxes, mut scanners] = ["mailboxes:\n", "scanners:\n"].map(ToOwned::to_owned);
        for address in addresses {
            let _ = writeln!(mailboxes, "  - {{address: {address}, server: dovecot}}");
            let _ = writeln!(
                scanners,
                "  - {{name: {address}, mailbox: {address}, schedule: '{schedule}'}}"
            );
        }
        yaml + &mailboxes + &scanners
    }

    /// A program for these addresses, authorized long ago: their access tokens have ended.
    pub(super) fn authorized(
        &self,
        program: &Program,
        addresses: &[&str],
        schedule: &str,
    ) -> Inside {
        program.apply(&self.setup(addresses, schedule));
        self.authorize(program, addresses)
    }

    /// Authorizes the addresses of a program that is set up.
    pub(super) fn authorize(&self, program: &Program, addresses: &[&str]) -> Inside {
        let inside = Inside::of(program);
        for address in addresses {
            inside.give(address, &self.openid.refresh_grant(address, SCOPES));
        }
        inside
    }
}

/// State and cause of an address's light.
#[track_caller]
pub(super) fn light(program: &Program, address: &str) -> String {
    let light = program.status(address)["light"].clone();
    match &light["cause"] {
        Value::String(cause) => format!("{} {cause}", light["state"].as_str().unwrap()),
        _ => light["state"].as_str().unwrap().to_owned(),
    }
}

/// A program's database, opened with its own key.
#[derive(Debug)]
pub(super) struct Inside {
    runtime: Runtime,
    store: Store,
    keys: KeyRing,
}

impl Inside {
    pub(super) fn of(program: &Program) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let store = runtime.block_on(Store::open(&program.url())).unwrap();
        let key = KeySource::Own(program.path("data/secret.key"));
        let keys = KeyRing::load(&key, &mut rand::rng()).unwrap();
        Self {
            runtime,
            store,
            keys,
        }
    }

    fn mailbox(&self, address: &str) -> MailboxId {
        let found = mailboxes::find_by_address(&self.store, address);
        self.runtime.block_on(found).unwrap().unwrap().id
    }

    /// Stores a grant whose access token has ended.
    pub(super) fn give(&self, address: &str, refresh: &str) {
        let mailbox = self.mailbox(address);
        let now = SystemClock.now();
        let seal = |column, secret: &str| {
            let place = place(mailbox, column);
            self.keys.seal(&place, &secret.into(), &mut rand::rng())
        };
        let grant = Grant {
            refresh: Some(seal("sealed", refresh)),
            access: seal("access_sealed", "ended"),
            access_expires_at: Some(now - TimeDelta::seconds(1)),
            refresh_expires_at: None,
            scopes: None,
            identity: None,
        };
        let set = credentials::set_grant(&self.store, mailbox, grant, now);
        self.runtime.block_on(set).unwrap();
    }

    /// Has an address's access token count as ended.
    pub(super) fn end_access(&self, address: &str) {
        let mailbox = self.mailbox(address);
        self.runtime.block_on(async {
            let row = credentials::find(&self.store, mailbox).await.unwrap();
            credentials::expire_access(&self.store, &row.unwrap(), SystemClock.now())
                .await
                .unwrap();
        });
    }

    /// What is to be told and was, the oldest first.
    pub(super) fn outbox(&self) -> Vec<outbox::Model> {
        let rows = outbox::Entity::find().order_by_asc(outbox::Column::Id);
        self.runtime.block_on(rows.all(&self.store)).unwrap()
    }

    /// Has the minutes pass for which a worker that is gone has its rows of the outbox for itself.
    pub(super) fn end_claims(&self) {
        let ended = outbox::Entity::update_many()
            .col_expr(outbox::Column::NextTryAt, Expr::value(SystemClock.now()))
            .filter(outbox::Column::NextTryAt.is_not_null());
        self.runtime.block_on(ended.exec(&self.store)).unwrap();
    }

    /// An address's refresh and access token in the clear.
    pub(super) fn tokens(&self, address: &str) -> [String; 2] {
        let mailbox = self.mailbox(address);
        let found = credentials::find(&self.store, mailbox);
        let row = self.runtime.block_on(found).unwrap().unwrap();
        let open = |column, bytes: Option<Vec<u8>>, key_id: Option<String>| {
            let sealed = Sealed {
                key_id: key_id.unwrap().into(),
                bytes: bytes.unwrap(),
            };
            let opened = self.keys.open(&place(mailbox, column), &sealed);
            opened.unwrap().expose_secret().to_owned()
        };
        [
            open("sealed", row.sealed, row.key_id),
            open("access_sealed", row.access_sealed, row.access_key_id),
        ]
    }

    /// Lets nobody else write until [`Inside::unlock`].
    pub(super) fn lock(&self) -> Tx {
        self.runtime.block_on(self.store.begin()).unwrap()
    }

    /// Lets others write again.
    pub(super) fn unlock(&self, tx: Tx) {
        self.runtime.block_on(tx.commit()).unwrap();
    }
}

fn place(mailbox: MailboxId, column: &'static str) -> Place<'static> {
    Place {
        table: "credentials",
        row: mailbox.0,
        column,
    }
}
