//! Health: how the scanning of each scanner goes.

use chrono::{DateTime, Utc};
use entities::health::{Column, Entity, HealthState, Model};
use entities::ids::ScannerId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::{StoreError, text};

/// How it goes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How it goes.
    pub state: HealthState,
    /// Why, for a person.
    pub reason: Option<String>,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Failed scans in a row.
    pub failures: i32,
}

/// All, by scanner.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::ScannerId)
        .all(db)
        .await?)
}

/// That of a scanner; nothing before its first scan.
pub async fn find(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(scanner).one(db).await?)
}

/// Sets it and says whether the state changed; while it does not, `since` stays.
pub async fn set(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    condition: Condition,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let before = find(db, scanner).await?;
    let since = before
        .as_ref()
        .filter(|old| old.state == condition.state)
        .map(|old| old.since);
    let row = Model {
        scanner_id: scanner,
        state: condition.state,
        reason: condition.reason.as_deref().map(text::clean),
        since: since.unwrap_or(now),
        next_try_at: condition.next_try_at,
        failures: condition.failures,
    };
    if before.as_ref() == Some(&row) {
        return Ok(false);
    }
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(Column::ScannerId)
                .update_columns([
                    Column::State,
                    Column::Reason,
                    Column::Since,
                    Column::NextTryAt,
                    Column::Failures,
                ])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(since.is_none())
}

/// Says when a scanner is tried again, if that is another time than its last scan's report said.
pub async fn set_next_try(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    next_try_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(next_try_at))
        .filter(Column::ScannerId.eq(scanner))
        .exec(db)
        .await?;
    Ok(())
}
