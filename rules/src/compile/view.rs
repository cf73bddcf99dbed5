//! What templates see of one message: a documented view of the facts, not the facts themselves.

use std::fmt;
use std::sync::Arc;

use minijinja::context;
use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use crate::facts::{Address, DetailName, Facts};
use crate::fold::fold;
use crate::person::Person;

/// How many bytes of the message's text a template sees.
const VIEW_TEXT: usize = 64 << 10;

/// Makes the view of one message that templates see.
pub(crate) fn view(facts: &Facts) -> Value {
    let message = &facts.message;
    let sender = message.sender().cloned().unwrap_or_default();
    context! {
        sender => Value::from_object(Who::of(&sender)),
        from => people(&message.from),
        reply_to => people(&message.reply_to),
        to => people(&message.to),
        cc => people(&message.cc),
        subject => message.subject.as_str(),
        text => start(&message.text),
        new_text => start(&message.new_text),
        language => message.language.as_deref().unwrap_or_default(),
        form => Value::from_object(Named::of_form(facts)),
        detail => Value::from_object(Named::of_details(facts)),
        date => message.date.map(|date| date.to_rfc3339()).unwrap_or_default(),
        header => Value::from_object(Named::of_headers(facts)),
        kind => message.kind.as_str(),
        conversation => message.conversation.as_str(),
        mailbox => facts.place.mailbox.as_str(),
        folder => facts.place.folder.as_str(),
        message_id => message.message_id.clone().unwrap_or_default(),
    }
}

fn people(addresses: &[Address]) -> Value {
    Value::from_object(People(
        addresses
            .iter()
            .map(|address| Value::from_object(Who::of(address)))
            .collect(),
    ))
}

/// One address: `sender.name`; written by itself it is the e-mail address.
#[derive(Debug)]
struct Who {
    email: String,
    name: String,
    domain: String,
    person: Person,
}

impl Who {
    fn of(address: &Address) -> Self {
        Self {
            email: address.email.clone(),
            name: address.name.clone(),
            domain: address.domain().to_owned(),
            person: Person::of(address),
        }
    }
}

impl Object for Who {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let text = match key.as_str()? {
            "email" => &self.email,
            "name" => &self.name,
            "domain" => &self.domain,
            "first_name" => &self.person.first_name,
            "last_name" => &self.person.last_name,
            _ => return None,
        };
        Some(Value::from(text.as_str()))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.email)
    }
}

/// Several addresses: `to[0].name`, empty where there is none; written by themselves, the addresses with commas.
#[derive(Debug)]
struct People(Vec<Value>);

impl Object for People {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let nobody = || Value::from_object(Who::of(&Address::default()));
        Some(self.0.get(key.as_usize()?).cloned().unwrap_or_else(nobody))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, who) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{who}")?;
        }
        Ok(())
    }
}

/// Headers, fields of a form or details, by name in any case. One that the message lacks is empty, as no message has
/// them all.
#[derive(Debug)]
struct Named {
    values: Vec<(String, String)>,
    /// Every name there may be has a value here, so that a misspelt one is an error.
    closed: bool,
}

impl Named {
    fn of_headers(facts: &Facts) -> Self {
        let headers = facts.message.headers.iter();
        Self {
            values: headers
                .map(|header| (fold(&header.name), header.value.clone()))
                .collect(),
            closed: false,
        }
    }

    fn of_form(facts: &Facts) -> Self {
        let forms = facts.message.details.form.iter();
        Self {
            values: forms
                .flat_map(|form| &form.fields)
                .map(|field| (fold(&field.label), start(&field.value).to_owned()))
                .collect(),
            closed: false,
        }
    }

    fn of_details(facts: &Facts) -> Self {
        let details = &facts.message.details;
        let sure = |name: DetailName| start(details.sure(name).unwrap_or_default());
        Self {
            values: DetailName::ALL
                .into_iter()
                .map(|name| (name.as_str().to_owned(), sure(name).to_owned()))
                .collect(),
            closed: true,
        }
    }
}

impl Object for Named {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let wanted = fold(key.as_str()?);
        match self.values.iter().find(|(name, _)| *name == wanted) {
            Some((_, value)) => Some(Value::from(value.as_str())),
            None => (!self.closed).then(|| Value::from("")),
        }
    }
}

/// As much of a text as templates see.
fn start(text: &str) -> &str {
    text.get(..text.floor_char_boundary(VIEW_TEXT))
        .unwrap_or_default()
}

/// A message that has something everywhere.
pub(super) fn sample() -> Facts {
    let anna = Address {
        email: "anna.rossi@example.it".to_owned(),
        name: "Anna Rossi".to_owned(),
    };
    let mut facts = Facts::default();
    facts.message.message_id = Some("sample@example.it".to_owned());
    facts.message.from = vec![anna.clone()];
    facts.message.reply_to = vec![anna.clone()];
    facts.message.to = vec![anna.clone()];
    facts.message.cc = vec![anna];
    "Request for an offer".clone_into(&mut facts.message.subject);
    "Good morning,\nplease send us an offer.\n".clone_into(&mut facts.message.text);
    "Please send us an offer.".clone_into(&mut facts.message.new_text);
    facts.message.language = Some("en".to_owned());
    "sales@example.com".clone_into(&mut facts.place.mailbox);
    "INBOX".clone_into(&mut facts.place.folder);
    facts
}
