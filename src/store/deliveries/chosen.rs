//! Choosing deliveries by what a person says of them: for lists, and for what is done with many at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity, Model, Relation};
use entities::ids::{DeliveryId, FolderId, MessageId, ScannerId};
use entities::{folders, messages};
use sea_orm::sea_query::{Expr, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

use crate::store::{StoreError, bulk};

/// Which copies; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these.
    pub ids: Vec<DeliveryId>,
    /// Kept by this scanner.
    pub scanner: Option<ScannerId>,
    /// In one of these states.
    pub states: Vec<DeliveryState>,
    /// With these words in what went wrong, or in why it was discarded; large and small letters alike.
    pub error: Option<String>,
    /// Kept at this moment or later.
    pub since: Option<DateTime<Utc>>,
}

/// A copy with where it lies and, as far as that is known, what it is a copy of.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The copy.
    pub delivery: Model,
    /// Its folder.
    pub folder: folders::Model,
    /// Its message, once that was stored.
    pub message: Option<messages::Model>,
}

impl Listed {
    /// Whether it was imported from a file and lies on no server.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.delivery.uid_validity == super::OF_FILES
    }
}

impl Filter {
    /// The same, of these states only.
    pub(super) fn within(&self, states: &[DeliveryState]) -> Condition {
        self.condition().add(Column::State.is_in(states.to_vec()))
    }

    pub(super) fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if !self.ids.is_empty() {
            all = all.add(Column::Id.is_in(self.ids.iter().copied()));
        }
        if self.scanner.is_some() || self.ids.is_empty() {
            // Asked by folder also where all are meant: the index that knows states begins with folders.
            all = all.add(Column::FolderId.in_subquery(folders_of(self.scanner)));
        }
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        if let Some(error) = &self.error {
            let has = |column: Column| {
                Expr::expr(Func::lower(Expr::col((Entity, column)))).like(containing(error))
            };
            all = all.add(
                Condition::any()
                    .add(has(Column::Error))
                    .add(has(Column::DiscardReason)),
            );
        }
        if let Some(since) = self.since {
            all = all.add(Column::KeptAt.gte(since));
        }
        all
    }
}

fn folders_of(scanner: Option<ScannerId>) -> sea_orm::sea_query::SelectStatement {
    let mut select = folders::Entity::find()
        .select_only()
        .column(folders::Column::Id);
    if let Some(scanner) = scanner {
        select = select.filter(folders::Column::ScannerId.eq(scanner));
    }
    select.into_query()
}

/// A pattern for texts in small letters that contain `words`.
fn containing(words: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in words.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// How many copies of each scanner and state are chosen.
pub async fn count(
    db: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Vec<(ScannerId, DeliveryState, i64)>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(folders::Column::ScannerId)
        .column(Column::State)
        .column_as(Column::Id.count(), "count")
        .join(JoinType::InnerJoin, Relation::Folder.def())
        .filter(filter.condition())
        .group_by(folders::Column::ScannerId)
        .group_by(Column::State)
        .order_by_asc(folders::Column::ScannerId)
        .order_by_asc(Column::State)
        .into_tuple()
        .all(db)
        .await?)
}

/// Those that are chosen, the last kept first, at most `limit` of those kept before `before`.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<DeliveryId>,
    limit: u64,
) -> Result<Vec<Listed>, StoreError> {
    let mut select = Entity::find()
        .filter(filter.condition())
        // Not the bare key: the planner would walk it over every copy ever done to save sorting a few.
        .order_by_desc(Expr::col((Entity, Column::Id)).add(0))
        .limit(limit);
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    placed(db, select.all(db).await?).await
}

/// The copies of these messages, message by message in their order.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Listed>, StoreError> {
    let mut copies = Vec::new();
    for piece in bulk::distinct(messages) {
        copies.extend(
            Entity::find()
                .filter(Column::MessageId.is_in(piece))
                .order_by_asc(Column::Id)
                .all(db)
                .await?,
        );
    }
    placed(db, copies).await
}

/// The copies with these UIDs in one folder.
pub async fn by_uids(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    uids: &[i64],
) -> Result<Vec<Listed>, StoreError> {
    let mut copies = Vec::new();
    for piece in bulk::distinct(uids) {
        copies.extend(
            Entity::find()
                .filter(Column::FolderId.eq(folder))
                .filter(Column::UidValidity.eq(uid_validity))
                .filter(Column::Uid.is_in(piece))
                .order_by_asc(Column::Uid)
                .all(db)
                .await?,
        );
    }
    placed(db, copies).await
}

async fn placed(
    db: &impl ConnectionTrait,
    deliveries: Vec<Model>,
) -> Result<Vec<Listed>, StoreError> {
    let ids: Vec<FolderId> = deliveries.iter().map(|one| one.folder_id).collect();
    let mut places = HashMap::new();
    for piece in bulk::distinct(&ids) {
        let found = folders::Entity::find().filter(folders::Column::Id.is_in(piece));
        places.extend(found.all(db).await?.into_iter().map(|row| (row.id, row)));
    }
    let ids: Vec<MessageId> = deliveries.iter().filter_map(|one| one.message_id).collect();
    let mut read = HashMap::new();
    for piece in bulk::distinct(&ids) {
        let found = messages::Entity::find().filter(messages::Column::Id.is_in(piece));
        read.extend(found.all(db).await?.into_iter().map(|row| (row.id, row)));
    }
    // A foreign key sees to it that the folder is there.
    Ok(deliveries
        .into_iter()
        .filter_map(|delivery| {
            Some(Listed {
                folder: places.get(&delivery.folder_id)?.clone(),
                message: delivery.message_id.and_then(|id| read.get(&id).cloned()),
                delivery,
            })
        })
        .collect())
}

#[cfg(test)]
#[path = "chosen_tests.rs"]
mod tests;
