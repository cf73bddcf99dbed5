//! Which users work in which shared mailbox.

use entities::ids::{MailboxId, UserId};
use entities::mailbox_members::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk};

/// Every membership, mailbox by mailbox.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailboxId)
        .order_by_asc(Column::UserId)
        .all(db)
        .await?)
}

/// Makes exactly these users the members.
pub async fn replace(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    users: &[UserId],
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::UserId.is_not_in(users.iter().copied()))
        .exec(db)
        .await?;
    let rows = users
        .iter()
        .map(|user| ActiveModel {
            mailbox_id: Set(mailbox),
            user_id: Set(*user),
        })
        .collect();
    bulk::insert_missing(db, rows, &[Column::MailboxId, Column::UserId]).await?;
    Ok(())
}
