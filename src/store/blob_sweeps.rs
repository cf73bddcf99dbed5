//! How far the blob store has been looked through for what nobody needs, and what was found.

use chrono::{DateTime, Utc};
use entities::blob_orphans::{self, ActiveModel as Orphan, Model};
use entities::blob_sweeps::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{StoreError, bulk};

/// The one row.
const ID: i32 = 1;

/// What is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// Rows of blobs.
    Rows,
    /// Objects of the blob store.
    Objects,
}

impl Walk {
    fn column(self) -> Column {
        match self {
            Self::Rows => Column::RowsAfter,
            Self::Objects => Column::ObjectsAfter,
        }
    }
}

/// How far each walk is, and whose the blob store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What the blob store must hold to be this database's.
    pub owner: String,
    /// Rows up to this hash were looked at.
    pub rows_after: String,
    /// Objects up to this name were.
    pub objects_after: String,
}

/// Where the walks are; the first to ask begins both, with `owner` for what the blob store shall hold.
pub async fn progress(db: &impl ConnectionTrait, owner: &str) -> Result<Progress, StoreError> {
    if let Some(row) = Entity::find_by_id(ID).one(db).await? {
        return Ok(row.into());
    }
    let first = ActiveModel {
        id: Set(ID),
        owner: Set(owner.to_owned()),
        rows_after: Set(String::new()),
        objects_after: Set(String::new()),
    };
    bulk::insert_missing(db, vec![first], &[Column::Id]).await?;
    let row = Entity::find_by_id(ID).one(db).await?;
    row.map(Into::into)
        .ok_or_else(|| StoreError::Broken("the row of blob_sweeps is gone".to_owned()))
}

/// Moves a walk on; says whether it still was at `from`, or another worker has moved it meanwhile.
pub async fn advance(
    db: &impl ConnectionTrait,
    walk: Walk,
    from: &str,
    to: &str,
) -> Result<bool, StoreError> {
    let moved = Entity::update_many()
        .col_expr(walk.column(), Expr::value(to))
        .filter(Column::Id.eq(ID))
        .filter(walk.column().eq(from))
        .exec(db)
        .await?;
    Ok(moved.rows_affected > 0)
}

/// Which of these objects are known as orphans, and since when.
pub async fn orphans(
    db: &impl ConnectionTrait,
    objects: &[&str],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(
        db,
        blob_orphans::Entity::find(),
        blob_orphans::Column::Object,
        objects,
    )
    .await
}

/// Remembers orphans that were found at `now`; those known already keep their time.
pub async fn remember_orphans(
    db: &impl ConnectionTrait,
    objects: &[&str],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let rows = objects.iter().map(|object| Orphan {
        object: Set((*object).to_owned()),
        found_at: Set(now),
    });
    bulk::insert_missing(db, rows.collect(), &[blob_orphans::Column::Object]).await?;
    Ok(())
}

/// Forgets orphans that are gone, or are none any more.
pub async fn forget_orphans(db: &impl ConnectionTrait, objects: &[&str]) -> Result<(), StoreError> {
    for piece in bulk::distinct(objects) {
        blob_orphans::Entity::delete_many()
            .filter(blob_orphans::Column::Object.is_in(piece))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Forgets orphans that were found before `before`, which must be longer ago than the walk takes: somebody else
/// removed them.
pub async fn forget_orphans_found_before(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    blob_orphans::Entity::delete_many()
        .filter(blob_orphans::Column::FoundAt.lt(before))
        .exec(db)
        .await?;
    Ok(())
}

impl From<entities::blob_sweeps::Model> for Progress {
    fn from(row: entities::blob_sweeps::Model) -> Self {
        Self {
            owner: row.owner,
            rows_after: row.rows_after,
            objects_after: row.objects_after,
        }
    }
}
