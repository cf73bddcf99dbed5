//! What a rule does with a message that matches: the actions an admin may write under `then`.
//!
//! A new action is a variant here, its planning in `decide`, and its carrying out in `apply`, which is not our room.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::{Kind, RecordKind};
use crate::rule::known::{CreateContact, CreateOrganization};
use crate::rule::owner::Owner;
use crate::rule::sending::{AutoReply, Forward, Notify};
use crate::rule::ticket::{CreateTicket, Priority, TicketChange};
use crate::rule::work::MessageStatus;

/// One action of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionSpec {
    /// Link the message to the records it may belong to.
    Link(LinkRecords),
    /// Make a lead of the sender.
    CreateLead(Box<CreateLead>),
    /// Make a ticket of the message.
    CreateTicket(Box<CreateTicket>),
    /// Make an organization of the one that the sender is of.
    CreateOrganization(Box<CreateOrganization>),
    /// Make a contact of the sender.
    CreateContact(Box<CreateContact>),
    /// Say how far the tickets are that the message belongs to, and how soon they have to be done.
    Ticket(TicketChange),
    /// Give the message to a user.
    Assign(Owner),
    /// Say how far the message is.
    Status(MessageStatus),
    /// Say how soon the message has to be done.
    Priority(Priority),
    /// Tell people of ours of it.
    Notify(Notify),
    /// Answer it by itself.
    AutoReply(Box<AutoReply>),
    /// Pass it on.
    Forward(Forward),
    /// Have a person look first, for this reason.
    Hold(Option<String>),
    /// Keep the message and do nothing with it, for this reason.
    Ignore(Option<String>),
    /// Put tags on the message.
    Tag(Vec<String>),
    /// Set flags of the message on its server.
    Flag(Vec<String>),
    /// Take flags of the message away on its server.
    Unflag(Vec<String>),
    /// Move the message to this folder of its mailbox.
    Move(String),
    /// Try no further rule.
    Stop,
}

impl ActionSpec {
    /// Its name in files.
    #[must_use]
    pub fn name(&self) -> ActionName {
        match self {
            Self::Link(_) => ActionName::Link,
            Self::CreateLead(_) => ActionName::CreateLead,
            Self::CreateTicket(_) => ActionName::CreateTicket,
            Self::CreateOrganization(_) => ActionName::CreateOrganization,
            Self::CreateContact(_) => ActionName::CreateContact,
            Self::Ticket(_) => ActionName::Ticket,
            Self::Assign(_) => ActionName::Assign,
            Self::Status(_) => ActionName::Status,
            Self::Priority(_) => ActionName::Priority,
            Self::Notify(_) => ActionName::Notify,
            Self::AutoReply(_) => ActionName::AutoReply,
            Self::Forward(_) => ActionName::Forward,
            Self::Hold(_) => ActionName::Hold,
            Self::Ignore(_) => ActionName::Ignore,
            Self::Tag(_) => ActionName::Tag,
            Self::Flag(_) => ActionName::Flag,
            Self::Unflag(_) => ActionName::Unflag,
            Self::Move(_) => ActionName::Move,
            Self::Stop => ActionName::Stop,
        }
    }

    /// Who is to own what it makes.
    pub(super) fn owner(&self) -> Option<&Owner> {
        match self {
            Self::CreateLead(lead) => lead.owner.as_ref(),
            Self::CreateTicket(ticket) => ticket.owner.as_ref(),
            Self::CreateOrganization(organization) => organization.owner.as_ref(),
            Self::CreateContact(contact) => contact.owner.as_ref(),
            Self::Assign(owner) => Some(owner),
            _ => None,
        }
    }
}

/// The actions there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionName {
    /// Link the message to its candidates.
    Link,
    /// Make a lead.
    CreateLead,
    /// Make a ticket.
    CreateTicket,
    /// Make an organization.
    CreateOrganization,
    /// Make a contact.
    CreateContact,
    /// Say how far tickets are.
    Ticket,
    /// Give it to a user.
    Assign,
    /// Say how far it is.
    Status,
    /// Say how soon it has to be done.
    Priority,
    /// Tell people of ours of it.
    Notify,
    /// Answer it by itself.
    AutoReply,
    /// Pass it on.
    Forward,
    /// Have a person look first.
    Hold,
    /// Do nothing with it.
    Ignore,
    /// Put tags on it.
    Tag,
    /// Set flags on its server.
    Flag,
    /// Take flags away on its server.
    Unflag,
    /// Move it on its server.
    Move,
    /// Try no further rule.
    Stop,
}

impl ActionName {
    /// Every action, in the order of the manual.
    pub const ALL: [Self; 19] = [
        Self::Link,
        Self::CreateLead,
        Self::CreateTicket,
        Self::CreateOrganization,
        Self::CreateContact,
        Self::Ticket,
        Self::Assign,
        Self::Status,
        Self::Priority,
        Self::Notify,
        Self::AutoReply,
        Self::Forward,
        Self::Hold,
        Self::Ignore,
        Self::Tag,
        Self::Flag,
        Self::Unflag,
        Self::Move,
        Self::Stop,
    ];

    /// The name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::CreateLead => "create_lead",
            Self::CreateTicket => "create_ticket",
            Self::CreateOrganization => "create_organization",
            Self::CreateContact => "create_contact",
            Self::Ticket => "ticket",
            Self::Assign => "assign",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Notify => "notify",
            Self::AutoReply => "auto_reply",
            Self::Forward => "forward",
            Self::Hold => "hold",
            Self::Ignore => "ignore",
            Self::Tag => "tag",
            Self::Flag => "flag",
            Self::Unflag => "unflag",
            Self::Move => "move",
            Self::Stop => "stop",
        }
    }
}

/// To which records a message is linked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRecords {
    /// Of which kinds; none named means all.
    pub kinds: Vec<RecordKind>,
    /// What becomes of records that have the same evidence.
    pub ties: Ties,
}

/// What becomes of several records of one kind that have the same evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// A person chooses among them.
    #[default]
    Ask,
    /// The message is linked to all of them.
    All,
}

/// How a lead is filled. Each text is a template over the facts; what is left out has a sensible default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateLead {
    /// Given name; by default what a form or card tells, else from the sender's display name, signature or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name; by default what a form or card tells, else from the sender's display name, signature or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Company; by default what a form, card or signature tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Address; by default the sender's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number; by default what a form, card or signature tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What it is about; by default the form's subject, else the message's without `Re:` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Longer text; by default the form's message, else the beginning of the message's new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it came from; by default `mail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Campaign; by default empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The user who gets it; by default nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The kinds of mail that may make a lead; by default `personal` and `calendar`, and `system` where a form tells who
    /// filled it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
}

impl CreateLead {
    /// The templates that are given, by field.
    pub(crate) fn templates(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("first_name", self.first_name.as_deref()),
            ("last_name", self.last_name.as_deref()),
            ("company", self.company.as_deref()),
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("title", self.title.as_deref()),
            ("description", self.description.as_deref()),
            ("source", self.source.as_deref()),
            ("campaign", self.campaign.as_deref()),
            ("owner", self.owner.as_ref().and_then(Owner::template)),
        ]
        .into_iter()
        .filter_map(|(field, template)| Some((field, template?)))
    }
}
