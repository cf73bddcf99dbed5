//! When people are away. Days are those of UTC, the first and the last of them included.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::absences::{ActiveModel, Column, Entity, Model};
use entities::ids::UserId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk};

/// All, by their first days.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::FirstDay)
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// Who of these is away on that day, and until when, that day included.
pub async fn away(
    db: &impl ConnectionTrait,
    users: &[UserId],
    day: NaiveDate,
) -> Result<HashMap<UserId, NaiveDate>, StoreError> {
    let mut away = HashMap::new();
    for piece in bulk::distinct(users) {
        let rows = Entity::find()
            .filter(Column::UserId.is_in(piece))
            .filter(Column::FirstDay.lte(day))
            .filter(Column::LastDay.gte(day))
            .order_by_asc(Column::LastDay)
            .all(db)
            .await?;
        away.extend(rows.into_iter().map(|row| (row.user_id, row.last_day)));
    }
    Ok(away)
}

/// Says when somebody is away; what was said before is forgotten. Of two that begin on one day the longer one stays.
pub async fn replace(
    db: &impl ConnectionTrait,
    user: UserId,
    days: &[(NaiveDate, NaiveDate)],
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .exec(db)
        .await?;
    let mut days = days.to_vec();
    days.sort_unstable_by(|one, other| (one.0, other.1).cmp(&(other.0, one.1)));
    days.dedup_by_key(|(first, _)| *first);
    let rows: Vec<ActiveModel> = days
        .into_iter()
        .map(|(first, last)| ActiveModel {
            id: NotSet,
            user_id: Set(user),
            first_day: Set(first),
            last_day: Set(last),
        })
        .collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "absences_tests.rs"]
mod tests;
