//! Whose messages are, how far they are and how soon they have to be done, with what became of that.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::{MessageChangeId, MessageId, ScanId, ScannerId, UserId};
use entities::links::AuthorKind;
use entities::message_changes::{self, Changed};
use entities::message_states::{
    ActiveModel, Column, Entity, MessagePriority, MessageStatus, Model,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::undos::Scope;
use super::{StoreError, Tx, bulk, text};

/// Who said so before is looked for among so many.
const MOST_STANDING: u64 = 100;

/// A change, and who makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// The message.
    pub message_id: MessageId,
    /// What is changed.
    pub what: Changed,
    /// What it was; of an assignee the address, empty for nobody.
    pub before: String,
    /// What it is from now on.
    pub after: String,
    /// What sort of author changes it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The scan in which it is changed.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules do.
    pub scanner_id: Option<ScannerId>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// What holds of a message of which nobody has said anything.
#[must_use]
pub fn untouched(message: MessageId, now: DateTime<Utc>) -> Model {
    Model {
        message_id: message,
        assignee_id: None,
        status: MessageStatus::Open,
        priority: MessagePriority::Normal,
        updated_at: now,
    }
}

/// Of those of these messages of which somebody has said anything.
pub async fn of(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Model>, StoreError> {
    let mut found = HashMap::new();
    for piece in bulk::distinct(messages) {
        let rows = Entity::find()
            .filter(Column::MessageId.is_in(piece))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.message_id, row)));
    }
    Ok(found)
}

/// Of one message, which nobody else changes before this transaction ends.
pub async fn locked(tx: &Tx, message: MessageId, now: DateTime<Utc>) -> Result<Model, StoreError> {
    let first = row(&untouched(message, now));
    let there = OnConflict::column(Column::MessageId)
        .do_nothing()
        .to_owned();
    Entity::insert(first)
        .on_conflict(there)
        .exec_without_returning(tx)
        .await?;
    let mut select = Entity::find_by_id(message);
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() == DbBackend::Postgres {
        select = select.lock_exclusive();
    }
    let found = select.one(tx).await?;
    Ok(found.unwrap_or_else(|| untouched(message, now)))
}

/// Has nobody else change these messages before this transaction ends. Only those of which somebody has said anything.
pub async fn lock(tx: &Tx, messages: &[MessageId]) -> Result<(), StoreError> {
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for piece in bulk::distinct(messages) {
        Entity::find()
            .filter(Column::MessageId.is_in(piece))
            .order_by_asc(Column::MessageId)
            .lock_exclusive()
            .all(tx)
            .await?;
    }
    Ok(())
}

/// Writes what holds of a message from now on, and tells who changed it.
pub async fn change(tx: &Tx, state: &Model, new: NewChange) -> Result<(), StoreError> {
    Entity::update(row(state)).exec(tx).await?;
    tell(tx, new).await
}

/// Tells who says what holds already.
pub async fn tell(tx: &Tx, new: NewChange) -> Result<(), StoreError> {
    let told = message_changes::ActiveModel {
        id: NotSet,
        message_id: Set(new.message_id),
        what: Set(new.what),
        before: Set(text::clean(&new.before)),
        after: Set(text::clean(&new.after)),
        author_kind: Set(new.author_kind),
        author: Set(text::clean(&new.author)),
        scan_id: Set(new.scan_id),
        scanner_id: Set(new.scanner_id),
        created_at: Set(new.created_at),
        // That somebody took something back is told, and what is left of the others holds.
        undone: Set(new.author_kind == AuthorKind::Undo),
    };
    message_changes::Entity::insert(told)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// What became of a message, the latest last.
pub async fn changes(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<message_changes::Model>, StoreError> {
    Ok(message_changes::Entity::find()
        .filter(message_changes::Column::MessageId.eq(message))
        .order_by_asc(message_changes::Column::Id)
        .all(db)
        .await?)
}

/// What became of messages and in which order, the latest last.
pub async fn changes_of(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<message_changes::Model>, StoreError> {
    let select = message_changes::Entity::find().order_by_asc(message_changes::Column::Id);
    bulk::rows_in(db, select, message_changes::Column::MessageId, messages).await
}

/// The changes of one thing that hold, the latest first.
pub async fn standing(
    db: &impl ConnectionTrait,
    message: MessageId,
    what: Changed,
) -> Result<Vec<message_changes::Model>, StoreError> {
    Ok(message_changes::Entity::find()
        .filter(message_changes::Column::MessageId.eq(message))
        .filter(message_changes::Column::What.eq(what))
        .filter(message_changes::Column::Undone.eq(false))
        .order_by_desc(message_changes::Column::Id)
        .limit(MOST_STANDING)
        .all(db)
        .await?)
}

/// The messages of which a rule, a scan or a mailbox's scans changed something that is not taken back: the first ones.
pub async fn changed_by(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    use message_changes::Column as Change;
    Ok(message_changes::Entity::find()
        .select_only()
        .column(Change::MessageId)
        .distinct()
        .filter(by(scope))
        .order_by_asc(Change::MessageId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// Takes the changes of these messages back that a rule, a scan or a mailbox's scans made; says which those are.
pub async fn mark_undone(
    tx: &Tx,
    scope: &Scope,
    messages: &[MessageId],
) -> Result<HashSet<MessageChangeId>, StoreError> {
    use message_changes::Column as Change;
    let mut marked = HashSet::new();
    for piece in bulk::distinct(messages) {
        let theirs = by(scope).and(Change::MessageId.is_in(piece));
        let ids: Vec<MessageChangeId> = message_changes::Entity::find()
            .select_only()
            .column(Change::Id)
            .filter(theirs.clone())
            .into_tuple()
            .all(tx)
            .await?;
        marked.extend(ids);
        message_changes::Entity::update_many()
            .col_expr(Change::Undone, Expr::value(true))
            .filter(theirs)
            .exec(tx)
            .await?;
    }
    Ok(marked)
}

fn by(scope: &Scope) -> Expr {
    use message_changes::Column as Change;
    let made = scope.holds(
        Change::AuthorKind,
        Change::Author,
        Change::ScanId,
        Change::ScannerId,
    );
    made.and(Change::Undone.eq(false))
}

/// Which messages are theirs, for a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// Anybody's.
    ToAnybody,
    /// This user's.
    To(UserId),
    /// Nobody's.
    ToNobody,
}

fn row(state: &Model) -> ActiveModel {
    ActiveModel {
        message_id: Set(state.message_id),
        assignee_id: Set(state.assignee_id),
        status: Set(state.status),
        priority: Set(state.priority),
        updated_at: Set(state.updated_at),
    }
}
