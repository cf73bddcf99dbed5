//! Carries out planned changes inside the caller's transaction.

mod servers;

use chrono::{DateTime, Utc};
use entities::credentials::CredentialKind;
use entities::ids::{MailboxId, RuleId, RuleListId, ScannerId, UserId};
use entities::lights::LightState;
use rand::CryptoRng;
use rules::Rule;
use sea_orm::ConnectionTrait;

use super::SetupError;
use super::changes::{Change, Changes, Target};
use super::document::{Mailbox, Scanner, SearchField, SharedList, User};
use super::publish;
use super::secret::Secret;
use super::stored::place;
use crate::rule_books::{self, BookError, Publication};
use crate::secrets::KeyRing;
use crate::store;
use crate::store::lights::Showing;
use crate::store::mailboxes::MailboxFields;
use crate::store::rule_lists::RuleListFields;
use crate::store::rules::RuleFields;
use crate::store::scanners::ScannerFields;
use crate::store::users::UserFields;

/// Writes every change. On an error the transaction is to be dropped.
///
/// A mailbox whose secret, login, accounts or server changed, or how Mailroom is known to its provider, gets an unknown
/// light, so that a red one is tried again. Messages
/// over which the rules had failed are decided again when the rules or what they share change; that makes another version
/// of the rules.
pub async fn apply(
    tx: &impl ConnectionTrait,
    changes: &Changes,
    ring: &KeyRing,
    random: &mut (impl CryptoRng + Send),
    publication: Publication<'_>,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    if changes.touch_rules() {
        rule_books::keep_first(tx, now).await?;
    }
    for change in &changes.changes {
        match &change.target {
            Target::User(id, user) => apply_user(tx, *id, user, now).await?,
            Target::ServiceKey(id, key) => {
                servers::apply_service_key(tx, *id, key, now).await?;
            }
            Target::MailServer(id, server) => {
                servers::apply_server(tx, *id, server, change, ring, random, now).await?;
            }
            Target::Mailbox(id, mailbox) => {
                let id = apply_mailbox(tx, *id, mailbox, change, now).await?;
                apply_secret(tx, id, mailbox, change, ring, random, now).await?;
            }
            Target::Scanner(id, scanner) => apply_scanner(tx, *id, scanner, change, now).await?,
            Target::Rule(id, position, rule) => apply_rule(tx, *id, *position, rule, now).await?,
            Target::NoServiceKey(id) => store::service_keys::delete(tx, *id).await?,
            Target::NoMailServer(id) => store::mail_servers::delete(tx, *id).await?,
            Target::NoMailbox(id) => store::mailboxes::delete(tx, *id).await?,
            Target::NoScanner(id) => store::scanners::delete(tx, *id).await?,
            Target::Exceptions(entries) => store::exceptions::replace(tx, entries, now).await?,
            Target::List(id, list) => apply_list(tx, *id, list, now).await?,
            Target::NoList(id) => store::rule_lists::delete(tx, *id).await?,
            Target::NoRule(id) => store::rules::delete(tx, *id).await?,
        }
    }
    if changes.touch_rules() {
        publish::publish(tx, changes, publication, now).await?;
        store::deliveries::decide_again(tx, now).await?;
    }
    Ok(())
}

async fn apply_user(
    tx: &impl ConnectionTrait,
    id: Option<UserId>,
    user: &User,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let fields = UserFields {
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role,
        active: user.active,
    };
    let row = match id {
        None => store::users::insert(tx, fields, now).await?,
        Some(id) => store::users::update(tx, id, fields, now).await?,
    };
    if let Some(absent) = &user.absent {
        let days = absent.iter().map(|absence| (absence.from, absence.until));
        let days: Vec<_> = days.collect();
        store::absences::replace(tx, row.id, &days).await?;
    }
    Ok(())
}

async fn apply_mailbox(
    tx: &impl ConnectionTrait,
    id: Option<MailboxId>,
    mailbox: &Mailbox,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<MailboxId, SetupError> {
    let server = store::mail_servers::find_by_name(tx, &mailbox.server)
        .await?
        .ok_or_else(|| SetupError::gone("mail server", &mailbox.server))?;
    let owner_id = match &mailbox.owner {
        None => None,
        Some(email) => Some(user_id(tx, email).await?),
    };
    let fields = MailboxFields {
        address: mailbox.address.clone(),
        login: mailbox
            .login
            .clone()
            .unwrap_or_else(|| mailbox.address.clone()),
        mail_server_id: server.id,
        kind: mailbox.kind,
        owner_id,
        active: mailbox.active,
        aliases: mailbox.aliases.clone(),
        delegates: mailbox.delegates.clone(),
    };
    let row = match id {
        None => store::mailboxes::insert(tx, fields, now).await?,
        Some(id) => store::mailboxes::update(tx, id, fields, now).await?,
    };
    let mut members = Vec::with_capacity(mailbox.members.len());
    for email in &mailbox.members {
        members.push(user_id(tx, email).await?);
    }
    store::mailbox_members::replace(tx, row.id, &members).await?;
    if id.is_some() && change.touches(&["login", "server", "aliases", "delegates"]) {
        try_again(tx, row.id, now).await?;
    }
    Ok(row.id)
}

async fn user_id(tx: &impl ConnectionTrait, email: &str) -> Result<UserId, SetupError> {
    let user = store::users::find_by_email(tx, email).await?;
    user.map(|user| user.id)
        .ok_or_else(|| SetupError::gone("user", email))
}

/// Writes the secret if the plan says that it changed.
async fn apply_secret(
    tx: &impl ConnectionTrait,
    id: MailboxId,
    mailbox: &Mailbox,
    change: &Change,
    ring: &KeyRing,
    random: &mut (impl CryptoRng + Send),
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    for (key, kind, secret) in [
        ("password", CredentialKind::Password, &mailbox.password),
        (
            "access_token",
            CredentialKind::AccessToken,
            &mailbox.access_token,
        ),
    ] {
        let Some(secret) = secret else { continue };
        if !change.touches(&[key]) {
            continue;
        }
        match secret {
            Secret::Reference(reference) => {
                store::credentials::set_reference(tx, id, kind, &reference.to_string(), now)
                    .await?;
            }
            Secret::Literal(secret) => {
                let sealed = ring.seal(&place(id), secret, random);
                store::credentials::set_sealed(
                    tx,
                    id,
                    kind,
                    sealed.bytes,
                    sealed.key_id.as_str(),
                    now,
                )
                .await?;
            }
        }
        try_again(tx, id, now).await?;
    }
    Ok(())
}

/// What was proven or refused was so with the old secret.
async fn try_again(
    tx: &impl ConnectionTrait,
    id: MailboxId,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let unknown = Showing::plain(LightState::Unknown);
    store::lights::set(tx, id, unknown, now).await?;
    // Whoever mended something wants to see at once whether it helped.
    for scanner in store::scanners::list(tx).await? {
        if scanner.mailbox_id == id {
            store::scanners::set_next_scan(tx, scanner.id, None).await?;
        }
    }
    Ok(())
}

async fn apply_scanner(
    tx: &impl ConnectionTrait,
    id: Option<ScannerId>,
    scanner: &Scanner,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let mailbox = store::mailboxes::find_by_address(tx, &scanner.mailbox)
        .await?
        .ok_or_else(|| SetupError::gone("mailbox", &scanner.mailbox))?;
    let search_fields = scanner
        .search_fields
        .as_deref()
        .unwrap_or(&SearchField::ALL);
    let fields = ScannerFields {
        name: scanner.name.clone(),
        mailbox_id: mailbox.id,
        folders: scanner.folders.clone(),
        schedule: scanner.schedule.clone(),
        time_zone: scanner.time_zone.clone(),
        enabled: scanner.enabled,
        start_date: scanner.start_date,
        limit_per_scan: scanner
            .limit_per_scan
            .and_then(|limit| i32::try_from(limit).ok()),
        idle: scanner.idle,
        backfill: scanner.backfill,
        max_message_mib: scanner
            .max_message_mib
            .and_then(|limit| i32::try_from(limit).ok()),
        search_fields: search_fields
            .iter()
            .map(|field| field.as_str().to_owned())
            .collect(),
        exceptions: scanner.exceptions.clone(),
        presets: scanner
            .presets
            .iter()
            .map(|preset| preset.as_str().to_owned())
            .collect(),
        preset_owner: scanner.preset_owner.clone(),
    };
    let Some(id) = id else {
        store::scanners::insert(tx, fields, now).await?;
        return Ok(());
    };
    store::scanners::update(tx, id, fields, now).await?;
    // The next time was reckoned by the old schedule.
    if change.touches(&["schedule", "time_zone", "enabled", "mailbox", "idle"]) {
        store::scanners::set_next_scan(tx, id, None).await?;
    }
    Ok(())
}

async fn apply_list(
    tx: &impl ConnectionTrait,
    id: Option<RuleListId>,
    list: &SharedList,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let fields = RuleListFields {
        name: list.name.clone(),
        members: list.members.clone(),
    };
    match id {
        None => store::rule_lists::insert(tx, fields, now).await?,
        Some(id) => store::rule_lists::update(tx, id, fields, now).await?,
    };
    Ok(())
}

async fn apply_rule(
    tx: &impl ConnectionTrait,
    id: Option<RuleId>,
    position: i32,
    rule: &Rule,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let definition = serde_json::to_value(rule).map_err(|error| BookError::Rule {
        name: rule.name.clone(),
        told: error.to_string(),
    })?;
    let fields = RuleFields {
        name: rule.name.clone(),
        position,
        enabled: rule.enabled,
        definition,
    };
    match id {
        None => store::rules::insert(tx, fields, now).await?,
        Some(id) => store::rules::update(tx, id, fields, now).await?,
    };
    Ok(())
}

#[cfg(test)]
#[path = "apply_tests.rs"]
pub(super) mod tests;
