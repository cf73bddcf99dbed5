//! Who a message is really from: forms report what somebody else typed, colleagues pass on what somebody else wrote.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Address, Role};

/// The person a message is really from, where that is neither Reply-To nor From.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Address, and the name that stands beside it.
    pub address: Address,
    /// Where it was found: [`Role::Form`] or [`Role::PassedOn`].
    pub role: Role,
}

/// Why a form that a program reports has no author. Its sender is then that program, and no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorless {
    /// Nobody says that the program reports forms of ours, so anybody could have written it.
    NotBelieved,
    /// It is one of ours, and names no address of somebody else.
    NamesNobody,
}

/// Mail that a message passes on, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PassedOn {
    /// How it is in the message.
    pub how: PassedOnHow,
    /// Who wrote it.
    pub from: Option<Address>,
    /// Its receivers, To and Cc.
    pub to: Vec<Address>,
    /// Its subject.
    pub subject: String,
    /// When it was sent, where its date can be read.
    pub date: Option<DateTime<FixedOffset>>,
    /// Its Message-ID without angle brackets; known of attached mail only.
    pub message_id: Option<String>,
    /// Its text, without what it quotes.
    pub text: String,
}

/// How mail is passed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOnHow {
    /// Below a line that says so, its header copied into the text.
    #[default]
    Inline,
    /// As an attached message (`message/rfc822`).
    Attached,
}
