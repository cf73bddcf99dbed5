//! What is to be sent because of a message.

use serde::{Deserialize, Serialize};

/// An answer to the sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// To whom.
    pub to: String,
    /// The address of ours that it is from.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The Message-ID that it answers, without angle brackets (RFC 5322 §3.6.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The Message-IDs before it and that one, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// For how many minutes an address that was answered gets no second one.
    pub once_in: u32,
    /// How many the rule sends a day.
    pub at_most: u32,
}

/// The message for somebody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassOn {
    /// To whom.
    pub to: Vec<String>,
    /// The address of ours that it was found in.
    pub from: String,
}

/// Word of the message for our people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// E-mails of users, `owner`, `assignee`.
    pub to: Vec<String>,
    /// E-mails of those who were told; nobody as long as it was not carried out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// What they are told beside subject, sender and rule; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}
