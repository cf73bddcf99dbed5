//! Answers that rules gave by themselves: how often, and to whom.

use chrono::{DateTime, Utc};
use entities::auto_replies::{ActiveModel, Column, Entity};
use entities::ids::MessageId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter};

use super::{StoreError, Tx, bulk, text};

/// The advisory lock of answers on `PostgreSQL`: one number, this program's own.
const LOCK: i64 = 0x6d61_696c_7265_706c;

/// Waits until no other transaction counts answers, then keeps others waiting until this one ends.
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

/// Which answers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting<'a> {
    /// To whomever.
    All,
    /// To this address, written as it was when it was remembered.
    Email(&'a str),
    /// To whatever addresses of this site.
    Site(&'a str),
}

/// How many there were since `since`, by this rule where one is given.
pub async fn count(
    tx: &Tx,
    counting: Counting<'_>,
    rule: Option<&str>,
    since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut select = Entity::find().filter(Column::CreatedAt.gt(since));
    match counting {
        Counting::All => {}
        Counting::Email(email) => select = select.filter(Column::Email.eq(text::email(email))),
        Counting::Site(site) => select = select.filter(Column::Site.eq(text::email(site))),
    }
    if let Some(rule) = rule {
        select = select.filter(Column::Rule.eq(text::clean(rule)));
    }
    Ok(select.count(tx).await?)
}

/// Whether this message was answered.
pub async fn is_answered(tx: &Tx, message: MessageId) -> Result<bool, StoreError> {
    let answers = Entity::find().filter(Column::MessageId.eq(message));
    Ok(answers.count(tx).await? > 0)
}

/// Forgets the answers to these messages: they were never given.
pub async fn forget(tx: &Tx, messages: &[MessageId]) -> Result<(), StoreError> {
    for piece in bulk::distinct(messages) {
        Entity::delete_many()
            .filter(Column::MessageId.is_in(piece))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Remembers one, by the address and the site that it counts for.
pub async fn insert(
    tx: &Tx,
    (email, site): (&str, &str),
    rule: &str,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: NotSet,
        email: Set(text::email(email)),
        site: Set(text::email(site)),
        rule: Set(text::clean(rule)),
        message_id: Set(message),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
