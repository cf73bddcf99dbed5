//! Fills in the fields of a lead: the rule's templates, defaults for the rest, every field to its length.

use crate::compile::action::LeadPlan;
use crate::compile::template::shorten;
use crate::decision::LeadFields;
use crate::facts::Facts;
use crate::person::Person;

/// How many characters of the text describe a lead unless the rule says otherwise; the message itself is linked.
const DESCRIPTION: usize = 4_000;

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
    Ok(fields)
}

/// Whether a template gave one address, and neither nothing nor a sentence.
fn is_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>\"()…".contains(c))
    };
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| plain(local) && plain(domain))
}

fn defaults(facts: &Facts) -> LeadFields {
    let message = &facts.message;
    let sender = message.sender().cloned().unwrap_or_default();
    let person = Person::of(&sender);
    LeadFields {
        first_name: fit("first_name", &person.first_name, 100),
        last_name: fit("last_name", &person.last_name, 100),
        email: sender.email,
        title: fit("title", &message.subject, 250),
        description: fit("description", &message.text, DESCRIPTION),
        source: "mail".to_owned(),
        ..LeadFields::default()
    }
}

/// The field of this name and how many characters it may have.
fn field<'l>(lead: &'l mut LeadFields, name: &str) -> Option<(&'l mut String, usize)> {
    Some(match name {
        "first_name" => (&mut lead.first_name, 100),
        "last_name" => (&mut lead.last_name, 100),
        "company" => (&mut lead.company, 200),
        "email" => (&mut lead.email, 254),
        "phone" => (&mut lead.phone, 50),
        "title" => (&mut lead.title, 250),
        "description" => (&mut lead.description, 20_000),
        "source" => (&mut lead.source, 100),
        "campaign" => (&mut lead.campaign, 100),
        "owner" => (&mut lead.owner, 254),
        _ => return None,
    })
}

/// One line, but for the description, without control characters, to its length.
fn fit(name: &str, value: &str, most: usize) -> String {
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
