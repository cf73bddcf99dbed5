//! How much waits for a person, counted along indexes and never further than it is worth telling.

use entities::deliveries::{self, DeliveryState};
use entities::ids::MessageId;
use entities::{decisions, folders};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::StoreError;

/// How many copies wait for a person; `most` where there are more.
pub async fn held(db: &impl ConnectionTrait, most: u64) -> Result<u64, StoreError> {
    // By folder, because the index that knows states begins with it.
    let folders = folders::Entity::find()
        .select_only()
        .column(folders::Column::Id)
        .into_query();
    let held: Vec<i64> = deliveries::Entity::find()
        .select_only()
        .column(deliveries::Column::Id)
        .filter(deliveries::Column::FolderId.in_subquery(folders))
        .filter(deliveries::Column::State.eq(DeliveryState::Held))
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(held.len() as u64)
}

/// How many messages wait for a person to say where they belong; `most` where there are more.
pub async fn in_doubt(db: &impl ConnectionTrait, most: u64) -> Result<u64, StoreError> {
    let in_doubt: Vec<MessageId> = decisions::Entity::find()
        .select_only()
        .column(decisions::Column::MessageId)
        .filter(decisions::Column::Doubt.is_not_null())
        .distinct()
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(in_doubt.len() as u64)
}

#[cfg(test)]
#[path = "waiting_tests.rs"]
mod tests;
