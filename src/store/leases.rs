//! Leases: which worker has a mailbox, and until when.
//!
//! The fencing number grows with every taking and is never given twice, so a worker that slept through its lease
//! is told apart from the one that took over. Expiry compares the clocks of workers: they may differ by less
//! than the time to live.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;
use entities::leases::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{StoreError, Tx, text};

/// A mailbox held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Name of the worker; one process, one name.
    pub owner: String,
    /// The fencing number.
    pub fence: i64,
    /// Until when, as far as this worker knows.
    pub expires_at: DateTime<Utc>,
}

/// All that were ever taken, free ones too.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?)
}

/// Takes the mailbox if it is free or its lease ran out; nothing when somebody has it.
pub async fn take(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    now: DateTime<Utc>,
    ttl: TimeDelta,
) -> Result<Option<Lease>, StoreError> {
    let owner = text::clean(owner);
    let expires_at = now + ttl;
    // One statement, so that of any number of workers one gets the row.
    let mut statement = Query::insert();
    statement
        .into_table(Entity)
        .columns([
            Column::MailboxId,
            Column::Owner,
            Column::Fence,
            Column::ExpiresAt,
            Column::HeartbeatAt,
        ])
        .values_panic([
            mailbox.into(),
            owner.clone().into(),
            1_i64.into(),
            expires_at.into(),
            now.into(),
        ])
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([Column::Owner, Column::ExpiresAt, Column::HeartbeatAt])
                .value(Column::Fence, Expr::col((Entity, Column::Fence)).add(1_i64))
                .action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(now))
                .to_owned(),
        )
        .returning_col(Column::Fence);
    let Some(row) = db.query_one(&statement).await? else {
        return Ok(None);
    };
    Ok(Some(Lease {
        mailbox,
        owner,
        fence: row.try_get_by_index(0)?,
        expires_at,
    }))
}

/// Makes a lease that is still held last until `now + ttl`; says whether it was held.
pub async fn renew(
    db: &impl ConnectionTrait,
    lease: &Lease,
    now: DateTime<Utc>,
    ttl: TimeDelta,
) -> Result<bool, StoreError> {
    let renewed = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(now + ttl))
        .col_expr(Column::HeartbeatAt, Expr::value(now))
        .filter(is(lease))
        .filter(Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(renewed.rows_affected > 0)
}

/// Gives back the leases whose owners `is_gone` knows to be dead; asked after each owner once, and written only where one is.
pub async fn release_of_gone(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    is_gone: fn(&str) -> bool,
) -> Result<(), StoreError> {
    let holders: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Owner)
        .distinct()
        .filter(Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    for owner in holders.into_iter().filter(|owner| is_gone(owner)) {
        let theirs = Column::Owner.eq(owner).and(Column::ExpiresAt.gt(now));
        end(db, theirs).await?;
    }
    Ok(())
}

/// Takes a mailbox from whoever has it: what they do with it from now on can't be kept.
pub async fn cut(db: &impl ConnectionTrait, mailbox: MailboxId) -> Result<(), StoreError> {
    end(db, Column::MailboxId.eq(mailbox)).await
}

/// Gives it back; one that is lost is left alone.
pub async fn release(db: &impl ConnectionTrait, lease: &Lease) -> Result<(), StoreError> {
    end(db, is(lease)).await
}

async fn end(db: &impl ConnectionTrait, which: Expr) -> Result<(), StoreError> {
    // The row stays: its number must go on growing.
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(DateTime::<Utc>::UNIX_EPOCH))
        .filter(which)
        .exec(db)
        .await?;
    Ok(())
}

/// Holds the lease until the transaction ends. Best asked last, just before the commit: a heartbeat of the same
/// lease waits meanwhile.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it ran out or somebody else has it.
pub async fn assert_held(tx: &Tx, lease: &Lease, now: DateTime<Utc>) -> Result<(), StoreError> {
    let held = Entity::find()
        .filter(is(lease))
        .filter(Column::ExpiresAt.gt(now))
        .lock_exclusive()
        .one(tx)
        .await?;
    held.map(|_| ()).ok_or(StoreError::LeaseLost)
}

fn is(lease: &Lease) -> Expr {
    Column::MailboxId
        .eq(lease.mailbox)
        .and(Column::Owner.eq(lease.owner.as_str()))
        .and(Column::Fence.eq(lease.fence))
}

#[cfg(test)]
#[path = "leases_tests.rs"]
mod tests;
