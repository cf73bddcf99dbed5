//! The records that a message may belong to, and the evidence for each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A record that a message may belong to, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which record.
    pub record: RecordRef,
    /// How a person calls it (`Anna Rossi`).
    pub name: String,
    /// Why, strongest first; never empty.
    pub evidence: Vec<Evidence>,
    /// Why a person must say whether it belongs there; such a candidate is shown and never linked by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

impl Candidate {
    /// How strong its evidence is, from 0 to 100.
    #[must_use]
    pub fn weight(&self) -> u8 {
        let weights = self.evidence.iter().map(Evidence::weight);
        weights.max().unwrap_or(0)
    }

    /// Whether nobody has to be asked.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.doubt.is_none()
    }

    /// Whether this address, as one of a sender, is an address of the record.
    pub(super) fn has_sender(&self, sender: &str) -> bool {
        self.evidence.iter().any(|evidence| {
            matches!(evidence, Evidence::Address { email, role, .. }
                if role.is_sender() && email.eq_ignore_ascii_case(sender))
        })
    }
}

/// Why a candidate is shown to a person instead of being linked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Several records of its kind have the same evidence: `info@example.it` is the address of two contacts.
    Tie,
    /// The message answers one of the record or names a person of it, but its sender has nothing to do with it.
    Stranger,
    /// The server says that the message is not from whom it claims to be from.
    WeakIdentity,
}

impl Doubt {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::Stranger => "stranger",
            Self::WeakIdentity => "weak_identity",
        }
    }
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
    /// A person said so, of this message or of one that it answers.
    Person {
        /// E-mail of the user.
        user: String,
    },
    /// It answers a message that is linked to the record.
    Thread {
        /// The Message-ID that it names.
        message_id: String,
        /// Its sender was neither sender nor receiver of mail of the record, nor is one of us.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stranger: bool,
    },
    /// Its subject has the record's number, and its sender belongs to the record.
    Number {
        /// As it stands in the subject (`T-1042`).
        number: String,
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
    /// The record was made of this very message.
    Origin,
    /// The record is the person whom the message would make a lead of.
    Same {
        /// What both have.
        what: SameDetail,
    },
    /// The domain of an address is the organization's; never one of free mail, nor a public suffix.
    Domain {
        /// Lower-cased, in Unicode.
        domain: String,
        /// Where the message has it.
        role: Role,
    },
}

impl Evidence {
    /// How strong it is, from 0 to 100: what a person said, answers, numbers, addresses, domains.
    #[must_use]
    pub fn weight(&self) -> u8 {
        match self {
            Self::Person { .. } | Self::Origin => 100,
            Self::Thread {
                stranger: false, ..
            } => 95,
            Self::Number { .. } => 90,
            Self::Address { role, .. } => role.weight(),
            Self::Same { .. } => 65,
            Self::Domain { role, .. } => role.weight() / 2,
            Self::Thread { stranger: true, .. } => 20,
        }
    }
}

/// By what two persons are taken for one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SameDetail {
    /// The telephone number, however it is written.
    Phone,
    /// The whole name and the company.
    NameAndCompany,
}

impl SameDetail {
    /// In words (`telephone number`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "telephone number",
            Self::NameAndCompany => "name and company",
        }
    }
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
    /// Who filled in the form that the message reports.
    Form,
    /// Who wrote the mail that the message passes on.
    PassedOn,
    /// Whom a form names in mail of which nobody says that it is one of ours.
    Named,
    /// Whom a delivery report is about.
    Reported,
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc or an envelope header.
    Bcc,
}

impl Role {
    /// Whether the address is that of whom the message is from.
    #[must_use]
    pub fn is_sender(self) -> bool {
        matches!(
            self,
            Self::From | Self::ReplyTo | Self::Form | Self::PassedOn
        )
    }

    fn weight(self) -> u8 {
        match self {
            Self::Form | Self::PassedOn | Self::From | Self::ReplyTo => 80,
            Self::Reported => 75,
            Self::To => 70,
            Self::Cc => 60,
            Self::Bcc => 50,
            Self::Named => 30,
        }
    }
}
