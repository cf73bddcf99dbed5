//! The shape of a setup file: its sections, their keys and defaults. `docs/setup.md` explains each to an admin.

mod mail_server;
mod service_key;
mod shared_list;

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::mailboxes::MailboxKind;
use entities::scanners::Backfill;
use entities::users::Role;
use rules::{Preset, Rule, Texts};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use super::secret::Secret;
pub use mail_server::{MailServer, OAuth, Service};
pub use service_key::ServiceKey;
pub use shared_list::SharedList;

/// A whole setup file. A section that is absent is not touched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Mailroom setup file")]
pub struct Document {
    /// People who use Mailroom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<User>>,
    /// Callback addresses and API clients, and from where they may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_keys: Option<Vec<ServiceKey>>,
    /// Where mailboxes live and how to log in there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_servers: Option<Vec<MailServer>>,
    /// Accounts to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailboxes: Option<Vec<Mailbox>>,
    /// Search fields of the scanners of this file that name none themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_fields: Option<Vec<SearchField>>,
    /// What is read, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanners: Option<Vec<Scanner>>,
    /// Addresses and domains whose mail every scanner keeps and otherwise leaves alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Vec<String>>,
    /// Lists that rules look in by their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<BTreeMap<String, Texts>>,
    /// What is done with each message, in this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Rule>>,
}

/// A person who uses Mailroom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Address; names the user.
    pub email: String,
    /// How a person calls them.
    #[serde(default)]
    pub name: String,
    /// `admin` or `user`.
    #[serde(default = "role")]
    #[schemars(schema_with = "roles")]
    pub role: Role,
    /// Whether they may sign in.
    #[serde(default = "yes")]
    pub active: bool,
    /// When they are away, so that nothing new becomes theirs; what is stored stays when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Vec<Absence>>,
}

/// Days on which a person is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The first of them (UTC).
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: NaiveDate,
    /// The last of them.
    #[schemars(with = "String", extend("format" = "date"))]
    pub until: NaiveDate,
}

/// One address's account on a mail server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// Address; names the mailbox.
    pub address: String,
    /// Name of its mail server.
    pub server: String,
    /// User name to log in with; the address when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// `shared` (has members) or `personal` (has an owner).
    #[serde(default = "shared")]
    #[schemars(schema_with = "mailbox_kinds")]
    pub kind: MailboxKind,
    /// E-mail of the owner of a personal mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// E-mails of the users who work in a shared mailbox.
    #[serde(default)]
    pub members: Vec<String>,
    /// Other addresses of the same account: who signs in with one of them is the right one.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Accounts that may sign in for a shared mailbox because they have access to it.
    #[serde(default)]
    pub delegates: Vec<String>,
    /// Password; when neither it nor `access_token` is there, the stored secret stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// OAuth access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Secret>,
    /// Whether it is scanned at all.
    #[serde(default = "yes")]
    pub active: bool,
}

/// What is read from a mailbox, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    /// Names the scanner.
    pub name: String,
    /// Address of the mailbox it reads.
    pub mailbox: String,
    /// Folders, as a mail program shows them.
    #[serde(default = "inbox")]
    #[schemars(length(min = 1))]
    pub folders: Vec<String>,
    /// Cron line of five fields (minute, hour, day of month, month, day of week), or a word such as `@hourly`.
    #[serde(default = "every_five_minutes")]
    pub schedule: String,
    /// IANA name of the time zone of the schedule.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Whether the schedule starts it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Mail received before this day (2026-01-31) is not read.
    #[serde(
        default,
        deserialize_with = "day",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub start_date: Option<NaiveDate>,
    /// The most messages one scan keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit_per_scan: Option<u32>,
    /// Whether new mail in INBOX (or in the first folder) is read as it arrives, where the server can tell (IDLE).
    #[serde(default, skip_serializing_if = "is_no")]
    pub idle: bool,
    /// In which order older mail is read: `newest_first` or `oldest_first`. New mail always comes before it.
    #[serde(default)]
    #[schemars(schema_with = "backfill_orders")]
    pub backfill: Backfill,
    /// Larger messages are named and not read, in MiB; never more than the setting `imap.max_message_mib` lets through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_message_mib: Option<u32>,
    /// Fields of records in which addresses of messages are looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_fields: Option<Vec<SearchField>>,
    /// Addresses and domains whose mail it keeps and otherwise leaves alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<String>,
    /// Ready-made rules for its mail, tried behind all others: those of a scanner of YetiForce.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<Preset>,
    /// E-mail of the user to whom belongs what the presets make; left out, the owner of a personal mailbox, of a shared one
    /// nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset_owner: Option<String>,
}

/// A field of records in which addresses of messages are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SearchField {
    /// A contact's main address.
    #[serde(rename = "contacts.email")]
    ContactsEmail,
    /// A contact's other addresses.
    #[serde(rename = "contacts.other_emails")]
    ContactsOtherEmails,
    /// A lead's address.
    #[serde(rename = "leads.email")]
    LeadsEmail,
    /// A lead's other addresses, which it has from leads that were merged into it.
    #[serde(rename = "leads.other_emails")]
    LeadsOtherEmails,
    /// The mail domains of an organization.
    #[serde(rename = "organizations.domains")]
    OrganizationsDomains,
    /// A lead's number in the subject.
    #[serde(rename = "leads.number")]
    LeadsNumber,
    /// A ticket's number in the subject.
    #[serde(rename = "tickets.number")]
    TicketsNumber,
}

impl SearchField {
    /// All of them: the default.
    pub const ALL: [Self; 7] = [
        Self::ContactsEmail,
        Self::ContactsOtherEmails,
        Self::LeadsEmail,
        Self::LeadsOtherEmails,
        Self::OrganizationsDomains,
        Self::LeadsNumber,
        Self::TicketsNumber,
    ];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContactsEmail => "contacts.email",
            Self::ContactsOtherEmails => "contacts.other_emails",
            Self::LeadsEmail => "leads.email",
            Self::LeadsOtherEmails => "leads.other_emails",
            Self::OrganizationsDomains => "organizations.domains",
            Self::LeadsNumber => "leads.number",
            Self::TicketsNumber => "tickets.number",
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

impl JsonSchema for SearchField {
    fn schema_name() -> Cow<'static, str> {
        "SearchField".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": Self::ALL.map(Self::as_str) })
    }
}

/// The JSON Schema of a setup file, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde hands it over")]
fn is_no(value: &bool) -> bool {
    !value
}

fn yes() -> bool {
    true
}

fn role() -> Role {
    Role::User
}

fn shared() -> MailboxKind {
    MailboxKind::Shared
}

fn inbox() -> Vec<String> {
    vec!["INBOX".to_owned()]
}

fn every_five_minutes() -> String {
    "*/5 * * * *".to_owned()
}

fn utc() -> String {
    "UTC".to_owned()
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map(Some)
        .map_err(|_| de::Error::custom("expected a day such as 2026-01-31"))
}

fn roles(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [Role::Admin.as_str(), Role::User.as_str()] })
}

fn backfill_orders(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "enum": [Backfill::NewestFirst.as_str(), Backfill::OldestFirst.as_str()],
        "default": Backfill::default().as_str()
    })
}

fn mailbox_kinds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [MailboxKind::Shared.as_str(), MailboxKind::Personal.as_str()] })
}
