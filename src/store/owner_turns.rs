//! Whose turn it was last, where a rule gives work to several people.

use entities::owner_turns::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Func, OnConflict, Query};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};

use super::{StoreError, Tx, text};

/// The advisory lock of choices on `PostgreSQL`: one number, this program's own.
const LOCK: i64 = 0x6d61_696c_6f77_6e65;

/// Waits until no other transaction chooses an owner, then keeps others waiting until this one ends: whose turn it is
/// and who has how much is then the same until what follows from it is written.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let statement = Query::select()
        .expr(Func::cust("pg_advisory_xact_lock").arg(Expr::value(LOCK)))
        .to_owned();
    tx.execute(&statement).await?;
    Ok(())
}

/// The address of whoever got the last one.
pub async fn last(tx: &Tx, rule: &str, action: &str) -> Result<Option<String>, StoreError> {
    let turn = Entity::find_by_id((text::key(rule), text::key(action)));
    Ok(turn.one(tx).await?.map(|turn| turn.last))
}

/// Remembers who got it.
pub async fn remember(tx: &Tx, rule: &str, action: &str, last: &str) -> Result<(), StoreError> {
    let row = ActiveModel {
        rule: Set(text::key(rule)),
        action: Set(text::key(action)),
        last: Set(text::email(last)),
    };
    let again = OnConflict::columns([Column::Rule, Column::Action])
        .update_column(Column::Last)
        .to_owned();
    Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
