//! What is stored now, in the words of the setup file.

mod servers;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use entities::credentials::{CredentialKind, Model as Credential};
use entities::ids::{MailServerId, MailboxId, RuleId, RuleListId, ScannerId, ServiceKeyId, UserId};
use entities::{absences, mailboxes, scanners, users};
use rules::{Preset, Rule};
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};

use super::SetupError;
use super::document::{
    Absence, MailServer, Mailbox, Scanner, SearchField, ServiceKey, SharedList, User,
};
use super::secret::{Secret, SecretState, secret_variable};
use crate::rule_books::{self, BookError};
use crate::secrets::{KeyRing, Place, Sealed, SecretReference};
use crate::store;

pub(super) use servers::client_secret_place;

/// A stored row and its key.
#[derive(Debug, Clone)]
pub(super) struct Row<Id, Item> {
    pub(super) id: Id,
    pub(super) item: Item,
}

/// A stored rule and its place.
#[derive(Debug, Clone)]
pub(super) struct PlacedRule {
    pub(super) position: i32,
    pub(super) rule: Rule,
}

/// What is stored now, by name; secrets opened, so that a second apply sees that nothing changed.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    pub(super) users: BTreeMap<String, Row<UserId, User>>,
    pub(super) service_keys: BTreeMap<String, Row<ServiceKeyId, ServiceKey>>,
    pub(super) mail_servers: BTreeMap<String, Row<MailServerId, MailServer>>,
    /// How the secret of a server's OAuth client is kept, for those that have one.
    pub(super) client_secrets: BTreeMap<String, SecretState>,
    pub(super) mailboxes: BTreeMap<String, Row<MailboxId, Mailbox>>,
    /// How a mailbox's secret is kept, for those that have one.
    pub(super) secrets: BTreeMap<String, SecretState>,
    pub(super) scanners: BTreeMap<String, Row<ScannerId, Scanner>>,
    /// Exceptions of all scanners.
    pub(super) exceptions: Vec<String>,
    pub(super) lists: BTreeMap<String, Row<RuleListId, SharedList>>,
    pub(super) rules: BTreeMap<String, Row<RuleId, PlacedRule>>,
}

impl Stored {
    /// Reads everything a setup file speaks of. `variable` looks up an environment variable.
    pub async fn load(
        db: &impl ConnectionTrait,
        ring: &KeyRing,
        variable: &(dyn Fn(&str) -> Option<OsString> + Sync),
    ) -> Result<Self, SetupError> {
        let mut stored = Self::default();
        let absences = store::absences::list(db).await?;
        let emails = stored.load_users(store::users::list(db).await?, &absences);
        let key_names = stored.load_service_keys(store::service_keys::list(db).await?);
        let server_names = stored.load_servers(store::mail_servers::list(db).await?);
        for row in store::oauth_clients::list(db).await? {
            if let Some(server) = server_names.get(&row.mail_server_id) {
                stored.load_oauth_client(server, &row, &key_names, ring, variable);
            }
        }
        let mut members: BTreeMap<MailboxId, BTreeSet<String>> = BTreeMap::new();
        for member in store::mailbox_members::list(db).await? {
            let email = emails.get(&member.user_id).cloned();
            members.entry(member.mailbox_id).or_default().extend(email);
        }
        let mut addresses = BTreeMap::new();
        for row in store::mailboxes::list(db).await? {
            addresses.insert(row.id, row.address.clone());
            let item = Mailbox {
                server: server_names
                    .get(&row.mail_server_id)
                    .cloned()
                    .unwrap_or_default(),
                owner: row.owner_id.and_then(|owner| emails.get(&owner).cloned()),
                members: members
                    .remove(&row.id)
                    .unwrap_or_default()
                    .into_iter()
                    .collect(),
                ..mailbox(&row)
            };
            stored
                .mailboxes
                .insert(row.address, Row { id: row.id, item });
        }
        for credential in store::credentials::list(db).await? {
            if let Some(address) = addresses.get(&credential.mailbox_id) {
                stored.load_secret(address, &credential, ring, variable);
            }
        }
        for row in store::scanners::list(db).await? {
            let item = scanner(
                &row,
                addresses.get(&row.mailbox_id).cloned().unwrap_or_default(),
            );
            stored.scanners.insert(row.name, Row { id: row.id, item });
        }
        stored.exceptions = store::exceptions::list(db).await?;
        for row in store::rule_lists::list(db).await? {
            let item = SharedList {
                name: row.name.clone(),
                members: row.members.0,
            };
            stored.lists.insert(row.name, Row { id: row.id, item });
        }
        for row in store::rules::list(db).await? {
            let rule = rule_books::read_rule(row.definition).map_err(|error| BookError::Rule {
                name: row.name.clone(),
                told: error.to_string(),
            })?;
            let item = PlacedRule {
                position: row.position,
                rule,
            };
            stored.rules.insert(row.name, Row { id: row.id, item });
        }
        Ok(stored)
    }

    fn load_users(
        &mut self,
        rows: Vec<users::Model>,
        absences: &[absences::Model],
    ) -> BTreeMap<UserId, String> {
        let emails = rows.iter().map(|row| (row.id, row.email.clone())).collect();
        for row in rows {
            let absent: Vec<Absence> = absences
                .iter()
                .filter(|absence| absence.user_id == row.id)
                .map(|absence| Absence {
                    from: absence.first_day,
                    until: absence.last_day,
                })
                .collect();
            let item = User {
                email: row.email.clone(),
                name: row.name,
                role: row.role,
                active: row.active,
                absent: (!absent.is_empty()).then_some(absent),
            };
            self.users.insert(row.email, Row { id: row.id, item });
        }
        emails
    }

    fn load_secret(
        &mut self,
        address: &str,
        credential: &Credential,
        ring: &KeyRing,
        variable: &(dyn Fn(&str) -> Option<OsString> + Sync),
    ) {
        // A person's consent is not in any file.
        if credential.kind == CredentialKind::Oauth {
            return;
        }
        let place = place(credential.mailbox_id);
        let secret = Kept {
            reference: credential.reference.as_deref(),
            sealed: credential.sealed.as_deref(),
            key_id: credential.key_id.as_deref(),
        };
        let Some((secret, state)) =
            kept(&secret, &place, ring, variable, &secret_variable(address))
        else {
            return;
        };
        if secret.is_none() {
            tracing::warn!(
                mailbox = address,
                "The mailbox's secret can't be opened with the given key; apply it again"
            );
        }
        self.secrets.insert(address.to_owned(), state);
        if let Some(row) = self.mailboxes.get_mut(address) {
            match credential.kind {
                CredentialKind::Password => row.item.password = secret,
                CredentialKind::AccessToken => row.item.access_token = secret,
                CredentialKind::Oauth => {}
            }
        }
    }
}

/// Where a mailbox's secret is sealed to.
pub(super) fn place(mailbox: MailboxId) -> Place<'static> {
    Place {
        table: "credentials",
        row: mailbox.0,
        column: "sealed",
    }
}

/// A secret as a row keeps it.
struct Kept<'a> {
    reference: Option<&'a str>,
    sealed: Option<&'a [u8]>,
    key_id: Option<&'a str>,
}

/// The secret, nothing where it can't be opened, and how it is kept; nothing at all where a row keeps none.
///
/// `exported_as` is the variable that an export names for it.
fn kept(
    kept: &Kept<'_>,
    place: &Place<'_>,
    ring: &KeyRing,
    variable: &(dyn Fn(&str) -> Option<OsString> + Sync),
    exported_as: &str,
) -> Option<(Option<Secret>, SecretState)> {
    if let Some(reference) = kept.reference {
        return Some(match SecretReference::parse(reference).ok().flatten() {
            Some(reference) => (Some(Secret::Reference(reference)), SecretState::Elsewhere),
            None => (
                None,
                SecretState::Sealed {
                    variable_differs: false,
                },
            ),
        });
    }
    let sealed = Sealed {
        key_id: kept.key_id?.to_owned().into(),
        bytes: kept.sealed?.to_owned(),
    };
    let secret: Option<SecretString> = ring.open(place, &sealed).ok();
    let variable_differs = secret.as_ref().is_some_and(|secret| {
        variable(exported_as).is_some_and(|other| other.to_str() != Some(secret.expose_secret()))
    });
    let state = SecretState::Sealed { variable_differs };
    Some((secret.map(Secret::Literal), state))
}

fn mailbox(row: &mailboxes::Model) -> Mailbox {
    Mailbox {
        address: row.address.clone(),
        server: String::new(),
        login: Some(row.login.clone()),
        kind: row.kind,
        owner: None,
        members: Vec::new(),
        aliases: row.aliases.0.clone(),
        delegates: row.delegates.0.clone(),
        password: None,
        access_token: None,
        active: row.active,
    }
}

fn scanner(row: &scanners::Model, mailbox: String) -> Scanner {
    Scanner {
        name: row.name.clone(),
        mailbox,
        folders: row.folders.0.clone(),
        schedule: row.schedule.clone(),
        time_zone: row.time_zone.clone(),
        enabled: row.enabled,
        start_date: row.start_date,
        limit_per_scan: row
            .limit_per_scan
            .and_then(|limit| u32::try_from(limit).ok()),
        idle: row.idle,
        backfill: row.backfill,
        max_message_mib: row
            .max_message_mib
            .and_then(|limit| u32::try_from(limit).ok()),
        search_fields: Some(
            row.search_fields
                .0
                .iter()
                .filter_map(|name| SearchField::named(name))
                .collect(),
        ),
        exceptions: row.exceptions.0.clone(),
        presets: presets_of(row),
        preset_owner: row.preset_owner.clone(),
    }
}

fn presets_of(row: &scanners::Model) -> Vec<Preset> {
    let names = row.presets.0.iter();
    names.filter_map(|name| Preset::named(name)).collect()
}
