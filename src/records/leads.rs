//! Leads: making one, unless somebody with that address is known already.

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, MessageId};
use entities::record_kind::RecordKind;

pub use super::doubles::Alike;
use super::doubles::{self, Person};
use crate::store::record_addresses::Holder;
use crate::store::{StoreError, Tx, leads, record_addresses, users};

/// What a new lead is to be; empty texts are empty fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadWish {
    /// Given name.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Address, lower-cased.
    pub email: String,
    /// Telephone number as written.
    pub phone: String,
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// Where it came from.
    pub source: String,
    /// Campaign.
    pub campaign: String,
    /// E-mail of the user who is to own it; nobody does when there is no such user.
    pub owner: String,
    /// The message it is made from.
    pub message: Option<MessageId>,
    /// The rule that makes it.
    pub rule: Option<String>,
}

/// What came of a wish for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadMade {
    /// A new lead.
    New(LeadId),
    /// Somebody with this address is known; no second one was made.
    Known {
        /// Which sort of record has the address.
        kind: RecordKind,
        /// Its id.
        id: i64,
        /// How a person calls it.
        name: String,
        /// By what it is known.
        by: KnownBy,
    },
}

/// By what somebody is known, for whom no lead is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// The address, which is in this field.
    Address(String),
    /// Something else.
    Alike(Alike),
    /// A lead was made of the same message before.
    Message,
}

/// Makes a lead, unless a contact or a lead has its address, or is the same person by telephone number, or by name and
/// company.
///
/// The check and the making are safe against other workers as to the address: it is locked first.
pub async fn create(tx: &Tx, wish: LeadWish, now: DateTime<Utc>) -> Result<LeadMade, StoreError> {
    leads::lock_senders(tx, &[wish.email.as_str()]).await?;
    let holders = record_addresses::holders_of(tx, &[wish.email.as_str()]).await?;
    if let Some(holder) = holders.into_iter().min_by_key(rank) {
        return Ok(LeadMade::Known {
            kind: holder.kind,
            id: holder.id,
            name: holder.name,
            by: KnownBy::Address(holder.field),
        });
    }
    let person = Person {
        first_name: &wish.first_name,
        last_name: &wish.last_name,
        company: &wish.company,
        phone: &wish.phone,
    };
    if let Some(double) = doubles::find(tx, person).await? {
        return Ok(LeadMade::Known {
            kind: double.kind,
            id: double.id,
            name: double.name,
            by: KnownBy::Alike(double.alike),
        });
    }
    let owner = match wish.owner.as_str() {
        "" => None,
        email => users::find_by_email(tx, email).await?.map(|user| user.id),
    };
    let made = leads::insert_many(
        tx,
        vec![leads::NewLead {
            first_name: wish.first_name,
            last_name: wish.last_name,
            company: wish.company,
            email: wish.email,
            phone: wish.phone,
            title: wish.title,
            description: wish.description,
            source: wish.source,
            campaign: wish.campaign,
            owner_id: owner,
            message_id: wish.message,
            rule: wish.rule,
            created_at: now,
        }],
    )
    .await?;
    match made.first() {
        Some(lead) => Ok(LeadMade::New(lead.id)),
        None => Err(StoreError::Broken(
            "a lead that was just made is not there".to_owned(),
        )),
    }
}

/// The same for a message that was decided before: a lead that was made of it then is the one, whatever has become of its
/// address.
pub async fn create_once(
    tx: &Tx,
    wish: LeadWish,
    now: DateTime<Utc>,
) -> Result<LeadMade, StoreError> {
    if let Some(message) = wish.message
        && let Some(lead) = leads::for_messages(tx, &[message])
            .await?
            .into_iter()
            .next()
    {
        return Ok(LeadMade::Known {
            kind: RecordKind::Lead,
            id: lead.id.0,
            name: lead.full_name(),
            by: KnownBy::Message,
        });
    }
    create(tx, wish, now).await
}

/// Contacts before leads before the rest, the oldest first.
fn rank(holder: &Holder) -> (RecordKind, i64) {
    (holder.kind, holder.id)
}

#[cfg(test)]
#[path = "leads_tests.rs"]
mod tests;
