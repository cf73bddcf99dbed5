//! Compares what a file wants with what is stored. Pure: the same two always give the same changes.

mod entry;
mod shared;

use std::collections::{BTreeMap, BTreeSet};

use rules::Rule;
use serde_json::{Map, Value};

use super::changes::{Change, Changes, Field, Kind, Target};
use super::document::{Document, MailServer, Mailbox, User};
use super::stored::{Row, Stored};
use entry::{Entry, object, settled, settled_server, settled_user};

/// What becomes of stored entries that a section of the file does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unnamed {
    /// They stay as they are.
    Keep,
    /// Users, service keys, mailboxes and scanners are switched off, because others speak of them; rules, lists
    /// that no rule names, and mail servers that no mailbox uses, are removed. Only in sections that the file has.
    Prune,
}

/// What applying `document` would change.
#[must_use]
pub fn plan(document: &Document, stored: &Stored, unnamed: Unnamed) -> Changes {
    let mut changes = Vec::new();
    let prune = unnamed == Unnamed::Prune;
    plan_servers(document, stored, prune, &mut changes);
    plan_scanners(document, stored, prune, &mut changes);
    shared::plan(document, stored, &mut changes);
    if let Some(rules) = &document.rules {
        compare_rules(rules, stored, prune, &mut changes);
    }
    if prune {
        shared::remove_lists(document, stored, &mut changes);
        remove_servers(document, stored, &mut changes);
    }
    Changes { changes }
}

/// Who there is, and where mailboxes live.
fn plan_servers(document: &Document, stored: &Stored, prune: bool, changes: &mut Vec<Change>) {
    if let Some(users) = &document.users {
        let users: Vec<User> = users
            .iter()
            .map(|user| settled_user(user, stored))
            .collect();
        let named = compare(
            "users",
            &users,
            &stored.users,
            |user| &user.email,
            Target::User,
            changes,
        );
        if prune {
            switch_off(
                "users",
                &named,
                &stored.users,
                |user| &mut user.active,
                Target::User,
                changes,
            );
        }
    }
    if let Some(keys) = &document.service_keys {
        let named = compare(
            "service_keys",
            keys,
            &stored.service_keys,
            |key| &key.name,
            Target::ServiceKey,
            changes,
        );
        if prune {
            switch_off(
                "service_keys",
                &named,
                &stored.service_keys,
                |key| &mut key.active,
                Target::ServiceKey,
                changes,
            );
        }
    }
    if let Some(servers) = &document.mail_servers {
        let servers: Vec<MailServer> = servers
            .iter()
            .map(|server| settled_server(server, stored))
            .collect();
        compare(
            "mail_servers",
            &servers,
            &stored.mail_servers,
            |server| &server.name,
            |id, server| Target::MailServer(id, Box::new(server)),
            changes,
        );
    }
}

/// Mailboxes, and what is read of them.
fn plan_scanners(document: &Document, stored: &Stored, prune: bool, changes: &mut Vec<Change>) {
    if let Some(mailboxes) = &document.mailboxes {
        let mailboxes: Vec<Mailbox> = mailboxes
            .iter()
            .map(|mailbox| settled(mailbox, stored))
            .collect();
        let make = |id, mailbox| Target::Mailbox(id, Box::new(mailbox));
        let named = compare(
            "mailboxes",
            &mailboxes,
            &stored.mailboxes,
            |mailbox| &mailbox.address,
            make,
            changes,
        );
        if prune {
            switch_off(
                "mailboxes",
                &named,
                &stored.mailboxes,
                |mailbox| &mut mailbox.active,
                make,
                changes,
            );
        }
    }
    if let Some(scanners) = &document.scanners {
        let named = compare(
            "scanners",
            scanners,
            &stored.scanners,
            |scanner| &scanner.name,
            Target::Scanner,
            changes,
        );
        if prune {
            switch_off(
                "scanners",
                &named,
                &stored.scanners,
                |scanner| &mut scanner.enabled,
                Target::Scanner,
                changes,
            );
        }
    }
}

/// Adds what differs, and says which names the file has.
fn compare<Id: Copy, Item: Entry>(
    section: &'static str,
    wanted: &[Item],
    stored: &BTreeMap<String, Row<Id, Item>>,
    name: impl Fn(&Item) -> &String,
    target: impl Fn(Option<Id>, Item) -> Target,
    changes: &mut Vec<Change>,
) -> BTreeSet<String> {
    for item in wanted {
        let row = stored.get(name(item));
        let before = row.map(|row| row.item.fields());
        let mut fields = differences(before.as_ref(), &item.fields(), Item::NAMED_BY);
        let secrets = item.new_secrets(row.map(|row| &row.item));
        fields.extend(secrets.into_iter().map(|key| Field {
            field: key.to_owned(),
            before: None,
            after: None,
        }));
        if row.is_none() || !fields.is_empty() {
            changes.push(Change {
                section,
                name: name(item).clone(),
                change: if row.is_none() {
                    Kind::Create
                } else {
                    Kind::Update
                },
                fields,
                target: target(row.map(|row| row.id), item.clone()),
            });
        }
    }
    wanted.iter().map(|item| name(item).clone()).collect()
}

/// The fields that differ; of a new entry all of them but its name.
fn differences(
    before: Option<&Map<String, Value>>,
    after: &Map<String, Value>,
    named_by: &str,
) -> Vec<Field> {
    let nothing = Map::new();
    let is_new = before.is_none();
    let before = before.unwrap_or(&nothing);
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key) && !(is_new && *key == named_by))
        .map(|key| Field {
            field: key.clone(),
            before: before.get(key).cloned(),
            after: after.get(key).cloned(),
        })
        .collect()
}

fn switch_off<Id: Copy, Item: Entry>(
    section: &'static str,
    named: &BTreeSet<String>,
    stored: &BTreeMap<String, Row<Id, Item>>,
    switch: impl Fn(&mut Item) -> &mut bool,
    target: impl Fn(Option<Id>, Item) -> Target,
    changes: &mut Vec<Change>,
) {
    for (name, row) in stored.iter().filter(|(name, _)| !named.contains(*name)) {
        let mut off = row.item.clone();
        *switch(&mut off) = false;
        let fields = differences(Some(&row.item.fields()), &off.fields(), Item::NAMED_BY);
        if !fields.is_empty() {
            let target = target(Some(row.id), off);
            changes.push(Change {
                section,
                name: name.clone(),
                change: Kind::Update,
                fields,
                target,
            });
        }
    }
}

/// Rules are tried in the order of the file, so their place is compared too.
fn compare_rules(wanted: &[Rule], stored: &Stored, prune: bool, changes: &mut Vec<Change>) {
    for (position, rule) in (0_i32..).zip(wanted) {
        let row = stored.rules.get(&rule.name);
        let with_position = |rule: &Rule, position: i32| {
            let mut fields = object(rule);
            fields.insert("position".to_owned(), Value::from(position));
            fields
        };
        let before = row.map(|row| with_position(&row.item.rule, row.item.position));
        let mut fields = differences(before.as_ref(), &with_position(rule, position), "name");
        if row.is_none() {
            fields.retain(|field| field.field != "position");
        }
        if row.is_none() || !fields.is_empty() {
            changes.push(Change {
                section: "rules",
                name: rule.name.clone(),
                change: if row.is_none() {
                    Kind::Create
                } else {
                    Kind::Update
                },
                fields,
                target: Target::Rule(row.map(|row| row.id), position, Box::new(rule.clone())),
            });
        }
    }
    if prune {
        let unnamed = stored
            .rules
            .iter()
            .filter(|(name, _)| wanted.iter().all(|rule| rule.name != **name));
        changes.extend(unnamed.map(|(name, row)| Change {
            section: "rules",
            name: name.clone(),
            change: Kind::Delete,
            fields: Vec::new(),
            target: Target::NoRule(row.id),
        }));
    }
}

/// Last, when every mailbox has moved to its new server.
fn remove_servers(document: &Document, stored: &Stored, changes: &mut Vec<Change>) {
    let Some(servers) = &document.mail_servers else {
        return;
    };
    let wanted = document.mailboxes.as_deref().unwrap_or_default();
    let staying = stored
        .mailboxes
        .iter()
        .filter(|(address, _)| wanted.iter().all(|mailbox| mailbox.address != **address));
    let used: BTreeSet<&str> = wanted
        .iter()
        .map(|mailbox| mailbox.server.as_str())
        .chain(staying.map(|(_, row)| row.item.server.as_str()))
        .collect();
    for (name, row) in &stored.mail_servers {
        if servers.iter().all(|server| server.name != *name) && !used.contains(name.as_str()) {
            changes.push(Change {
                section: "mail_servers",
                name: name.clone(),
                change: Kind::Delete,
                fields: Vec::new(),
                target: Target::NoMailServer(row.id),
            });
        }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
