//! The history of lights.

use entities::ids::{LightChangeId, MailboxId};
use entities::light_changes::{ActiveModel, Column, Entity, Model};
use entities::lights;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::StoreError;

/// Writes down what a light came to show.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    light: &lights::Model,
) -> Result<LightChangeId, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        mailbox_id: Set(light.mailbox_id),
        state: Set(light.state),
        cause: Set(light.cause.clone()),
        who: Set(light.who.clone()),
        remedy: Set(light.remedy.clone()),
        provider_words: Set(light.provider_words.clone()),
        changed_at: Set(light.since),
    };
    Ok(row.insert(db).await?.id)
}

/// Those of a mailbox, the last one first.
pub async fn of_mailbox(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MailboxId.eq(mailbox))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// How often each mailbox's light came to show something.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(MailboxId, i64)>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::MailboxId)
        .column_as(Column::Id.count(), "count")
        .group_by(Column::MailboxId)
        .order_by_asc(Column::MailboxId)
        .into_tuple()
        .all(db)
        .await?)
}
