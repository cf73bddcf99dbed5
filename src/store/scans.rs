//! Scans: one run of a scanner and its report.

use chrono::{DateTime, Utc};
use entities::ids::{ScanId, ScannerId};
use entities::scans::{ActiveModel, Column, Entity, Model, ScanOutcome, ScanTrigger};
use entities::{leases, scanners};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Alias, Expr, Order, Query, SubQueryStatement};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::{StoreError, text};

/// How a scan ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How.
    pub outcome: ScanOutcome,
    /// What was read, made, linked, ignored, held, failed.
    pub counts: Json,
    /// Code of what stopped it.
    pub cause: Option<String>,
    /// What stopped it, for a person.
    pub error: Option<String>,
}

/// Writes down that a scan begins; `worker` is the owner of the mailbox's lease.
pub async fn start(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    worker: &str,
    trigger: ScanTrigger,
    now: DateTime<Utc>,
) -> Result<ScanId, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        scanner_id: Set(scanner),
        worker: Set(text::clean(worker)),
        trigger: Set(trigger),
        started_at: Set(now),
        finished_at: Set(None),
        outcome: Set(ScanOutcome::Running),
        counts: Set(Json::Object(serde_json::Map::new())),
        cause: Set(None),
        error: Set(None),
    };
    Ok(row.insert(db).await?.id)
}

/// Writes down how far a running scan is, so that a scan that is cut keeps its counts.
pub async fn set_counts(
    db: &impl ConnectionTrait,
    scan: ScanId,
    counts: Json,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Counts, Expr::value(counts))
        .filter(Column::Id.eq(scan))
        .filter(Column::Outcome.eq(ScanOutcome::Running))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes down how a scan ended; says whether it was still running (it may have been cut).
pub async fn finish(
    db: &impl ConnectionTrait,
    scan: ScanId,
    report: Report,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let finished = Entity::update_many()
        .col_expr(Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(Column::Outcome, Expr::value(report.outcome.to_value()))
        .col_expr(Column::Counts, Expr::value(text::clean_json(report.counts)))
        .col_expr(Column::Cause, Expr::value(report.cause))
        .col_expr(
            Column::Error,
            Expr::value(report.error.as_deref().map(text::clean)),
        )
        .filter(Column::Id.eq(scan))
        .filter(Column::Outcome.eq(ScanOutcome::Running))
        .exec(db)
        .await?;
    Ok(finished.rows_affected > 0)
}

/// Ends the scans whose worker no longer holds their mailbox, and gives them back.
pub async fn cut_orphans(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    let held = Query::select()
        .expr(Expr::value(1))
        .from(leases::Entity)
        .inner_join(
            scanners::Entity,
            Expr::col((scanners::Entity, scanners::Column::MailboxId))
                .equals((leases::Entity, leases::Column::MailboxId)),
        )
        .and_where(
            Expr::col((scanners::Entity, scanners::Column::Id)).equals((Entity, Column::ScannerId)),
        )
        .and_where(
            Expr::col((leases::Entity, leases::Column::Owner)).equals((Entity, Column::Worker)),
        )
        .and_where(Expr::col((leases::Entity, leases::Column::ExpiresAt)).gt(now))
        .to_owned();
    Ok(Entity::update_many()
        .col_expr(Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(Column::Outcome, Expr::value(ScanOutcome::Cut.to_value()))
        .col_expr(
            Column::Error,
            Expr::value("The worker went silent; the next scan goes on from here."),
        )
        .filter(Column::Outcome.eq(ScanOutcome::Running))
        .filter(Expr::exists(held).not())
        .exec_with_returning(db)
        .await?)
}

/// The last scan of each scanner that had one; imports of files are none.
pub async fn last_per_scanner(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    let last = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "last")
        .filter(Column::Trigger.ne(ScanTrigger::Import))
        .group_by(Column::ScannerId)
        .into_query();
    Ok(Entity::find()
        .filter(Column::Id.in_subquery(last))
        .order_by_asc(Column::ScannerId)
        .all(db)
        .await?)
}

/// When each scanner's last scan that was done ended; scanners without one are left out, imports of files are none.
pub async fn last_good_per_scanner(
    db: &impl ConnectionTrait,
) -> Result<Vec<(ScannerId, DateTime<Utc>)>, StoreError> {
    // Asked scanner by scanner, newest first: the history may hold millions.
    let last = Entity::find()
        .select_only()
        .column(Column::FinishedAt)
        .filter(
            Expr::col((Entity, Column::ScannerId)).equals((scanners::Entity, scanners::Column::Id)),
        )
        .filter(Column::Outcome.eq(ScanOutcome::Done))
        .filter(Column::Trigger.ne(ScanTrigger::Import))
        .order_by_desc(Column::Id)
        .limit(1)
        .into_query();
    let rows: Vec<(ScannerId, Option<DateTime<Utc>>)> = scanners::Entity::find()
        .select_only()
        .column(scanners::Column::Id)
        .expr_as(Expr::from(SubQueryStatement::from(last)), "last")
        .order_by_asc(scanners::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(scanner, last)| Some((scanner, last?)))
        .collect())
}

/// The newest first, of one scanner or of all; at most `limit` of those that began before `before`.
pub async fn list(
    db: &impl ConnectionTrait,
    scanner: Option<ScannerId>,
    before: Option<ScanId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(scanner) = scanner {
        select = select.filter(Column::ScannerId.eq(scanner));
    }
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
}

/// Forgets at most `limit` reports of scans that began before `before`, and none of the last `kept` of each scanner; says
/// how many. Messages and links of theirs stay.
pub async fn forget(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    kept: u64,
    limit: u64,
) -> Result<u64, StoreError> {
    let later = Alias::new("later");
    let column = |column: Column| Expr::col((later.clone(), column));
    let oldest_kept = Query::select()
        .expr(column(Column::Id))
        .from_as(Entity, later.clone())
        .and_where(column(Column::ScannerId).equals((Entity, Column::ScannerId)))
        .order_by((later.clone(), Column::Id), Order::Desc)
        .limit(1)
        .offset(kept.saturating_sub(1))
        .to_owned();
    let old: Vec<ScanId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::StartedAt.lt(before))
        .filter(Column::Outcome.ne(ScanOutcome::Running))
        .filter(
            Expr::col((Entity, Column::Id)).lt(Expr::from(SubQueryStatement::from(oldest_kept))),
        )
        .order_by_asc(Column::StartedAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    let forgotten = Entity::delete_many()
        .filter(Column::Id.is_in(old))
        .exec(db)
        .await?;
    Ok(forgotten.rows_affected)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: ScanId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

#[cfg(test)]
#[path = "scans_tests.rs"]
mod tests;
