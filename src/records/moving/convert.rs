//! A lead becomes a contact, at an organization if it names one.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, LeadId, OrganizationId, RecordMoveId};
use entities::leads::{self, LeadStatus};
use entities::record_kind::RecordKind;
use entities::record_moves::{Model, MoveReason};
use serde::{Deserialize, Serialize};

use super::{MoveError, from, to, unreadable};
use crate::store::contacts::NewContact;
use crate::store::handing_over::{self, Moved};
use crate::store::organization_names::Picked;
use crate::store::organizations::OrganizationFields;
use crate::store::record_moves::{self, NewMove};
use crate::store::{
    self, StoreError, Tx, contacts, merging, organizations, record_locks, record_uses,
};

/// What a lead is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The lead.
    pub lead: LeadId,
    /// A contact that is the same person; nothing makes a new one.
    pub into: Option<ContactId>,
    /// Name of the organization, made where there is none of that name; empty for none.
    pub organization: Option<String>,
    /// Who does it.
    pub author: String,
}

/// What a lead became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// By which it is taken back.
    pub moved: RecordMoveId,
    /// The contact.
    pub contact: ContactId,
    /// The organization that it has.
    pub organization: Option<OrganizationId>,
    /// How many messages went along.
    pub links: usize,
}

/// What is needed to take it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Before {
    moved: Moved,
    made_contact: bool,
    made_organization: Option<OrganizationId>,
}

/// Converts a lead. Its company is the organization unless another is named.
pub async fn convert(
    tx: &Tx,
    wish: Conversion,
    now: DateTime<Utc>,
) -> Result<Converted, MoveError> {
    record_locks::own(tx).await?;
    let lead = store::leads::by_id(tx, wish.lead).await?;
    let Some(lead) = lead else {
        return Err(MoveError::Gone(RecordKind::Lead, wish.lead.0));
    };
    if lead.status == LeadStatus::Converted {
        let why = format!("Lead {} is converted already", lead.id);
        return Err(MoveError::Refused(why));
    }
    let (contact, made_organization) = if let Some(id) = wish.into {
        let known = contacts::by_id(tx, id).await?;
        (
            known.ok_or(MoveError::Gone(RecordKind::Contact, id.0))?,
            None,
        )
    } else {
        let name = wish.organization.unwrap_or_else(|| lead.company.clone());
        let (organization, made) = organization(tx, &name, now).await?;
        (contact(tx, &lead, organization, now).await?, made)
    };
    let (from, to) = (
        (RecordKind::Lead, lead.id.0),
        (RecordKind::Contact, contact.id.0),
    );
    let moved = handing_over::hand_over(tx, from, to).await?;
    store::leads::set_status(tx, lead.id, LeadStatus::Converted).await?;
    let links = moved.links.len() + moved.dropped_links.len();
    let before = Before {
        moved,
        made_contact: wish.into.is_none(),
        made_organization,
    };
    let new = NewMove {
        reason: MoveReason::Converted,
        from,
        to,
        from_key: None,
        before: serde_json::to_value(before).map_err(|_| unreadable(RecordMoveId(0)))?,
        author: wish.author,
        created_at: now,
    };
    Ok(Converted {
        moved: record_moves::insert(tx, new).await?.id,
        contact: contact.id,
        organization: contact.organization_id,
        links,
    })
}

async fn organization(
    tx: &Tx,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(Option<OrganizationId>, Option<OrganizationId>), MoveError> {
    if name.trim().is_empty() {
        return Ok((None, None));
    }
    match organizations::find_by_name(tx, name).await? {
        Picked::One(known) => return Ok((Some(known.id), None)),
        Picked::Several(known) => {
            let names: Vec<&str> = known.iter().map(|one| one.name.as_str()).collect();
            return Err(MoveError::Refused(format!(
                "{name} may be any of {}; say which by `--organization`",
                names.join(", ")
            )));
        }
        Picked::Nobody => {}
    }
    let fields = OrganizationFields {
        name: name.to_owned(),
        domains: Vec::new(),
        phone: String::new(),
        website: String::new(),
    };
    let made = organizations::insert(tx, fields, now).await?;
    Ok((Some(made.id), Some(made.id)))
}

async fn contact(
    tx: &Tx,
    lead: &leads::Model,
    organization_id: Option<OrganizationId>,
    now: DateTime<Utc>,
) -> Result<entities::contacts::Model, StoreError> {
    let new = NewContact {
        first_name: lead.first_name.clone(),
        last_name: lead.last_name.clone(),
        organization_id,
        phone: lead.phone.clone(),
        owner_id: lead.owner_id,
        // Its addresses come with the lead's.
        ..NewContact::default()
    };
    let made = contacts::insert_many(tx, &[new], now).await?;
    made.into_iter()
        .next()
        .ok_or_else(|| StoreError::Broken("a contact that was just made is not there".to_owned()))
}

/// The lead is open again and has its links and addresses; of a contact that was made for it, all of them.
pub(super) async fn take_back(tx: &Tx, moved: &Model) -> Result<(), MoveError> {
    let before: Before =
        serde_json::from_value(moved.before.clone()).map_err(|_| unreadable(moved.id))?;
    let lead = LeadId(moved.from_id);
    if store::leads::by_id(tx, lead).await?.is_none() {
        return Err(MoveError::Gone(RecordKind::Lead, lead.0));
    }
    handing_over::hand_back(tx, from(moved), to(moved), &before.moved).await?;
    if before.made_contact {
        handing_over::hand_over(tx, to(moved), from(moved)).await?;
        merging::delete(tx, to(moved)).await?;
    }
    if let Some(organization) = before.made_organization
        && !record_uses::is_named(tx, organization).await?
    {
        organizations::delete(tx, organization).await?;
    }
    store::leads::set_status(tx, lead, LeadStatus::Open).await?;
    Ok(())
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
