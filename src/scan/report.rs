//! What one scan did, in numbers and in one sentence.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What one scan did. Stored with the scan and shown by `mailroom scan --json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// New messages that the server announced.
    pub announced: u64,
    /// Messages left out for being older than the start date.
    pub too_old: u64,
    /// Deliveries kept in the ledger.
    pub kept: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Messages not seen before.
    pub new_messages: u64,
    /// Copies of messages that were already decided.
    pub copies: u64,
    /// Leads made.
    pub leads: u64,
    /// Messages linked to at least one record.
    pub linked: u64,
    /// Messages that a rule ignored.
    pub ignored: u64,
    /// Messages for which no rule had anything to do.
    pub untouched: u64,
    /// Messages that failed and will be tried again.
    pub failed: u64,
    /// Messages that wait for a person.
    pub held: u64,
    /// Messages that were removed on the server before they were read.
    pub gone: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.announced += more.announced;
        self.too_old += more.too_old;
        self.kept += more.kept;
        self.bytes += more.bytes;
        self.new_messages += more.new_messages;
        self.copies += more.copies;
        self.leads += more.leads;
        self.linked += more.linked;
        self.ignored += more.ignored;
        self.untouched += more.untouched;
        self.failed += more.failed;
        self.held += more.held;
        self.gone += more.gone;
    }
}

impl Counts {
    /// Messages dealt with to the end.
    #[must_use]
    pub fn decided(&self) -> u64 {
        self.copies + self.linked + self.ignored + self.untouched
    }
}

/// How a scan ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Ending {
    /// To its end.
    Done {
        /// What a person should know all the same, such as a folder that is missing.
        warnings: Vec<String>,
    },
    /// By an error; what was kept stays kept.
    Failed {
        /// Code of the cause.
        cause: String,
        /// What happened and what to do.
        error: String,
    },
    /// Asked to stop, or the lease was lost; the rest follows with the next scan.
    Cut {
        /// What happened.
        error: String,
    },
}

/// The report of one scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the scanner.
    pub scanner: String,
    /// What it did.
    pub counts: Counts,
    /// How it ended.
    #[serde(flatten)]
    pub ending: Ending,
}

impl Report {
    /// Whether the scan came to its end without an error or a warning.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        matches!(&self.ending, Ending::Done { warnings } if warnings.is_empty())
    }
}
