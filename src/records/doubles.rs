//! Whether a person is known by something else than an address: the telephone number, or name and company.
//!
//! Where several are alike nobody is meant for sure, and nobody is taken for the person. Leads that are not open any more
//! are nobody's doubles.

use std::collections::BTreeSet;

use entities::record_kind::RecordKind;

use crate::store::persons::{name_key, phone_key};
use crate::store::{StoreError, Tx, contacts, leads, organization_names, organizations};

/// What is known of the person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'a> {
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) company: &'a str,
    pub(super) phone: &'a str,
}

/// By what a person is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alike {
    /// The telephone number, where the names may be one person's.
    Phone,
    /// The whole name and the company.
    NameAndCompany,
    /// The name alone; of organizations.
    Name,
}

/// Somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Double {
    pub(super) kind: RecordKind,
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) alike: Alike,
    name_key: Option<String>,
    phone_key: Option<String>,
    company: String,
}

/// The one contact, else the one lead, that the person is taken for.
pub(super) async fn find(tx: &Tx, person: Person<'_>) -> Result<Option<Double>, StoreError> {
    let phone = phone_key(person.phone);
    let name = name_key(person.first_name, person.last_name);
    let company = organization_names::key(person.company);
    // A name alone is many people's.
    let by_name = name.as_deref().filter(|_| company.is_some());
    if phone.is_none() && by_name.is_none() {
        return Ok(None);
    }
    let contacts = contacts::like(tx, phone.as_deref(), by_name).await?;
    let contacts = contacts.into_iter().map(|(row, organization)| Double {
        kind: RecordKind::Contact,
        id: row.id.0,
        name: row.full_name(),
        alike: Alike::Phone,
        name_key: row.name_key,
        phone_key: row.phone_key,
        company: organization.unwrap_or_default(),
    });
    let leads = leads::like(tx, phone.as_deref(), by_name).await?;
    let leads = leads.into_iter().map(|row| Double {
        kind: RecordKind::Lead,
        id: row.id.0,
        name: row.full_name(),
        alike: Alike::Phone,
        name_key: row.name_key,
        phone_key: row.phone_key,
        company: row.company,
    });
    let all: Vec<Double> = contacts.chain(leads).collect();
    let phone = match phone {
        Some(key) if !is_shared(tx, &key, &all).await? => Some(key),
        _ => None,
    };
    let by_phone = |one: &&Double| {
        phone.is_some() && one.phone_key == phone && may_be_one(name.as_deref(), one)
    };
    let by_name = |one: &&Double| {
        let same_company = organization_names::same(&one.company, person.company);
        same_company && name.is_some() && one.name_key == name
    };
    let phoned: Vec<&Double> = all.iter().filter(by_phone).collect();
    let named: Vec<&Double> = all.iter().filter(by_name).collect();
    let found = the_one(&phoned).map(|one| (one, Alike::Phone));
    let found = found.or_else(|| the_one(&named).map(|one| (one, Alike::NameAndCompany)));
    Ok(found.map(|(one, alike)| Double {
        alike,
        ..one.clone()
    }))
}

/// Whether a telephone number is a switchboard's: an organization's, or that of persons with different names.
async fn is_shared(tx: &Tx, key: &str, known: &[Double]) -> Result<bool, StoreError> {
    let have = known
        .iter()
        .filter(|one| one.phone_key.as_deref() == Some(key));
    let names: BTreeSet<Option<&str>> = have.map(|one| one.name_key.as_deref()).collect();
    Ok(names.len() > 1 || organizations::any_has_phone(tx, key).await?)
}

/// The one contact, or where there is none the one lead.
fn the_one<'a>(all: &[&'a Double]) -> Option<&'a Double> {
    let of = |kind: RecordKind| all.iter().filter(move |one| one.kind == kind);
    let first = of(RecordKind::Contact).chain(of(RecordKind::Lead)).next()?;
    of(first.kind)
        .all(|other| other.id == first.id)
        .then_some(*first)
}

/// A colleague may answer from the same telephone: names without a common word are two persons'.
fn may_be_one(name: Option<&str>, known: &Double) -> bool {
    match (name, known.name_key.as_deref()) {
        (Some(name), Some(known)) => name
            .split(' ')
            .any(|word| known.split(' ').any(|other| other == word)),
        _ => true,
    }
}
