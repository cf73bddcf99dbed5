//! What can be typed about users, messages and records.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgGroup, Subcommand};

use entities::message_states::{MessagePriority, MessageStatus};
use entities::record_kind::RecordKind;
use entities::tickets::TicketStatus;

use super::numbers::{number_of_a_lead, number_of_a_ticket};
use crate::inbox::working::{PRIORITIES, STATUSES};

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Say on which days (UTC) a user is away: rules that choose among several pass over them then
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
pub(crate) enum MessageCommand {
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
pub(crate) enum ContactsCommand {
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
pub(crate) enum LeadsCommand {
    /// Make a lead a contact, at the organization that its company is; what is linked to it goes along
    Convert {
        /// Its number, as `mailroom leads` shows it (L-12, or 12)
        #[arg(value_parser = number_of_a_lead)]
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

pub(super) fn kind_to_merge(typed: &str) -> Result<RecordKind, String> {
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
pub(crate) enum TicketsCommand {
    /// Show a ticket and what became of it
    Show {
        /// Its number, as `mailroom tickets` shows it (T-12, or 12)
        #[arg(value_parser = number_of_a_ticket)]
        id: i64,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Close a ticket, or open it again
    Set {
        /// Its number, as `mailroom tickets` shows it (T-12, or 12)
        #[arg(value_parser = number_of_a_ticket)]
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

pub(super) fn status_of_a_ticket(typed: &str) -> Result<TicketStatus, String> {
    TicketStatus::ALL
        .into_iter()
        .find(|status| status.as_str() == typed)
        .ok_or_else(|| "write open, answered or closed".to_owned())
}
