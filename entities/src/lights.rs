//! Whether a mailbox can be opened: green, or red with who must act.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MailboxId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lights")]
pub struct Model {
    /// Which mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// The light.
    pub state: LightState,
    /// Code of what a person must mend.
    pub cause: Option<String>,
    /// Since when it is so.
    pub since: DateTimeUtc,
    /// Who must act.
    pub who: Option<String>,
    /// What to do, in plain words.
    pub remedy: Option<String>,
    /// The provider's own words.
    pub provider_words: Option<String>,
    /// When it was last looked at.
    pub checked_at: DateTimeUtc,
    /// When it is tried again although it is red, or because a person asked for it.
    pub probe_at: Option<DateTimeUtc>,
    /// How often that came to nothing.
    pub probes: i32,
    /// Code of a cause that was seen once and has to be seen again.
    pub suspected: Option<String>,
    /// When it was seen first.
    pub suspected_at: Option<DateTimeUtc>,
    /// When people were last told that it is red; none once it is green.
    pub reminded_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mailboxes::Entity",
        from = "Column::MailboxId",
        to = "crate::mailboxes::Column::Id"
    )]
    Mailbox,
}

impl Related<crate::mailboxes::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Mailbox.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// What a light shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum LightState {
    /// Never tried.
    Unknown,
    /// The next scan will get in.
    Green,
    /// A person must act.
    Red,
}

impl LightState {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Green => "green",
            Self::Red => "red",
        }
    }
}
