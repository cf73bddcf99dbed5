//! Which contacts and organizations rules made, and of which messages. Leads and tickets say it themselves.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::made_records::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
};

use super::undos::Scope;
use super::{StoreError, text};

/// Remembers that a rule made a record of a message.
pub async fn insert(
    db: &impl ConnectionTrait,
    (kind, id): (RecordKind, i64),
    message: MessageId,
    rule: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        record_kind: Set(kind),
        record_id: Set(id),
        message_id: Set(message),
        rule: Set(text::clean(rule)),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The record of this kind that was made of a message.
pub async fn of_message(
    db: &impl ConnectionTrait,
    message: MessageId,
    kind: RecordKind,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MessageId.eq(message))
        .filter(Column::RecordKind.eq(kind))
        .one(db)
        .await?)
}

/// What a rule, a scan or a mailbox's scans made, the contacts first: organizations have them.
pub async fn made_by(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Model>, StoreError> {
    let mut theirs = Condition::any();
    for kind in [RecordKind::Contact, RecordKind::Organization] {
        let made = scope.made(kind, (Entity, Column::MessageId));
        theirs = theirs.add(
            Condition::all()
                .add(Column::RecordKind.eq(kind))
                .add(Expr::col((Entity, Column::RecordId)).in_subquery(made)),
        );
    }
    let mut select = Entity::find().filter(theirs);
    if let Scope::Rule(name) = scope {
        select = select.filter(Column::Rule.eq(name.as_str()));
    }
    let rows = select
        .order_by_asc(Column::RecordKind)
        .order_by_asc(Column::RecordId);
    Ok(rows.all(db).await?)
}

/// Forgets that a record was made, as it is no more.
pub async fn forget(
    db: &impl ConnectionTrait,
    (kind, id): (RecordKind, i64),
) -> Result<(), StoreError> {
    Entity::delete_by_id((kind, id)).exec(db).await?;
    Ok(())
}
