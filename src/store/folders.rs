//! Folders: the cursors.

use entities::folders::{ActiveModel, Column, Entity, Model};
use entities::ids::{FolderId, ScannerId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk, text};

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
    };
    bulk::insert_missing(db, vec![row], &[Column::ScannerId, Column::Name]).await?;
    find(db, scanner, &name)
        .await?
        .ok_or_else(|| StoreError::Broken("a folder is gone at once".to_owned()))
}

/// Moves the cursor.
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
