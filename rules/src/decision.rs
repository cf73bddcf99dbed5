//! What the rules said for one message, and why.

mod owner_choice;
mod sending;

use serde::{Deserialize, Serialize};

use crate::decide::linking;
use crate::facts::{Candidate, RecordKind, RecordRef};
use crate::rule::action::Ties;
use crate::rule::ticket::{Priority, TicketChange};
use crate::rule::work::MessageStatus;

pub use owner_choice::{ChosenOwner, OwnerChoice, Turn};
pub use sending::{Notice, PassOn, Reply};

/// What the rules said for one message and why: data, stored and replayable.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The exception that the message is, if it is one; then no rule was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Excepted>,
    /// The rules that were tried, in their order: all that matched, and the first that did not.
    pub rules: Vec<Tried>,
    /// How many rules more were tried and did not match.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: usize,
    /// What is to be done, in order, and what was asked for and not done.
    pub actions: Vec<Planned>,
    /// The records that are known: when the decision was made, or since, where linking late has found others.
    pub candidates: Vec<Candidate>,
    /// Those that were known when the decision was made, where others are since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_then: Option<Vec<Candidate>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_default(ties: &Ties) -> bool {
    *ties == Ties::default()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_false(said: &bool) -> bool {
    !*said
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Decision {
    /// The rule that has a person look first, and why; then nothing else is done.
    #[must_use]
    pub fn held(&self) -> Option<(&str, &str)> {
        self.actions
            .iter()
            .find_map(|planned| match &planned.action {
                Action::Hold(reason) if planned.outcome == Outcome::Do => {
                    Some((planned.rule.as_str(), reason.as_str()))
                }
                _ => None,
            })
    }
}

/// An exception that a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excepted {
    /// The entry, as the admin wrote it (`@example.org`).
    pub entry: String,
    /// Whose exception it is; nothing for that of all scanners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanner: Option<String>,
}

/// One rule, tried on one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Name of the rule.
    pub rule: String,
    /// Whether it matched.
    pub matched: bool,
    /// Whether it ended the set here.
    pub stopped: bool,
    /// For a match the conditions that held, else the first that did not, in the words of the file.
    pub because: Vec<Held>,
}

/// One condition and what it met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The condition in the words of the file (`subject contains "offer"`).
    pub condition: String,
    /// Whether it held.
    pub held: bool,
    /// The piece of the rule's own list that was found; never text of the message body.
    pub found: Option<String>,
}

/// One action that a matching rule asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// Name of the rule that asked.
    pub rule: String,
    /// What it asked for, templates filled in; a lead that is not to be made has empty fields.
    pub action: Action,
    /// Whether it is to be done.
    pub outcome: Outcome,
    /// Whether the rules had it done though it was not, as there was nothing to do, or no way to, when it was carried out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub asked: bool,
    /// The records that a message is to be linked to, strongest evidence first; the tickets that get another status.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordRef>,
    /// What the rule says of records that have the same evidence; of a link only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ties: Ties,
}

impl Planned {
    /// The records among `candidates` that a planned link is to be made to, strongest evidence first; else why to none.
    /// Of another action there are none.
    ///
    /// # Errors
    /// A sentence for a person.
    pub fn link_to(&self, candidates: &[Candidate]) -> Result<Vec<RecordRef>, String> {
        match &self.action {
            Action::Link(kinds) => linking::records(candidates, kinds, self.ties),
            _ => Ok(Vec::new()),
        }
    }
}

/// Whether a planned action is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// To be done.
    Do,
    /// Not to be done, and why (`the sender is known: contact Anna Rossi`).
    Skip(String),
    /// It was done and taken back since, and by whom (`anna took it back`): it is not done again by itself.
    TakenBack(String),
}

/// What may be done with a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Link the message to candidates of these kinds, none named meaning all; [`Planned::records`] tells which.
    Link(Vec<RecordKind>),
    /// Make a lead of the sender and link the message to it.
    CreateLead(LeadFields),
    /// Make a ticket of the message and link the message to it.
    CreateTicket(TicketFields),
    /// Make an organization and link the message to it.
    CreateOrganization(OrganizationFields),
    /// Make a contact of the sender and link the message to it.
    CreateContact(ContactFields),
    /// Change tickets so; [`Planned::records`] tells which.
    Ticket(TicketChange),
    /// Give the message to a user.
    Assign(Assignee),
    /// Say that the message is so far.
    Status(MessageStatus),
    /// Say how soon the message has to be done.
    Priority(Priority),
    /// Tell people of ours of the message.
    Notify(Notice),
    /// Answer the sender.
    AutoReply(Box<Reply>),
    /// Pass the message on.
    Forward(PassOn),
    /// Have a person look first, for this reason.
    Hold(String),
    /// Keep the message, do nothing with it.
    Ignore(String),
    /// Put these tags on the message.
    Tag(Vec<String>),
    /// Set these flags on its server, as IMAP spells them (`\Seen`).
    Flag(Vec<String>),
    /// Take these flags away on its server.
    Unflag(Vec<String>),
    /// Move it to this folder of its mailbox.
    Move(String),
}

/// The fields of a contact, templates filled in; an empty text is an empty field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFields {
    /// Given name.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
    /// Address; the sender's unless the rule says otherwise.
    pub email: String,
    /// Telephone number as written.
    pub phone: String,
    /// Name of the organization.
    pub organization: String,
    /// E-mail of the user who owns it; empty for nobody.
    pub owner: String,
    /// How the owner is chosen, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_choice: Option<Box<OwnerChoice>>,
}

/// The fields of an organization, templates filled in; an empty text is an empty field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationFields {
    /// Its name.
    pub name: String,
    /// Its mail domain, in lower case.
    pub domain: String,
    /// Telephone number as written.
    pub phone: String,
    /// E-mail of the user who owns it; empty for nobody.
    pub owner: String,
    /// How the owner is chosen, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_choice: Option<Box<OwnerChoice>>,
}

/// To whom a message is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// E-mail of the user; empty for nobody.
    pub email: String,
    /// How one is chosen, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Box<OwnerChoice>>,
}

/// The fields of a ticket, templates filled in; an empty text is an empty field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFields {
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// E-mail of the user who owns it; empty for nobody.
    pub owner: String,
    /// How the owner is chosen, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_choice: Option<Box<OwnerChoice>>,
    /// How soon it has to be.
    pub priority: Priority,
}

/// The fields of a lead, templates filled in; an empty text is an empty field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFields {
    /// Given name.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Address; the sender's unless the rule says otherwise.
    pub email: String,
    /// Telephone number as written.
    pub phone: String,
    /// What the lead is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// Where the lead came from (`web form`, `mail`).
    pub source: String,
    /// Campaign name.
    pub campaign: String,
    /// E-mail of the user who owns it; empty for nobody.
    pub owner: String,
    /// How the owner is chosen, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_choice: Option<Box<OwnerChoice>>,
}
