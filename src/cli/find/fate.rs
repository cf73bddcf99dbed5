//! What became of a copy, in words.

use std::collections::HashMap;

use entities::deliveries::DeliveryState;
use entities::ids::{MessageId, ScannerId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use rules::{Action, Decision, Outcome};

use super::super::output::moment;
use crate::store::deliveries::chosen::Listed;
use crate::store::links::Named;
use crate::store::{Store, StoreError, decisions, leads, links};

/// What was made of some messages.
#[derive(Debug, Default)]
pub(super) struct Fates {
    links: HashMap<MessageId, Vec<Named>>,
    /// Numbers of the leads that were made of each.
    leads: HashMap<MessageId, Vec<i64>>,
    decisions: HashMap<(MessageId, ScannerId), Decision>,
}

impl Fates {
    pub(super) async fn read(store: &Store, messages: &[MessageId]) -> Result<Self, StoreError> {
        let mut fates = Self::default();
        for named in links::for_messages(store, messages).await? {
            let of_message = fates.links.entry(named.link.message_id).or_default();
            of_message.push(named);
        }
        for lead in leads::for_messages(store, messages).await? {
            if let Some(message) = lead.message_id {
                fates.leads.entry(message).or_default().push(lead.id.0);
            }
        }
        for made in decisions::for_messages(store, messages).await? {
            // One of another version explains nothing; what it did is told by links and leads.
            if let Ok(decision) = serde_json::from_value(made.body) {
                let of = (made.message_id, made.scanner_id);
                fates.decisions.insert(of, decision);
            }
        }
        Ok(fates)
    }

    /// What became of this copy, and what a person can do about it.
    pub(super) fn of(&self, listed: &Listed) -> String {
        let delivery = &listed.delivery;
        let id = delivery.id;
        let reason = delivery
            .error
            .as_deref()
            .unwrap_or("the reason is not known");
        match delivery.state {
            DeliveryState::Pending if delivery.asked_anew.is_some() => {
                format!(
                    "waiting to be decided anew; until then {}",
                    self.made(listed)
                )
            }
            DeliveryState::Pending => "waiting to be decided with the next scan".to_owned(),
            DeliveryState::Failed => {
                let at = match delivery.next_try_at {
                    Some(at) => format!("next try after {}", moment(at)),
                    None => "tried again with the next scan".to_owned(),
                };
                format!("failed, {at}: {reason}")
            }
            DeliveryState::Held => format!(
                "held: {reason} `mailroom retry {id}` tries it again, `mailroom discard {id} --reason TEXT` leaves it alone for good."
            ),
            DeliveryState::Discarded => {
                let by = delivery.discarded_by.as_deref().unwrap_or("somebody");
                let at = delivery
                    .discarded_at
                    .map_or_else(String::new, |at| format!(" on {}", moment(at)));
                let why = delivery.discard_reason.as_deref().unwrap_or_default();
                format!("discarded by {by}{at} because: {why}; `mailroom retry {id}` takes it back")
            }
            DeliveryState::Gone => "removed on the server before it was read".to_owned(),
            DeliveryState::Done | DeliveryState::Ignored => self.made(listed),
        }
    }

    /// What the rules, and people, made of the message.
    fn made(&self, listed: &Listed) -> String {
        let Some(message) = listed.delivery.message_id else {
            return "decided".to_owned();
        };
        let decision = self.decisions.get(&(message, listed.folder.scanner_id));
        let leads = self.leads.get(&message);
        let linked = self.links.get(&message).into_iter().flatten();
        let mut parts: Vec<String> = linked
            .map(|named| {
                let is_new = named.link.record_kind == RecordKind::Lead
                    && leads.is_some_and(|leads| leads.contains(&named.link.record_id));
                link(named, is_new)
            })
            .collect();
        if let Some(decision) = decision {
            parts.extend(decision.actions.iter().filter_map(|planned| {
                let (Outcome::Do, Action::Ignore(reason)) = (&planned.outcome, &planned.action)
                else {
                    return None;
                };
                let why = if reason.is_empty() {
                    String::new()
                } else {
                    format!(": {reason}")
                };
                Some(match &decision.exception {
                    Some(_) => format!("left alone{why}"),
                    None => format!("ignored by rule {}{why}", planned.rule),
                })
            }));
        }
        if parts.is_empty() {
            "read; no rule had anything to do".to_owned()
        } else {
            parts.join("; ")
        }
    }
}

/// `linked to contact 7 Anna Rossi (rule known people)`, `made lead 12 Anna Rossi (rule enquiries)`.
fn link(named: &Named, is_new: bool) -> String {
    let link = &named.link;
    let (kind, id) = (link.record_kind.as_str(), link.record_id);
    let what = if is_new { "made" } else { "linked to" };
    let name = match named.name.as_str() {
        "" => " (which is gone)".to_owned(),
        name => format!(" {name}"),
    };
    let author = match link.author_kind {
        AuthorKind::Rule => format!("rule {}", link.author),
        AuthorKind::Person | AuthorKind::Undo => format!("by {}", link.author),
        AuthorKind::Import => "by an import".to_owned(),
    };
    format!("{what} {kind} {id}{name} ({author})")
}

#[cfg(test)]
#[path = "fate_tests.rs"]
mod tests;
