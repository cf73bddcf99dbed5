//! How scanners, messages, their copies and pages of a list are chosen.

use chrono::NaiveDate;

/// Whose work is taken back, and how.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct Undoing {
    /// Of the rule of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) rule: Option<String>,
    /// Of the scan of this number
    #[arg(long, value_name = "ID")]
    pub(crate) scan: Option<i64>,
    /// Of every scan of this mailbox
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mailbox: Option<String>,
    /// This conversion or merge, by the number that it printed
    #[arg(long = "move", value_name = "ID")]
    pub(crate) moved: Option<i64>,
    /// List what was taken back, and what was converted and merged, the latest first
    #[arg(long)]
    pub(crate) history: bool,
    /// Say what would be taken back and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Don't ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which scanners.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ChosenScanners {
    /// Names of scanners
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(crate) names: Vec<String>,
    /// Every scanner
    #[arg(long)]
    pub(crate) all: bool,
}

/// Which messages.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct ChosenMessages {
    /// Only from this address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) from: Option<String>,
    /// Only with this tag
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<String>,
    /// Only those linked to a record
    #[arg(long, conflicts_with = "unlinked")]
    pub(crate) linked: bool,
    /// Only those linked to none
    #[arg(long)]
    pub(crate) unlinked: bool,
    /// Only those about which a person has to say where they belong
    #[arg(long)]
    pub(crate) tied: bool,
    /// Only those that are somebody's, or with =EMAIL this user's
    #[arg(long, value_name = "EMAIL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) assigned: Option<String>,
    /// Only those that are nobody's
    #[arg(long, conflicts_with = "assigned")]
    pub(crate) unassigned: bool,
}

/// Which copies of messages.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ChosenCopies {
    /// Only of this scanner
    #[arg(long, value_name = "NAME")]
    pub(crate) scanner: Option<String>,
    /// Only in these states; failed and held when none is named
    #[arg(long, value_enum, value_name = "STATE", value_delimiter = ',')]
    pub(crate) state: Vec<State>,
    /// Only with these words in what went wrong
    #[arg(long, value_name = "TEXT")]
    pub(crate) error: Option<String>,
    /// Only those read on this day or later (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<NaiveDate>,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum State {
    /// Tried in vain, tried again by itself
    Failed,
    /// Waits for a person
    Held,
    /// Left alone by a person
    Discarded,
    /// Decided and carried out
    Done,
    /// Decided: nothing to do
    Ignored,
    /// Removed on the server before it was read
    Gone,
}

/// What is known of the message that is looked for; all of it must fit.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Sought {
    /// Words of the subject or of the sender
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<String>,
    /// Its Message-ID, with or without <>
    #[arg(long, value_name = "ID")]
    pub(crate) message_id: Option<String>,
    /// The sender's address, or a part of the address or name
    #[arg(long, value_name = "SENDER")]
    pub(crate) from: Option<String>,
    /// A part of the subject
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// Received on this day or later (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<NaiveDate>,
    /// Received on this day or earlier (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: Option<NaiveDate>,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Page {
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) limit: u64,
    /// Only those before this number: the last one of the page before
    #[arg(long, value_name = "ID", value_parser = listed_number)]
    pub(crate) before: Option<i64>,
}

/// A number as a list shows it: leads have a letter before theirs (`L-12`).
fn listed_number(typed: &str) -> Result<i64, std::num::ParseIntError> {
    let letter = typed
        .strip_prefix("L-")
        .or_else(|| typed.strip_prefix("l-"));
    letter.unwrap_or(typed).parse()
}
