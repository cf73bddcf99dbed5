//! What is stored now, in the words of the setup file.

use std::collections::BTreeMap;

use entities::ids::{MailServerId, MailboxId, RuleId, ScannerId, UserId};
use rules::Rule;

use super::document::{MailServer, Mailbox, Scanner, User};

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
    pub(super) mail_servers: BTreeMap<String, Row<MailServerId, MailServer>>,
    pub(super) mailboxes: BTreeMap<String, Row<MailboxId, Mailbox>>,
    pub(super) scanners: BTreeMap<String, Row<ScannerId, Scanner>>,
    pub(super) rules: BTreeMap<String, Row<RuleId, PlacedRule>>,
}
