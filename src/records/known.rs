//! Contacts and organizations that rules make of messages, unless they are known already.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, MessageId, OrganizationId};
use entities::organizations::Model as Organization;
use entities::record_kind::RecordKind;

use super::doubles::{self, Person};
use super::leads::{Alike, KnownBy};
use crate::domains;
use crate::store::contacts::NewContact;
use crate::store::organization_names::{self, Picked};
use crate::store::organizations::OrganizationFields;
use crate::store::{
    StoreError, Tx, contacts, leads, made_records, organizations, owners, record_addresses, users,
};

/// What a new contact is to be; empty texts are empty fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactWish<'a> {
    /// Given name.
    pub first_name: &'a str,
    /// Family name, or whatever name there is.
    pub last_name: &'a str,
    /// Address, lower-cased.
    pub email: &'a str,
    /// Telephone number as written.
    pub phone: &'a str,
    /// Name of the organization, to find one who is the same.
    pub company: &'a str,
    /// Where they work.
    pub organization: Option<OrganizationId>,
    /// E-mail of the user who is to own it; nobody does when there is no such user.
    pub owner: &'a str,
    /// The message it is made of.
    pub message: MessageId,
    /// The rule that makes it.
    pub rule: &'a str,
}

/// What a new organization is to be; empty texts are empty fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationWish<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its mail domain.
    pub domain: &'a str,
    /// Telephone number as written.
    pub phone: &'a str,
    /// E-mail of the user who is to own it; nobody does when there is no such user.
    pub owner: &'a str,
    /// The message it is made of.
    pub message: MessageId,
    /// The rule that makes it.
    pub rule: &'a str,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// A new record, and how it is called.
    New(i64, String),
    /// It is known; no second one was made.
    Known {
        /// Which sort of record.
        kind: RecordKind,
        /// Its id.
        id: i64,
        /// How a person calls it.
        name: String,
        /// By what it is known.
        by: KnownBy,
    },
    /// It can't be made, for this reason.
    Refused(String),
}

/// Makes a contact, unless one was made of the same message, a contact or a lead has its address, or is the same person
/// by telephone number, or by name and company. Older mail of theirs is linked late.
pub async fn create_contact(
    tx: &Tx,
    wish: ContactWish<'_>,
    now: DateTime<Utc>,
) -> Result<Made, StoreError> {
    let made = made_records::of_message(tx, wish.message, RecordKind::Contact).await?;
    if let Some(made) = made
        && let Some(row) = contacts::by_id(tx, ContactId(made.record_id)).await?
    {
        return Ok(Made::Known {
            kind: RecordKind::Contact,
            id: row.id.0,
            name: row.full_name(),
            by: KnownBy::Message,
        });
    }
    leads::lock_senders(tx, &[wish.email]).await?;
    let holders = record_addresses::holders_of(tx, &[wish.email]).await?;
    if let Some(holder) = holders.into_iter().min_by_key(|one| (one.kind, one.id)) {
        return Ok(Made::Known {
            kind: holder.kind,
            id: holder.id,
            name: holder.name,
            by: KnownBy::Address(holder.field),
        });
    }
    let person = Person {
        first_name: wish.first_name,
        last_name: wish.last_name,
        company: wish.company,
        phone: wish.phone,
    };
    if let Some(double) = doubles::find(tx, person).await? {
        return Ok(Made::Known {
            kind: double.kind,
            id: double.id,
            name: double.name,
            by: KnownBy::Alike(double.alike),
        });
    }
    let new = NewContact {
        first_name: wish.first_name.to_owned(),
        last_name: wish.last_name.to_owned(),
        organization_id: wish.organization,
        phone: wish.phone.to_owned(),
        owner_id: users::find_by_email(tx, wish.owner)
            .await?
            .map(|user| user.id),
        email: Some(wish.email.to_owned()),
        ..NewContact::default()
    };
    let made = contacts::insert_many(tx, &[new], now).await?;
    let Some(row) = made.first() else {
        let gone = "a contact that was just made is not there".to_owned();
        return Err(StoreError::Broken(gone));
    };
    let record = (RecordKind::Contact, row.id.0);
    made_records::insert(tx, record, wish.message, wish.rule, now).await?;
    Ok(Made::New(row.id.0, row.full_name()))
}

/// Makes an organization, unless one was made of the same message or has its domain or name.
pub async fn create_organization(
    tx: &Tx,
    wish: OrganizationWish<'_>,
    now: DateTime<Utc>,
) -> Result<Made, StoreError> {
    let known = |row: Organization, by| Made::Known {
        kind: RecordKind::Organization,
        id: row.id.0,
        name: row.name,
        by,
    };
    let made = made_records::of_message(tx, wish.message, RecordKind::Organization).await?;
    if let Some(made) = made
        && let Some(row) = organizations::by_id(tx, OrganizationId(made.record_id)).await?
    {
        return Ok(known(row, KnownBy::Message));
    }
    let domain = domains::listed(wish.domain);
    let Some((name, name_key)) = name(&wish, domain.as_deref()) else {
        return Ok(Made::Refused(format!(
            "{} is no organization's own domain, and nothing else names it",
            wish.domain
        )));
    };
    let at_domain = domain.as_ref().map(|domain| format!("@{domain}"));
    let keys = at_domain.as_deref().into_iter().chain([name_key.as_str()]);
    let keys: Vec<&str> = keys.collect();
    leads::lock_senders(tx, &keys).await?;
    if let Some(at_domain) = &at_domain {
        let holders = record_addresses::holders_of(tx, &[at_domain]).await?;
        let holder = holders
            .into_iter()
            .find(|holder| holder.kind == RecordKind::Organization);
        if let Some(holder) = holder {
            return Ok(Made::Known {
                kind: holder.kind,
                id: holder.id,
                name: holder.name,
                by: KnownBy::Address(holder.field),
            });
        }
    }
    match organizations::find_by_name(tx, name).await? {
        Picked::One(row) if may_be_of(&row, wish.domain) => {
            return Ok(known(row, KnownBy::Alike(Alike::Name)));
        }
        Picked::One(row) => {
            return Ok(Made::Refused(format!(
                "organization {} is known with other domains; a person says whether they are of it",
                row.name
            )));
        }
        Picked::Several(rows) => {
            let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            return Ok(Made::Refused(format!(
                "{name} may be any of {}; a person says of which they are",
                names.join(", ")
            )));
        }
        Picked::Nobody => {}
    }
    let fields = OrganizationFields {
        name: name.to_owned(),
        domains: domain.into_iter().collect(),
        phone: wish.phone.to_owned(),
        website: String::new(),
    };
    let made = organizations::insert(tx, fields, now).await?;
    if let Some(owner) = users::find_by_email(tx, wish.owner).await? {
        owners::set(tx, (RecordKind::Organization, made.id.0), owner.id).await?;
    }
    let record = (RecordKind::Organization, made.id.0);
    made_records::insert(tx, record, wish.message, wish.rule, now).await?;
    Ok(Made::New(made.id.0, made.name))
}

/// The organization of this name, if somebody at `domain` may be of it.
pub async fn of_name(
    tx: &Tx,
    name: &str,
    domain: &str,
) -> Result<Option<Organization>, StoreError> {
    let found = organizations::find_by_name(tx, name).await?.one();
    Ok(found.filter(|row| may_be_of(row, domain)))
}

/// Anybody can write a name: where it has domains, whoever is of it writes from there.
fn may_be_of(row: &Organization, domain: &str) -> bool {
    let listed = &row.domains.0;
    let at_it = domains::names_of(domain)
        .into_iter()
        .any(|own| listed.iter().any(|known| known == own));
    listed.is_empty() || at_it
}

/// A domain where everybody may have an address names nobody.
fn name<'w>(wish: &OrganizationWish<'w>, domain: Option<&str>) -> Option<(&'w str, String)> {
    if wish.name == wish.domain && domain.is_none() {
        return None;
    }
    organization_names::key(wish.name).map(|key| (wish.name, key))
}
