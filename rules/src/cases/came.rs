//! What came of a case's message, in the words of the case: as much of it as the case asks for.

use std::collections::BTreeMap;

use crate::decision::{
    Action, Assignee, ContactFields, Decision, LeadFields, OrganizationFields, Outcome, Planned,
    Reply, TicketFields,
};
use crate::rule::action::ActionName;
use crate::rule::expect::{
    ContactField, Expect, LeadField, OrganizationField, ReplyField, TicketField,
};
use crate::rule::texts::Texts;

/// What came of it, of what `asked` asks for.
pub(super) fn came(decision: &Decision, asked: &Expect) -> Expect {
    let mut came = Expect {
        matches: decision.rules.first().is_some_and(|tried| tried.matched),
        actions: Some(actions(decision, true)),
        skipped: Some(actions(decision, false)),
        ..Expect::default()
    };
    let done = |planned: &&Planned| planned.outcome == Outcome::Do;
    for planned in decision.actions.iter().filter(done) {
        add(&mut came, planned, asked);
    }
    came
}

/// The actions that are to be done, or those that were asked for and are not.
fn actions(decision: &Decision, done: bool) -> Vec<ActionName> {
    let of_them = |planned: &&Planned| (planned.outcome == Outcome::Do) == done;
    let planned = decision.actions.iter().filter(of_them);
    planned.map(|planned| name(&planned.action)).collect()
}

/// Adds what one action does.
fn add(came: &mut Expect, planned: &Planned, asked: &Expect) {
    match &planned.action {
        Action::CreateLead(lead) => fields(&mut came.lead, &asked.lead, |one| of_lead(lead, one)),
        Action::CreateContact(contact) => {
            fields(&mut came.contact, &asked.contact, |one| {
                of_contact(contact, one)
            });
        }
        Action::CreateOrganization(made) => {
            fields(&mut came.organization, &asked.organization, |one| {
                of_organization(made, one)
            });
        }
        Action::CreateTicket(ticket) => {
            fields(&mut came.ticket, &asked.ticket, |one| {
                of_ticket(ticket, one)
            });
        }
        Action::AutoReply(reply) => {
            fields(&mut came.auto_reply, &asked.auto_reply, |one| {
                of_reply(reply, one)
            });
        }
        Action::Link(_) => {
            if asked.link.is_some() {
                let kinds = planned.records.iter().map(|record| record.kind);
                came.link.get_or_insert_default().extend(kinds);
            }
        }
        Action::Ticket(change) => came.changed_ticket = asked.changed_ticket.and(Some(*change)),
        Action::Assign(assignee) => one(&mut came.assign, asked.assign.is_some(), told(assignee)),
        Action::Status(status) => came.status = asked.status.and(Some(*status)),
        Action::Priority(priority) => came.priority = asked.priority.and(Some(*priority)),
        Action::Notify(notice) => some(&mut came.notify, asked.notify.as_ref(), &notice.to),
        Action::Forward(to) => some(&mut came.forward, asked.forward.as_ref(), &to.to),
        Action::Hold(reason) => one(&mut came.hold, asked.hold.is_some(), reason.clone()),
        Action::Ignore(reason) => one(&mut came.ignore, asked.ignore.is_some(), reason.clone()),
        Action::Tag(tags) => some(&mut came.tag, asked.tag.as_ref(), tags),
        Action::Flag(flags) => some(&mut came.flag, asked.flag.as_ref(), &written(flags)),
        Action::Unflag(flags) => some(&mut came.unflag, asked.unflag.as_ref(), &written(flags)),
        Action::Move(folder) => one(&mut came.moved, asked.moved.is_some(), folder.clone()),
    }
}

fn fields<'r, Field: Copy + Ord>(
    came: &mut BTreeMap<Field, String>,
    asked: &BTreeMap<Field, String>,
    value: impl Fn(Field) -> &'r str,
) {
    came.extend(asked.keys().map(|field| (*field, value(*field).to_owned())));
}

fn one(came: &mut Option<String>, asked: bool, value: String) {
    if asked {
        *came = Some(value);
    }
}

fn some(came: &mut Option<Texts>, asked: Option<&Texts>, values: &[String]) {
    if asked.is_some() {
        let texts = came.get_or_insert_default();
        texts.0.extend(values.iter().cloned());
    }
}

/// Flags as rules write them: those of IMAP without the backslash, in lower case.
fn written(flags: &[String]) -> Vec<String> {
    let bare = |flag: &String| match flag.strip_prefix('\\') {
        Some(system) => system.to_lowercase(),
        None => flag.clone(),
    };
    flags.iter().map(bare).collect()
}

/// Who is named, or how one is chosen.
fn told(assignee: &Assignee) -> String {
    match &assignee.choice {
        Some(choice) => choice.to_string(),
        None => assignee.email.clone(),
    }
}

fn of_lead(lead: &LeadFields, field: LeadField) -> &str {
    match field {
        LeadField::FirstName => &lead.first_name,
        LeadField::LastName => &lead.last_name,
        LeadField::Company => &lead.company,
        LeadField::Email => &lead.email,
        LeadField::Phone => &lead.phone,
        LeadField::Title => &lead.title,
        LeadField::Description => &lead.description,
        LeadField::Source => &lead.source,
        LeadField::Campaign => &lead.campaign,
        LeadField::Owner => &lead.owner,
    }
}

fn of_contact(contact: &ContactFields, field: ContactField) -> &str {
    match field {
        ContactField::FirstName => &contact.first_name,
        ContactField::LastName => &contact.last_name,
        ContactField::Email => &contact.email,
        ContactField::Phone => &contact.phone,
        ContactField::Organization => &contact.organization,
        ContactField::Owner => &contact.owner,
    }
}

fn of_organization(made: &OrganizationFields, field: OrganizationField) -> &str {
    match field {
        OrganizationField::Name => &made.name,
        OrganizationField::Domain => &made.domain,
        OrganizationField::Phone => &made.phone,
        OrganizationField::Owner => &made.owner,
    }
}

fn of_ticket(ticket: &TicketFields, field: TicketField) -> &str {
    match field {
        TicketField::Title => &ticket.title,
        TicketField::Description => &ticket.description,
        TicketField::Owner => &ticket.owner,
        TicketField::Priority => ticket.priority.as_str(),
    }
}

fn of_reply(reply: &Reply, field: ReplyField) -> &str {
    match field {
        ReplyField::To => &reply.to,
        ReplyField::From => &reply.from,
        ReplyField::Subject => &reply.subject,
        ReplyField::Text => &reply.text,
    }
}

pub(crate) fn name(action: &Action) -> ActionName {
    match action {
        Action::Link(_) => ActionName::Link,
        Action::CreateLead(_) => ActionName::CreateLead,
        Action::CreateTicket(_) => ActionName::CreateTicket,
        Action::CreateOrganization(_) => ActionName::CreateOrganization,
        Action::CreateContact(_) => ActionName::CreateContact,
        Action::Ticket(_) => ActionName::Ticket,
        Action::Assign(_) => ActionName::Assign,
        Action::Status(_) => ActionName::Status,
        Action::Priority(_) => ActionName::Priority,
        Action::Notify(_) => ActionName::Notify,
        Action::AutoReply(_) => ActionName::AutoReply,
        Action::Forward(_) => ActionName::Forward,
        Action::Hold(_) => ActionName::Hold,
        Action::Ignore(_) => ActionName::Ignore,
        Action::Tag(_) => ActionName::Tag,
        Action::Flag(_) => ActionName::Flag,
        Action::Unflag(_) => ActionName::Unflag,
        Action::Move(_) => ActionName::Move,
    }
}

#[cfg(test)]
#[path = "came_tests.rs"]
mod tests;
