//! Whether a message is from whom it says: the checks of a trusted server (RFC 8601), and what a spam filter said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which checks a trusted server made. Without one every verdict is [`Verdict::Unknown`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The server that made them (authserv-id).
    pub server: Option<String>,
    /// SPF (RFC 7208).
    pub spf: Verdict,
    /// DKIM of the From domain, or the best of all signatures (RFC 6376).
    pub dkim: Verdict,
    /// DMARC (RFC 7489).
    pub dmarc: Verdict,
}

impl Authentication {
    /// How sure it is that the message is from its From address.
    #[must_use]
    pub fn identity(&self) -> Identified {
        match (self.dmarc, self.dkim, self.spf) {
            (Verdict::Fail, ..) => Identified::Weak,
            (Verdict::Pass, ..) | (_, Verdict::Pass, _) => Identified::Strong,
            (_, Verdict::Fail, Verdict::Pass) => Identified::Unknown,
            (_, Verdict::Fail, _) | (_, _, Verdict::Fail) => Identified::Weak,
            (_, _, Verdict::Pass) => Identified::Strong,
            _ => Identified::Unknown,
        }
    }
}

/// How one check came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No trusted server told.
    #[default]
    Unknown,
    /// It held.
    Pass,
    /// It did not hold.
    Fail,
    /// Nothing to check, or the domain says nothing (`none`, `neutral`, `policy`, SPF's `softfail`).
    Neutral,
    /// It could not be made (`temperror`, `permerror`).
    Error,
}

impl Verdict {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Neutral => "neutral",
            Self::Error => "error",
        }
    }
}

/// How sure it is that a message is from its From address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identified {
    /// Nothing is known either way.
    #[default]
    Unknown,
    /// A trusted server vouches for it.
    Strong,
    /// A trusted server says that it is not.
    Weak,
}

impl Identified {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }
}

/// What a spam filter before us said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spam {
    /// Whether it takes the message for spam; `None` where no filter told.
    pub is_spam: Option<bool>,
    /// Its score in hundredths (`X-Spam-Score: 7.3` is 730), where it gives one.
    pub score: Option<i32>,
    /// The header that told.
    pub header: String,
}
