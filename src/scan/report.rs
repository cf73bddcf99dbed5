//! What one scan did, in numbers and in one sentence.

use std::ops::AddAssign;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::ScanError;
use super::reading::End;
use crate::store::StoreError;

/// No provider shuts anybody out for longer; whoever says more has lost count.
const LONGEST_WAIT: Duration = Duration::days(7);

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
    /// Of those kept: known already by what the server calls them or by their headers, and not fetched again.
    pub recognised: u64,
    /// Changes of flags and folders that rules asked for and the server made.
    pub changed: u64,
    /// Messages kept before that are no longer on the server, or no longer in their folder.
    pub vanished: u64,
    /// Older messages that were dealt with: read, known already, or left out for their age.
    pub backlog_read: u64,
    /// About how many older messages are left to be read; nothing when this scan read none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backlog_left: Option<u64>,
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
        self.recognised += more.recognised;
        self.changed += more.changed;
        self.vanished += more.vanished;
        self.backlog_read += more.backlog_read;
        self.backlog_left = more.backlog_left.or(self.backlog_left);
    }
}

impl Counts {
    pub(super) fn announced(count: usize) -> Self {
        Self {
            announced: count as u64,
            ..Self::default()
        }
    }

    pub(super) fn too_old(count: usize) -> Self {
        Self {
            too_old: count as u64,
            ..Self::default()
        }
    }

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
        /// When it may succeed.
        #[serde(skip)]
        retry: Retry,
    },
    /// Asked to stop, or the lease was lost; the rest follows with the next scan.
    Cut {
        /// What happened.
        error: String,
    },
}

/// When a scan that failed may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// By itself, in a moment.
    Soon,
    /// The server said how long to stay away: no earlier, and no later than a moment after.
    After(Duration),
    /// The server has to be left alone for so long, and longer where that did not help before.
    NotBefore(Duration),
    /// Nothing was tried: for so long the server is left alone anyway.
    Untried(Duration),
    /// When somebody has mended something; it is looked at now and then.
    Late,
    /// Not before somebody has acted: the light is red.
    Never,
}

impl Retry {
    /// A wait that the server asked for.
    pub(super) fn after(wait: std::time::Duration) -> Self {
        Self::After(within_reason(wait))
    }

    /// A wait that the server did not say and has to be given.
    pub(super) fn not_before(wait: std::time::Duration) -> Self {
        Self::NotBefore(within_reason(wait))
    }
}

fn within_reason(wait: std::time::Duration) -> Duration {
    Duration::from_std(wait)
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT)
}

/// What a scan that comes to its end says beside its counts, a sentence each.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// What a person should know, such as a folder that is missing.
    pub warnings: Vec<String>,
    /// What the server says that can't be so, and was got around.
    pub notices: Vec<String>,
    /// Whether changes that rules asked for on the server are not made yet.
    pub changes_wait: bool,
}

/// The report of one scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the scanner.
    pub scanner: String,
    /// What it did.
    pub counts: Counts,
    /// Messages that failed or are held, and why: a sentence for each reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
    /// What the server says that can't be so, and was got around: a sentence each. Nobody need act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// How it ended.
    #[serde(flatten)]
    pub ending: Ending,
    /// Whether it left older mail so that others have a turn; the next scan goes on with it.
    #[serde(skip)]
    pub leaves_backlog: bool,
}

impl Report {
    /// The report of a scan that came to `result`.
    pub(super) fn of(
        scanner: &str,
        counts: Counts,
        result: Result<End, ScanError>,
        remarks: Remarks,
        messages: Vec<String>,
    ) -> Self {
        let Remarks {
            warnings, notices, ..
        } = remarks;
        let leaves_backlog = matches!(result, Ok(End::BacklogLeft));
        let ending = match result {
            Ok(_) => Ending::Done { warnings },
            Err(error @ (ScanError::Stopped | ScanError::Store(StoreError::LeaseLost))) => {
                Ending::Cut {
                    error: sentence(&error.to_string()),
                }
            }
            Err(error) => Ending::Failed {
                cause: error.code().to_owned(),
                error: sentence(&error.to_string()),
                retry: error.retry(),
            },
        };
        Self {
            scanner: scanner.to_owned(),
            counts,
            messages,
            notices,
            ending,
            leaves_backlog,
        }
    }

    /// Whether the scan came to its end without an error, a warning or a message that failed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        matches!(&self.ending, Ending::Done { warnings } if warnings.is_empty())
            && self.messages.is_empty()
    }
}

/// With a capital and a full stop, as it stands alone in a report.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!(
        "{}{}{stop}",
        first.into_iter().flatten().collect::<String>(),
        letters.as_str()
    )
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
