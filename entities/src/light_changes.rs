//! What a light showed before: its history.

use sea_orm::entity::prelude::*;

use crate::ids::{LightChangeId, MailboxId};
use crate::lights::LightState;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "light_changes")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: LightChangeId,
    /// Which mailbox.
    pub mailbox_id: MailboxId,
    /// What it came to show.
    pub state: LightState,
    /// Code of what a person had to mend.
    pub cause: Option<String>,
    /// Who had to act.
    pub who: Option<String>,
    /// What to do, in plain words.
    pub remedy: Option<String>,
    /// The provider's own words.
    pub provider_words: Option<String>,
    /// When.
    pub changed_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
