//! What a rule may say of the message itself, for those who work on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// It is our turn.
    Open,
    /// It waits for somebody else.
    Pending,
    /// Nothing is left to do.
    Done,
}

impl MessageStatus {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Done => "done",
        }
    }
}
