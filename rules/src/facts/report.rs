//! What delivery reports say (RFC 3464), and what bounces say in prose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of mail to one receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The receiver it is about, lower-cased, the domain in Unicode.
    pub email: String,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// The enhanced status code (RFC 3463, `5.1.1`); empty where none is given.
    pub status: String,
    /// The server's words, one line; empty where there are none.
    pub diagnosis: String,
    /// Message-ID of the mail it is about, without angle brackets.
    pub message_id: Option<String>,
}

/// What became of mail to one receiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// It failed for good (status 5.x.x): the address does not exist or refuses.
    #[default]
    Hard,
    /// It failed for now (status 4.x.x, a full mailbox): the address may work again.
    Soft,
    /// It is late and still being tried.
    Delayed,
    /// It arrived.
    Delivered,
}

impl DeliveryOutcome {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
        }
    }
}
