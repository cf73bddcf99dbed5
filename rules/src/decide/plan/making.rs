//! Plans the records that rules make of a message: a lead, a ticket, an organization, a contact; of each sort one.

use crate::compile::CompiledRule;
use crate::compile::action::{ContactPlan, LeadPlan, OrganizationPlan, TicketPlan};
use crate::compile::view::view;
use crate::decide::{follow_up, known, lead, no_lead, ticket};
use crate::decision::{
    Action, ContactFields, LeadFields, OrganizationFields, Outcome, TicketFields,
};
use crate::problem::DecideError;
use crate::rule::action::ActionName;

use super::{Plan, unfilled};

impl<'m> Plan<'m> {
    pub(super) fn create_lead(
        &mut self,
        plan: &LeadPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        if let Some(why) = self.no_lead(plan) {
            self.note_follow_up(plan);
            return Ok((
                Action::CreateLead(LeadFields::default()),
                Outcome::Skip(why),
            ));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fields = lead::fill(self.facts, plan, |template| {
            self.templates.fill(template, view)
        })
        .map_err(|failure| unfilled(rule, failure))?;
        self.lead_by = Some(&rule.name);
        Ok((Action::CreateLead(fields), Outcome::Do))
    }

    pub(super) fn create_ticket(
        &mut self,
        plan: &TicketPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let made = || {
            let by = self.ticket_by?;
            Some(format!("rule `{by}` makes a ticket of it already"))
        };
        let why = self.why_ignored().or_else(made);
        if let Some(why) = why.or_else(|| ticket::why_none(self.facts, plan)) {
            let fields = TicketFields::default();
            return Ok((Action::CreateTicket(fields), Outcome::Skip(why)));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fields = ticket::fill(self.facts, plan, |template| {
            self.templates.fill(template, view)
        })
        .map_err(|failure| unfilled(rule, failure))?;
        self.ticket_by = Some(&rule.name);
        Ok((Action::CreateTicket(fields), Outcome::Do))
    }

    pub(super) fn create_organization(
        &mut self,
        plan: &OrganizationPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let none = |why| {
            let fields = OrganizationFields::default();
            (Action::CreateOrganization(fields), Outcome::Skip(why))
        };
        let made = self.made_already(ActionName::CreateOrganization, "an organization");
        if let Some(why) = made.or_else(|| known::why_no_organization(self.facts, plan)) {
            return Ok(none(why));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fill = |template: &str| self.templates.fill(template, view);
        let fields = known::fill_organization(self.facts, plan, fill);
        let fields = fields.map_err(|failure| unfilled(rule, failure))?;
        if let Some(why) = known::nameless(&fields) {
            return Ok(none(why));
        }
        let name = ActionName::CreateOrganization;
        self.worked.push((name, &rule.name));
        Ok((Action::CreateOrganization(fields), Outcome::Do))
    }

    pub(super) fn create_contact(
        &mut self,
        plan: &ContactPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let made = self.made_already(ActionName::CreateContact, "a contact");
        let why = made
            .or_else(|| self.lead_already())
            .or_else(|| known::why_no_contact(self.facts, plan));
        if let Some(why) = why {
            let fields = ContactFields::default();
            return Ok((Action::CreateContact(fields), Outcome::Skip(why)));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fill = |template: &str| self.templates.fill(template, view);
        let fields = known::fill_contact(self.facts, plan, fill);
        let fields = fields.map_err(|failure| unfilled(rule, failure))?;
        self.worked.push((ActionName::CreateContact, &rule.name));
        Ok((Action::CreateContact(fields), Outcome::Do))
    }

    /// Why the message makes no lead, if it makes none.
    fn no_lead(&self, plan: &LeadPlan) -> Option<String> {
        self.why_ignored()
            .or_else(|| self.lead_already())
            .or_else(|| self.made_already(ActionName::CreateContact, "a contact"))
            .or_else(|| no_lead::why(self.facts, plan))
    }

    /// Remembers the lead whose mail it is, for the first rule that would make one.
    fn note_follow_up(&mut self, plan: &LeadPlan) {
        let made = self.made_already(ActionName::CreateContact, "a contact");
        if self.follows_up.is_none() && self.lead_by.is_none() && made.is_none() {
            let lead = follow_up::lead_of(self.facts, plan.spec.kinds.as_deref());
            self.follows_up = lead.map(|lead| (self.actions.len(), lead.record));
        }
    }

    fn lead_already(&self) -> Option<String> {
        let by = self.lead_by?;
        Some(format!("rule `{by}` makes a lead of it already"))
    }

    /// Why nothing more of this sort is made of the message.
    fn made_already(&self, action: ActionName, what: &str) -> Option<String> {
        if self.ignored_by.is_some() {
            return self.why_ignored();
        }
        let (_, by) = self.worked.iter().find(|(known, _)| *known == action)?;
        Some(format!("rule `{by}` makes {what} of it already"))
    }
}
