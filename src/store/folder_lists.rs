//! Lists of folders that people ask for on a page: a person writes a row, a worker takes it and writes down what the server
//! lists. Each mailbox has one; the folders of before stay until the new ones are there.

use chrono::{DateTime, TimeDelta, Utc};
use entities::folder_lists::{ActiveModel, Column, Entity, Model};
use entities::ids::{MailboxId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{StoreError, text};

/// How often the folders of a mailbox may be asked for: each time signs in.
const BETWEEN: TimeDelta = TimeDelta::seconds(20);
/// No list takes longer; whoever has one for so long has lost it.
pub const LONGEST: TimeDelta = TimeDelta::minutes(3);
/// How many are looked at to find one that nobody else took.
const TRIED: u64 = 16;

/// Asks for the folders; says whether they will be listed. They are not while somebody lists them or has just done so.
pub async fn ask(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        mailbox_id: Set(mailbox),
        asked_by: Set(by),
        asked_at: Set(now),
        taken_by: Set(None),
        taken_at: Set(None),
        finished_at: Set(None),
        folders: Set(None),
        error: Set(None),
    };
    let own = |column| Expr::col((Entity, column));
    let is_over = own(Column::FinishedAt)
        .is_not_null()
        .and(own(Column::AskedAt).lte(now - BETWEEN))
        .or(own(Column::AskedAt).lte(now - LONGEST));
    let asked = Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([
                    Column::AskedBy,
                    Column::AskedAt,
                    Column::TakenBy,
                    Column::TakenAt,
                    Column::FinishedAt,
                    Column::Error,
                ])
                .action_and_where(is_over)
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(asked > 0)
}

/// Takes the one that waits for longest; `is_gone` knows which of those who took one are dead.
pub async fn take(
    db: &impl ConnectionTrait,
    owner: &str,
    now: DateTime<Utc>,
    is_gone: fn(&str) -> bool,
) -> Result<Option<Model>, StoreError> {
    let waiting = Entity::find()
        .filter(Column::FinishedAt.is_null())
        .order_by_asc(Column::AskedAt)
        .limit(TRIED)
        .all(db)
        .await?;
    for row in waiting {
        let lost = row.taken_at.is_none_or(|at| at <= now - LONGEST)
            || row.taken_by.as_deref().is_some_and(is_gone);
        if !lost {
            continue;
        }
        let taken = Entity::update_many()
            .col_expr(Column::TakenBy, Expr::value(text::clean(owner)))
            .col_expr(Column::TakenAt, Expr::value(now))
            .filter(Column::MailboxId.eq(row.mailbox_id))
            .filter(Column::FinishedAt.is_null())
            // Another worker may have been faster.
            .filter(match row.taken_at {
                None => Condition::all().add(Column::TakenAt.is_null()),
                Some(at) => Condition::all().add(Column::TakenAt.eq(at)),
            })
            .exec(db)
            .await?;
        if taken.rows_affected > 0 {
            return find(db, row.mailbox_id).await;
        }
    }
    Ok(None)
}

/// Writes down what came of it, unless somebody else was given it meanwhile: the folders, or why there are none.
pub async fn finish(
    db: &impl ConnectionTrait,
    taken: &Model,
    listed: Result<Json, String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut update = Entity::update_many()
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::MailboxId.eq(taken.mailbox_id))
        .filter(Column::FinishedAt.is_null())
        .filter(Column::TakenBy.eq(taken.taken_by.clone()))
        .filter(Column::TakenAt.eq(taken.taken_at));
    update = match listed {
        Ok(folders) => update.col_expr(Column::Folders, Expr::value(text::clean_json(folders))),
        Err(error) => update.col_expr(Column::Error, Expr::value(text::clean(&error))),
    };
    update.exec(db).await?;
    Ok(())
}

/// The one of a mailbox.
pub async fn find(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(mailbox).one(db).await?)
}

#[cfg(test)]
#[path = "folder_lists_tests.rs"]
mod tests;
