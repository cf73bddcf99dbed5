//! What can be typed after `mailroom`.

mod rules;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Parser, Subcommand};
use entities::message_states::{MessagePriority, MessageStatus};
use entities::record_kind::RecordKind;
use entities::tickets::TicketStatus;
use url::Url;

pub(super) use rules::{Other, Replay, RulesCommand};

use super::relink::RecordArgument;
use crate::config::ConfigArgs;
use crate::inbox::working::{PRIORITIES, STATUSES};

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
        from: i64,
        /// The one that stays
        into: i64,
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
pub(super) enum UsersCommand {
    /// Say on which days (UTC) a user is away: rules give them nothing new then
    #[command(group(ArgGroup::new("when").required(true).args(["until", "back"])))]
    Absent {
        /// The user's address
        email: String,
        /// The first day; today unless said
        #[arg(long, value_name = "DATE", requires = "until")]
        from: Option<NaiveDate>,
        /// The last day
        #[arg(long, value_name = "DATE")]
        until: Option<NaiveDate>,
        /// They are back, or won't be away: this absence and all later ones are forgotten
        #[arg(long)]
        back: bool,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum MessageCommand {
    /// Show a message and the decision behind it
    Show {
        /// Its number, as `mailroom messages` shows it
        id: i64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say whose a message is, how far it is, how soon it has to be done; no rule changes it then
    #[command(group(ArgGroup::new("said").required(true).multiple(true)
        .args(["assign", "nobody", "status", "priority"])))]
    Set {
        /// Its number, as `mailroom messages` shows it
        id: i64,
        /// It is this user's
        #[arg(long, value_name = "EMAIL")]
        assign: Option<String>,
        /// It is nobody's
        #[arg(long, conflicts_with = "assign")]
        nobody: bool,
        /// open, pending or done
        #[arg(long, value_parser = status_of_a_message)]
        status: Option<MessageStatus>,
        /// low, normal, high or urgent
        #[arg(long, value_parser = priority_of_a_message)]
        priority: Option<MessagePriority>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a message as it was received, every byte of it
    Raw {
        /// Its number, as `mailroom messages` shows it
        id: i64,
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

#[derive(Debug, Subcommand)]
pub(super) enum ContactsCommand {
    /// Import a CSV file; columns are found by their headers
    Import {
        /// The file
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum LeadsCommand {
    /// Make a lead a contact, at the organization that its company is; what is linked to it goes along
    Convert {
        /// Its number, as `mailroom leads` shows it
        id: i64,
        /// A contact that is the same person
        #[arg(long, value_name = "CONTACT", conflicts_with = "organization")]
        into: Option<i64>,
        /// Another organization than its company; '' for none
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

fn kind_to_merge(typed: &str) -> Result<RecordKind, String> {
    [
        RecordKind::Contact,
        RecordKind::Lead,
        RecordKind::Organization,
    ]
    .into_iter()
    .find(|kind| kind.as_str() == typed)
    .ok_or_else(|| "write contact, lead or organization".to_owned())
}

#[derive(Debug, Subcommand)]
pub(super) enum TicketsCommand {
    /// Show a ticket and what became of it
    Show {
        /// Its number, as `mailroom tickets` shows it
        id: i64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Close a ticket, or open it again
    Set {
        /// Its number, as `mailroom tickets` shows it
        id: i64,
        /// open, answered or closed
        #[arg(long, value_parser = status_of_a_ticket)]
        status: TicketStatus,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

fn status_of_a_message(typed: &str) -> Result<MessageStatus, String> {
    STATUSES
        .into_iter()
        .find(|status| status.as_str() == typed)
        .ok_or_else(|| "write open, pending or done".to_owned())
}

fn priority_of_a_message(typed: &str) -> Result<MessagePriority, String> {
    PRIORITIES
        .into_iter()
        .find(|priority| priority.as_str() == typed)
        .ok_or_else(|| "write low, normal, high or urgent".to_owned())
}

fn status_of_a_ticket(typed: &str) -> Result<TicketStatus, String> {
    TicketStatus::ALL
        .into_iter()
        .find(|status| status.as_str() == typed)
        .ok_or_else(|| "write open, answered or closed".to_owned())
}

/// Whose work is taken back, and how.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(super) struct Undoing {
    /// Of the rule of this name
    #[arg(long, value_name = "NAME")]
    pub(super) rule: Option<String>,
    /// Of the scan of this number
    #[arg(long, value_name = "ID")]
    pub(super) scan: Option<i64>,
    /// Of every scan of this mailbox
    #[arg(long, value_name = "ADDRESS")]
    pub(super) mailbox: Option<String>,
    /// This conversion or merge, by the number that it printed
    #[arg(long = "move", value_name = "ID")]
    pub(super) moved: Option<i64>,
    /// List what was taken back, and what was converted and merged, the latest first
    #[arg(long)]
    pub(super) history: bool,
    /// Say what would be taken back and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Don't ask
    #[arg(long)]
    pub(super) yes: bool,
    /// Print as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What the doctor looks at: mailboxes, or a server as far as its door.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Patient {
    /// Names of scanners or addresses of mailboxes; all mailboxes when nothing is named
    #[arg(value_name = "NAME", conflicts_with_all = ["server", "host"])]
    pub(super) names: Vec<String>,
    /// A mail server that is set up, without a mailbox
    #[arg(long, value_name = "NAME", conflicts_with = "host")]
    pub(super) server: Option<String>,
    /// A host that is not set up yet
    #[arg(long, value_name = "HOST")]
    pub(super) host: Option<String>,
    /// What it speaks
    #[arg(long, value_enum, default_value_t = Spoken::Imap, requires = "host")]
    pub(super) protocol: Spoken,
    /// Its port; 993 with implicit TLS, otherwise 143; of POP3 995, otherwise 110
    #[arg(long, value_name = "PORT", requires = "host")]
    pub(super) port: Option<u16>,
    /// How the connection is encrypted
    #[arg(long, value_enum, default_value_t = Encryption::Implicit, requires = "host")]
    pub(super) tls: Encryption,
    /// A PEM file with the server's own authority
    #[arg(long, value_name = "FILE", requires = "host")]
    pub(super) ca_file: Option<PathBuf>,
    /// Sign in there as this login, too, and open INBOX; nothing is kept
    #[arg(long, value_name = "LOGIN", requires = "host")]
    pub(super) login: Option<String>,
    /// How to sign in
    #[arg(long, value_enum, default_value_t = SignIn::Password, requires = "login")]
    pub(super) auth: SignIn,
    /// Where the password or token is, `env:NAME` or `file:/path`; without it, it is asked for
    #[arg(long, value_name = "REFERENCE", requires = "login")]
    pub(super) secret: Option<String>,
}

/// How mailboxes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Spoken {
    /// With folders
    Imap,
    /// One mailbox without folders
    Pop3,
}

/// How a login proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SignIn {
    /// A password, or an app password
    Password,
    /// An access token the way Google and Microsoft take it
    Xoauth2,
    /// An access token by RFC 7628
    Oauthbearer,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Encryption {
    /// TLS from the first byte
    Implicit,
    /// Plain at first, then STARTTLS
    Starttls,
    /// Never
    None,
}

/// Which scanners.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ChosenScanners {
    /// Names of scanners
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(super) names: Vec<String>,
    /// Every scanner
    #[arg(long)]
    pub(super) all: bool,
}

/// Which messages.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct ChosenMessages {
    /// Only from this address
    #[arg(long, value_name = "ADDRESS")]
    pub(super) from: Option<String>,
    /// Only with this tag
    #[arg(long, value_name = "TAG")]
    pub(super) tag: Option<String>,
    /// Only those linked to a record
    #[arg(long, conflicts_with = "unlinked")]
    pub(super) linked: bool,
    /// Only those linked to none
    #[arg(long)]
    pub(super) unlinked: bool,
    /// Only those about which a person has to say where they belong
    #[arg(long)]
    pub(super) tied: bool,
    /// Only those that are somebody's, or with =EMAIL this user's
    #[arg(long, value_name = "EMAIL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) assigned: Option<String>,
    /// Only those that are nobody's
    #[arg(long, conflicts_with = "assigned")]
    pub(super) unassigned: bool,
}

/// Which copies of messages.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ChosenCopies {
    /// Only of this scanner
    #[arg(long, value_name = "NAME")]
    pub(super) scanner: Option<String>,
    /// Only in these states; failed and held when none is named
    #[arg(long, value_enum, value_name = "STATE", value_delimiter = ',')]
    pub(super) state: Vec<State>,
    /// Only with these words in what went wrong
    #[arg(long, value_name = "TEXT")]
    pub(super) error: Option<String>,
    /// Only those read on this day or later (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) since: Option<NaiveDate>,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum State {
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
pub(super) struct Sought {
    /// Words of the subject or of the sender
    #[arg(value_name = "WORD")]
    pub(super) words: Vec<String>,
    /// Its Message-ID, with or without <>
    #[arg(long, value_name = "ID")]
    pub(super) message_id: Option<String>,
    /// The sender's address, or a part of the address or name
    #[arg(long, value_name = "SENDER")]
    pub(super) from: Option<String>,
    /// A part of the subject
    #[arg(long, value_name = "TEXT")]
    pub(super) subject: Option<String>,
    /// Received on this day or later (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) since: Option<NaiveDate>,
    /// Received on this day or earlier (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<NaiveDate>,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Page {
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(super) limit: u64,
    /// Only those before this number: the last one of the page before
    #[arg(long, value_name = "ID", value_parser = listed_number)]
    pub(super) before: Option<i64>,
}

/// A number as a list shows it: leads have a letter before theirs (`L-12`).
fn listed_number(typed: &str) -> Result<i64, std::num::ParseIntError> {
    let letter = typed
        .strip_prefix("L-")
        .or_else(|| typed.strip_prefix("l-"));
    letter.unwrap_or(typed).parse()
}
