//! What can be typed after `mailroom`.

mod choosing;
mod numbers;
mod patient;
mod records;
mod rules;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Parser, Subcommand};
use entities::record_kind::RecordKind;
use entities::tickets::TicketStatus;
use url::Url;

pub(super) use choosing::{
    ChosenCopies, ChosenMessages, ChosenScanners, Page, Sought, State, Undoing,
};
pub(super) use patient::{Encryption, Patient, SignIn, Spoken};
pub(super) use records::{
    ContactsCommand, LeadsCommand, MessageCommand, TicketsCommand, UsersCommand,
};
pub(super) use rules::{Other, Replay, RulesCommand};

use self::numbers::{Merging, number_to_merge};
use self::records::{kind_to_merge, status_of_a_ticket};
use super::relink::RecordArgument;
use crate::config::ConfigArgs;

/// Reads the mail your company receives and puts each message where it belongs in the CRM.
#[derive(Debug, Parser)]
#[command(name = "mailroom", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: ConfigArgs,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Try everything at once: a stand-in mail provider, sample mail, rules, leads; no account needed
    Demo {
        /// End after the first scan
        #[arg(long)]
        once: bool,
    },
    /// Run the schedules and the web pages until SIGTERM or Ctrl-C
    Serve,
    /// Print a link that signs a person in to the web pages, once, within ten minutes
    SignInLink {
        /// Whom; without it the only admin there is
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
        /// Make the user an admin first, where there is none of that address
        #[arg(long, requires = "user")]
        admin: bool,
    },
    /// Run the schedules as one of several workers on one database
    Worker {
        /// How this worker is called in leases and reports
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Create and update servers, mailboxes, scanners, rules and users from a file
    Apply {
        /// The set-up file (YAML)
        #[arg(short, long, value_name = "FILE")]
        file: PathBuf,
        /// Why, for whoever looks at the versions of the rules later
        #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
        note: Option<String>,
        /// Show what would change and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Also remove what the sections of the file no longer name
        #[arg(long)]
        prune: bool,
        /// Print what changes as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print what is set up as a set-up file; secrets as references
    Export,
    /// Print the JSON Schema of the set-up file
    Schema,
    /// List the rules with how often they matched; try them, and look at their versions
    #[command(args_conflicts_with_subcommands = true)]
    Rules {
        #[command(subcommand)]
        command: Option<RulesCommand>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Scan now: the named scanners, or all
    Scan {
        /// Names of scanners
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        names: Vec<String>,
        /// Every scanner that is enabled
        #[arg(long)]
        all: bool,
        /// Print reports as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have the schedule leave scanners alone until they are resumed
    Pause {
        #[command(flatten)]
        chosen: ChosenScanners,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have the schedule scan again what was paused, at once where it came due meanwhile
    Resume {
        #[command(flatten)]
        chosen: ChosenScanners,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List scans with what they did, the newest first
    Scans {
        /// Name of a scanner; without it those of all
        #[arg(value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        page: Page,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List messages that failed or are held, and what can be done
    Held {
        #[command(flatten)]
        chosen: ChosenCopies,
        #[command(flatten)]
        page: Page,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Try messages again that failed or are held; with --state done, decide anew those that were decided
    #[command(group(ArgGroup::new("which").required(true).multiple(true)
        .args(["ids", "all", "scanner", "state", "error", "since"])))]
    Retry {
        /// Numbers of copies, as `mailroom held` and `mailroom find` show them
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// Every message that failed or is held
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        #[command(flatten)]
        chosen: ChosenCopies,
        /// Say what would be tried again and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Deal with what rules hold, too
        #[arg(long)]
        release: bool,
        /// Don't ask
        #[arg(long)]
        yes: bool,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take back what a rule, a scan or all scans of a mailbox did (links, tags, leads, tickets), or a conversion or merge
    #[command(group(ArgGroup::new("whose").required(true).args(["rule", "scan", "mailbox", "moved", "history"])))]
    Undo(Undoing),
    /// Leave messages that failed, are held or wait alone for good
    Discard {
        /// Numbers of copies, as `mailroom held` and `mailroom find` show them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
        /// Why, for whoever looks for the message later
        #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
        reason: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say where a message is: what became of it, or why it has not been read
    Find {
        #[command(flatten)]
        sought: Sought,
        /// Ask the mail servers, too
        #[arg(long)]
        server: bool,
        /// At most so many messages
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1_000))]
        limit: u64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare mailboxes on their servers with what was read, message by message
    Audit {
        /// Names of scanners; all when nothing is named
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Read what is missing, then compare again
        #[arg(long)]
        repair: bool,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show each scanner's light, health, last and next scan
    Status {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Sign in at a mailbox's provider, so that its light turns green
    Authorize {
        /// The mailbox's address
        #[arg(value_name = "MAILBOX")]
        mailbox: String,
        /// With a code that is typed on another device, where the provider allows that
        #[arg(long)]
        device: bool,
        /// Print the address and open no browser
        #[arg(long, conflicts_with = "device")]
        no_browser: bool,
        /// Have the provider ask which account
        #[arg(long, conflicts_with = "device")]
        choose_account: bool,
        /// Where to listen for the browser that comes back; 0 for any free port
        #[arg(long, default_value_t = 8026, conflicts_with = "device")]
        port: u16,
    },
    /// Give a mailbox's permission back and forget what opened it
    Disconnect {
        /// The mailbox's address
        #[arg(value_name = "MAILBOX")]
        mailbox: String,
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
    /// Say where the way to a mailbox ends, step by step, and the one thing to do about it
    Doctor {
        #[command(flatten)]
        patient: Patient,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the folders of a mailbox as a set-up file names them, with what they are for
    Folders {
        /// The mailbox's address
        #[arg(value_name = "MAILBOX")]
        mailbox: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Find an address's mail servers, or what an authorization server says of itself, and print what to put into the
    /// set-up file
    Discover {
        /// The mailbox's address
        #[arg(
            value_name = "ADDRESS",
            required_unless_present = "issuer",
            conflicts_with = "issuer"
        )]
        address: Option<String>,
        /// An authorization server's issuer, https://…
        #[arg(long, value_name = "URL")]
        issuer: Option<Url>,
        /// A PEM file with the authorization server's own authority
        #[arg(long, value_name = "FILE", requires = "issuer")]
        ca_file: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Send .eml files, mboxes and Maildirs through a scanner's rules
    Import {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Whose rules decide
        #[arg(long, value_name = "NAME")]
        scanner: String,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// List messages, the newest first
    Messages {
        #[command(flatten)]
        page: Page,
        #[command(flatten)]
        chosen: ChosenMessages,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Look at one message
    Message {
        #[command(subcommand)]
        command: MessageCommand,
    },
    /// Say where a message belongs, and where it does not; no rule undoes it
    #[command(group(ArgGroup::new("said").required(true).multiple(true).args(["to", "not"])))]
    Relink {
        /// The message's number, as `mailroom messages` shows it
        message: i64,
        /// It belongs to these: contact:12, organization:12, lead:12
        #[arg(long, value_name = "RECORD", value_delimiter = ',')]
        to: Vec<RecordArgument>,
        /// It does not belong to these
        #[arg(long, value_name = "RECORD", value_delimiter = ',')]
        not: Vec<RecordArgument>,
        /// Who says so; without it whoever sits at the terminal
        #[arg(long, value_name = "EMAIL", value_parser = NonEmptyStringValueParser::new())]
        by: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Look after the bytes of kept messages
    Blobs {
        #[command(subcommand)]
        command: BlobsCommand,
    },
    /// List leads, the newest first, or make one a contact
    #[command(args_conflicts_with_subcommands = true)]
    Leads {
        #[command(subcommand)]
        command: Option<LeadsCommand>,
        #[command(flatten)]
        page: Page,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make two records one that are the same: what is linked to the first goes to the second
    Merge {
        /// contact, lead or organization
        #[arg(value_parser = kind_to_merge)]
        kind: RecordKind,
        /// The one that goes
        #[arg(value_parser = number_to_merge)]
        from: Merging,
        /// The one that stays
        #[arg(value_parser = number_to_merge)]
        into: Merging,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List tickets, the newest first; look at one, or change it
    #[command(args_conflicts_with_subcommands = true)]
    Tickets {
        #[command(subcommand)]
        command: Option<TicketsCommand>,
        #[command(flatten)]
        page: Page,
        /// Only those that are open, answered or closed
        #[arg(long, value_parser = status_of_a_ticket)]
        status: Option<TicketStatus>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List contacts or import them
    #[command(args_conflicts_with_subcommands = true)]
    Contacts {
        #[command(subcommand)]
        command: Option<ContactsCommand>,
        #[command(flatten)]
        page: Page,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List organizations with their domains, and the addresses there that bounce
    Organizations {
        #[command(flatten)]
        page: Page,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List users with what is open with each and who is away; say that somebody is away
    #[command(args_conflicts_with_subcommands = true)]
    Users {
        #[command(subcommand)]
        command: Option<UsersCommand>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum BlobsCommand {
    /// Read kept messages to their ends and say which are damaged or missing
    Check {
        /// Only so many, drawn by lot
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
        sample: Option<u64>,
        /// Print what was found as JSON
        #[arg(long)]
        json: bool,
    },
}
