//! Folders: the cursors. New mail lies above the cursor; older mail that is still to be read is the backlog below it.

pub mod looks;

use chrono::NaiveDate;
use entities::folders::{ActiveModel, Column, Entity, Model};
use entities::ids::{FolderId, ScannerId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, Func, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk, text};

/// UIDs of one folder, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The lowest.
    pub first: i64,
    /// The highest.
    pub last: i64,
}

/// A folder at its first look, or under a new UIDVALIDITY.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// UIDVALIDITY (RFC 9051 §2.3.1.1).
    pub uid_validity: i64,
    /// The highest UID there: what is above is new.
    pub last_uid: i64,
    /// About how many messages lie up to it.
    pub messages: i64,
    /// HIGHESTMODSEQ where the server has one (RFC 7162).
    pub highest_modseq: Option<i64>,
    /// The scanner's start date.
    pub read_since: Option<NaiveDate>,
}

/// A part of a backlog that is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// The backlog before.
    pub was: Stretch,
    /// The backlog after; nothing when it is at its end.
    pub left: Option<Stretch>,
    /// So many messages were in the part.
    pub messages: i64,
    /// About how many were in the backlog before, where that was not known.
    pub estimate: i64,
}

/// How much older mail the folders of a scanner still have to give, in messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// About so many are left.
    pub left: i64,
    /// About so many there were.
    pub total: i64,
}

/// Those of a scanner, by name.
pub async fn list(db: &impl ConnectionTrait, scanner: ScannerId) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::ScannerId.eq(scanner))
        .order_by_asc(Column::Name)
        .all(db)
        .await?)
}

/// The one with this name, made with an empty cursor when it is new.
pub async fn find_or_insert(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    name: &str,
) -> Result<Model, StoreError> {
    let name = text::key(name);
    if let Some(found) = find(db, scanner, &name).await? {
        return Ok(found);
    }
    let row = ActiveModel {
        id: NotSet,
        scanner_id: Set(scanner),
        name: Set(name.clone()),
        uid_validity: Set(None),
        last_uid: Set(0),
        highest_modseq: Set(None),
        backlog_first: Set(None),
        backlog_last: Set(None),
        backlog_left: Set(None),
        backlog_total: Set(None),
        read_since: Set(None),
        narrowed: Set(None),
        seen_uid_validity: Set(None),
        seen_exists: Set(None),
        seen_uid_next: Set(None),
        seen_highest_modseq: Set(None),
        sweep_owed: Set(false),
        swept_at: Set(None),
        renewals: Set(0),
    };
    bulk::insert_missing(db, vec![row], &[Column::ScannerId, Column::Name]).await?;
    find(db, scanner, &name)
        .await?
        .ok_or_else(|| StoreError::Broken("a folder is gone at once".to_owned()))
}

/// Puts the cursor at the folder's end and all that is there into the backlog.
pub async fn begin(
    db: &impl ConnectionTrait,
    folder: FolderId,
    beginning: Beginning,
) -> Result<(), StoreError> {
    let some = |value: i64| Some(value).filter(|_| beginning.last_uid > 0);
    Entity::update_many()
        .col_expr(Column::UidValidity, Expr::value(beginning.uid_validity))
        .col_expr(Column::LastUid, Expr::value(beginning.last_uid))
        .col_expr(Column::HighestModseq, Expr::value(beginning.highest_modseq))
        .col_expr(Column::BacklogFirst, Expr::value(some(1)))
        .col_expr(Column::BacklogLast, Expr::value(some(beginning.last_uid)))
        .col_expr(Column::BacklogLeft, Expr::value(some(beginning.messages)))
        .col_expr(Column::BacklogTotal, Expr::value(some(beginning.messages)))
        .col_expr(Column::ReadSince, Expr::value(beginning.read_since))
        .col_expr(Column::Narrowed, Expr::value(None::<Json>))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// Moves the cursor over new mail.
pub async fn set_cursor(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    last_uid: i64,
    highest_modseq: Option<i64>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::UidValidity, Expr::value(uid_validity))
        .col_expr(Column::LastUid, Expr::value(last_uid))
        .col_expr(Column::HighestModseq, Expr::value(highest_modseq))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// Shrinks the backlog. One that was widened meanwhile stays as wide: what is in the ledger is not read again.
pub async fn shrink_backlog(
    db: &impl ConnectionTrait,
    folder: FolderId,
    passed: Passed,
) -> Result<(), StoreError> {
    let Passed {
        was,
        left,
        messages,
        estimate,
    } = passed;
    let update = Entity::update_many()
        .filter(Column::Id.eq(folder))
        .filter(Column::BacklogFirst.eq(was.first))
        .filter(Column::BacklogLast.eq(was.last));
    let update = match left {
        None => update
            .col_expr(Column::BacklogFirst, Expr::value(None::<i64>))
            .col_expr(Column::BacklogLast, Expr::value(None::<i64>))
            .col_expr(Column::BacklogLeft, Expr::value(None::<i64>))
            .col_expr(Column::BacklogTotal, Expr::value(None::<i64>)),
        Some(left) => {
            let known = |column: Column| -> SimpleExpr {
                Func::coalesce([Expr::col(column), Expr::value(estimate)]).into()
            };
            let rest = known(Column::BacklogLeft).sub(messages);
            update
                .col_expr(Column::BacklogFirst, Expr::value(left.first))
                .col_expr(Column::BacklogLast, Expr::value(left.last))
                .col_expr(
                    Column::BacklogLeft,
                    Expr::case(rest.clone().gt(0), rest).finally(0).into(),
                )
                .col_expr(Column::BacklogTotal, known(Column::BacklogTotal))
        }
    };
    update.exec(db).await?;
    Ok(())
}

/// Has the messages with these UIDs read that the ledger does not know; those above the cursor are new mail anyway.
pub async fn widen_backlog(
    db: &impl ConnectionTrait,
    folder: FolderId,
    wanted: Stretch,
) -> Result<(), StoreError> {
    let Some(row) = Entity::find_by_id(folder).one(db).await? else {
        return Ok(());
    };
    let wanted = Stretch {
        first: Ord::max(wanted.first, 1),
        last: Ord::min(wanted.last, row.last_uid),
    };
    if row.uid_validity.is_none() || wanted.first > wanted.last {
        return Ok(());
    }
    let first = Ord::min(row.backlog_first.unwrap_or(wanted.first), wanted.first);
    let last = Ord::max(row.backlog_last.unwrap_or(wanted.last), wanted.last);
    Entity::update_many()
        .col_expr(Column::BacklogFirst, Expr::value(first))
        .col_expr(Column::BacklogLast, Expr::value(last))
        .col_expr(Column::BacklogLeft, Expr::value(None::<i64>))
        .col_expr(Column::BacklogTotal, Expr::value(None::<i64>))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// Says how many older messages are still to be read of a folder that has no UIDs: the backlog counts them.
pub async fn count_backlog(
    db: &impl ConnectionTrait,
    folder: &Model,
    left: i64,
) -> Result<(), StoreError> {
    let some = |value: i64| Some(value).filter(|_| left > 0);
    let total = Ord::max(folder.backlog_total.unwrap_or(left), left);
    Entity::update_many()
        .col_expr(Column::BacklogFirst, Expr::value(some(1)))
        .col_expr(Column::BacklogLast, Expr::value(some(left)))
        .col_expr(Column::BacklogLeft, Expr::value(some(left)))
        .col_expr(Column::BacklogTotal, Expr::value(some(total)))
        .filter(Column::Id.eq(folder.id))
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers the start date under which the folder is read from now on.
pub async fn set_read_since(
    db: &impl ConnectionTrait,
    folder: FolderId,
    read_since: Option<NaiveDate>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ReadSince, Expr::value(read_since))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers where connections broke; nothing forgets it.
pub async fn set_narrowed(
    db: &impl ConnectionTrait,
    folder: FolderId,
    narrowed: Option<Json>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Narrowed, Expr::value(narrowed))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// How much older mail each scanner still has to read; those without any are left out.
pub async fn backlogs(
    db: &impl ConnectionTrait,
    scanner: Option<ScannerId>,
) -> Result<Vec<(ScannerId, Backlog)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        scanner_id: ScannerId,
        backlog_left: Option<i64>,
        backlog_total: Option<i64>,
    }
    let mut select = Entity::find()
        .select_only()
        .columns([Column::ScannerId, Column::BacklogLeft, Column::BacklogTotal])
        .filter(Column::BacklogLast.is_not_null())
        .order_by_asc(Column::ScannerId);
    if let Some(scanner) = scanner {
        select = select.filter(Column::ScannerId.eq(scanner));
    }
    let mut backlogs: Vec<(ScannerId, Backlog)> = Vec::new();
    for row in select.into_model::<Row>().all(db).await? {
        let left = row.backlog_left.unwrap_or(0);
        let total = row.backlog_total.unwrap_or(left);
        match backlogs.last_mut() {
            Some((scanner, sum)) if *scanner == row.scanner_id => {
                sum.left += left;
                sum.total += total;
            }
            _ => backlogs.push((row.scanner_id, Backlog { left, total })),
        }
    }
    Ok(backlogs)
}

async fn find(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    name: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::ScannerId.eq(scanner))
        .filter(Column::Name.eq(name))
        .one(db)
        .await?)
}

#[cfg(test)]
#[path = "folders_tests.rs"]
mod tests;
