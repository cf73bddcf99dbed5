//! Tickets: questions being worked on, and what became of them.

use chrono::{DateTime, Utc};
use entities::ids::{
    ContactId, MessageId, OrganizationId, ScanId, ScannerId, TicketChangeId, TicketId, UserId,
};
use entities::links::AuthorKind;
use entities::ticket_changes;
use entities::tickets::{ActiveModel, Column, Entity, Model, TicketPriority, TicketStatus};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk, text};

/// A ticket to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// How far it is.
    pub status: TicketStatus,
    /// How soon it has to be.
    pub priority: TicketPriority,
    /// Who asks.
    pub contact_id: Option<ContactId>,
    /// For whom they ask.
    pub organization_id: Option<OrganizationId>,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// The message it is made from.
    pub message_id: Option<MessageId>,
    /// The rule that makes it.
    pub rule: Option<String>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// A change of a ticket's status, and who makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its status before.
    pub before: TicketStatus,
    /// Its status from now on.
    pub after: TicketStatus,
    /// Its priority before and from now on, where that changes.
    pub priority: Option<(TicketPriority, TicketPriority)>,
    /// What sort of author changes it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The message that changes it.
    pub message_id: Option<MessageId>,
    /// The scan in which it is changed.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules say so.
    pub scanner_id: Option<ScannerId>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Which tickets are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of this status.
    pub status: Option<TicketStatus>,
    /// Only those made before this one.
    pub before: Option<TicketId>,
}

/// Makes a ticket.
pub async fn insert(db: &impl ConnectionTrait, new: NewTicket) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        title: Set(text::clean(&new.title)),
        description: Set(text::clean(&new.description)),
        status: Set(new.status),
        priority: Set(new.priority),
        contact_id: Set(new.contact_id),
        organization_id: Set(new.organization_id),
        owner_id: Set(new.owner_id),
        message_id: Set(new.message_id),
        rule: Set(new.rule),
        created_at: Set(new.created_at),
        updated_at: Set(new.created_at),
    };
    Ok(row.insert(db).await?)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: TicketId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Those with these keys.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[TicketId]) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(db, Entity::find(), Column::Id, ids).await
}

/// The one with this key, which nobody else changes before this transaction ends.
pub async fn by_id_locked(
    db: &impl ConnectionTrait,
    id: TicketId,
) -> Result<Option<Model>, StoreError> {
    let find = Entity::find_by_id(id);
    // SQLite has one writer at a time anyway, and no such word.
    let found = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => find.lock_exclusive().one(db).await?,
        _ => find.one(db).await?,
    };
    Ok(found)
}

/// The newest first, at most `limit`.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: Filter,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(status) = filter.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(before) = filter.before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
}

/// Those made from these messages, the oldest first.
pub async fn for_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(
        db,
        Entity::find().order_by_asc(Column::Id),
        Column::MessageId,
        messages,
    )
    .await
}

/// Gives a ticket another status and tells who did, unless the same message has done so before; says whether it did.
/// Of one decision each rule may. The ticket has to be locked.
pub async fn change(db: &impl ConnectionTrait, new: NewChange) -> Result<bool, StoreError> {
    if has_changed(db, &new).await? {
        return Ok(false);
    }
    let row = ticket_changes::ActiveModel {
        id: NotSet,
        ticket_id: Set(new.ticket_id),
        before: Set(new.before),
        after: Set(new.after),
        priority_before: Set(new.priority.map(|(before, _)| before)),
        priority_after: Set(new.priority.map(|(_, after)| after)),
        author_kind: Set(new.author_kind),
        author: Set(text::clean(&new.author)),
        message_id: Set(new.message_id),
        scan_id: Set(new.scan_id),
        scanner_id: Set(new.scanner_id),
        created_at: Set(new.created_at),
        undone: Set(false),
    };
    ticket_changes::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let changed = ActiveModel {
        id: Unchanged(new.ticket_id),
        status: Set(new.after),
        priority: new.priority.map_or(NotSet, |(_, after)| Set(after)),
        updated_at: Set(new.created_at),
        ..<ActiveModel as Default>::default()
    };
    changed.update(db).await?;
    Ok(true)
}

/// Whether the message has brought the ticket to this status and priority before: by another decision about it, or by the same rule.
/// What was taken back does not count.
async fn has_changed(db: &impl ConnectionTrait, new: &NewChange) -> Result<bool, StoreError> {
    use ticket_changes::Column as Change;
    let Some(message) = new.message_id else {
        return Ok(false);
    };
    let before = ticket_changes::Entity::find()
        .filter(Change::TicketId.eq(new.ticket_id))
        .filter(Change::MessageId.eq(message))
        .filter(Change::After.eq(new.after))
        .filter(Change::Undone.eq(false))
        .filter(match new.priority {
            Some((_, after)) => Change::PriorityAfter.eq(after),
            None => Change::PriorityAfter.is_null(),
        })
        .all(db)
        .await?;
    let by_another_rule_of_the_same = |row: &ticket_changes::Model| {
        row.scan_id == new.scan_id && row.scanner_id == new.scanner_id && row.author != new.author
    };
    Ok(!before.iter().all(by_another_rule_of_the_same))
}

/// These were taken back.
pub async fn mark_undone(
    db: &impl ConnectionTrait,
    changes: &[TicketChangeId],
) -> Result<(), StoreError> {
    for piece in bulk::distinct(changes) {
        ticket_changes::Entity::update_many()
            .col_expr(ticket_changes::Column::Undone, Expr::value(true))
            .filter(ticket_changes::Column::Id.is_in(piece))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// What became of a ticket, the latest last.
pub async fn changes(
    db: &impl ConnectionTrait,
    id: TicketId,
) -> Result<Vec<ticket_changes::Model>, StoreError> {
    Ok(ticket_changes::Entity::find()
        .filter(ticket_changes::Column::TicketId.eq(id))
        .order_by_asc(ticket_changes::Column::Id)
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
