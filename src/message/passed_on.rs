//! Mail that a message passes on: inline, below a line that says so, or as an attached message.

use rules::{Address, MessageFacts, PassedOn, PassedOnHow};

use super::conversation::{Prefix, prefix};
use super::headers::Headers;
use super::notes::Notes;
use super::parts::{self, Part, Tree};
use super::split::{Below, Split, split};
use super::{addresses, body, date, threads};

/// How many mails that were passed on in turn are told apart.
const MAX_DEPTH: usize = 5;
/// How many attached messages are read.
const MAX_ATTACHED: usize = 5;
/// How many bytes of them all are read.
const MAX_BYTES: usize = 4 << 20;

/// One of them.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) facts: PassedOn,
    /// Its whole text and what that is made of.
    pub(super) text: String,
    pub(super) split: Split,
}

/// Whether a message is attached that a person would open.
pub(super) fn is_attached(tree: &Tree<'_>) -> bool {
    // A digest of a list passes nothing on, and a report gives back what was sent.
    let wrapped = ["multipart/report", "multipart/digest"];
    !wrapped.contains(&tree.content_type.value.as_str())
        && tree
            .parts
            .iter()
            .any(|part| part.nested == 0 && is_message(part))
}

/// What the text has below a line that says so, the outermost first.
pub(super) fn inline(below: &Below) -> Vec<Passed> {
    let mut list = Vec::new();
    let mut next = Some(below.clone());
    while let Some(below) = next.take().filter(|_| list.len() < MAX_DEPTH) {
        let inner = split(&below.text);
        let passes_on = prefix(&below.header.subject) == Prefix::Forward;
        next = inner
            .below
            .as_ref()
            .filter(|inner| inner.says_forwarded || passes_on)
            .cloned();
        list.push(Passed {
            facts: PassedOn {
                how: PassedOnHow::Inline,
                from: below.header.from,
                to: below.header.to,
                subject: below.header.subject,
                date: below.header.date,
                message_id: None,
                text: inner.new_text.clone(),
            },
            text: below.text,
            split: inner,
        });
    }
    list
}

/// What is attached, each followed by what it passes on itself.
pub(super) fn attached(tree: &Tree<'_>) -> Vec<Passed> {
    let mut list = Vec::new();
    let mut left = MAX_BYTES;
    let messages = tree
        .parts
        .iter()
        .filter(|part| part.nested == 0 && is_message(part));
    for part in messages.take(MAX_ATTACHED) {
        let raw = part
            .body
            .get(..part.body.len().min(left))
            .unwrap_or_default();
        left -= raw.len();
        let raw = part.encoding.decode(raw);
        let tree = parts::read(&raw, &mut Notes::default());
        let passed = message(&tree);
        if passed.facts.from.is_none() && passed.text.is_empty() {
            continue;
        }
        let inner = passed.split.below.as_ref();
        let inner = inner.filter(|below| {
            below.says_forwarded || prefix(&passed.facts.subject) == Prefix::Forward
        });
        let inner = inner.map(inline).unwrap_or_default();
        list.push(passed);
        list.extend(inner);
    }
    list
}

fn is_message(part: &Part<'_>) -> bool {
    matches!(
        part.content_type.value.as_str(),
        "message/rfc822" | "message/global"
    )
}

fn message(tree: &Tree<'_>) -> Passed {
    let mut notes = Notes::default();
    let headers = Headers::decode(&tree.fields, tree.charset().as_deref(), &mut notes);
    let mut addresses = addresses::Reader::new(&headers, &mut notes);
    let from: Vec<Address> = addresses.read(&["From"], false);
    let to = addresses.read(&["To", "Cc"], false);
    let text = body::text_of(tree);
    let split = split(&text);
    Passed {
        facts: PassedOn {
            how: PassedOnHow::Attached,
            from: from.into_iter().next(),
            to,
            subject: headers.first("subject").unwrap_or_default().to_owned(),
            date: headers.all("date").find_map(date::parse),
            message_id: threads::message_id(&headers, &mut Notes::default()),
            text: split.new_text.clone(),
        },
        text,
        split,
    }
}

/// Everything a message passes on, whichever way.
pub(super) fn read(facts: &MessageFacts, split: &Split, tree: &Tree<'_>) -> Vec<Passed> {
    let mut list = Vec::new();
    if facts.conversation == rules::Conversation::Forward
        && let Some(below) = &split.below
    {
        list = inline(below);
    }
    if facts.conversation != rules::Conversation::Reply && is_attached(tree) {
        list.extend(attached(tree));
    }
    list
}

#[cfg(test)]
#[path = "passed_on_tests.rs"]
mod tests;
