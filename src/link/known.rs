//! What the database knows about the addresses, threads and numbers of a window of messages, read in a few queries.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entities::ids::{ContactId, LeadId, MessageId};
use rules::{MessageFacts, RecordKind, RecordRef};

use super::asked::{Asked, addresses, names_of_organization, senders, site_of};
use super::choices::Choices;
use super::{SearchFields, belonging, number};
use crate::kinds::{record_kind, stored_record_kind};
use crate::message::Own;
use crate::store::{StoreError, Tx, contacts, leads, links, message_addresses, record_addresses};

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
        if fields.allow(RecordKind::Lead, "number") {
            known.read_numbered(tx, facts.clone()).await?;
        }
        known.read_belonging(tx, facts.clone()).await?;
        known.choices = Choices::read(tx, messages).await?;
        let senders = distinct(
            facts
                .filter_map(MessageFacts::sender)
                .map(|sender| sender.email.as_str())
                .filter(|email| !email.is_empty() && !own.has(email)),
        );
        known.oldest = message_addresses::oldest_of(tx, &senders).await?;
        Ok(known)
    }

    async fn read_holders<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
        fields: &SearchFields,
    ) -> Result<(), StoreError> {
        let emails = distinct(
            facts
                .flat_map(addresses)
                .map(|(email, _)| email)
                .filter(|email| !self.own.has(email)),
        );
        let domains: HashSet<String> = if fields.allow(RecordKind::Organization, "domains") {
            emails
                .iter()
                .flat_map(|email| names_of_organization(email))
                .collect()
        } else {
            HashSet::new()
        };
        let mut asked = emails;
        asked.extend(domains.iter().map(String::as_str));
        for holder in record_addresses::holders_of(tx, &asked).await? {
            let record = record_ref(holder.kind, holder.id);
            if fields.allow(record.kind, &holder.field) {
                self.remember_holder(&holder.email, record, &holder.name, &holder.field);
            }
        }
        Ok(())
    }

    async fn read_threads<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
    ) -> Result<(), StoreError> {
        let parents = distinct(facts.flat_map(MessageFacts::parents));
        for linked in links::by_rfc_message_ids(tx, &parents).await? {
            let record = record_ref(linked.record_kind, linked.record_id);
            self.remember_thread(&linked.rfc_message_id, record, &linked.name);
        }
        Ok(())
    }

    async fn read_numbered<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
    ) -> Result<(), StoreError> {
        let ids: Vec<LeadId> = facts
            .flat_map(|facts| number::read(&facts.subject))
            .filter(|(record, _)| record.kind == RecordKind::Lead)
            .map(|(record, _)| LeadId(record.id))
            .collect();
        for lead in leads::by_ids(tx, &ids).await? {
            let record = RecordRef {
                kind: RecordKind::Lead,
                id: lead.id.0,
            };
            self.remember_numbered(record, &lead.full_name());
        }
        Ok(())
    }

    /// Who has to do with the records that threads and numbers lead to, where that is not plain from the addresses.
    async fn read_belonging<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
    ) -> Result<(), StoreError> {
        let (mut records, mut emails) = (HashSet::new(), HashSet::new());
        for facts in facts {
            let threads = facts.parents().into_iter();
            let answered = threads
                .flat_map(|parent| self.linked_to(parent))
                .map(|linked| linked.record);
            let numbered = number::read(&facts.subject).into_iter();
            let numbered = numbered
                .map(|(record, _)| record)
                .filter(|record| self.numbered.contains_key(record));
            let unsure: Vec<RecordRef> = answered
                .chain(numbered)
                .filter(|record| !belonging::is_plain(*record, facts, self))
                .collect();
            if !unsure.is_empty() {
                records.extend(unsure);
                emails.extend(senders(facts));
            }
        }
        if records.is_empty() {
            return Ok(());
        }
        let stored: Vec<_> = records
            .iter()
            .map(|record| (stored_record_kind(record.kind), record.id))
            .collect();
        let emails: Vec<&str> = emails.into_iter().collect();
        for (kind, id, email) in links::participants(tx, &stored, &emails).await? {
            self.participants.insert((record_ref(kind, id), email));
        }
        for kind in RecordKind::ALL {
            let of_kind = records.iter().filter(|record| record.kind == kind);
            let ids: Vec<i64> = of_kind.map(|record| record.id).collect();
            self.read_sites(tx, kind, &ids).await?;
        }
        Ok(())
    }

    async fn read_sites(
        &mut self,
        tx: &Tx,
        kind: RecordKind,
        ids: &[i64],
    ) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        for has in record_addresses::of_records(tx, stored_record_kind(kind), ids).await? {
            self.remember_site(record_ref(has.record_kind, has.record_id), &has.email);
        }
        if kind != RecordKind::Contact {
            return Ok(());
        }
        let contacts: Vec<ContactId> = ids.iter().copied().map(ContactId).collect();
        let at = contacts::organizations_of(tx, &contacts).await?;
        let organizations: Vec<i64> = at.iter().map(|(_, organization)| organization.0).collect();
        let kind = stored_record_kind(RecordKind::Organization);
        for has in record_addresses::of_records(tx, kind, &organizations).await? {
            for (contact, _) in at.iter().filter(|(_, at)| at.0 == has.record_id) {
                let record = RecordRef {
                    kind: RecordKind::Contact,
                    id: contact.0,
                };
                self.remember_site(record, &has.email);
            }
        }
        Ok(())
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

fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
