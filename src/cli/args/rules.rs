//! What can be typed after `mailroom rules`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Run the cases of the rules in a file, or of those that are stored
    Test {
        /// A set-up file, or one with rules, lists and exceptions alone
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Decide stored messages again and say what would come out otherwise; nothing is written
    Replay(Replay),
    /// List the versions of the rules, the newest first
    Versions {
        /// How many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        limit: u64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a version as a file that can be applied
    Show {
        /// Its number, as `mailroom rules versions` shows it
        number: i64,
    },
    /// Say what differs between two versions
    Diff {
        /// The number of the one
        before: i64,
        /// The number of the other; without it the latest
        after: Option<i64>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Return to a version: rules, lists and exceptions become what they were, as a new version
    Rollback {
        /// Its number, as `mailroom rules versions` shows it
        number: i64,
        /// Why, for whoever looks at the versions later
        #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
        note: Option<String>,
        /// Say what would change and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Print what changes as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a case of a stored message, to be put beside a rule
    Case {
        /// The message's number, as `mailroom messages` shows it
        message: i64,
        /// The rule; without it the first that matched the message
        #[arg(long, value_name = "NAME")]
        rule: Option<String>,
        /// As this scanner decided it, where several did
        #[arg(long, value_name = "NAME")]
        scanner: Option<String>,
    },
    /// Print the rules of Vtiger's Mail Converter as rules of a set-up file; nothing is stored
    ImportVtiger {
        /// The answer to the query that the manual has, of `mysql --batch` or as CSV
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Which messages are replayed, with what, and against what.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Replay {
    /// The draft: a set-up file, or one with rules, lists and exceptions alone; what it does not name stays as it is
    #[arg(short, long, value_name = "FILE", conflicts_with = "version")]
    pub(crate) file: Option<PathBuf>,
    /// A version of the rules as the draft
    #[arg(long, value_name = "NUMBER")]
    pub(crate) version: Option<i64>,
    /// As if the file were applied with --prune
    #[arg(long, requires = "file")]
    pub(crate) prune: bool,
    /// What the draft is compared with; without a draft always what was decided
    #[arg(long, value_enum, default_value_t = Other::Rules)]
    pub(crate) against: Other,
    /// The last so many decisions
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) last: u64,
    /// Only of messages received on this day or later (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<NaiveDate>,
    /// Only of these scanners
    #[arg(long = "scanner", value_name = "NAME")]
    pub(crate) scanners: Vec<String>,
    /// Only of the scanners of this mailbox
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mailbox: Option<String>,
    /// How many examples of each sort of difference
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=1_000))]
    pub(crate) show: u16,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a draft is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Other {
    /// What the stored rules would say of the same message now
    Rules,
    /// What was decided when the message came
    Decisions,
}
