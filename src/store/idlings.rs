//! Idlings: which worker waits for news in which mailbox. A claim beside the lease, for a lease says who reads: a person
//! and a doctor must not wait for somebody who only waits. What a worker that died was waiting for is due at once.

use chrono::{DateTime, TimeDelta, Utc};
use entities::idlings::{ActiveModel, Column, Entity, Model, Relation};
use entities::ids::{MailboxId, ScannerId};
use entities::{credentials, lights, mail_servers, mailboxes, scanners};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait,
};

use super::{Store, StoreError, bulk, text};

/// All there ever were, those of nobody too.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?)
}

/// That of a mailbox.
pub async fn find(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(mailbox).one(db).await?)
}

/// Lets `owner` wait in a mailbox; says whether it may: nobody else does, and it is not at rest.
pub async fn claim(
    db: &impl ConnectionTrait,
    (mailbox, scanner): (MailboxId, ScannerId),
    owner: &str,
    now: DateTime<Utc>,
    ttl: TimeDelta,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        mailbox_id: Set(mailbox),
        scanner_id: Set(scanner),
        owner: Set(Some(text::clean(owner))),
        expires_at: Set(Some(now + ttl)),
        since: Set(Some(now)),
        deaths: Set(0),
        resting_until: Set(None),
        reason: Set(None),
    };
    let free = Condition::any()
        .add(Expr::col((Entity, Column::Owner)).is_null())
        .add(Expr::col((Entity, Column::Owner)).eq(owner))
        .add(Expr::col((Entity, Column::ExpiresAt)).lte(now));
    let rested = Condition::any()
        .add(Expr::col((Entity, Column::RestingUntil)).is_null())
        .add(Expr::col((Entity, Column::RestingUntil)).lte(now));
    // One statement, so that of any number of workers one gets the row.
    let claimed = Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([
                    Column::ScannerId,
                    Column::Owner,
                    Column::ExpiresAt,
                    Column::Since,
                    Column::RestingUntil,
                    Column::Reason,
                ])
                .action_cond_where(Condition::all().add(free).add(rested))
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(claimed > 0)
}

/// Lets the claims of `owner` on these mailboxes that have not run out last until `now + ttl`. Others of its claims run out:
/// it does not wait there any more and could not say so.
pub async fn renew(
    db: &impl ConnectionTrait,
    mailboxes: &[MailboxId],
    owner: &str,
    now: DateTime<Utc>,
    ttl: TimeDelta,
) -> Result<(), StoreError> {
    for piece in bulk::distinct(mailboxes) {
        Entity::update_many()
            .col_expr(Column::ExpiresAt, Expr::value(now + ttl))
            .filter(Column::MailboxId.is_in(piece))
            .filter(Column::Owner.eq(owner))
            .filter(Column::ExpiresAt.gt(now))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// A mailbox in which a worker may go on waiting.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Fit {
    /// Which.
    pub mailbox_id: MailboxId,
    /// When its scanner is due.
    pub next_scan_at: Option<DateTime<Utc>>,
    /// When the scanner was changed last.
    pub scanner_changed: DateTime<Utc>,
    /// When the mailbox was.
    pub mailbox_changed: DateTime<Utc>,
    /// When its server was.
    pub server_changed: DateTime<Utc>,
    /// Which version its credential has.
    pub credential: i64,
}

/// Where `owner` may go on waiting: its claim stands, and scanner, mailbox, server, light and credential allow it.
pub async fn fit(
    db: &impl ConnectionTrait,
    owner: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Fit>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::MailboxId)
        .column(scanners::Column::NextScanAt)
        .column_as(scanners::Column::UpdatedAt, "scanner_changed")
        .column_as(mailboxes::Column::UpdatedAt, "mailbox_changed")
        .column_as(mail_servers::Column::UpdatedAt, "server_changed")
        .column_as(credentials::Column::Version, "credential")
        .join(JoinType::InnerJoin, Relation::Scanner.def())
        .join(JoinType::InnerJoin, Relation::Mailbox.def())
        .join(JoinType::InnerJoin, mailboxes::Relation::MailServer.def())
        .join(JoinType::InnerJoin, mailboxes::Relation::Credential.def())
        .join(JoinType::LeftJoin, mailboxes::Relation::Light.def())
        .filter(Column::Owner.eq(owner))
        .filter(Column::ExpiresAt.gt(now))
        .filter(scanners::Column::Idle.eq(true))
        .filter(scanners::Column::Enabled.eq(true))
        .filter(scanners::Column::PausedBy.is_null())
        .filter(mailboxes::Column::Active.eq(true))
        .filter(mail_servers::Column::Active.eq(true))
        .filter(
            Condition::any()
                .add(lights::Column::State.is_null())
                .add(lights::Column::State.ne(lights::LightState::Red)),
        )
        .into_model()
        .all(db)
        .await?)
}

/// Gives a claim back, if it is still `owner`'s; its scanner is due at `due`, unless it is sooner. Wants a transaction.
pub async fn release(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    due: DateTime<Utc>,
) -> Result<(), StoreError> {
    end(
        db,
        Condition::all()
            .add(Column::MailboxId.eq(mailbox))
            .add(Column::Owner.eq(owner)),
        due,
    )
    .await
}

/// Gives all claims of `owner` back; their scanners are due at once. Wants a transaction.
pub async fn release_all(
    db: &impl ConnectionTrait,
    owner: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    end(db, Condition::all().add(Column::Owner.eq(owner)), now).await
}

/// Gives a claim back after a scan that failed, whose report says when the next one is.
pub async fn give_up(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
) -> Result<(), StoreError> {
    let theirs = Condition::all()
        .add(Column::MailboxId.eq(mailbox))
        .add(Column::Owner.eq(owner));
    free(db, theirs).await
}

/// Frees what is claimed by workers that fell silent, or that `is_gone` knows to be dead. Asked every other second, so it
/// writes only where there is such a claim.
pub async fn release_of_gone(
    store: &Store,
    now: DateTime<Utc>,
    is_gone: fn(&str) -> bool,
) -> Result<(), StoreError> {
    let owners: Vec<Option<String>> = Entity::find()
        .select_only()
        .column(Column::Owner)
        .distinct()
        .filter(Column::Owner.is_not_null())
        .into_tuple()
        .all(store)
        .await?;
    let mut ended: Vec<Condition> = owners
        .into_iter()
        .flatten()
        .filter(|owner| is_gone(owner))
        .map(|owner| Condition::all().add(Column::Owner.eq(owner)))
        .collect();
    let silent = Condition::all()
        .add(Column::Owner.is_not_null())
        .add(Column::ExpiresAt.lte(now));
    let found = Entity::find().filter(silent.clone()).one(store).await?;
    ended.extend(found.map(|_| silent));
    if ended.is_empty() {
        return Ok(());
    }
    let tx = store.begin().await?;
    for claims in ended {
        end(&tx, claims, now).await?;
    }
    tx.commit().await
}

/// Every end of waiting is followed by a look.
async fn end(
    db: &impl ConnectionTrait,
    which: Condition,
    due: DateTime<Utc>,
) -> Result<(), StoreError> {
    let theirs = Query::select()
        .column(Column::ScannerId)
        .from(Entity)
        .cond_where(which.clone())
        .to_owned();
    scanners::Entity::update_many()
        .col_expr(scanners::Column::NextScanAt, Expr::value(due))
        .filter(scanners::Column::Id.in_subquery(theirs))
        .filter(scanners::Column::NextScanAt.gt(due))
        .exec(db)
        .await?;
    free(db, which).await
}

async fn free(db: &impl ConnectionTrait, which: Condition) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Owner, Expr::value(Option::<String>::None))
        .col_expr(
            Column::ExpiresAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(Column::Since, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(which)
        .exec(db)
        .await?;
    Ok(())
}

/// Counts a connection that died while it was waited over, from 1 where it had lasted; gives the count.
pub async fn died(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    lasted: bool,
) -> Result<i32, StoreError> {
    let before = find(db, mailbox).await?.map_or(0, |row| row.deaths);
    let deaths = if lasted { 1 } else { before.saturating_add(1) };
    Entity::update_many()
        .col_expr(Column::Deaths, Expr::value(deaths))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(free_or_of(owner))
        .exec(db)
        .await?;
    Ok(deaths)
}

/// Nobody waits in a mailbox until then, for this reason; the schedule finds new mail.
pub async fn rest(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    until: DateTime<Utc>,
    reason: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Owner, Expr::value(Option::<String>::None))
        .col_expr(
            Column::ExpiresAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(Column::Since, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::RestingUntil, Expr::value(until))
        .col_expr(Column::Reason, Expr::value(text::clean(reason)))
        .col_expr(Column::Deaths, Expr::value(0))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(free_or_of(owner))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes why nobody waits in a mailbox, unless somebody does or it is at rest, which has a reason of its own. Said after each
/// scan, so it writes only what is new.
pub async fn explain(
    db: &impl ConnectionTrait,
    (mailbox, scanner): (MailboxId, ScannerId),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let reason = text::clean(reason);
    let said = find(db, mailbox).await?.is_some_and(|row| {
        let rests = row.resting_until.is_some_and(|until| until > now);
        row.owner.is_some() || rests || row.reason.as_ref() == Some(&reason)
    });
    if said {
        return Ok(());
    }
    let row = ActiveModel {
        mailbox_id: Set(mailbox),
        scanner_id: Set(scanner),
        owner: Set(None),
        expires_at: Set(None),
        since: Set(None),
        deaths: Set(0),
        resting_until: Set(None),
        reason: Set(Some(reason)),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([Column::ScannerId, Column::Reason])
                .action_and_where(Expr::col((Entity, Column::Owner)).is_null())
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Claimed by `owner` or by nobody: one that lost its claim says nothing for whoever has it now.
fn free_or_of(owner: &str) -> Condition {
    Condition::any()
        .add(Column::Owner.is_null())
        .add(Column::Owner.eq(owner))
}

#[cfg(test)]
#[path = "idlings_tests.rs"]
mod tests;
