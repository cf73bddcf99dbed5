//! What a message says of the person it is from: what a form reports, what an attached card holds, what stands in the
//! signature; each with how sure it is.

mod bare;
mod card;
mod form;
mod labels;
mod services;
mod signature;

use rules::{Address, Detail, DetailName, DetailSource, Form};

pub(super) use bare::is_all_of as is_all_of_form;
pub(super) use form::read as form_in;
pub(super) use services::is_sender as is_form_service;

use super::split::{Split, addresses_in};
use labels::{Meaning, meaning};

/// How many details are kept.
const MAX_DETAILS: usize = 100;
/// How long one is, in characters; only messages are longer.
const MAX_VALUE: usize = 300;
/// How sure a number is that stands somewhere in a text.
const OF_A_TEXT: u8 = 62;
/// How many lines of a text are looked at, and how long one may be, in bytes.
const MAX_TEXT_LINES: usize = 200;
const MAX_TEXT_LINE: usize = 2_000;
/// How sure an address is whose label says nothing.
const BY_VALUE: u8 = 75;
/// How sure a form's fields are.
const OF_A_FORM: u8 = 90;

/// What is known, the surest first.
pub(super) fn sorted(mut known: Vec<Detail>) -> Vec<Detail> {
    known.truncate(MAX_DETAILS);
    known.sort_by_key(|detail| std::cmp::Reverse(detail.confidence));
    known
}

/// What the fields of a form say.
pub(super) fn of_form(form: &Form) -> Vec<Detail> {
    let mut known = Vec::new();
    for field in &form.fields {
        let Some(Meaning::Of(name)) = meaning(&field.label) else {
            continue;
        };
        let mut add = |name, value: &str| {
            let taken = known.iter().any(|known: &Detail| known.name == name);
            if let Some(detail) =
                detail(name, value, OF_A_FORM, DetailSource::Form).filter(|_| !taken)
            {
                known.push(detail);
            }
        };
        let address = addresses_in(&field.value).into_iter().next();
        match (name, address) {
            (DetailName::Email, Some(Address { email, .. })) => add(name, &email),
            (DetailName::Email, None) => {}
            // `From: Carla Bianchi <carla@bianchi.example>`
            (
                DetailName::Name,
                Some(Address {
                    email,
                    name: called,
                }),
            ) => {
                add(DetailName::Email, &email);
                add(name, &called);
            }
            _ => add(name, &field.value),
        }
    }
    if !known.iter().any(|detail| detail.name == DetailName::Email) {
        known.extend(lone_address(form));
    }
    told_apart(&mut known);
    known
}

/// The address in the one field that is an address and nothing else: `Where can we reach you?`.
fn lone_address(form: &Form) -> Option<Detail> {
    let mut addresses = form.fields.iter().filter_map(|field| {
        let address = addresses_in(&field.value).into_iter().next()?;
        (field.value.trim() == address.email).then_some(address.email)
    });
    let address = addresses.next()?;
    let lone = addresses.all(|other| other == address);
    lone.then(|| detail(DetailName::Email, &address, BY_VALUE, DetailSource::Form))?
}

/// `Nome` and `Cognome`: beside a family name the name is the given one, and the other way round.
fn told_apart(known: &mut [Detail]) {
    let has = |known: &[Detail], name| known.iter().any(|detail| detail.name == name);
    let becomes = match (
        has(known, DetailName::FirstName),
        has(known, DetailName::LastName),
    ) {
        (false, true) => DetailName::FirstName,
        (true, false) => DetailName::LastName,
        _ => return,
    };
    for detail in known
        .iter_mut()
        .filter(|detail| detail.name == DetailName::Name)
    {
        detail.name = becomes;
    }
}

/// What a signature says of whom the text is from.
pub(super) fn of_signature(split: &Split, sender: Option<&Address>) -> Vec<Detail> {
    signature::read(split, sender)
}

/// The telephone number in a text that has one only: `You can call me at 338 555 0921`.
pub(super) fn of_text(split: &Split) -> Option<Detail> {
    let lines = split.new_text.lines().take(MAX_TEXT_LINES);
    let mut numbers: Vec<signature::Number> = lines
        .filter(|line| line.len() <= MAX_TEXT_LINE)
        .flat_map(signature::numbers)
        .collect();
    numbers.dedup_by(|one, other| one.value == other.value);
    let [number] = numbers.as_slice() else {
        return None;
    };
    let name = if number.mobile {
        DetailName::Mobile
    } else {
        DetailName::Phone
    };
    detail(name, &number.value, OF_A_TEXT, DetailSource::Text)
}

pub(super) use card::read as of_cards;

/// A detail, if its value is one.
fn detail(name: DetailName, value: &str, confidence: u8, source: DetailSource) -> Option<Detail> {
    let value = if name == DetailName::Message {
        value.trim().to_owned()
    } else {
        let words = value.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(MAX_VALUE).collect()
    };
    (!value.is_empty()).then_some(Detail {
        name,
        value,
        confidence,
        source,
    })
}

#[cfg(test)]
#[path = "details_tests.rs"]
mod tests;
