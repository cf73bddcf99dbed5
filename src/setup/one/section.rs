//! The sections whose entries are changed one by one: how an entry is found, named and written alone.

use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::super::document::{Document, MailServer, Mailbox, OAuth};
use super::super::stored::Stored;
use crate::store::{self, StoreError};

/// A section of a set-up file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Callback addresses and API clients.
    ServiceKeys,
    /// Where mailboxes live.
    MailServers,
    /// Accounts to read.
    Mailboxes,
    /// What is read, and when.
    Scanners,
    /// Whose mail every scanner leaves alone: one entry, with the key `entries`.
    Exceptions,
    /// Lists that rules look in, with the keys `name` and `members`.
    Lists,
}

impl Section {
    /// Its key in a file.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::ServiceKeys => "service_keys",
            Self::MailServers => "mail_servers",
            Self::Mailboxes => "mailboxes",
            Self::Scanners => "scanners",
            Self::Exceptions => "exceptions",
            Self::Lists => "lists",
        }
    }

    /// What the audit log calls an entry.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ServiceKeys => "service_key",
            Self::MailServers => "mail_server",
            Self::Mailboxes => "mailbox",
            Self::Scanners => "scanner",
            Self::Exceptions => "exceptions",
            Self::Lists => "list",
        }
    }

    /// The key that names an entry.
    #[must_use]
    pub fn named_by(self) -> &'static str {
        match self {
            Self::Mailboxes => "address",
            _ => "name",
        }
    }

    /// A file with this entry alone.
    pub(super) fn file_of(self, entry: &Map<String, Value>) -> Value {
        let value = |key: &str| entry.get(key).cloned();
        let section = match self {
            Self::Exceptions => value("entries").unwrap_or_else(|| json!([])),
            Self::Lists => {
                let name = value("name").unwrap_or_default();
                let members = value("members").unwrap_or_else(|| json!([]));
                json!({ name.as_str().unwrap_or_default(): members })
            }
            _ => json!([entry]),
        };
        json!({ self.key(): section })
    }

    /// The name of the one entry of such a file.
    pub(super) fn name_in(self, document: &Document) -> Option<String> {
        match self {
            Self::ServiceKeys => Some(document.service_keys.as_ref()?.first()?.name.clone()),
            Self::MailServers => Some(document.mail_servers.as_ref()?.first()?.name.clone()),
            Self::Mailboxes => Some(document.mailboxes.as_ref()?.first()?.address.clone()),
            Self::Scanners => Some(document.scanners.as_ref()?.first()?.name.clone()),
            Self::Exceptions => None,
            Self::Lists => document.lists.as_ref()?.keys().next().cloned(),
        }
    }

    /// The key within the entry to which the path of a problem leads.
    pub(super) fn field_at(self, path: &str) -> String {
        match self {
            Self::Exceptions => return "entries".to_owned(),
            Self::Lists => return "members".to_owned(),
            _ => {}
        }
        let within = path
            .strip_prefix(self.key())
            .and_then(|rest| rest.strip_prefix("[0]"))
            .unwrap_or_default();
        let within = within.trim_start_matches('.');
        within.split('[').next().unwrap_or_default().to_owned()
    }

    /// The key of the row of that name, as text; nothing where there is none.
    pub(super) async fn key_of(
        self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::ServiceKeys => store::service_keys::find_by_name(db, name)
                .await?
                .map(|row| row.id.to_string()),
            Self::MailServers => store::mail_servers::find_by_name(db, name)
                .await?
                .map(|row| row.id.to_string()),
            Self::Mailboxes => store::mailboxes::find_by_address(db, name)
                .await?
                .map(|row| row.id.to_string()),
            Self::Scanners => store::scanners::find_by_name(db, name)
                .await?
                .map(|row| row.id.to_string()),
            Self::Exceptions => None,
            Self::Lists => {
                let lists = store::rule_lists::list(db).await?.into_iter();
                let mut named = lists.filter(|list| list.name == name);
                named.next().map(|list| list.id.to_string())
            }
        })
    }
}

impl Stored {
    /// An entry in keys of a file, without its secrets; the exceptions of all scanners are always there.
    #[must_use]
    pub fn entry(&self, section: Section, name: &str) -> Option<Map<String, Value>> {
        match section {
            Section::ServiceKeys => Some(object(&self.service_keys.get(name)?.item)),
            Section::MailServers => {
                let server = self.mail_servers.get(name)?.item.clone();
                let oauth = server.oauth.clone().map(|oauth| OAuth {
                    client_secret: None,
                    ..oauth
                });
                Some(object(&MailServer { oauth, ..server }))
            }
            Section::Mailboxes => Some(object(&Mailbox {
                password: None,
                access_token: None,
                ..self.mailboxes.get(name)?.item.clone()
            })),
            Section::Scanners => Some(object(&self.scanners.get(name)?.item)),
            Section::Exceptions => Some(object(&json!({ "entries": self.exceptions }))),
            Section::Lists => Some(object(&self.lists.get(name)?.item)),
        }
    }
}

fn object(entry: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(keys)) => keys,
        // Nothing but a literal secret fails to be written, and those are taken out before.
        _ => Map::new(),
    }
}

/// Tells one writing of an entry from another.
pub(super) fn mark(entry: &Map<String, Value>) -> String {
    let text = Value::Object(entry.clone()).to_string();
    let mut mark = hex::encode(Sha256::digest(text.as_bytes()));
    mark.truncate(16);
    mark
}
