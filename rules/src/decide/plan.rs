//! What matching rules ask, planned in order, with the guards that no rule can switch off by accident.
//!
//! A known sender, a reply, bulk mail and our own mail never make a lead; each refusal says why.

use std::cell::OnceCell;
use std::ops::ControlFlow;

use crate::compile::CompiledRule;
use crate::compile::action::{ActionPlan, LeadPlan};
use crate::compile::template::Templates;
use crate::compile::view::view;
use crate::decision::{Action, LeadFields, Outcome, Planned};
use crate::facts::{Candidate, Direction, Facts, RecordKind};
use crate::problem::DecideError;

use super::lead;

/// The plan for one message, growing rule by rule.
pub(super) struct Plan<'m> {
    facts: &'m Facts,
    templates: &'m Templates,
    /// What templates see; made when the first lead is.
    view: OnceCell<minijinja::Value>,
    actions: Vec<Planned>,
    /// The rule that said to ignore the message.
    ignored_by: Option<&'m str>,
    /// The rule that makes a lead of it.
    lead_by: Option<&'m str>,
}

impl<'m> Plan<'m> {
    pub(super) fn new(facts: &'m Facts, templates: &'m Templates) -> Self {
        Self {
            facts,
            templates,
            view: OnceCell::new(),
            actions: Vec::new(),
            ignored_by: None,
            lead_by: None,
        }
    }

    pub(super) fn into_actions(self) -> Vec<Planned> {
        self.actions
    }

    /// Plans what a matching rule asks; breaks where it says stop.
    pub(super) fn carry_on(
        &mut self,
        rule: &'m CompiledRule,
    ) -> Result<ControlFlow<()>, DecideError> {
        for action in &rule.then {
            let (action, outcome) = match action {
                ActionPlan::Stop => return Ok(ControlFlow::Break(())),
                ActionPlan::Link(kinds) => (Action::Link(kinds.clone()), self.link(kinds)),
                ActionPlan::CreateLead(plan) => self.create_lead(plan, rule)?,
                ActionPlan::Ignore(reason) => {
                    let outcome = self.unless_ignored();
                    self.ignored_by.get_or_insert(&rule.name);
                    (Action::Ignore(reason.clone()), outcome)
                }
                ActionPlan::Tag(tags) => (Action::Tag(tags.clone()), Outcome::Do),
            };
            self.actions.push(Planned {
                rule: rule.name.clone(),
                action,
                outcome,
            });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn unless_ignored(&self) -> Outcome {
        self.ignored_by.map_or(Outcome::Do, |rule| {
            Outcome::Skip(format!("the message is ignored by rule `{rule}`"))
        })
    }

    fn link(&self, kinds: &[RecordKind]) -> Outcome {
        if self.ignored_by.is_some() {
            return self.unless_ignored();
        }
        let wanted =
            |candidate: &Candidate| kinds.is_empty() || kinds.contains(&candidate.record.kind);
        if self.facts.candidates.iter().any(wanted) {
            return Outcome::Do;
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let what = if names.is_empty() {
            "record".to_owned()
        } else {
            names.join(" or ")
        };
        Outcome::Skip(format!("no {what} is known that the message may belong to"))
    }

    fn create_lead(
        &mut self,
        plan: &LeadPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        if let Some(why) = self.no_lead(plan) {
            return Ok((
                Action::CreateLead(LeadFields::default()),
                Outcome::Skip(why),
            ));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fields = lead::fill(self.facts, plan, |template| {
            self.templates.fill(template, view)
        })
        .map_err(|(field, cause)| DecideError::Template {
            rule: rule.name.clone(),
            field: field.to_owned(),
            cause,
        })?;
        self.lead_by = Some(&rule.name);
        Ok((Action::CreateLead(fields), Outcome::Do))
    }

    /// Why the message makes no lead, if it makes none.
    fn no_lead(&self, plan: &LeadPlan) -> Option<String> {
        let message = &self.facts.message;
        if let Some(rule) = self.ignored_by {
            return Some(format!("the message is ignored by rule `{rule}`"));
        }
        if let Some(rule) = self.lead_by {
            return Some(format!("rule `{rule}` makes a lead of it already"));
        }
        match message.direction {
            Direction::Received => {}
            Direction::Sent => return Some("the message was sent by us".to_owned()),
            Direction::Internal => {
                return Some("the message is from one of us to another".to_owned());
            }
        }
        if !plan.spec.allows(message.kind) {
            let kind = message.kind.as_str();
            return Some(match message.kind_reason.0.as_str() {
                "" => format!("the kind of mail is {kind}"),
                reason => format!("the kind of mail is {kind}: {reason}"),
            });
        }
        if let Some(candidate) = self.facts.answered_records().next() {
            return Some(format!("it answers a message of {}", named(candidate)));
        }
        if let Some(candidate) = self.facts.sender_records().next() {
            return Some(format!("the sender is known: {}", named(candidate)));
        }
        if message
            .sender()
            .is_none_or(|sender| sender.email.is_empty())
        {
            return Some("the message has no sender address".to_owned());
        }
        None
    }
}

fn named(candidate: &Candidate) -> String {
    format!("{} {}", candidate.record.kind.as_str(), candidate.name)
}
