//! What rules may ask about a message.

mod authentication;
mod author;
mod candidate;
mod details;
mod kind;
mod message;
mod report;
mod standing;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use authentication::{Authentication, Identified, Spam, Verdict};
pub use author::{Author, Authorless, PassedOn, PassedOnHow};
pub use candidate::{Candidate, Doubt, Evidence, RecordKind, RecordRef, Role, SameDetail};
pub use details::{Detail, DetailName, DetailSource, Details, Form, FormField};
pub use kind::{Conversation, Direction, Kind, KindReason};
pub use message::{Address, Attachment, Header, MessageFacts};
pub use report::{DeliveryOutcome, DeliveryReport};
pub use standing::Standing;

/// Everything known about one delivery of a message at the moment it is decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What the message itself says.
    pub message: MessageFacts,
    /// Where it was found.
    pub place: Place,
    /// What we know of whom it is from.
    pub sender: Standing,
    /// The records it may belong to, strongest evidence first.
    pub candidates: Vec<Candidate>,
}

impl Facts {
    /// The records that have the address of whom it is from, strongest first: that of the author whom a form or passed-on
    /// mail tells, else of Reply-To, else of From. Not that of the program, colleague or service that sent it.
    pub fn sender_records(&self) -> impl Iterator<Item = &Candidate> {
        let sender = self.message.sender();
        let email = sender.map_or("", |sender| sender.email.as_str());
        let candidates = self.candidates.iter();
        candidates.filter(move |candidate| candidate.has_sender(email))
    }

    /// The records that have the address in From of mail whose Reply-To is somebody else's and that tells no author.
    pub fn lender_records(&self) -> impl Iterator<Item = &Candidate> {
        let from = self.message.from.first().map(|from| from.email.as_str());
        let from = from.filter(|from| {
            let reply = self.message.reply_to.first();
            self.message.author.is_none() && reply.is_some_and(|reply| reply.email != *from)
        });
        let candidates = self.candidates.iter();
        candidates.filter(move |candidate| from.is_some_and(|email| candidate.has_sender(email)))
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

/// Where a delivery was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// A person has looked and wants it dealt with: no rule holds it any more.
    #[serde(default)]
    pub released: bool,
    /// Name of the scanner.
    pub scanner: String,
    /// Address of the mailbox.
    pub mailbox: String,
    /// Name of the folder, decoded; empty for imported files.
    pub folder: String,
    /// When it came into the folder, else when it was read.
    pub arrived: Option<DateTime<Utc>>,
}
