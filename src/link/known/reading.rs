//! The queries behind [`Known`], each for a whole window of messages.

use std::collections::HashSet;

use entities::ids::{ContactId, LeadId, TicketId};
use rules::{MessageFacts, RecordKind, RecordRef};
use sea_orm::ConnectionTrait;

use super::{Known, record_ref};
use crate::kinds::stored_record_kind;
use crate::link::asked::{addresses, named, names_of_organization, senders, site_of};
use crate::link::{SearchFields, belonging, number};
use crate::store::{
    StoreError, Tx, contacts, leads, links, message_addresses, record_addresses, tickets,
};

/// Of more senders of one message than these nobody asks whether they took part.
const MOST_SENDERS: usize = 10;

impl Known {
    pub(super) async fn read_holders<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
        fields: &SearchFields,
    ) -> Result<(), StoreError> {
        let emails = distinct(
            facts
                .flat_map(|facts| addresses(facts).map(|(email, _)| email).chain(named(facts)))
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

    pub(super) async fn read_threads<'a>(
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

    pub(super) async fn read_numbered<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
        fields: &SearchFields,
    ) -> Result<(), StoreError> {
        let named: HashSet<RecordRef> = facts
            .flat_map(|facts| number::read(&facts.subject))
            .map(|(record, _)| record)
            .filter(|record| fields.allow(record.kind, "number"))
            .collect();
        let of = |kind| {
            named
                .iter()
                .filter(move |record| record.kind == kind)
                .map(|record| record.id)
        };
        let ids: Vec<TicketId> = of(RecordKind::Ticket).map(TicketId).collect();
        for ticket in tickets::by_ids(tx, &ids).await? {
            let record = RecordRef {
                kind: RecordKind::Ticket,
                id: ticket.id.0,
            };
            self.remember_numbered(record, &ticket.title);
        }
        let ids: Vec<LeadId> = of(RecordKind::Lead).map(LeadId).collect();
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
    pub(super) async fn read_belonging<'a>(
        &mut self,
        tx: &Tx,
        facts: impl Iterator<Item = &'a MessageFacts>,
    ) -> Result<(), StoreError> {
        let mut unsure: HashSet<(RecordRef, String)> = HashSet::new();
        for facts in facts {
            let threads = facts.parents().into_iter();
            let answered = threads
                .flat_map(|parent| self.linked_to(parent))
                .map(|linked| linked.record);
            let numbered = number::read(&facts.subject).into_iter();
            let numbered = numbered
                .map(|(record, _)| record)
                .filter(|record| self.numbered.contains_key(record));
            for record in answered.chain(numbered) {
                if !belonging::is_plain(record, facts, self) {
                    let senders = senders(facts).take(MOST_SENDERS);
                    unsure.extend(senders.map(|email| (record, email.to_owned())));
                }
            }
        }
        if unsure.is_empty() {
            return Ok(());
        }
        for kind in RecordKind::ALL {
            let of_kind = unsure.iter().filter(|(record, _)| record.kind == kind);
            let ids: HashSet<i64> = of_kind.map(|(record, _)| record.id).collect();
            let ids: Vec<i64> = ids.into_iter().collect();
            self.read_sites(tx, kind, &ids).await?;
        }
        // Whom the domain tells nothing of may have taken part in the record's mail.
        let asked: Vec<_> = unsure
            .into_iter()
            .filter(|(record, email)| !site_of(email).is_some_and(|site| self.is_at(*record, site)))
            .map(|(record, email)| (stored_record_kind(record.kind), record.id, email))
            .collect();
        for (kind, id, email) in links::participants(tx, &asked).await? {
            self.participants.insert((record_ref(kind, id), email));
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

    pub(super) async fn read_oldest<'a>(
        &mut self,
        db: &impl ConnectionTrait,
        facts: impl Iterator<Item = &'a MessageFacts>,
    ) -> Result<(), StoreError> {
        let senders = distinct(
            facts
                .filter_map(MessageFacts::sender)
                .map(|sender| sender.email.as_str())
                .filter(|email| !email.is_empty() && !self.own.has(email)),
        );
        self.oldest = message_addresses::oldest_of(db, &senders).await?;
        Ok(())
    }
}

fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
