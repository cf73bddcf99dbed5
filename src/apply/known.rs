//! Contacts and organizations that rules make; who is known already is linked instead.

use entities::ids::{ContactId, OrganizationId};
use entities::record_kind::RecordKind as Kind;
use rules::{Candidate, ContactFields, Evidence, OrganizationFields, RecordKind, RecordRef, Role};

use super::owners::{self, Asking};
use super::{Changes, Effects, NewHolder, Subject, known_by};
use crate::kinds::record_kind;
use crate::records::known::{self, ContactWish, Made, OrganizationWish};
use crate::records::leads::KnownBy;
use crate::store::workloads::Work;
use crate::store::{self, StoreError, Tx};

/// Makes the contact and links the message to it; else says why not and links to whom was there.
pub(super) async fn make_contact(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    fields: &mut ContactFields,
    rule: &str,
    candidates: &[Candidate],
    effects: &mut Effects,
) -> Result<Option<String>, StoreError> {
    let wish = ContactWish {
        first_name: &fields.first_name,
        last_name: &fields.last_name,
        email: &fields.email,
        phone: &fields.phone,
        company: &fields.organization,
        organization: organization(tx, subject, fields, candidates, effects).await?,
        owner: &fields.owner,
        message: subject.message,
        rule,
    };
    let made = known::create_contact(tx, wish, subject.now).await?;
    if let Made::New(id, _) = &made
        && let Some(choice) = &mut fields.owner_choice
    {
        let asking = Asking {
            rule,
            action: "create_contact",
            work: Work::Contacts,
        };
        let chosen = owners::choose(tx, subject, asking, choice, &mut fields.owner).await?;
        if let Some(owner) = chosen.user {
            store::owners::set(tx, (Kind::Contact, *id), owner).await?;
        }
    }
    let sent_as = if subject
        .facts
        .from
        .iter()
        .any(|from| from.email == fields.email)
    {
        Role::From
    } else {
        Role::ReplyTo
    };
    let evidence = |field: &str| Evidence::Address {
        email: fields.email.clone(),
        role: sent_as,
        field: field.to_owned(),
    };
    let holder = (fields.email.as_str(), "email");
    let what = (RecordKind::Contact, holder);
    Ok(settle(
        changes, subject, made, rule, effects, what, evidence,
    ))
}

/// Makes the organization and links the message to it; else says why not and links to the one that was there.
pub(super) async fn make_organization(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    fields: &mut OrganizationFields,
    rule: &str,
    effects: &mut Effects,
) -> Result<Option<String>, StoreError> {
    let wish = OrganizationWish {
        name: &fields.name,
        domain: &fields.domain,
        phone: &fields.phone,
        owner: &fields.owner,
        message: subject.message,
        rule,
    };
    let made = known::create_organization(tx, wish, subject.now).await?;
    if let Made::New(id, _) = &made
        && let Some(choice) = &mut fields.owner_choice
    {
        let asking = Asking {
            rule,
            action: "create_organization",
            work: Work::Organizations,
        };
        let chosen = owners::choose(tx, subject, asking, choice, &mut fields.owner).await?;
        if let Some(owner) = chosen.user {
            store::owners::set(tx, (Kind::Organization, *id), owner).await?;
        }
    }
    let at_domain = format!("@{}", fields.domain);
    let evidence = |_: &str| Evidence::Origin;
    let what = (RecordKind::Organization, (at_domain.as_str(), "domains"));
    Ok(settle(
        changes, subject, made, rule, effects, what, evidence,
    ))
}

/// Links to what was made or known; says why nothing was made.
fn settle(
    changes: &mut Changes,
    subject: Subject<'_>,
    made: Made,
    rule: &str,
    effects: &mut Effects,
    (kind, (email, field)): (RecordKind, (&str, &str)),
    evidence: impl Fn(&str) -> Evidence,
) -> Option<String> {
    match made {
        Made::Refused(why) => Some(why),
        Made::New(id, name) => {
            let record = RecordRef { kind, id };
            changes.link(subject, record, &[evidence(field)], rule);
            effects.add_link(record, &name);
            came_to(effects, record);
            effects.made.push(NewHolder {
                record,
                name,
                email: email.to_owned(),
                field: field.to_owned(),
            });
            None
        }
        Made::Known { kind, id, name, by } => {
            let record = RecordRef {
                kind: record_kind(kind),
                id,
            };
            // A telephone number or a name may be anybody's: what is made afterwards is not that contact's.
            let is_sure =
                kind != Kind::Contact || matches!(by, KnownBy::Address(_) | KnownBy::Message);
            let (evidence, reason) = known_by(by, kind.as_str(), &name, evidence);
            if subject.refused.contains(&record) {
                return Some(format!(
                    "{reason}; a person said that the message does not belong there"
                ));
            }
            changes.link(subject, record, &[evidence], rule);
            effects.add_link(record, &name);
            if is_sure {
                came_to(effects, record);
            }
            Some(reason)
        }
    }
}

/// Remembers it for what is made of the same message afterwards.
fn came_to(effects: &mut Effects, record: RecordRef) {
    match record.kind {
        RecordKind::Contact => effects.contact = Some(ContactId(record.id)),
        RecordKind::Organization => effects.organization = Some(OrganizationId(record.id)),
        RecordKind::Lead | RecordKind::Ticket => {}
    }
}

/// Where the contact works: at the organization that this message made, one of that name, or one that it surely is of.
async fn organization(
    tx: &Tx,
    subject: Subject<'_>,
    fields: &ContactFields,
    candidates: &[Candidate],
    effects: &Effects,
) -> Result<Option<OrganizationId>, StoreError> {
    if effects.organization.is_some() {
        return Ok(effects.organization);
    }
    let name = fields.organization.as_str();
    let (_, domain) = fields.email.rsplit_once('@').unwrap_or_default();
    if !name.is_empty()
        && let Some(known) = known::of_name(tx, name, domain).await?
        && !subject.refuses(RecordKind::Organization, known.id.0)
    {
        return Ok(Some(known.id));
    }
    let sure = candidates
        .iter()
        .find(|one| one.record.kind == RecordKind::Organization && one.is_sure());
    Ok(sure.map(|one| OrganizationId(one.record.id)))
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
