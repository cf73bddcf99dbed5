//! Carries out decisions: records, links and tags, inside the transaction that marks their deliveries done.
//!
//! Leads are made at once, because the next message of the window must see them; the rest is collected in
//! [`Changes`] and written in a few statements at the end. Never knows where a message came from.

mod bounces;
mod changes;
mod known;
mod late;
mod owners;
mod sending;
mod taken_back;
mod tickets;
mod work;

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, DeliveryId, MessageId, OrganizationId, ScanId, ScannerId};
use entities::record_kind::RecordKind as Kind;
use rules::{
    Action, Candidate, Decision, Evidence, LeadFields, MessageFacts, Outcome, Planned, RecordKind,
    RecordRef, Role, SameDetail,
};

pub use bounces::{Reporting, note_bounces};
pub use changes::{Changes, doubt};
pub use late::{link_late, may_link, plan_late};
pub use taken_back::take_back_in_parts;

use crate::kinds::record_kind;
use crate::records::leads::{self, Alike, KnownBy, LeadMade, LeadWish};
use crate::store::workloads::Work;
use crate::store::{self, StoreError, Tx};
use owners::Asking;

/// The message that a decision is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its row.
    pub message: MessageId,
    /// What it says.
    pub facts: &'a MessageFacts,
    /// Whose rules decided.
    pub scanner: ScannerId,
    /// The scan that carries it out.
    pub scan: Option<ScanId>,
    /// The copy that is decided, where it lies in a folder of an IMAP server.
    pub on_server: Option<DeliveryId>,
    /// When a person released it, whom a rule had look at it first.
    pub released_at: Option<DateTime<Utc>>,
    /// Records that it does not belong to, as a person said.
    pub refused: &'a [RecordRef],
    /// Whether a person has said where it belongs: nobody is asked again.
    pub settled: bool,
    /// Whether it was decided before: what was made of it then is not made again.
    pub anew: bool,
    /// When.
    pub now: DateTime<Utc>,
}

impl Subject<'_> {
    /// Whether a person said that the message does not belong to this record.
    fn refuses(&self, kind: RecordKind, id: i64) -> bool {
        self.refused.contains(&RecordRef { kind, id })
    }
}

/// What one decision came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// The records that the message is linked to now, with their names.
    pub linked: Vec<(RecordRef, String)>,
    /// A lead that was made: its record, name and address.
    pub lead: Option<NewLead>,
    /// The contact that was made of it, or is the one that was to be made.
    pub contact: Option<ContactId>,
    /// The organization that was made of it, or is the one that was to be made.
    pub organization: Option<OrganizationId>,
    /// Contacts and organizations that were made, with what they are known by.
    pub made: Vec<NewHolder>,
    /// Whether a rule ignored the message.
    pub ignored: bool,
}

/// A contact or an organization that was made from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHolder {
    /// The record.
    pub record: RecordRef,
    /// How a person calls it.
    pub name: String,
    /// Its address; of an organization `@` and its domain.
    pub email: String,
    /// The field that it stands in.
    pub field: String,
}

/// A lead that was made from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLead {
    /// The record.
    pub record: RecordRef,
    /// How a person calls it.
    pub name: String,
    /// Its address.
    pub email: String,
}

/// Carries out `decision` and stores it as it was carried out.
pub async fn carry_out(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    mut decision: Decision,
) -> Result<Effects, StoreError> {
    let mut effects = Effects::default();
    for planned in &mut decision.actions {
        if planned.outcome != Outcome::Do {
            continue;
        }
        let known = &decision.candidates;
        let done = carry_out_one(tx, changes, subject, planned, known, &mut effects);
        if let Some(reason) = done.await? {
            planned.outcome = Outcome::Skip(reason);
            planned.asked = true;
        }
    }
    changes.decided(subject, &decision)?;
    Ok(effects)
}

/// Carries out one action; else says why not.
async fn carry_out_one(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    planned: &mut Planned,
    known: &[Candidate],
    effects: &mut Effects,
) -> Result<Option<String>, StoreError> {
    let (rule, records) = (planned.rule.as_str(), &planned.records);
    match &mut planned.action {
        Action::Link(_) => {
            let theirs = |one: &&Candidate| records.contains(&one.record);
            for candidate in known.iter().filter(theirs) {
                changes.link(subject, candidate.record, &candidate.evidence, rule);
                effects.add_link(candidate.record, &candidate.name);
            }
            Ok(None)
        }
        Action::CreateLead(fields) => make_lead(tx, changes, subject, fields, rule, effects).await,
        Action::CreateTicket(fields) => {
            tickets::make(tx, changes, subject, fields, rule, known, effects).await
        }
        Action::CreateOrganization(fields) => {
            known::make_organization(tx, changes, subject, fields, rule, effects).await
        }
        Action::CreateContact(fields) => {
            known::make_contact(tx, changes, subject, fields, rule, known, effects).await
        }
        Action::Ticket(change) => tickets::change(tx, subject, records, *change, rule).await,
        action @ (Action::Assign(_) | Action::Status(_) | Action::Priority(_)) => {
            work::say(tx, subject, action, rule).await
        }
        Action::Notify(notice) => sending::notify(tx, subject, notice, rule, effects).await,
        Action::AutoReply(reply) => sending::answer(tx, subject, reply, rule).await,
        Action::Forward(passed_on) => sending::pass_on(tx, subject, passed_on, rule).await,
        // A message that is held waits before any of this is asked.
        Action::Hold(_) => Ok(None),
        Action::Ignore(_) => {
            effects.ignored = true;
            Ok(None)
        }
        Action::Tag(tags) => {
            changes.tag(subject, tags, rule);
            Ok(None)
        }
        action @ (Action::Flag(_) | Action::Unflag(_) | Action::Move(_)) => {
            Ok(changes.on_server(subject, action, rule).err())
        }
    }
}

/// Makes the lead and links the message to it; else says why not and links to whom was there.
async fn make_lead(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    fields: &mut LeadFields,
    rule: &str,
    effects: &mut Effects,
) -> Result<Option<String>, StoreError> {
    let name = name_of(fields);
    let email = fields.email.clone();
    let evidence = |field: &str| {
        let from_reply_to = subject.facts.from.iter().all(|from| from.email != email);
        Evidence::Address {
            email: email.clone(),
            role: if from_reply_to {
                Role::ReplyTo
            } else {
                Role::From
            },
            field: field.to_owned(),
        }
    };
    let wish = wish(fields, subject.message, rule);
    let made = if subject.anew {
        leads::create_once(tx, wish, subject.now).await?
    } else {
        leads::create(tx, wish, subject.now).await?
    };
    match made {
        LeadMade::New(id) => {
            if let Some(choice) = &mut fields.owner_choice {
                let asking = Asking {
                    rule,
                    action: "create_lead",
                    work: Work::Leads,
                };
                let chosen = owners::choose(tx, subject, asking, choice, &mut fields.owner).await?;
                if let Some(owner) = chosen.user {
                    store::owners::set(tx, (Kind::Lead, id.0), owner).await?;
                }
            }
            let record = RecordRef {
                kind: RecordKind::Lead,
                id: id.0,
            };
            changes.link(subject, record, &[evidence("email")], rule);
            effects.add_link(record, &name);
            effects.lead = Some(NewLead {
                record,
                name,
                email: fields.email.clone(),
            });
            Ok(None)
        }
        LeadMade::Known { kind, id, name, by } => {
            let record = RecordRef {
                kind: record_kind(kind),
                id,
            };
            let (evidence, reason) = known_by(by, kind.as_str(), &name, evidence);
            if subject.refused.contains(&record) {
                return Ok(Some(format!(
                    "{reason}; a person said that the message does not belong there"
                )));
            }
            changes.link(subject, record, &[evidence], rule);
            effects.add_link(record, &name);
            Ok(Some(reason))
        }
    }
}

/// Why a record that is known is the one meant: the evidence, and the reason why no second one is made.
fn known_by(
    by: KnownBy,
    kind: &str,
    name: &str,
    evidence: impl Fn(&str) -> Evidence,
) -> (Evidence, String) {
    match by {
        KnownBy::Address(field) => {
            let what = match field.as_str() {
                "domains" => "domain",
                _ => "address",
            };
            let reason = format!("{kind} {name} has this {what} already");
            (evidence(&field), reason)
        }
        KnownBy::Message => {
            let reason = format!("{kind} {name} was made of this message before");
            (evidence("email"), reason)
        }
        KnownBy::Alike(Alike::Name) => {
            (Evidence::Origin, format!("{kind} {name} has the same name"))
        }
        KnownBy::Alike(alike) => {
            let what = match alike {
                Alike::Phone => SameDetail::Phone,
                Alike::NameAndCompany | Alike::Name => SameDetail::NameAndCompany,
            };
            let reason = format!("{kind} {name} has the same {}", what.as_str());
            (Evidence::Same { what }, reason)
        }
    }
}

fn wish(fields: &LeadFields, message: MessageId, rule: &str) -> LeadWish {
    let fields = fields.clone();
    LeadWish {
        first_name: fields.first_name,
        last_name: fields.last_name,
        company: fields.company,
        email: fields.email,
        phone: fields.phone,
        title: fields.title,
        description: fields.description,
        source: fields.source,
        campaign: fields.campaign,
        owner: fields.owner,
        message: Some(message),
        rule: Some(rule.to_owned()),
    }
}

fn name_of(fields: &LeadFields) -> String {
    let name = format!("{} {}", fields.first_name, fields.last_name);
    match name.trim() {
        "" => fields.email.clone(),
        name => name.to_owned(),
    }
}

impl Effects {
    fn add_link(&mut self, record: RecordRef, name: &str) {
        if !self.linked.iter().any(|(linked, _)| *linked == record) {
            self.linked.push((record, name.to_owned()));
        }
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
