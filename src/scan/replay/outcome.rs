//! What a decision comes to, in a form that two decisions can be compared in: of each sort of action what the rules asked
//! for. What came of it when it was carried out (who was chosen, who was told, what was there already) is not compared.

use std::collections::BTreeMap;

use rules::{Action, DecideError, Decision, Outcome as Done, OwnerChoice, Planned};
use serde_json::Value;

use crate::apply;

/// What stands for what a decision does not do itself.
const DOUBT: &str = "doubt";
const FAILURE: &str = "failure";

/// By the name of the action what is done, each as a text for a person; and what is left to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outcome(pub(super) BTreeMap<String, Vec<Effect>>);

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Effect {
    /// For a person (`contact 3`).
    pub(super) told: String,
    /// All of it, as data.
    whole: String,
}

impl Outcome {
    pub(super) fn of(decided: &Result<Decision, DecideError>) -> Self {
        let mut outcome = Self::default();
        let decision = match decided {
            Ok(decision) => decision,
            Err(error) => {
                outcome.add(FAILURE, error.to_string(), String::new());
                return outcome;
            }
        };
        let held = decision.held().is_some();
        for planned in &decision.actions {
            if planned.outcome == Done::Do || (!held && was_asked(planned)) {
                outcome.add_planned(planned);
            }
        }
        if let Some(doubt) = apply::doubt(decision) {
            outcome.add(DOUBT, doubt.to_owned(), String::new());
        }
        for effects in outcome.0.values_mut() {
            effects.sort_unstable();
            effects.dedup();
        }
        outcome
    }

    fn add(&mut self, sort: &str, told: String, whole: String) {
        let effects = self.0.entry(sort.to_owned()).or_default();
        effects.push(Effect { told, whole });
    }

    fn add_planned(&mut self, planned: &Planned) {
        let (sort, said) = taken_apart(&as_asked(&planned.action));
        match &planned.action {
            Action::Link(_) => {
                for record in &planned.records {
                    let told = format!("{} {}", record.kind.as_str(), record.id);
                    self.add(&sort, told, String::new());
                }
            }
            Action::CreateLead(fields) => {
                let name = format!("{} {}", fields.first_name, fields.last_name);
                let told = format!("{} <{}>", name.trim(), fields.email);
                self.add(&sort, told.trim().to_owned(), said.to_string());
            }
            // Why it is ignored changes nothing.
            Action::Ignore(reason) => self.add(&sort, reason.clone(), String::new()),
            Action::Tag(texts) | Action::Flag(texts) | Action::Unflag(texts) => {
                for text in texts {
                    self.add(&sort, text.clone(), String::new());
                }
            }
            Action::Move(folder) => self.add(&sort, folder.clone(), String::new()),
            _ => {
                let told = said.get("title").and_then(Value::as_str);
                let records = planned.records.iter();
                let records: Vec<String> = records
                    .map(|record| format!("{} {}", record.kind.as_str(), record.id))
                    .collect();
                let told = match (told, records.is_empty()) {
                    (Some(title), _) => title.to_owned(),
                    (None, true) => said.to_string(),
                    (None, false) => format!("{} of {said}", records.join(", ")),
                };
                self.add(&sort, told, format!("{said} {records:?}"));
            }
        }
    }

    /// The lead that is made, by the address that makes it one.
    pub(super) fn leads(&self) -> impl Iterator<Item = &str> {
        let made = self.0.get("create_lead").into_iter().flatten();
        made.filter_map(|effect| effect.told.rsplit_once('<'))
            .map(|(_, address)| address.trim_end_matches('>'))
    }

    /// Whether two sides of one sort of action are the same; reasons are not compared.
    pub(super) fn is_same(sort: &str, one: &[Effect], other: &[Effect]) -> bool {
        match sort {
            "ignore" | FAILURE => one.is_empty() == other.is_empty(),
            _ => one == other,
        }
    }
}

/// Whether the rules had an action done. What they had done may have turned out to be done already, or may have been
/// taken back since.
fn was_asked(planned: &Planned) -> bool {
    planned.asked
        || match &planned.outcome {
            Done::Do | Done::TakenBack(_) => true,
            Done::Skip(_) => has_fields(planned),
        }
}

/// Decisions of before [`Planned::asked`] tell it of what is made: the rules fill in no fields where they have nothing
/// made.
fn has_fields(planned: &Planned) -> bool {
    match &planned.action {
        Action::CreateLead(fields) => !fields.email.is_empty() || !fields.last_name.is_empty(),
        Action::CreateTicket(fields) => !fields.title.is_empty(),
        Action::Ticket(_) => !planned.records.is_empty(),
        _ => false,
    }
}

/// The action as the rules asked for it: nobody is chosen and nobody is told yet.
fn as_asked(action: &Action) -> Action {
    let mut action = action.clone();
    match &mut action {
        Action::CreateLead(fields) => unchosen(&mut fields.owner_choice, &mut fields.owner),
        Action::CreateTicket(fields) => unchosen(&mut fields.owner_choice, &mut fields.owner),
        Action::CreateOrganization(fields) => {
            unchosen(&mut fields.owner_choice, &mut fields.owner);
        }
        Action::CreateContact(fields) => unchosen(&mut fields.owner_choice, &mut fields.owner),
        Action::Assign(assignee) => unchosen(&mut assignee.choice, &mut assignee.email),
        Action::Notify(notice) => notice.told.clear(),
        _ => {}
    }
    action
}

/// As [`OwnerChoice`] is planned: who gets it when nobody is chosen stands in the choice.
fn unchosen(choice: &mut Option<Box<OwnerChoice>>, owner: &mut String) {
    if let Some(choice) = choice {
        choice.chosen = None;
        owner.clear();
    }
}

/// The name of an action in files, and what it takes.
fn taken_apart(action: &Action) -> (String, Value) {
    match serde_json::to_value(action) {
        Ok(Value::Object(fields)) => fields.into_iter().next().unwrap_or_default(),
        Ok(Value::String(name)) => (name, Value::Null),
        _ => (String::new(), Value::Null),
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
