//! What matching rules ask, planned in order: what one rule says may bind those after it.

mod making;

use std::cell::OnceCell;
use std::ops::ControlFlow;

use crate::compile::CompiledRule;
use crate::compile::action::{ActionPlan, AssignPlan};
use crate::compile::sending::{ForwardPlan, NoticePlan, ReplyPlan};
use crate::compile::template::{Templates, shorten};
use crate::compile::view::view;
use crate::decision::{Action, Assignee, Notice, Outcome, PassOn, Planned};
use crate::facts::{Facts, RecordKind, RecordRef};
use crate::problem::DecideError;
use crate::rule::action::{ActionName, LinkRecords, Ties};
use crate::rule::ticket::TicketChange;

use super::{lead, linking, no_reply, owner, sending, ticket, work};

/// The most characters that a rule says in a notice.
const NOTICE: usize = 2_000;

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
    /// The place of the action that makes none because a lead wrote it, and that lead.
    follows_up: Option<(usize, RecordRef)>,
    /// The rule that makes a ticket of it.
    ticket_by: Option<&'m str>,
    /// The rule that moves it to another folder.
    moved_by: Option<&'m str>,
    /// Who said what of the message itself.
    worked: Vec<(ActionName, &'m str)>,
    /// The rule that has a person look first.
    held_by: Option<&'m str>,
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
            follows_up: None,
            ticket_by: None,
            moved_by: None,
            worked: Vec::new(),
            held_by: None,
        }
    }

    /// What is planned; of a message that is held nothing but that.
    pub(super) fn into_actions(mut self) -> Vec<Planned> {
        self.link_follow_up();
        if let Some(rule) = self.held_by {
            let others = self.actions.iter_mut().filter(|planned| {
                planned.outcome == Outcome::Do && !matches!(planned.action, Action::Hold(_))
            });
            for planned in others {
                planned.outcome = Outcome::Skip(format!("the message is held by rule `{rule}`"));
                planned.records.clear();
            }
        }
        self.actions
    }

    /// A lead's next mail goes with the lead by the rule that would have made it one, unless a rule links it anyway.
    fn link_follow_up(&mut self) {
        let Some((place, lead)) = self.follows_up.take() else {
            return;
        };
        let links = |planned: &Planned| {
            matches!(planned.action, Action::Link(_))
                && planned.outcome == Outcome::Do
                && planned.records.contains(&lead)
        };
        if self.actions.iter().any(links) {
            return;
        }
        let Some(rule) = self.actions.get(place).map(|planned| planned.rule.clone()) else {
            return;
        };
        let planned = Planned {
            asked: false,
            rule,
            action: Action::Link(vec![RecordKind::Lead]),
            outcome: Outcome::Do,
            records: vec![lead],
            ties: Ties::default(),
        };
        self.actions.insert(place + 1, planned);
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
                ActionPlan::CreateOrganization(plan) => self.create_organization(plan, rule)?,
                ActionPlan::CreateContact(plan) => self.create_contact(plan, rule)?,
                ActionPlan::Ticket(change) => {
                    let (outcome, found) = self.change_tickets(*change);
                    records = found;
                    (Action::Ticket(*change), outcome)
                }
                ActionPlan::Assign(plan) => self.assign(plan, rule)?,
                ActionPlan::Status(status) => {
                    let outcome = self.work(ActionName::Status, rule);
                    (Action::Status(*status), outcome)
                }
                ActionPlan::Priority(priority) => {
                    let outcome = self.work(ActionName::Priority, rule);
                    (Action::Priority(*priority), outcome)
                }
                ActionPlan::Notify(plan) => self.notify(plan, rule)?,
                ActionPlan::AutoReply(plan) => self.auto_reply(plan, rule)?,
                ActionPlan::Forward(plan) => self.forward(plan),
                ActionPlan::Hold(reason) => {
                    let outcome = self.hold(rule);
                    (Action::Hold(reason.clone()), outcome)
                }
                ActionPlan::Ignore(reason) => {
                    let outcome = self.unless_ignored();
                    self.ignored_by.get_or_insert(&rule.name);
                    (Action::Ignore(reason.clone()), outcome)
                }
                ActionPlan::Tag(tags) => (Action::Tag(tags.clone()), Outcome::Do),
                ActionPlan::Flag(flags) => (Action::Flag(flags.clone()), Outcome::Do),
                ActionPlan::Unflag(flags) => (Action::Unflag(flags.clone()), Outcome::Do),
                ActionPlan::Move(folder) => (Action::Move(folder.clone()), self.relocate(rule)),
            };
            self.actions.push(Planned {
                asked: false,
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
        self.why_ignored().map_or(Outcome::Do, Outcome::Skip)
    }

    fn why_ignored(&self) -> Option<String> {
        let rule = self.ignored_by?;
        Some(format!("the message is ignored by rule `{rule}`"))
    }

    /// A message lies in one folder: the first rule that moves it does.
    fn relocate(&mut self, rule: &'m CompiledRule) -> Outcome {
        if let Some(by) = self.moved_by {
            return Outcome::Skip(format!("rule `{by}` moves it already"));
        }
        self.moved_by = Some(&rule.name);
        Outcome::Do
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

    fn assign(
        &mut self,
        plan: &AssignPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let outcome = self.work(ActionName::Assign, rule);
        let mut assignee = Assignee::default();
        if outcome == Outcome::Do {
            if let Some(template) = &plan.template {
                let view = self.view.get_or_init(|| view(self.facts));
                let email =
                    self.templates
                        .fill(template, view)
                        .map_err(|cause| DecideError::Template {
                            rule: rule.name.clone(),
                            field: "assign".to_owned(),
                            cause,
                        })?;
                assignee.email = lead::fit("assign", &email, lead::ADDRESS).to_lowercase();
            }
            assignee.choice = owner::choice(self.facts, plan.owner.as_ref(), &mut assignee.email);
        }
        Ok((Action::Assign(assignee), outcome))
    }

    /// Whether something is said of the message itself: by the first rule that does, and of none that may be forged and
    /// belongs to what there is.
    fn work(&mut self, action: ActionName, rule: &'m CompiledRule) -> Outcome {
        if self.ignored_by.is_some() {
            return self.unless_ignored();
        }
        if let Some((_, by)) = self.worked.iter().find(|(known, _)| *known == action) {
            return Outcome::Skip(work::said_already(action, by));
        }
        if let Some(why) = work::doubtful(self.facts, action) {
            return Outcome::Skip(why);
        }
        self.worked.push((action, &rule.name));
        Outcome::Do
    }

    fn hold(&mut self, rule: &'m CompiledRule) -> Outcome {
        if self.ignored_by.is_some() {
            return self.unless_ignored();
        }
        if self.facts.place.released {
            return Outcome::Skip("a person released it".to_owned());
        }
        if let Some(by) = self.held_by {
            return Outcome::Skip(format!("rule `{by}` holds it already"));
        }
        self.held_by = Some(&rule.name);
        Outcome::Do
    }

    fn notify(
        &mut self,
        plan: &NoticePlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let mut notice = Notice {
            to: plan.to.clone(),
            told: Vec::new(),
            text: String::new(),
        };
        let outcome = if sending::is_notice(self.facts) {
            Outcome::Skip("it is a notice of ours".to_owned())
        } else {
            self.unless_ignored()
        };
        if let Some(template) = plan.template.as_ref().filter(|_| outcome == Outcome::Do) {
            let view = self.view.get_or_init(|| view(self.facts));
            let text = self.templates.fill(template, view);
            let text = text.map_err(|cause| unfilled(rule, ("text", cause)))?;
            notice.text = shorten(text.trim(), NOTICE);
        }
        Ok((Action::Notify(notice), outcome))
    }

    fn auto_reply(
        &mut self,
        plan: &ReplyPlan,
        rule: &'m CompiledRule,
    ) -> Result<(Action, Outcome), DecideError> {
        let answered = self
            .worked
            .iter()
            .find(|(known, _)| *known == ActionName::AutoReply);
        let answered = answered.map(|(_, by)| format!("rule `{by}` answers it already"));
        let why = self
            .why_ignored()
            .or(answered)
            .or_else(|| no_reply::why(self.facts));
        if let Some(why) = why {
            return Ok((Action::AutoReply(Box::default()), Outcome::Skip(why)));
        }
        let view = self.view.get_or_init(|| view(self.facts));
        let fill = |template: &str| self.templates.fill(template, view);
        let reply = sending::fill_reply(self.facts, plan, fill);
        let reply = reply.map_err(|failure| unfilled(rule, failure))?;
        self.worked.push((ActionName::AutoReply, &rule.name));
        Ok((Action::AutoReply(Box::new(reply)), Outcome::Do))
    }

    fn forward(&self, plan: &ForwardPlan) -> (Action, Outcome) {
        let passed_on = match self.why_ignored() {
            Some(why) => Err(why),
            None => sending::pass_on(self.facts, plan),
        };
        match passed_on {
            Ok(passed_on) => (Action::Forward(passed_on), Outcome::Do),
            Err(why) => (Action::Forward(PassOn::default()), Outcome::Skip(why)),
        }
    }

    fn change_tickets(&self, change: TicketChange) -> (Outcome, Vec<RecordRef>) {
        if self.ignored_by.is_some() {
            return (self.unless_ignored(), Vec::new());
        }
        match ticket::to_change(self.facts, change) {
            Ok(tickets) => (Outcome::Do, tickets),
            Err(why) => (Outcome::Skip(why), Vec::new()),
        }
    }
}

/// A template that could not be filled in, and its failure.
fn unfilled(rule: &CompiledRule, (field, cause): (&str, String)) -> DecideError {
    DecideError::Template {
        rule: rule.name.clone(),
        field: field.to_owned(),
        cause,
    }
}
