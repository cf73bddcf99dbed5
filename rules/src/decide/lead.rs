//! Fills in the fields of a lead: the rule's templates, defaults for the rest, every field to its length.

use crate::compile::action::LeadPlan;
use crate::compile::template::shorten;
use crate::decision::LeadFields;
use crate::facts::{Address, DetailName, DetailSource, Facts, MessageFacts};
use crate::person::Person;
use crate::subject::without_reply_marks;

use super::owner;

/// How many characters of the text describe a lead unless the rule says otherwise; the message itself is linked.
const DESCRIPTION: usize = 4_000;
/// The most characters of a title, of a longer text and of an address.
pub(super) const TITLE: usize = 250;
pub(super) const LONG: usize = 20_000;
pub(super) const ADDRESS: usize = 254;

/// The fields of the lead; the error names the field and the failure.
pub(super) fn fill(
    facts: &Facts,
    plan: &LeadPlan,
    template: impl Fn(&str) -> Result<String, String>,
) -> Result<LeadFields, (&'static str, String)> {
    let mut fields = defaults(facts);
    let (first_name, last_name) = (fields.first_name.clone(), fields.last_name.clone());
    let email = fields.email.clone();
    for (name, source) in &plan.templates {
        let value = template(source).map_err(|cause| (*name, cause))?;
        if let Some((field, most)) = field(&mut fields, name) {
            *field = fit(name, &value, most);
        }
    }
    // A record needs something to be called by.
    if fields.last_name.is_empty() && fields.first_name.is_empty() {
        (fields.first_name, fields.last_name) = (first_name, last_name);
    }
    // By its address the next mail of this person is known: without one each would make a lead again.
    fields.email = if is_address(&fields.email) {
        fields.email.to_lowercase()
    } else {
        email
    };
    fields.owner_choice = owner::choice(facts, plan.owner.as_ref(), &mut fields.owner);
    Ok(fields)
}

/// Whether a template gave one address, and neither nothing nor a sentence.
pub(super) fn is_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>\"()…".contains(c))
    };
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| plain(local) && plain(domain))
}

pub(super) fn defaults(facts: &Facts) -> LeadFields {
    let message = &facts.message;
    let known = |name| message.details.sure(name).unwrap_or_default();
    let (title, description) = what_it_is_about(message);
    let or = |first: &'static [DetailName], otherwise| {
        let found = first.iter().find_map(|name| message.details.sure(*name));
        found.unwrap_or(otherwise)
    };
    let person = person(message);
    LeadFields {
        first_name: fit("first_name", &person.first_name, 100),
        last_name: fit("last_name", &person.last_name, 100),
        company: fit("company", known(DetailName::Company), 200),
        phone: fit(
            "phone",
            or(&[DetailName::Phone, DetailName::Mobile], ""),
            50,
        ),
        email: message.sender().cloned().unwrap_or_default().email,
        title,
        description,
        source: "mail".to_owned(),
        ..LeadFields::default()
    }
}

/// A title and a longer text for whatever is made of a message: the form's, else its subject and its new text.
pub(super) fn what_it_is_about(message: &MessageFacts) -> (String, String) {
    let text = if message.new_text.trim().is_empty() {
        &message.text
    } else {
        &message.new_text
    };
    let sure = |name, otherwise| message.details.sure(name).unwrap_or(otherwise);
    let subject = sure(DetailName::Subject, without_reply_marks(&message.subject));
    (
        fit("title", subject, TITLE),
        fit("description", sure(DetailName::Message, text), DESCRIPTION),
    )
}

/// What a form or a card says, else the name shown beside the address, else the signature, else the address.
fn person(message: &MessageFacts) -> Person {
    let sender = message.sender().cloned().unwrap_or_default();
    let shown = !sender.name.trim().is_empty() && !sender.name.contains('@');
    let is_told = |name: DetailName| {
        message.details.known.iter().any(|detail| {
            detail.name == name
                && (!shown || matches!(detail.source, DetailSource::Form | DetailSource::Card))
        })
    };
    let known = |name| message.details.sure(name).filter(|_| is_told(name));
    let first_name = known(DetailName::FirstName);
    match (
        first_name,
        known(DetailName::LastName),
        known(DetailName::Name),
    ) {
        (_, Some(last_name), _) => Person {
            first_name: first_name.unwrap_or_default().to_owned(),
            last_name: last_name.to_owned(),
        },
        (_, None, Some(name)) => Person::of(&Address {
            name: name.to_owned(),
            email: sender.email,
        }),
        (Some(first_name), None, None) if !shown => Person {
            first_name: String::new(),
            last_name: first_name.to_owned(),
        },
        _ => Person::of(&sender),
    }
}

/// The field of this name and how many characters it may have.
fn field<'l>(lead: &'l mut LeadFields, name: &str) -> Option<(&'l mut String, usize)> {
    Some(match name {
        "first_name" => (&mut lead.first_name, 100),
        "last_name" => (&mut lead.last_name, 100),
        "company" => (&mut lead.company, 200),
        "email" => (&mut lead.email, ADDRESS),
        "phone" => (&mut lead.phone, 50),
        "title" => (&mut lead.title, TITLE),
        "description" => (&mut lead.description, LONG),
        "source" => (&mut lead.source, 100),
        "campaign" => (&mut lead.campaign, 100),
        "owner" => (&mut lead.owner, ADDRESS),
        _ => return None,
    })
}

/// One line, but for the description, without control characters, to its length.
pub(super) fn fit(name: &str, value: &str, most: usize) -> String {
    if name == "description" {
        let text: String = value
            .chars()
            .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
            .take(most + 1)
            .collect();
        return shorten(text.trim(), most);
    }
    let line: String = value
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&line, most)
}

#[cfg(test)]
#[path = "lead_tests.rs"]
mod tests;
