//! Actions, checked and ready to be planned for a message.

use crate::facts::Kind;
use crate::rule::Rule;
use crate::rule::action::{ActionSpec, CreateLead, LinkRecords};
use crate::rule::known::{CreateContact, CreateOrganization};
use crate::rule::owner::Owner;
use crate::rule::ticket::{CreateTicket, Priority, TicketChange};
use crate::rule::work::MessageStatus;

use super::owner::{OwnerPlan, compile_owner};
use super::sending::{
    ForwardPlan, NoticePlan, ReplyPlan, compile_forward, compile_notice, compile_reply,
};
use super::server::{compile_flags, compile_folder};
use super::template::MAX_TEMPLATE;
use super::{Compiler, MAX_TEXT};

/// How many actions one rule may have.
pub(crate) const MAX_ACTIONS: usize = 50;
/// How many tags one action may put on.
pub(crate) const MAX_TAGS: usize = 50;
/// How many characters a tag may have.
pub(crate) const MAX_TAG: usize = 100;

/// One action, ready to be planned.
#[derive(Debug)]
pub(crate) enum ActionPlan {
    Link(LinkRecords),
    CreateLead(Box<LeadPlan>),
    CreateTicket(Box<TicketPlan>),
    CreateOrganization(Box<OrganizationPlan>),
    CreateContact(Box<ContactPlan>),
    Ticket(TicketChange),
    Assign(Box<AssignPlan>),
    Status(MessageStatus),
    Priority(Priority),
    Notify(Box<NoticePlan>),
    AutoReply(Box<ReplyPlan>),
    Forward(ForwardPlan),
    Hold(String),
    Ignore(String),
    Tag(Vec<String>),
    Flag(Vec<String>),
    Unflag(Vec<String>),
    Move(String),
    Stop,
}

/// How a lead is filled, its templates compiled.
#[derive(Debug)]
pub(crate) struct LeadPlan {
    pub(crate) spec: CreateLead,
    /// The fields that are given, and the names of their templates.
    pub(crate) templates: Vec<(&'static str, String)>,
    /// How its owner is chosen, if one is.
    pub(crate) owner: Option<OwnerPlan>,
}

/// How a contact is filled, its templates compiled.
#[derive(Debug)]
pub(crate) struct ContactPlan {
    pub(crate) spec: CreateContact,
    /// The fields that are given, and the names of their templates.
    pub(crate) templates: Vec<(&'static str, String)>,
    /// How its owner is chosen, if one is.
    pub(crate) owner: Option<OwnerPlan>,
}

/// How an organization is filled, its templates compiled.
#[derive(Debug)]
pub(crate) struct OrganizationPlan {
    pub(crate) spec: CreateOrganization,
    /// The fields that are given, and the names of their templates.
    pub(crate) templates: Vec<(&'static str, String)>,
    /// How its owner is chosen, if one is.
    pub(crate) owner: Option<OwnerPlan>,
}

/// To whom a message is given.
#[derive(Debug)]
pub(crate) struct AssignPlan {
    /// The name of the template of the address, if one is given.
    pub(crate) template: Option<String>,
    /// How one is chosen, if one is.
    pub(crate) owner: Option<OwnerPlan>,
}

/// How a ticket is filled, its templates compiled.
#[derive(Debug)]
pub(crate) struct TicketPlan {
    pub(crate) spec: CreateTicket,
    /// The fields that are given, and the names of their templates.
    pub(crate) templates: Vec<(&'static str, String)>,
    /// How its owner is chosen, if one is.
    pub(crate) owner: Option<OwnerPlan>,
}

pub(crate) fn compile_actions(
    compiler: &mut Compiler<'_>,
    rule_index: usize,
    rule: &Rule,
) -> Vec<ActionPlan> {
    if rule.then.len() > MAX_ACTIONS {
        let count = rule.then.len();
        compiler.problem(
            "then",
            format!("{count} actions, {MAX_ACTIONS} is the most"),
        );
    }
    let stop = rule
        .then
        .iter()
        .position(|action| *action == ActionSpec::Stop);
    if stop.is_some_and(|index| index + 1 < rule.then.len()) {
        compiler.problem(
            "then",
            "nothing after `stop` is ever done; put `stop` last, or write `stop: true` beside `then`",
        );
    }
    rule.then
        .iter()
        .enumerate()
        .map(|(index, action)| {
            let path = format!("then[{index}].{}", action.name().as_str());
            match action {
                ActionSpec::Link(link) => ActionPlan::Link(link.clone()),
                ActionSpec::CreateLead(lead) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_lead(compiler, lead, &prefix, &path);
                    ActionPlan::CreateLead(Box::new(plan))
                }
                ActionSpec::CreateTicket(ticket) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_ticket(compiler, ticket, &prefix, &path);
                    ActionPlan::CreateTicket(Box::new(plan))
                }
                ActionSpec::CreateOrganization(organization) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_organization(compiler, organization, &prefix, &path);
                    ActionPlan::CreateOrganization(Box::new(plan))
                }
                ActionSpec::CreateContact(contact) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_contact(compiler, contact, &prefix, &path);
                    ActionPlan::CreateContact(Box::new(plan))
                }
                ActionSpec::Ticket(change) => ActionPlan::Ticket(*change),
                ActionSpec::Assign(owner) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_assign(compiler, owner, &prefix, &path);
                    ActionPlan::Assign(Box::new(plan))
                }
                ActionSpec::Status(status) => ActionPlan::Status(*status),
                ActionSpec::Priority(priority) => ActionPlan::Priority(*priority),
                ActionSpec::Notify(notify) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_notice(compiler, notify, &prefix, &path);
                    ActionPlan::Notify(Box::new(plan))
                }
                ActionSpec::AutoReply(reply) => {
                    let prefix = format!("{rule_index}.{index}");
                    let plan = compile_reply(compiler, reply, &prefix, &path);
                    ActionPlan::AutoReply(Box::new(plan))
                }
                ActionSpec::Forward(forward) => {
                    ActionPlan::Forward(compile_forward(compiler, forward, &path))
                }
                ActionSpec::Hold(reason) => {
                    let reason = reason.clone().unwrap_or_else(|| rule.name.clone());
                    compiler.length(&path, &reason, MAX_TEXT);
                    ActionPlan::Hold(reason)
                }
                ActionSpec::Ignore(reason) => {
                    let reason = reason.clone().unwrap_or_else(|| rule.name.clone());
                    compiler.length(&path, &reason, MAX_TEXT);
                    ActionPlan::Ignore(reason)
                }
                ActionSpec::Tag(tags) => ActionPlan::Tag(compile_tags(compiler, tags, &path)),
                ActionSpec::Flag(flags) => ActionPlan::Flag(compile_flags(compiler, flags, &path)),
                ActionSpec::Unflag(flags) => {
                    ActionPlan::Unflag(compile_flags(compiler, flags, &path))
                }
                ActionSpec::Move(folder) => {
                    ActionPlan::Move(compile_folder(compiler, folder, &path))
                }
                ActionSpec::Stop => ActionPlan::Stop,
            }
        })
        .collect()
}

fn compile_lead(
    compiler: &mut Compiler<'_>,
    lead: &CreateLead,
    prefix: &str,
    path: &str,
) -> LeadPlan {
    check_kinds(compiler, lead.kinds.as_deref(), "a lead", path);
    LeadPlan {
        spec: lead.clone(),
        templates: compile_templates(compiler, lead.templates(), prefix, path),
        owner: compile_owner(compiler, lead.owner.as_ref(), &format!("{path}.owner")),
    }
}

fn compile_ticket(
    compiler: &mut Compiler<'_>,
    ticket: &CreateTicket,
    prefix: &str,
    path: &str,
) -> TicketPlan {
    check_kinds(compiler, ticket.kinds.as_deref(), "a ticket", path);
    TicketPlan {
        spec: ticket.clone(),
        templates: compile_templates(compiler, ticket.templates(), prefix, path),
        owner: compile_owner(compiler, ticket.owner.as_ref(), &format!("{path}.owner")),
    }
}

fn compile_contact(
    compiler: &mut Compiler<'_>,
    contact: &CreateContact,
    prefix: &str,
    path: &str,
) -> ContactPlan {
    check_kinds(compiler, contact.kinds.as_deref(), "a contact", path);
    ContactPlan {
        spec: contact.clone(),
        templates: compile_templates(compiler, contact.templates(), prefix, path),
        owner: compile_owner(compiler, contact.owner.as_ref(), &format!("{path}.owner")),
    }
}

fn compile_organization(
    compiler: &mut Compiler<'_>,
    organization: &CreateOrganization,
    prefix: &str,
    path: &str,
) -> OrganizationPlan {
    let kinds = organization.kinds.as_deref();
    check_kinds(compiler, kinds, "an organization", path);
    let owner = organization.owner.as_ref();
    OrganizationPlan {
        spec: organization.clone(),
        templates: compile_templates(compiler, organization.templates(), prefix, path),
        owner: compile_owner(compiler, owner, &format!("{path}.owner")),
    }
}

fn compile_assign(
    compiler: &mut Compiler<'_>,
    owner: &Owner,
    prefix: &str,
    path: &str,
) -> AssignPlan {
    let given = owner.template().map(|template| ("to", template));
    let templates = compile_templates(compiler, given.into_iter(), prefix, path);
    AssignPlan {
        template: templates.into_iter().map(|(_, name)| name).next(),
        owner: compile_owner(compiler, Some(owner), path),
    }
}

fn check_kinds(compiler: &mut Compiler<'_>, kinds: Option<&[Kind]>, what: &str, path: &str) {
    if kinds.is_some_and(<[Kind]>::is_empty) {
        compiler.problem(
            &format!("{path}.kinds"),
            format!("no kind of mail could ever make {what}; name one, or leave `kinds` out"),
        );
    }
}

/// The templates of an action's fields, checked; gives their names.
pub(super) fn compile_templates<'s>(
    compiler: &mut Compiler<'_>,
    given: impl Iterator<Item = (&'static str, &'s str)>,
    prefix: &str,
    path: &str,
) -> Vec<(&'static str, String)> {
    let mut templates = Vec::new();
    for (field, source) in given {
        let path = format!("{path}.{field}");
        compiler.length(&path, source, MAX_TEMPLATE);
        let name = format!("{prefix}.{field}");
        if source.chars().nth(MAX_TEMPLATE).is_none()
            && let Err(problem) = compiler.templates.add(&name, source)
        {
            compiler.problem(&path, problem);
        }
        templates.push((field, name));
    }
    templates
}

/// Tags without space at their edges, each once.
fn compile_tags(compiler: &mut Compiler<'_>, tags: &[String], path: &str) -> Vec<String> {
    if tags.is_empty() {
        compiler.problem(path, "the list of tags is empty; write at least one");
    }
    if tags.len() > MAX_TAGS {
        compiler.problem(path, format!("{} tags, {MAX_TAGS} is the most", tags.len()));
    }
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        if tag.is_empty() || tag.chars().any(char::is_control) {
            compiler.problem(
                path,
                "a tag is empty or has a line break; write it as plain text",
            );
        }
        compiler.length(path, tag, MAX_TAG);
        if !kept.iter().any(|known| known == tag) {
            kept.push(tag.to_owned());
        }
    }
    kept
}
