//! What people said of where messages belong, and how far that reaches: to the message itself, to those that answer it,
//! and, where records share the sender's address, to later mail of that sender.

use std::collections::{BTreeMap, HashMap};

use entities::ids::MessageId;
use rules::{Evidence, MessageFacts, RecordRef};

use super::Asked;
use super::asked::addresses;
use super::found::Found;
use super::known::record_ref;
use crate::store::link_choices::{self, Choice};
use crate::store::{StoreError, Tx};

/// What people said, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Choices {
    all: Vec<Choice>,
    by_message: HashMap<MessageId, Vec<usize>>,
    by_message_id: HashMap<String, Vec<usize>>,
    by_sender: HashMap<String, Vec<usize>>,
}

/// The word that holds of one record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) record: RecordRef,
    pub(super) name: &'a str,
    pub(super) belongs: bool,
    pub(super) user: &'a str,
    /// Of the message itself, not of one that it answers.
    pub(super) itself: bool,
}

impl Choices {
    pub(super) async fn read<'a>(
        tx: &Tx,
        messages: impl Iterator<Item = Asked<'a>>,
    ) -> Result<Self, StoreError> {
        if !link_choices::any(tx).await? {
            return Ok(Self::default());
        }
        let (mut ids, mut parents, mut senders) = (Vec::new(), Vec::new(), Vec::new());
        for asked in messages {
            ids.push(asked.message);
            parents.extend(asked.facts.parents());
            senders.extend(sender_addresses(asked.facts));
        }
        Ok(Self::of_all(
            link_choices::about(tx, &ids, &parents, &senders).await?,
        ))
    }

    /// These, the oldest first.
    pub(super) fn of_all(all: Vec<Choice>) -> Self {
        let mut choices = Self::default();
        for (index, choice) in all.iter().enumerate() {
            let by_message = choices.by_message.entry(choice.message_id).or_default();
            by_message.push(index);
            if let Some(id) = &choice.rfc_message_id {
                choices
                    .by_message_id
                    .entry(id.clone())
                    .or_default()
                    .push(index);
            }
            if !choice.email.is_empty() {
                choices
                    .by_sender
                    .entry(choice.email.clone())
                    .or_default()
                    .push(index);
            }
        }
        choices.all = all;
        choices
    }

    /// What holds of each record: the newest word about the message itself, else about the nearest one that it answers.
    pub(super) fn of(&self, message: MessageId, parents: &[&str]) -> Vec<Said<'_>> {
        let mut said: BTreeMap<RecordRef, Said<'_>> = BTreeMap::new();
        let itself = self.by_message.get(&message).map(|all| (all, true));
        let answered = parents
            .iter()
            .filter_map(|parent| self.by_message_id.get(*parent))
            .map(|all| (all, false));
        for (all, itself) in itself.into_iter().chain(answered) {
            let newest_first = all.iter().rev().filter_map(|index| self.all.get(*index));
            for choice in newest_first {
                let record = record_ref(choice.kind, choice.id);
                said.entry(record).or_insert(Said {
                    record,
                    name: &choice.name,
                    belongs: choice.belongs,
                    user: &choice.chosen_by,
                    itself,
                });
            }
        }
        said.into_values().collect()
    }

    /// Decides between records that share an address of the sender as people did for earlier mail of it.
    pub(super) fn settle(&self, found: &mut Found, facts: &MessageFacts) {
        for email in sender_addresses(facts) {
            let Some(said) = self.by_sender.get(email) else {
                continue;
            };
            for ((_, shared), records) in found.holders() {
                if shared != email || records.len() < 2 {
                    continue;
                }
                self.settle_between(found, email, &records, said);
            }
        }
    }

    fn settle_between(
        &self,
        found: &mut Found,
        email: &str,
        between: &[RecordRef],
        said: &[usize],
    ) {
        let newest_first = said.iter().rev().filter_map(|index| self.all.get(*index));
        let mut refused = Vec::new();
        for choice in newest_first {
            let record = record_ref(choice.kind, choice.id);
            if !between.contains(&record) || refused.contains(&record) {
                continue;
            }
            if !choice.belongs {
                refused.push(record);
                continue;
            }
            let Some(name) = found.name_of(record).map(str::to_owned) else {
                continue;
            };
            let evidence = Evidence::Person {
                user: choice.chosen_by.clone(),
            };
            found.add(record, &name, evidence);
            break;
        }
        for record in refused {
            found.forget(record, email);
        }
    }
}

/// The addresses by which the sender is known.
fn sender_addresses(facts: &MessageFacts) -> impl Iterator<Item = &str> {
    addresses(facts)
        .filter(|(_, role)| role.is_sender())
        .map(|(email, _)| email)
}
