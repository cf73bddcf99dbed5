//! What the database knows about the addresses and threads of a window of messages, read in two queries.

use std::collections::{HashMap, HashSet};

use rules::{MessageFacts, RecordKind, RecordRef};

use crate::kinds::record_kind;
use crate::store::{StoreError, Tx, links, record_addresses};

/// Which fields of which records are searched for addresses (`contacts.email`); empty means all.
#[derive(Debug, Clone, Default)]
pub struct SearchFields(Vec<String>);

/// The records that have an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub record: RecordRef,
    pub name: String,
    pub field: String,
}

/// A record that a message is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    pub record: RecordRef,
    pub name: String,
}

/// What is known about the addresses and threads of a window of messages.
#[derive(Debug, Default)]
pub struct Known {
    holders: HashMap<String, Vec<Holder>>,
    threads: HashMap<String, Vec<Linked>>,
}

impl SearchFields {
    /// Names as the set-up file has them.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    fn allow(&self, kind: RecordKind, field: &str) -> bool {
        let wanted = format!("{}s.{field}", kind.as_str());
        self.0.is_empty() || self.0.contains(&wanted)
    }
}

impl Known {
    /// Reads what `messages` ask for. Addresses in `own` are ours and belong to no record.
    pub async fn load<'a>(
        tx: &Tx,
        messages: impl Iterator<Item = &'a MessageFacts> + Clone,
        fields: &SearchFields,
        own: &HashSet<String>,
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let mut emails: Vec<&str> = messages
            .clone()
            .flat_map(super::addresses)
            .map(|(address, _)| address.email.as_str())
            .filter(|email| !own.contains(*email))
            .collect();
        emails.sort_unstable();
        emails.dedup();
        for holder in record_addresses::holders_of(tx, &emails).await? {
            let record = RecordRef {
                kind: record_kind(holder.kind),
                id: holder.id,
            };
            if fields.allow(record.kind, &holder.field) {
                known.remember_holder(&holder.email, record, &holder.name, &holder.field);
            }
        }
        let mut parents: Vec<&str> = messages.flat_map(MessageFacts::parents).collect();
        parents.sort_unstable();
        parents.dedup();
        for linked in links::by_rfc_message_ids(tx, &parents).await? {
            let record = RecordRef {
                kind: record_kind(linked.record_kind),
                id: linked.record_id,
            };
            known.remember_link(&linked.rfc_message_id, record, &linked.name);
        }
        Ok(known)
    }

    /// A record got an address after this was read.
    pub fn remember_holder(&mut self, email: &str, record: RecordRef, name: &str, field: &str) {
        let holder = Holder {
            record,
            name: name.to_owned(),
            field: field.to_owned(),
        };
        let holders = self.holders.entry(email.to_owned()).or_default();
        if !holders.contains(&holder) {
            holders.push(holder);
        }
    }

    /// A message was linked after this was read.
    pub fn remember_link(&mut self, message_id: &str, record: RecordRef, name: &str) {
        let linked = Linked {
            record,
            name: name.to_owned(),
        };
        let thread = self.threads.entry(message_id.to_owned()).or_default();
        if !thread.contains(&linked) {
            thread.push(linked);
        }
    }

    pub(super) fn holders_of(&self, email: &str) -> &[Holder] {
        self.holders.get(email).map_or(&[], Vec::as_slice)
    }

    pub(super) fn linked_to(&self, message_id: &str) -> &[Linked] {
        self.threads.get(message_id).map_or(&[], Vec::as_slice)
    }
}
