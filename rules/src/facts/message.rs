//! What a message itself says.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    Authentication, Author, Authorless, Conversation, DeliveryReport, Details, Direction, Kind,
    KindReason, PassedOn, Spam,
};

/// What the bytes of a message say, decoded. Absent text is empty, never an error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageFacts {
    /// Message-ID without angle brackets (RFC 5322 §3.6.4).
    pub message_id: Option<String>,
    /// In-Reply-To ids without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References ids without angle brackets, oldest first.
    pub references: Vec<String>,
    /// From addresses.
    pub from: Vec<Address>,
    /// Reply-To addresses.
    pub reply_to: Vec<Address>,
    /// To addresses, groups flattened.
    pub to: Vec<Address>,
    /// Cc addresses, groups flattened.
    pub cc: Vec<Address>,
    /// Bcc addresses, and those of Delivered-To, X-Original-To and Envelope-To.
    pub bcc: Vec<Address>,
    /// Those of To, Cc and Bcc that are ours or at a domain of ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub our_recipients: Vec<Address>,
    /// Decoded subject.
    pub subject: String,
    /// The Date header, with the sender's offset.
    pub date: Option<DateTime<FixedOffset>>,
    /// Every top-level header in its order, decoded and unfolded.
    pub headers: Vec<Header>,
    /// The text a person reads: `text/plain`, else the HTML as text.
    pub text: String,
    /// Of the text what was written for this message: without quoted mail, signature, disclaimer and mail passed on.
    /// The whole text where nothing of it is told apart.
    pub new_text: String,
    /// The language of the new text (ISO 639-1, `it`), where it is told with confidence.
    pub language: Option<String>,
    /// Attached files, inline pictures included.
    pub attachments: Vec<Attachment>,
    /// Size of the raw message in bytes.
    pub size: u64,
    /// What sort of mail this is.
    pub kind: Kind,
    /// Which sign told the kind.
    pub kind_reason: KindReason,
    /// Which way it went, seen from the mailbox.
    pub direction: Direction,
    /// Whether it begins a conversation, answers, or passes on.
    pub conversation: Conversation,
    /// The person it is really from, where that is neither Reply-To nor From.
    pub author: Option<Author>,
    /// Whom a form names in mail of which nobody says that it is one of ours: anybody can write one, so it is no author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Address>,
    /// Why a form that a program reports has no author, where it has none: the sender is no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorless: Option<Authorless>,
    /// Mail that it passes on, the outermost first.
    pub passed_on: Vec<PassedOn>,
    /// What its forms, signature and cards say of a person.
    pub details: Details,
    /// What delivery reports in it say (RFC 3464), and bounces in prose.
    pub reports: Vec<DeliveryReport>,
    /// Which checks of its origin a trusted server made, and how they came out.
    pub authentication: Authentication,
    /// What a spam filter before us said.
    pub spam: Spam,
    /// What could not be read, in plain words, for a person.
    pub notes: Vec<String>,
}

impl MessageFacts {
    /// The person it is really from: who filled in the form or wrote the mail that was passed on, else the first
    /// Reply-To, else the first From.
    #[must_use]
    pub fn sender(&self) -> Option<&Address> {
        let written = self.author.as_ref().map(|author| &author.address);
        written
            .or_else(|| self.reply_to.first())
            .or_else(|| self.from.first())
    }

    /// The ids of the messages this one answers, nearest first, without repeats.
    #[must_use]
    pub fn parents(&self) -> Vec<&str> {
        let mut parents: Vec<&str> = Vec::new();
        for id in self.in_reply_to.iter().chain(self.references.iter().rev()) {
            if !parents.contains(&id.as_str()) {
                parents.push(id);
            }
        }
        parents
    }

    /// The first value of a header, its name compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }
}

/// One mail address and the name shown beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// `local@domain`, lower-cased, the domain in Unicode (IDN decoded).
    pub email: String,
    /// Decoded display name; empty when there is none.
    pub name: String,
}

impl Address {
    /// What follows the last `@`, or nothing.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Field name as written.
    pub name: String,
    /// Decoded, unfolded value.
    pub value: String,
}

/// One attached file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// File name, decoded, without any path.
    pub name: String,
    /// Media type in lower case, told from the bytes where the header lies (`image/png`).
    pub media_type: String,
    /// Decoded size in bytes.
    pub size: u64,
    /// Shown inside the text (`Content-Disposition: inline` or named by a `cid:`).
    pub inline: bool,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
}

impl Attachment {
    /// Whether a person would see it as a part of the text: a logo in a signature is no file to them.
    #[must_use]
    pub fn is_in_text(&self) -> bool {
        self.inline && self.media_type.starts_with("image/")
    }
}
