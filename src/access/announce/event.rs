//! What is announced, as one JSON object (docs/operations.md): the same for a webhook, and what a mail is written from.

use chrono::{DateTime, NaiveDate, Utc};
use entities::lights::LightState;
use serde::{Deserialize, Serialize};

/// Something that people or programs are told. Holds no secret and nothing of any mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    #[serde(flatten)]
    pub what: What,
    /// When it was noticed.
    pub timestamp: DateTime<Utc>,
}

/// What happened; `type` and `data` of the object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum What {
    /// A light turned red, or is red for another cause now.
    #[serde(rename = "light.red")]
    Red(OfLight),
    /// A light of which people were told that it is red is green.
    #[serde(rename = "light.recovered")]
    Recovered(OfLight),
    /// A light is red still.
    #[serde(rename = "light.reminder")]
    Reminder(OfLight),
    /// Something that opens mailboxes ends on a known day.
    #[serde(rename = "credential.expiring")]
    Expiring(OfCredential),
}

/// What a light shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfLight {
    /// Address.
    pub mailbox: String,
    /// Key.
    pub mailbox_id: i64,
    /// Names of the scanners that read it.
    pub scanners: Vec<String>,
    /// The light.
    pub light: LightState,
    /// Code of what a person must mend; with red.
    pub cause: Option<String>,
    /// Code of who must act; with red.
    pub who: Option<String>,
    /// What to do; with red.
    pub remedy: Option<String>,
    /// The provider's own words; with red.
    pub words: Option<String>,
    /// Since when it is so.
    pub since: DateTime<Utc>,
    /// What it showed before; with a recovery.
    pub was: Option<Was>,
    /// The mailbox's page.
    pub url: String,
}

/// A red light that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Was {
    /// Code of what had to be mended.
    pub cause: Option<String>,
    /// Since when it was so.
    pub since: DateTime<Utc>,
}

/// What ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfCredential {
    /// What it is.
    pub credential: Credential,
    /// Name of the mail server.
    pub mail_server: String,
    /// Addresses of the mailboxes that it opens, at most twenty.
    pub mailboxes: Vec<String>,
    /// How many it opens.
    pub mailbox_count: usize,
    /// The last day, in UTC.
    pub ends_on: NaiveDate,
    /// How many days are left; 0 on that day.
    pub days_left: i64,
    /// Code of who must act.
    pub who: String,
    /// What to do.
    pub remedy: String,
    /// The page of the server or the mailbox.
    pub url: String,
}

/// What sort of thing ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// The secret of the OAuth client.
    ClientSecret,
    /// A mailbox's refresh token.
    RefreshToken,
}
