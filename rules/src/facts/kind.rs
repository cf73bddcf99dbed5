//! What sort of mail a message is, which way it went, and whether it begins, answers or passes on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// Whether a message begins a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conversation {
    /// It begins one.
    #[default]
    New,
    /// It answers: it names a message (In-Reply-To, References), or its subject and its quote say so.
    Reply,
    /// It passes on somebody else's mail.
    Forward,
}

impl Conversation {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reply => "reply",
            Self::Forward => "forward",
        }
    }
}
