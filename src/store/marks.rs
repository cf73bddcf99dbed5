//! How far everything is that open pages show: keys that grow whenever something is written, read from the ends of
//! indexes, so that asking every few seconds costs next to nothing.

use chrono::{DateTime, Utc};
use entities::ids::{LightChangeId, MessageChangeId, MessageId, ScanId};
use entities::{light_changes, message_changes, messages, scans};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, QuerySelect};

use super::StoreError;

/// So many of the last scans are looked at; one that began before them ends unseen.
const SCANS: u64 = 50;

/// How far everything is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The last change of a light.
    pub lights: Option<LightChangeId>,
    /// The last scans, and when they ended.
    pub scans: Vec<(ScanId, Option<DateTime<Utc>>)>,
    /// The last message that was stored.
    pub messages: Option<MessageId>,
    /// The last change of one.
    pub changes: Option<MessageChangeId>,
}

/// Reads them.
pub async fn read(db: &impl ConnectionTrait) -> Result<Marks, StoreError> {
    Ok(Marks {
        lights: light_changes::Entity::find()
            .select_only()
            .column(light_changes::Column::Id)
            .order_by_desc(light_changes::Column::Id)
            .into_tuple()
            .one(db)
            .await?,
        scans: scans::Entity::find()
            .select_only()
            .columns([scans::Column::Id, scans::Column::FinishedAt])
            .order_by_desc(scans::Column::Id)
            .limit(SCANS)
            .into_tuple()
            .all(db)
            .await?,
        messages: messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .order_by_desc(messages::Column::Id)
            .into_tuple()
            .one(db)
            .await?,
        changes: message_changes::Entity::find()
            .select_only()
            .column(message_changes::Column::Id)
            .order_by_desc(message_changes::Column::Id)
            .into_tuple()
            .one(db)
            .await?,
    })
}
