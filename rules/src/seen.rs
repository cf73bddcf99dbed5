//! One message as rules look at it: values of facts, gathered and folded at most once a message, only when asked.

use std::cell::OnceCell;

use unicode_normalization::UnicodeNormalization as _;

use crate::facts::{Address, Attachment, Facts};
use crate::fold::fold;
use crate::rule::fact::{Fact, Party};

/// How much of one value text operators look at.
pub(crate) const TEXT_CAP: usize = 1 << 20;
/// How much of one value regular expressions look at.
pub(crate) const REGEX_CAP: usize = 256 << 10;

/// The values of text facts of one message; a slot belongs to one fact for the whole rule set.
pub(crate) struct Seen<'f> {
    pub(crate) facts: &'f Facts,
    slots: Vec<OnceCell<Field<'f>>>,
}

impl<'f> Seen<'f> {
    pub(crate) fn new(facts: &'f Facts, slots: usize) -> Self {
        Self {
            facts,
            slots: std::iter::repeat_with(OnceCell::new).take(slots).collect(),
        }
    }

    /// The values of the fact that the slot belongs to.
    pub(crate) fn field(&self, slot: usize, fact: &Fact) -> Option<&Field<'f>> {
        let cell = self.slots.get(slot)?;
        Some(cell.get_or_init(|| Field::gather(self.facts, fact)))
    }
}

/// All values that a message has for one fact.
pub(crate) struct Field<'f> {
    pub(crate) values: Vec<Value<'f>>,
    pub(crate) exists: bool,
}

impl<'f> Field<'f> {
    fn gather(facts: &'f Facts, fact: &Fact) -> Self {
        let values: Vec<Value<'f>> = raw_values(facts, fact).map(Value::new).collect();
        let exists = match fact {
            // A file without a name is there all the same.
            Fact::Attachment => !values.is_empty(),
            _ => values.iter().any(|value| !value.raw.trim().is_empty()),
        };
        Self { values, exists }
    }
}

fn raw_values<'f>(facts: &'f Facts, fact: &Fact) -> Box<dyn Iterator<Item = &'f str> + 'f> {
    let message = &facts.message;
    match fact {
        Fact::Address(party) => Box::new(addresses(facts, *party).map(|who| who.email.as_str())),
        Fact::Name(party) => Box::new(addresses(facts, *party).map(|who| who.name.as_str())),
        Fact::Subject => Box::new(std::iter::once(message.subject.as_str())),
        Fact::Text => Box::new(std::iter::once(message.text.as_str())),
        Fact::Header(name) => {
            let name = name.clone();
            Box::new(
                message
                    .headers
                    .iter()
                    .filter(move |header| header.name.eq_ignore_ascii_case(&name))
                    .map(|header| header.value.as_str()),
            )
        }
        Fact::Folder => Box::new(std::iter::once(facts.place.folder.as_str())),
        Fact::Mailbox => Box::new(std::iter::once(facts.place.mailbox.as_str())),
        Fact::Attachment => Box::new(attachments(facts).map(|file| file.name.as_str())),
        Fact::AttachmentType => Box::new(attachments(facts).map(|file| file.media_type.as_str())),
        Fact::AttachmentSize
        | Fact::Attachments
        | Fact::Size
        | Fact::Kind
        | Fact::Direction
        | Fact::Sender
        | Fact::Reply => Box::new(std::iter::empty()),
    }
}

fn addresses(facts: &Facts, party: Party) -> Box<dyn Iterator<Item = &Address> + '_> {
    let message = &facts.message;
    match party {
        Party::From => Box::new(message.from.iter()),
        Party::ReplyTo => Box::new(message.reply_to.iter()),
        Party::Sender => Box::new(message.sender().into_iter()),
        Party::To => Box::new(message.to.iter()),
        Party::Cc => Box::new(message.cc.iter()),
        Party::Bcc => Box::new(message.bcc.iter()),
        Party::Recipient => Box::new(message.to.iter().chain(&message.cc).chain(&message.bcc)),
    }
}

/// What a person would call attachments: a logo in a signature is none.
pub(crate) fn attachments(facts: &Facts) -> impl Iterator<Item = &Attachment> {
    facts
        .message
        .attachments
        .iter()
        .filter(|file| !file.is_in_text())
}

/// One value of a text fact in the forms that operators need.
pub(crate) struct Value<'f> {
    pub(crate) raw: &'f str,
    folded: OnceCell<String>,
    composed: OnceCell<String>,
}

impl<'f> Value<'f> {
    pub(crate) fn new(raw: &'f str) -> Self {
        Self {
            raw,
            folded: OnceCell::new(),
            composed: OnceCell::new(),
        }
    }

    /// For text operators: as it stands, or folded.
    pub(crate) fn text(&self, exact: bool) -> &str {
        let start = start(self.raw, TEXT_CAP);
        if exact {
            return start;
        }
        self.folded.get_or_init(|| fold(start))
    }

    /// For regular expressions: as it stands, or in NFKC. Case is the expression's own business.
    pub(crate) fn regex_text(&self, exact: bool) -> &str {
        let start = start(self.raw, REGEX_CAP);
        if exact || start.is_ascii() {
            return start;
        }
        self.composed.get_or_init(|| start.nfkc().collect())
    }
}

fn start(text: &str, cap: usize) -> &str {
    text.get(..text.floor_char_boundary(cap)).unwrap_or(text)
}
