//! What rules did, chosen by whose work it is, and taken back.
//!
//! Links, tags and changes of tickets tell for themselves which rule, which scan and which scanner made them; a lead or a
//! ticket is whose link binds it to the message it was made of.

mod deleting;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::{LinkId, MailboxId, MessageId, ScanId, ScannerId, TicketId, UndoId};
use entities::links::{self, AuthorKind};
use entities::record_kind::RecordKind;
use entities::undos::{ActiveModel, Column, Entity, Model, UndoScope};
use entities::{message_tags, scanners, scans, ticket_changes};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, SelectModel, Selector,
};

pub use deleting::{
    delete_around, delete_bounces, delete_lead, delete_links, delete_tags, delete_ticket,
};

use super::record_moves::Record;
use super::{StoreError, bulk, text};

/// Whose work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Of the rule of this name.
    Rule(String),
    /// Of this scan.
    Scan(ScanId),
    /// Of every scan of this mailbox.
    Mailbox(MailboxId),
}

/// An undoing to tell of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUndo {
    /// Whose work.
    pub scope: UndoScope,
    /// The rule's name, the scan's number or the mailbox's address.
    pub name: String,
    /// How much of each sort was taken back.
    pub counts: Json,
    /// Who did it.
    pub author: String,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// A link that a rule made.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Made {
    /// The link.
    pub id: LinkId,
    /// Its message.
    pub message_id: MessageId,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Name of the rule.
    pub author: String,
}

impl Scope {
    /// Of a row with these columns.
    pub(super) fn holds<C: IntoColumnRef>(&self, kind: C, author: C, scan: C, scanner: C) -> Expr {
        let by_rule = Expr::col(kind).eq(AuthorKind::Rule.to_value());
        by_rule.and(self.of_rules(author, scan, scanner))
    }

    /// Of a row with these columns that only rules write.
    pub(super) fn of_rules<C: IntoColumnRef>(&self, author: C, scan: C, scanner: C) -> Expr {
        match self {
            Self::Rule(name) => Expr::col(author).eq(name.as_str()),
            Self::Scan(id) => Expr::col(scan).eq(id.0),
            Self::Mailbox(id) => Expr::col(scanner).in_subquery(scanners_of(*id)),
        }
    }

    fn of_tags(&self) -> Expr {
        use message_tags::Column as Tag;
        self.holds(Tag::AuthorKind, Tag::Author, Tag::ScanId, Tag::ScannerId)
    }
}

pub(super) fn scanners_of(mailbox: MailboxId) -> SelectStatement {
    Query::select()
        .column(scanners::Column::Id)
        .from(scanners::Entity)
        .and_where(Expr::col(scanners::Column::MailboxId).eq(mailbox.0))
        .to_owned()
}

/// Whose decisions it is about; nothing for those of every scanner.
pub async fn scanners(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Option<Vec<ScannerId>>, StoreError> {
    let select = match scope {
        Scope::Rule(_) => return Ok(None),
        Scope::Scan(id) => {
            scans::Entity::find_by_id(*id)
                .select_only()
                .column(scans::Column::ScannerId)
                .into_tuple()
                .all(db)
                .await?
        }
        Scope::Mailbox(id) => {
            scanners::Entity::find()
                .select_only()
                .column(scanners::Column::Id)
                .filter(scanners::Column::MailboxId.eq(*id))
                .into_tuple()
                .all(db)
                .await?
        }
    };
    Ok(Some(select))
}

fn of_links(scope: &Scope) -> Select<links::Entity> {
    use links::Column as Link;
    links::Entity::find().filter(scope.holds(
        Link::AuthorKind,
        Link::Author,
        Link::ScanId,
        Link::ScannerId,
    ))
}

fn made(select: Select<links::Entity>) -> Selector<SelectModel<Made>> {
    use links::Column as Link;
    select
        .select_only()
        .columns([
            Link::Id,
            Link::MessageId,
            Link::RecordKind,
            Link::RecordId,
            Link::Author,
        ])
        .order_by_asc(Link::Id)
        .into_model()
}

/// The links to records of a kind that it made, the oldest first: at most `limit` of those behind `after`.
pub async fn links_made(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    after: LinkId,
    limit: u64,
) -> Result<Vec<Made>, StoreError> {
    let select = of_links(scope)
        .filter(links::Column::RecordKind.eq(kind))
        .filter(links::Column::Id.gt(after))
        .limit(limit);
    Ok(made(select).all(db).await?)
}

/// Which of these links it made, whatever they lead to.
pub async fn links_among(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[LinkId],
) -> Result<Vec<Made>, StoreError> {
    let mut found = Vec::new();
    for piece in bulk::distinct(ids) {
        let select = of_links(scope).filter(links::Column::Id.is_in(piece));
        found.extend(made(select).all(db).await?);
    }
    Ok(found)
}

/// The links to a record that it made.
pub async fn links_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    record: Record,
) -> Result<Vec<Made>, StoreError> {
    let select = of_links(scope)
        .filter(links::Column::RecordKind.eq(record.0))
        .filter(links::Column::RecordId.eq(record.1));
    Ok(made(select).all(db).await?)
}

/// The links to these records that it made: a record is its work if one of them is of the message that it was made of.
pub async fn links_to(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    records: &[i64],
    messages: &[MessageId],
) -> Result<HashSet<(i64, MessageId)>, StoreError> {
    use links::Column as Link;
    let mut found = HashSet::new();
    for piece in bulk::distinct(messages) {
        let of_messages: Vec<(i64, MessageId)> = of_links(scope)
            .select_only()
            .columns([Link::RecordId, Link::MessageId])
            .filter(Link::RecordKind.eq(kind))
            .filter(Link::RecordId.is_in(records.iter().copied()))
            .filter(Link::MessageId.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(of_messages);
    }
    Ok(found)
}

fn of_changes(scope: &Scope) -> Select<ticket_changes::Entity> {
    use ticket_changes::Column as Change;
    ticket_changes::Entity::find()
        .filter(scope.holds(
            Change::AuthorKind,
            Change::Author,
            Change::ScanId,
            Change::ScannerId,
        ))
        .filter(Change::Undone.eq(false))
}

/// The tickets of which it made changes that are not taken back yet: at most `limit` of those behind `after`.
pub async fn tickets_changed(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: TicketId,
    limit: u64,
) -> Result<Vec<TicketId>, StoreError> {
    use ticket_changes::Column as Change;
    Ok(of_changes(scope)
        .select_only()
        .column(Change::TicketId)
        .distinct()
        .filter(Change::TicketId.gt(after))
        .order_by_asc(Change::TicketId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// The changes of a ticket that it made and that are not taken back yet, the oldest first.
pub async fn changes_made(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ticket: TicketId,
) -> Result<Vec<ticket_changes::Model>, StoreError> {
    Ok(of_changes(scope)
        .filter(ticket_changes::Column::TicketId.eq(ticket))
        .order_by_asc(ticket_changes::Column::Id)
        .all(db)
        .await?)
}

/// At most `limit` of the tags that it put on, each with the name of the rule.
pub async fn tagged(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<(MessageId, String, Option<String>)>, StoreError> {
    use message_tags::Column as Tag;
    Ok(message_tags::Entity::find()
        .select_only()
        .columns([Tag::MessageId, Tag::Tag, Tag::Author])
        .filter(scope.of_tags())
        .order_by_asc(Tag::MessageId)
        .order_by_asc(Tag::Tag)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// Whether a person has linked a message to this record.
pub async fn is_linked_by_a_person(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    id: i64,
) -> Result<bool, StoreError> {
    let linked = links::Entity::find()
        .filter(links::Column::RecordKind.eq(kind))
        .filter(links::Column::RecordId.eq(id))
        .filter(links::Column::AuthorKind.eq(AuthorKind::Person))
        .limit(1)
        .count(db)
        .await?;
    Ok(linked > 0)
}

/// Keeps that something was undone.
pub async fn tell(db: &impl ConnectionTrait, new: NewUndo) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        scope: Set(new.scope),
        name: Set(text::clean(&new.name)),
        counts: Set(new.counts),
        author: Set(text::clean(&new.author)),
        created_at: Set(new.created_at),
    };
    Ok(row.insert(db).await?)
}

/// Keeps how much was undone by now.
pub async fn tell_more(
    db: &impl ConnectionTrait,
    id: UndoId,
    counts: Json,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Counts, Expr::value(counts))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// What was undone, the latest first.
pub async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "undos_tests.rs"]
mod tests;
