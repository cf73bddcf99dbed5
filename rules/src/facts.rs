//! What rules may ask about a message.

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything known about one delivery of a message at the moment it is decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What the message itself says.
    pub message: MessageFacts,
    /// Where it was found.
    pub place: Place,
    /// The records it may belong to, strongest evidence first.
    pub candidates: Vec<Candidate>,
}

impl Facts {
    /// The records that have the sender's address (From or Reply-To), strongest first.
    pub fn sender_records(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| {
            candidate.evidence.iter().any(|evidence| match evidence {
                Evidence::Address { role, .. } => matches!(role, Role::From | Role::ReplyTo),
                Evidence::Thread { .. } => false,
            })
        })
    }

    /// Whether the message answers one that is already linked to a record.
    #[must_use]
    pub fn answers_linked_message(&self) -> bool {
        self.answered_records().next().is_some()
    }

    /// The records that the message it answers is linked to, strongest first.
    pub fn answered_records(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| {
            candidate
                .evidence
                .iter()
                .any(|evidence| matches!(evidence, Evidence::Thread { .. }))
        })
    }
}

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
    /// Decoded subject.
    pub subject: String,
    /// The Date header, with the sender's offset.
    pub date: Option<DateTime<FixedOffset>>,
    /// Every top-level header in its order, decoded and unfolded.
    pub headers: Vec<Header>,
    /// The text a person reads: `text/plain`, else the HTML as text.
    pub text: String,
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
    /// What could not be read, in plain words, for a person.
    pub notes: Vec<String>,
}

impl MessageFacts {
    /// The person a reply would go to: the first Reply-To, else the first From.
    #[must_use]
    pub fn sender(&self) -> Option<&Address> {
        self.reply_to.first().or_else(|| self.from.first())
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

/// What sort of mail a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Written by a person to somebody.
    #[default]
    Personal,
    /// Newsletters, lists, notifications to many.
    Bulk,
    /// Out-of-office and other automatic answers.
    AutoReply,
    /// A delivery report (RFC 3464).
    Bounce,
    /// An invitation or an answer to one (RFC 5546).
    Calendar,
    /// Sent by a machine to one receiver: monitors, receipts, notifications.
    System,
}

impl Kind {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Bulk => "bulk",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::Calendar => "calendar",
            Self::System => "system",
        }
    }
}

/// The sign that told the kind, in words for a person (`List-Unsubscribe is present`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KindReason(pub String);

/// Which way a message went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From outside to us.
    #[default]
    Received,
    /// From one of our addresses to outside.
    Sent,
    /// From one of our addresses to another.
    Internal,
}

impl Direction {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
            Self::Internal => "internal",
        }
    }
}

/// Where a delivery was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Name of the scanner.
    pub scanner: String,
    /// Address of the mailbox.
    pub mailbox: String,
    /// Name of the folder, decoded; empty for imported files.
    pub folder: String,
}

/// A record that a message may belong to, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which record.
    pub record: RecordRef,
    /// How a person calls it (`Anna Rossi`).
    pub name: String,
    /// Why, strongest first; never empty.
    pub evidence: Vec<Evidence>,
}

/// Names one record.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct RecordRef {
    /// Which sort of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: i64,
}

/// The sorts of records.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A person we know.
    Contact,
    /// A company or other body.
    Organization,
    /// Somebody who may become a customer.
    Lead,
    /// A question being worked on.
    Ticket,
}

impl RecordKind {
    /// Every sort.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Organization, Self::Lead, Self::Ticket];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Organization => "organization",
            Self::Lead => "lead",
            Self::Ticket => "ticket",
        }
    }
}

/// Why a message may belong to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// It answers a message that is linked to the record.
    Thread {
        /// The Message-ID that it names.
        message_id: String,
    },
    /// An address of the message is an address of the record.
    Address {
        /// The address, lower-cased.
        email: String,
        /// Where the message has it.
        role: Role,
        /// Which search field of the record has it (`email`, `other_emails`).
        field: String,
    },
}

/// The place an address has in a message.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// From.
    From,
    /// Reply-To.
    ReplyTo,
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc or an envelope header.
    Bcc,
}
