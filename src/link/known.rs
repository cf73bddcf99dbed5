//! What the database knows about the addresses, threads and numbers of a window of messages, read in a few queries.

mod reading;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entities::ids::MessageId;
use rules::{MessageFacts, RecordRef};
use sea_orm::ConnectionTrait;

use super::SearchFields;
use super::asked::{Asked, addresses, site_of};
use super::choices::Choices;
use crate::domains;
use crate::kinds::record_kind;
use crate::message::Own;
use crate::store::{StoreError, Tx};

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

/// What is known about a window of messages.
#[derive(Debug, Default)]
pub struct Known {
    /// The addresses that are ours; they belong to no record.
    pub(super) own: Arc<Own>,
    /// What people said.
    pub(super) choices: Choices,
    /// By address, and by `@` and a domain.
    holders: HashMap<String, Vec<Holder>>,
    threads: HashMap<String, Vec<Linked>>,
    numbered: HashMap<RecordRef, String>,
    /// Who was sender or receiver of mail of a record.
    participants: HashSet<(RecordRef, String)>,
    /// The domains of a record's addresses and of its organization, as somebody registered them.
    sites: HashSet<(RecordRef, String)>,
    /// The oldest message of each sender.
    oldest: HashMap<String, MessageId>,
    /// Addresses of messages that were decided after this was read.
    met: HashSet<String>,
}

impl Known {
    /// Reads what `messages` ask for; only `fields` are searched.
    pub async fn load<'a>(
        tx: &Tx,
        messages: impl Iterator<Item = Asked<'a>> + Clone,
        fields: &SearchFields,
        own: &Arc<Own>,
    ) -> Result<Self, StoreError> {
        let mut known = Self {
            own: Arc::clone(own),
            ..Self::default()
        };
        let facts = messages.clone().map(|asked| asked.facts);
        known.read_holders(tx, facts.clone(), fields).await?;
        known.read_threads(tx, facts.clone()).await?;
        known.read_numbered(tx, facts.clone(), fields).await?;
        known.read_belonging(tx, facts.clone()).await?;
        known.choices = Choices::read(tx, messages).await?;
        known.read_oldest(tx, facts).await?;
        Ok(known)
    }

    /// Reads only which senders are new; of records nothing is known.
    pub async fn of_senders<'a>(
        db: &impl ConnectionTrait,
        messages: impl Iterator<Item = Asked<'a>>,
        own: Arc<Own>,
    ) -> Result<Self, StoreError> {
        let mut known = Self {
            own,
            ..Self::default()
        };
        let facts = messages.map(|asked| asked.facts);
        known.read_oldest(db, facts).await?;
        Ok(known)
    }

    fn remember_site(&mut self, record: RecordRef, email: &str) {
        if let Some(site) = site_of(email) {
            self.sites.insert((record, site.to_owned()));
        }
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
        self.remember_site(record, email);
    }

    /// A message was linked after this was read.
    pub fn remember_link(&mut self, facts: &MessageFacts, record: RecordRef, name: &str) {
        if let Some(message_id) = &facts.message_id {
            self.remember_thread(message_id, record, name);
        }
        for (email, _) in addresses(facts).filter(|(email, _)| !self.own.has(email)) {
            self.participants.insert((record, email.to_owned()));
        }
    }

    /// A message was decided after this was read.
    pub fn remember_met(&mut self, facts: &MessageFacts) {
        let met = addresses(facts).map(|(email, _)| email.to_owned());
        self.met.extend(met);
    }

    /// Whether a message that was decided after this was read has the address, or one at the domain (`@example.it`).
    #[must_use]
    pub fn met_before(&self, email: &str) -> bool {
        let Some(site) = email.strip_prefix('@').and_then(domains::site) else {
            return self.met.contains(email);
        };
        let sites = self.met.iter().filter_map(|met| met.rsplit_once('@'));
        sites
            .filter_map(|(_, domain)| domains::site(domain))
            .any(|known| known == site)
    }

    /// A record has the number that a subject may name.
    pub(super) fn remember_numbered(&mut self, record: RecordRef, name: &str) {
        self.numbered.insert(record, name.to_owned());
    }

    fn remember_thread(&mut self, message_id: &str, record: RecordRef, name: &str) {
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

    pub(super) fn numbered(&self, record: RecordRef) -> Option<&str> {
        self.numbered.get(&record).map(String::as_str)
    }

    pub(super) fn took_part(&self, record: RecordRef, email: &str) -> bool {
        self.participants.contains(&(record, email.to_owned()))
    }

    pub(super) fn is_at(&self, record: RecordRef, site: &str) -> bool {
        self.sites.contains(&(record, site.to_owned()))
    }

    /// Whether there is mail from or to this address that is older than `message`.
    pub(super) fn has_met(&self, email: &str, message: MessageId) -> bool {
        let older = self.oldest.get(email).is_some_and(|one| *one < message);
        older || self.met.contains(email)
    }
}

/// As the rules have it.
pub(super) fn record_ref(kind: entities::record_kind::RecordKind, id: i64) -> RecordRef {
    RecordRef {
        kind: record_kind(kind),
        id,
    }
}
