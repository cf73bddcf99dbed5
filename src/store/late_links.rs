//! Addresses that a record got after there was mail with them: that mail is linked late, the newest first.

use entities::ids::{LateLinkId, MessageId};
use entities::late_links::{ActiveModel, Column, Entity, Model};
use entities::message_addresses;
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::{
    Expr, IntoIden, LockBehavior, LockType, OnConflict, Query, TableRef, Value, ValueTuple,
};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, PaginatorTrait,
    QueryOrder, QuerySelect,
};

use super::{StoreError, Tx, bulk, text};
use crate::domains;

/// Asks for the mail of these addresses to be linked anew, from the newest on; `@` and a domain means every address
/// there. Those without mail are passed over.
pub async fn ask(db: &impl ConnectionTrait, wanted: &[&str]) -> Result<(), StoreError> {
    for piece in bulk::pieces(wanted.to_vec(), 2) {
        let asked: Vec<ValueTuple> = piece
            .into_iter()
            .map(|wanted| {
                let wanted = text::email(wanted);
                let site = wanted.strip_prefix('@').and_then(domains::site);
                ValueTuple::Two(site.map(str::to_owned).into(), Value::from(wanted.clone()))
            })
            .collect();
        if asked.is_empty() {
            continue;
        }
        let asked_for = |column: &'static str| Expr::col(("asked", column));
        let has = |column, asked_column| {
            let any = Query::select()
                .expr(Expr::val(1))
                .from(message_addresses::Entity)
                .and_where(
                    Expr::col((message_addresses::Entity, column)).eq(asked_for(asked_column)),
                )
                .to_owned();
            Expr::exists(any)
        };
        let with_mail = Query::select()
            .expr(asked_for("column2"))
            .distinct()
            .from(TableRef::ValuesList(asked, "asked".into_iden()))
            .and_where(
                has(message_addresses::Column::Email, "column2")
                    .or(has(message_addresses::Column::Site, "column1")),
            )
            .to_owned();
        let mut insert = Query::insert();
        insert
            .into_table(Entity)
            .columns([Column::Wanted])
            .on_conflict(
                OnConflict::column(Column::Wanted)
                    .value(Column::Below, Option::<i64>::None)
                    .value(Column::LookedAt, 0)
                    .to_owned(),
            );
        insert
            .select_from(with_mail)
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        db.execute(&insert).await?;
    }
    Ok(())
}

/// The one that waits for the longest time.
pub async fn next(db: &impl ConnectionTrait) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Id).one(db).await?)
}

/// How far it is, to be worked on in this transaction; nothing where another worker is at it, or it is done.
pub async fn take(tx: &Tx, id: LateLinkId) -> Result<Option<Model>, StoreError> {
    let mut select = Entity::find_by_id(id);
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() == DbBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    Ok(select.one(tx).await?)
}

/// So far it is done: messages from `below` on, `looked_at` of them.
pub async fn advance(
    tx: &Tx,
    id: LateLinkId,
    below: MessageId,
    looked_at: i32,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Unchanged(id),
        wanted: NotSet,
        below: Set(Some(below)),
        looked_at: Set(looked_at),
    };
    row.update(tx).await?;
    Ok(())
}

/// It is done.
pub async fn finish(tx: &Tx, id: LateLinkId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// How many wait.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(Entity::find().count(db).await?)
}

#[cfg(test)]
#[path = "late_links_tests.rs"]
mod tests;
