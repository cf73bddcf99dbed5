//! What rules did, chosen by whose work it is, and taken back.
//!
//! Links, tags, leads, tickets and changes of tickets tell for themselves which rule and which scan made them.

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, MailboxId, ScanId, TicketId};
use entities::links::{self, AuthorKind};
use entities::record_kind::RecordKind;
use entities::undos::{ActiveModel, Column, Entity, Model, UndoScope};
use entities::{
    decisions, leads, message_tags, record_addresses, scanners, scans, ticket_changes, tickets,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

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

impl Scope {
    /// Of a row with these columns.
    pub(super) fn holds<C: IntoColumnRef + Copy>(
        &self,
        kind: C,
        author: C,
        scan: C,
        message: C,
    ) -> Expr {
        let by_rule = Expr::col(kind).eq(AuthorKind::Rule.to_value());
        let mine = match self {
            Self::Rule(name) => Expr::col(author).eq(name.as_str()),
            Self::Scan(id) => Expr::col(scan).eq(id.0),
            // The reports of old scans are forgotten; what they did is known by the decision.
            Self::Mailbox(id) => Expr::col(scan)
                .in_subquery(scans_of(*id))
                .or(Expr::col(scan)
                    .is_null()
                    .and(Expr::col(message).in_subquery(decided_for(*id)))),
        };
        by_rule.and(mine)
    }

    fn of_links(&self) -> Expr {
        use links::Column as Link;
        let column = |column: Link| (links::Entity, column);
        self.holds(
            column(Link::AuthorKind),
            column(Link::Author),
            column(Link::ScanId),
            column(Link::MessageId),
        )
    }

    fn of_tags(&self) -> Expr {
        use message_tags::Column as Tag;
        self.holds(Tag::AuthorKind, Tag::Author, Tag::ScanId, Tag::MessageId)
    }

    fn of_changes(&self) -> Expr {
        use ticket_changes::Column as Change;
        self.holds(
            Change::AuthorKind,
            Change::Author,
            Change::ScanId,
            Change::MessageId,
        )
    }

    /// Records that one of its links binds to the message they were made of.
    pub(super) fn made(&self, kind: RecordKind, made_of: impl IntoColumnRef) -> SelectStatement {
        use links::Column as Link;
        Query::select()
            .column((links::Entity, Link::RecordId))
            .from(links::Entity)
            .and_where(Expr::col((links::Entity, Link::RecordKind)).eq(kind.to_value()))
            .and_where(Expr::col((links::Entity, Link::MessageId)).eq(Expr::col(made_of)))
            .and_where(self.of_links())
            .to_owned()
    }
}

fn scanners_of(mailbox: MailboxId) -> SelectStatement {
    Query::select()
        .column(scanners::Column::Id)
        .from(scanners::Entity)
        .and_where(Expr::col(scanners::Column::MailboxId).eq(mailbox.0))
        .to_owned()
}

fn scans_of(mailbox: MailboxId) -> SelectStatement {
    Query::select()
        .column(scans::Column::Id)
        .from(scans::Entity)
        .and_where(Expr::col(scans::Column::ScannerId).in_subquery(scanners_of(mailbox)))
        .to_owned()
}

fn decided_for(mailbox: MailboxId) -> SelectStatement {
    Query::select()
        .column(decisions::Column::MessageId)
        .from(decisions::Entity)
        .and_where(Expr::col(decisions::Column::ScannerId).in_subquery(scanners_of(mailbox)))
        .to_owned()
}

/// The leads that it made, the oldest first.
pub async fn leads_made(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<leads::Model>, StoreError> {
    let made = scope.made(RecordKind::Lead, (leads::Entity, leads::Column::MessageId));
    let mut select = leads::Entity::find()
        .filter(leads::Column::Rule.is_not_null())
        .filter(Expr::col((leads::Entity, leads::Column::Id)).in_subquery(made))
        .order_by_asc(leads::Column::Id);
    if let Scope::Rule(name) = scope {
        select = select.filter(leads::Column::Rule.eq(name.as_str()));
    }
    Ok(select.all(db).await?)
}

/// The tickets that it made, the oldest first.
pub async fn tickets_made(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<tickets::Model>, StoreError> {
    let made = scope.made(
        RecordKind::Ticket,
        (tickets::Entity, tickets::Column::MessageId),
    );
    let mut select = tickets::Entity::find()
        .filter(tickets::Column::Rule.is_not_null())
        .filter(Expr::col((tickets::Entity, tickets::Column::Id)).in_subquery(made))
        .order_by_asc(tickets::Column::Id);
    if let Scope::Rule(name) = scope {
        select = select.filter(tickets::Column::Rule.eq(name.as_str()));
    }
    Ok(select.all(db).await?)
}

/// The changes of tickets that it made, the latest first.
pub async fn changes_made(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<ticket_changes::Model>, StoreError> {
    Ok(ticket_changes::Entity::find()
        .filter(scope.of_changes())
        .order_by_desc(ticket_changes::Column::Id)
        .all(db)
        .await?)
}

/// Takes its links away, but for those to the records in `kept`; says how many.
pub async fn delete_links(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kept: &[(RecordKind, i64)],
) -> Result<u64, StoreError> {
    let mut delete = links::Entity::delete_many().filter(scope.of_links());
    for kind in [
        RecordKind::Lead,
        RecordKind::Ticket,
        RecordKind::Contact,
        RecordKind::Organization,
    ] {
        let ids: Vec<i64> = kept
            .iter()
            .filter(|(one, _)| *one == kind)
            .map(|(_, id)| *id)
            .collect();
        for piece in bulk::distinct(&ids) {
            let theirs = links::Column::RecordKind
                .eq(kind)
                .and(links::Column::RecordId.is_in(piece));
            delete = delete.filter(theirs.not());
        }
    }
    Ok(delete.exec(db).await?.rows_affected)
}

/// Takes its tags away; says how many.
pub async fn delete_tags(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, StoreError> {
    let deleted = message_tags::Entity::delete_many()
        .filter(scope.of_tags())
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}

/// Takes a lead away with its addresses and every link to it; says how many links those were.
pub async fn delete_lead(db: &impl ConnectionTrait, id: LeadId) -> Result<u64, StoreError> {
    let links = delete_around(db, RecordKind::Lead, id.0).await?;
    leads::Entity::delete_by_id(id).exec(db).await?;
    Ok(links)
}

/// Takes a ticket away with every link to it; says how many links those were.
pub async fn delete_ticket(db: &impl ConnectionTrait, id: TicketId) -> Result<u64, StoreError> {
    let links = delete_around(db, RecordKind::Ticket, id.0).await?;
    tickets::Entity::delete_by_id(id).exec(db).await?;
    Ok(links)
}

/// Takes every address of a record and every link to it away; says how many links those were.
pub async fn delete_around(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    id: i64,
) -> Result<u64, StoreError> {
    record_addresses::Entity::delete_many()
        .filter(record_addresses::Column::RecordKind.eq(kind))
        .filter(record_addresses::Column::RecordId.eq(id))
        .exec(db)
        .await?;
    let deleted = links::Entity::delete_many()
        .filter(links::Column::RecordKind.eq(kind))
        .filter(links::Column::RecordId.eq(id))
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
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

/// What was undone, the latest first.
pub async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
