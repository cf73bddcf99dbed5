//! The audit log: who changed or looked into what, and when. Entries are only ever added.

use chrono::{DateTime, Utc};
use entities::audit_entries::{ActiveModel, Column, Entity, Model};
use entities::ids::{AuditEntryId, UserId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::{StoreError, text};

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// Who, where it is a user.
    pub user_id: Option<UserId>,
    /// Their address, or what acted without one.
    pub who: String,
    /// What, as `scanner.change`.
    pub action: String,
    /// To what sort of thing.
    pub object_kind: String,
    /// To which one.
    pub object_id: String,
    /// How it is called.
    pub object_name: String,
    /// What changed, by field; no secrets.
    pub changes: Value,
    /// From which address.
    pub remote: String,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this user.
    pub user: Option<UserId>,
    /// Those about this sort of thing, and about this one of them.
    pub object: Option<(String, Option<String>)>,
    /// Those before this one.
    pub before: Option<AuditEntryId>,
}

/// Adds one.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewEntry,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: NotSet,
        at: Set(now),
        user_id: Set(new.user_id),
        who: Set(text::clean(&new.who)),
        action: Set(new.action),
        object_kind: Set(new.object_kind),
        object_id: Set(new.object_id),
        object_name: Set(text::clean(&new.object_name)),
        changes: Set(text::clean_json(new.changes)),
        remote: Set(new.remote),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The newest first, at most `limit`.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(user) = filter.user {
        select = select.filter(Column::UserId.eq(user));
    }
    if let Some((kind, id)) = &filter.object {
        select = select.filter(Column::ObjectKind.eq(kind.as_str()));
        if let Some(id) = id {
            select = select.filter(Column::ObjectId.eq(id.as_str()));
        }
    }
    if let Some(before) = filter.before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
}

#[cfg(test)]
#[path = "audit_entries_tests.rs"]
mod tests;
