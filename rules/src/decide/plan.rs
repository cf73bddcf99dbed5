//! What matching rules ask, planned in order: what one rule says may bind those after it.

use std::cell::OnceCell;
use std::ops::ControlFlow;

use crate::compile::CompiledRule;
use crate::compile::action::{ActionPlan, LeadPlan, TicketPlan};
use crate::compile::template::Templates;
use crate::compile::view::view;
use crate::decision::{Action, LeadFields, Outcome, Planned, TicketFields};
use crate::facts::{Facts, RecordRef};
use crate::problem::DecideError;
use crate::rule::action::{LinkRecords, Ties};

use crate::rule::ticket::TicketStatus;

use super::{lead, linking, no_lead, ticket};

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
    /// The rule that makes a ticket of it.
    ticket_by: Option<&'m str>,
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
            ticket_by: None,
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
            let (mut records, mut ties) = (Vec::new(), Ties::default());
            let (action, outcome) = match action {
                ActionPlan::Stop => return Ok(ControlFlow::Break(())),
                ActionPlan::Link(link) => {
                    let (outcome, found) = self.link(link);
                    (records, ties) = (found, link.ties);
                    (Action::Link(link.kinds.clone()), outcome)
                }
                ActionPlan::CreateLead(plan) => self.create_lead(plan, rule)?,
                ActionPlan::CreateTicket(plan) => self.create_ticket(plan, rule)?,
                ActionPlan::Ticket(status) => {
                    let (outcome, found) = self.change_tickets(*status);
                    records = found;
                    (Action::Ticket(*status), outcome)
                }
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
                records,
                ties,
            });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn unless_ignored(&self) -> Outcome {
        self.ignored_by.map_or(Outcome::Do, |rule| {
            Outcome::Skip(format!("the message is ignored by rule `{rule}`"))
        })
    }

    fn link(&self, link: &LinkRecords) -> (Outcome, Vec<RecordRef>) {
        if self.ignored_by.is_some() {
            return (self.unless_ignored(), Vec::new());
        }
        match linking::records(&self.facts.candidates, &link.kinds, link.ties) {
            Ok(records) => (Outcome::Do, records),
            Err(why) => (Outcome::Skip(why), Vec::new()),
        }
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

    fn create_ticket(
        &mut self,
        plan: &TicketPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let none = match (self.ignored_by, self.ticket_by) {
            (Some(by), _) => Some(format!("the message is ignored by rule `{by}`")),
            (None, Some(by)) => Some(format!("rule `{by}` makes a ticket of it already")),
            (None, None) => ticket::why_none(self.facts, plan),
        };
        if let Some(why) = none {
            let fields = TicketFields::default();
            return Ok((Action::CreateTicket(fields), Outcome::Skip(why)));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fields = ticket::fill(self.facts, plan, |template| {
            self.templates.fill(template, view)
        })
        .map_err(|(field, cause)| DecideError::Template {
            rule: rule.name.clone(),
            field: field.to_owned(),
            cause,
        })?;
        self.ticket_by = Some(&rule.name);
        Ok((Action::CreateTicket(fields), Outcome::Do))
    }

    fn change_tickets(&self, status: TicketStatus) -> (Outcome, Vec<RecordRef>) {
        if self.ignored_by.is_some() {
            return (self.unless_ignored(), Vec::new());
        }
        match ticket::to_change(self.facts, status) {
            Ok(tickets) => (Outcome::Do, tickets),
            Err(why) => (Outcome::Skip(why), Vec::new()),
        }
    }

    /// Why the message makes no lead, if it makes none.
    fn no_lead(&self, plan: &LeadPlan) -> Option<String> {
        if let Some(rule) = self.ignored_by {
            return Some(format!("the message is ignored by rule `{rule}`"));
        }
        if let Some(rule) = self.lead_by {
            return Some(format!("rule `{rule}` makes a lead of it already"));
        }
        no_lead::why(self.facts, plan)
    }
}
