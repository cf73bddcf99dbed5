//! Who looks after records, whichever sort they are.

use entities::ids::UserId;
use entities::record_kind::RecordKind;
use entities::{contacts, leads, organizations, tickets};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;
use super::record_moves::Record;

/// Says who looks after a record.
pub async fn set(
    db: &impl ConnectionTrait,
    (kind, id): Record,
    owner: UserId,
) -> Result<(), StoreError> {
    match kind {
        RecordKind::Contact => {
            use contacts::Column::{Id, OwnerId};
            put::<contacts::Entity>(db, (Id, id), OwnerId, owner).await
        }
        RecordKind::Organization => {
            use organizations::Column::{Id, OwnerId};
            put::<organizations::Entity>(db, (Id, id), OwnerId, owner).await
        }
        RecordKind::Lead => {
            use leads::Column::{Id, OwnerId};
            put::<leads::Entity>(db, (Id, id), OwnerId, owner).await
        }
        RecordKind::Ticket => {
            use tickets::Column::{Id, OwnerId};
            put::<tickets::Entity>(db, (Id, id), OwnerId, owner).await
        }
    }
}

async fn put<E: EntityTrait>(
    db: &impl ConnectionTrait,
    (key, id): (E::Column, i64),
    column: E::Column,
    owner: UserId,
) -> Result<(), StoreError> {
    E::update_many()
        .col_expr(column, Expr::value(owner))
        .filter(key.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
