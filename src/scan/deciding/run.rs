//! The messages of one window decided one after the other, each seeing what those before it brought.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;
use entities::ids::{DecisionId, MessageId};
use rules::{Decision, Facts, Place, RecordRef, RuleSet};

use super::Decider;
use super::window::Entry;
use crate::apply::{self, Changes, Effects, Subject};
use crate::link::{self, Known};
use crate::message::Own;
use crate::scan::ScanError;
use crate::scan::failure::Failure;
use crate::scan::import::folder_for_rules;
use crate::scan::report::Counts;
use crate::store::Tx;
use crate::store::deliveries::{self, Finished};
use crate::store::message_addresses::NewMessageAddress;
use crate::store::messages::Stored;

/// What a person can do about a rule that fails over a message.
const MEND_RULE: &str = "Mend the rule in the set-up file and run `mailroom apply`.";

/// What a person can do with a message that a rule holds.
const RELEASE: &str = "`mailroom retry --release` with its number has it dealt with, `mailroom discard` leaves it alone.";

/// One window being decided.
pub(super) struct Run<'a> {
    pub(super) tx: &'a Tx,
    pub(super) decider: &'a Decider<'a>,
    pub(super) rules: &'a RuleSet,
    pub(super) now: DateTime<Utc>,
    pub(super) known: Known,
    /// The addresses that are ours.
    pub(super) own: &'a Own,
    /// Who is in the messages that were decided.
    pub(super) addresses: Vec<NewMessageAddress>,
    /// Messages that are decided for this scanner already; by which decision, where that was made before this window.
    pub(super) settled: HashMap<MessageId, Option<DecisionId>>,
    /// Addresses of leads that were made after the window had mail with them: that is linked late.
    pub(super) late: Vec<String>,
    /// Messages that a rule holds.
    pub(super) held: Vec<MessageId>,
    pub(super) changes: Changes,
    pub(super) finished: Vec<Finished>,
    pub(super) counts: Counts,
}

impl Run<'_> {
    /// Decides one message and writes what follows, but for what the whole window writes together.
    pub(super) async fn decide(
        &mut self,
        entry: &Entry,
        stored: &HashMap<String, Stored>,
    ) -> Result<(), ScanError> {
        let stored = stored.get(&entry.mail.identity.0).map(|stored| stored.id);
        let Some(message) = entry.known_message().or(stored) else {
            return Err(ScanError::Inconsistent(
                "a message that was just stored is not there",
            ));
        };
        let settled = self.settled.get(&message).copied();
        let unwanted = entry.pending.delivery.asked_anew;
        // Of several copies that were asked for the first has another decision made, and that is the one wanted.
        if settled.is_some_and(|made| made.is_none() || made != unwanted) {
            self.finish(entry, message, DeliveryState::Done);
            self.counts.copies += 1;
            return Ok(());
        }
        let facts = self.facts(entry, message);
        self.addresses
            .extend(
                link::roles(&facts.message, self.own)
                    .into_iter()
                    .map(|(email, role)| NewMessageAddress {
                        message_id: message,
                        email: email.to_owned(),
                        role,
                    }),
            );
        let decision = match self.rules.decide(&facts) {
            Ok(decision) => decision,
            Err(error) => {
                deliveries::set_message(self.tx, entry.pending.delivery.id, message).await?;
                let failure = Failure::after(
                    entry.pending.delivery.attempts,
                    &error.to_string(),
                    MEND_RULE,
                    self.now,
                );
                self.counts += failure.write(self.tx, entry.pending.delivery.id).await?;
                return Ok(());
            }
        };
        if decision.held().is_some() {
            let anew = settled.is_some();
            return self.hold(entry, message, &facts, &decision, anew).await;
        }
        let effects = self
            .carry_out(entry, message, &facts, decision, settled.is_some())
            .await?;
        self.settled.insert(message, None);
        self.remember(&facts, &effects);
        let state = if effects.ignored {
            DeliveryState::Ignored
        } else {
            DeliveryState::Done
        };
        self.finish(entry, message, state);
        self.counts.leads += u64::from(effects.lead.is_some());
        self.counts.linked += u64::from(!effects.linked.is_empty());
        self.counts.ignored += u64::from(effects.ignored && effects.linked.is_empty());
        self.counts.untouched += u64::from(!effects.ignored && effects.linked.is_empty());
        Ok(())
    }

    /// A rule wants a person to look first: the message waits for that as one that can't be dealt with does. Its decision
    /// says which rule, and is made anew once somebody has looked.
    async fn hold(
        &mut self,
        entry: &Entry,
        message: MessageId,
        facts: &Facts,
        decision: &Decision,
        anew: bool,
    ) -> Result<(), ScanError> {
        let Some((rule, reason)) = decision.held() else {
            return Ok(());
        };
        let delivery = &entry.pending.delivery;
        deliveries::set_message(self.tx, delivery.id, message).await?;
        let held = format!("Rule `{rule}` holds it: {reason}");
        let failure = Failure::for_good(delivery.attempts, &held, RELEASE);
        self.counts += failure.write(self.tx, delivery.id).await?;
        let refused = link::refused(message, &self.known);
        let subject = self.subject(entry, message, facts, &refused, anew);
        self.changes.held(subject, decision)?;
        self.settled.insert(message, None);
        self.held.push(message);
        self.known.remember_met(&facts.message);
        Ok(())
    }

    fn finish(&mut self, entry: &Entry, message: MessageId, state: DeliveryState) {
        self.finished.push(Finished {
            id: entry.pending.delivery.id,
            message,
            state,
        });
    }

    fn facts(&self, entry: &Entry, message: MessageId) -> Facts {
        Facts {
            message: entry.mail.facts.clone(),
            place: Place {
                scanner: self.decider.job.scanner.name.clone(),
                mailbox: self.decider.job.mailbox.address.clone(),
                folder: folder_for_rules(&entry.pending.folder).to_owned(),
                released: entry.pending.delivery.released,
                arrived: Some(entry.pending.delivery.internal_date.unwrap_or(self.now)),
            },
            sender: link::standing(message, &entry.mail.facts, &self.known),
            candidates: link::candidates(message, &entry.mail.facts, &self.known),
        }
    }

    async fn carry_out(
        &mut self,
        entry: &Entry,
        message: MessageId,
        facts: &Facts,
        decision: Decision,
        anew: bool,
    ) -> Result<Effects, ScanError> {
        let refused = link::refused(message, &self.known);
        let subject = self.subject(entry, message, facts, &refused, anew);
        Ok(apply::carry_out(self.tx, &mut self.changes, subject, decision).await?)
    }

    fn subject<'s>(
        &self,
        entry: &Entry,
        message: MessageId,
        facts: &'s Facts,
        refused: &'s [RecordRef],
        anew: bool,
    ) -> Subject<'s> {
        let copy = &entry.pending.delivery;
        Subject {
            message,
            facts: &facts.message,
            refused,
            settled: link::is_settled(message, &self.known),
            scanner: self.decider.job.scanner.id,
            scan: Some(self.decider.job.scan),
            on_server: deliveries::is_on_imap(copy).then_some(copy.id),
            released_at: copy.released_at,
            anew,
            now: self.now,
        }
    }

    /// Lets the next messages of the window see what this one brought.
    fn remember(&mut self, facts: &Facts, effects: &Effects) {
        if let Some(lead) = &effects.lead {
            if self.known.met_before(&lead.email) {
                self.late.push(lead.email.clone());
            }
            self.known
                .remember_holder(&lead.email, lead.record, &lead.name, "email");
        }
        for made in &effects.made {
            if self.known.met_before(&made.email) {
                self.late.push(made.email.clone());
            }
            self.known
                .remember_holder(&made.email, made.record, &made.name, &made.field);
        }
        for (record, name) in &effects.linked {
            self.known.remember_link(&facts.message, *record, name);
        }
        self.known.remember_met(&facts.message);
    }
}
