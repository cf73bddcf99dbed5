//! Raw bytes to facts: what a message says, whatever state its bytes are in.
//!
//! [`read`] never fails and never panics, takes time linear in the size of the message, and holds to the limits
//! below; what could not be read becomes a note in plain words. This room knows no database, no IMAP and no
//! rules beyond their facts. The MIME tree, its parameters and HTML are read here (RFC 2045, 2046, 2231), addresses
//! and dates by mail-parser, transfer encodings and encoded words by encodify;
//! `docs/decisions/why-is-the-mime-tree-read-by-us.md` says why.

mod addresses;
mod arrival;
mod attachments;
mod authentication;
mod body;
mod boundaries;
mod charset;
mod circle;
mod conversation;
mod date;
mod details;
mod direction;
mod fields;
mod file_name;
mod flowed;
mod folded;
mod headers;
mod html_bounds;
mod html_tags;
mod html_text;
mod identity;
mod kind;
mod kind_signs;
mod language;
mod media_type;
mod notes;
mod own;
mod parameters;
mod parts;
mod passed_on;
mod person;
mod reports;
mod safe_html;
mod spam;
mod split;
mod threads;
mod tnef;
mod tracking;
mod transfer;
mod winmail;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use rules::{DetailName, MessageFacts};

pub use authentication::known_servers;
pub use identity::Identity;
pub use own::Own;
pub use safe_html::{SafeHtml, safe_html};

use fields::Fields;
use headers::Headers;
use notes::Notes;
use person::Said;

/// How much of a message is read, in bytes; the rest is kept with the raw message only.
pub const MAX_READ: usize = 16 << 20;
/// How much decoded text, and how much HTML, is kept, in bytes.
pub const MAX_TEXT: usize = 1 << 20;

/// A message, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// What rules may ask about it.
    pub facts: MessageFacts,
    /// Its HTML as it came, at most [`MAX_TEXT`] bytes; to be shown only through [`safe_html`].
    pub html: Option<String>,
    /// What makes two deliveries one message.
    pub identity: Identity,
}

/// Reads a message.
#[must_use]
pub fn read(raw: &[u8], own: &Own) -> Mail {
    read_prefix(raw, raw.len() as u64, own)
}

/// Reads a message of `total_size` bytes of which `raw` is the beginning. Of a longer message than [`MAX_READ`]
/// only that much is ever looked at, so that its identity does not depend on how much was at hand: give at
/// least that much.
#[must_use]
pub fn read_prefix(raw: &[u8], total_size: u64, own: &Own) -> Mail {
    let head = raw.get(..MAX_READ).unwrap_or(raw);
    let mut mail = or_if_it_panics(|| read_whole(head, own), || read_bare(head, own));
    mail.facts.size = total_size;
    if total_size > head.len() as u64 {
        let note = format!(
            "The message is too large to be read whole: of {total_size} bytes the first {} were read.",
            head.len()
        );
        mail.facts.notes.insert(0, note);
    }
    mail
}

/// When a message came, by the topmost Received of its header, else by its Date; `raw` may be its beginning only.
#[must_use]
pub fn came_at(raw: &[u8]) -> Option<DateTime<Utc>> {
    or_if_it_panics(|| arrival::read(raw), || None)
}

fn read_whole(raw: &[u8], own: &Own) -> Mail {
    let mut notes = Notes::default();
    let lines = fields::with_line_feeds(raw);
    let tree = parts::read(&lines, &mut notes);
    let charset = tree.charset();
    let headers = Headers::decode(&tree.fields, charset.as_deref(), &mut notes);
    let packed = winmail::unpack(&tree, &mut notes);
    let opened = winmail::open(&packed, &mut notes);
    let body = body::read(&tree, &opened, &mut notes);
    tracking::note(body.html.as_deref(), &mut notes);

    let mut facts = facts_of_headers(&headers, &mut notes);
    facts.our_recipients = direction::our_recipients(&facts, own);
    facts.attachments = attachments::list(&tree, &body, &opened, &mut notes);
    facts.text = body.text;
    let split = split::split(&facts.text);
    facts.new_text.clone_from(&split.new_text);
    facts.conversation = conversation::tell(&facts, &split, passed_on::is_attached(&tree));
    let passed = passed_on::read(&facts, &split, &tree);
    facts.passed_on = passed.iter().map(|passed| passed.facts.clone()).collect();
    let said = Said {
        split: &split,
        passed: &passed,
        tree: &tree,
        html: body.html.as_deref(),
    };
    facts.authentication = authentication::read(&facts, own);
    facts.spam = spam::read(&facts);
    person::tell(&mut facts, &said, own);
    (facts.kind, facts.kind_reason) = kind::tell(&facts, &tree, own);
    // The labels of a form are not its writer's words.
    let typed = facts.details.get(DetailName::Message, 0);
    facts.language = language::of(typed.unwrap_or(&facts.new_text));
    facts.direction = direction::tell(&facts, own);
    facts.reports = reports::read(&facts, &tree, own);
    finish(facts, body.html, tree.body, notes)
}

/// What is left to do when the reading itself broke: the headers and the bytes as they are.
fn read_bare(raw: &[u8], own: &Own) -> Mail {
    let mut notes = Notes::default();
    notes.add("The message could not be taken apart; its text is shown as it came.");
    let fields = Fields::read(raw, &mut notes);
    let headers = Headers::decode(&fields.list, None, &mut notes);
    let mut facts = or_if_it_panics(
        || facts_of_headers(&headers, &mut Notes::default()),
        || MessageFacts {
            subject: headers.first("subject").unwrap_or_default().to_owned(),
            ..MessageFacts::default()
        },
    );
    facts.our_recipients = direction::our_recipients(&facts, own);
    facts.headers = headers.list;
    let body = fields.body(raw);
    let shown = body.get(..MAX_TEXT).unwrap_or(body);
    facts.text = charset::clean(String::from_utf8_lossy(shown).into_owned());
    facts.new_text.clone_from(&facts.text);
    facts.direction = direction::tell(&facts, own);
    finish(facts, None, body, notes)
}

fn facts_of_headers(headers: &Headers, notes: &mut Notes) -> MessageFacts {
    let mut addresses = addresses::Reader::new(headers, notes);
    let mut facts = MessageFacts {
        from: addresses.read(&["From"], true),
        reply_to: addresses.read(&["Reply-To"], true),
        to: addresses.read(&["To", "Apparently-To"], true),
        cc: addresses.read(&["Cc"], true),
        bcc: addresses.read(&["Bcc"], true),
        subject: headers.first("subject").unwrap_or_default().to_owned(),
        ..MessageFacts::default()
    };
    let envelope = ["delivered-to", "x-original-to", "envelope-to"];
    for address in addresses.read(&envelope, false) {
        if !facts.bcc.iter().any(|known| known.email == address.email) {
            facts.bcc.push(address);
        }
    }
    facts.date = date::read(headers, notes);
    facts.message_id = threads::message_id(headers, notes);
    facts.in_reply_to = threads::ids(headers, "in-reply-to");
    facts.references = threads::ids(headers, "references");
    facts.headers.clone_from(&headers.list);
    facts
}

fn finish(mut facts: MessageFacts, html: Option<String>, body: &[u8], notes: Notes) -> Mail {
    facts.notes = notes.into_list();
    let identity = Identity::of(&facts, body);
    Mail {
        facts,
        html,
        identity,
    }
}

/// The crates that read mail were shown bad input by the million, and still this costs nothing: a panic in one
/// message must not be more than a note on that message.
fn or_if_it_panics<T>(read: impl FnOnce() -> T, instead: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| instead())
}

#[cfg(test)]
#[path = "message/corpus_tests.rs"]
mod corpus_tests;
#[cfg(test)]
#[path = "message/damage_tests.rs"]
mod damage_tests;
#[cfg(test)]
#[path = "message/limits_tests.rs"]
mod limits_tests;
