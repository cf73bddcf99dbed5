//! Records that became others: what moved with them, so that it can go back.

use chrono::{DateTime, Utc};
use entities::ids::{LinkId, MessageId, RecordAddressId, RecordMoveId, ScanId};
use entities::links::{self, AuthorKind};
use entities::record_addresses;
use entities::record_kind::RecordKind;
use entities::record_moves::{ActiveModel, Column, Entity, Model, MoveReason};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::{StoreError, bulk, text};

/// One record among all.
pub type Record = (RecordKind, i64);

/// A move to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMove {
    /// Why.
    pub reason: MoveReason,
    /// What went.
    pub from: Record,
    /// What took its place.
    pub to: Record,
    /// What is needed to take it back.
    pub before: Json,
    /// Who did it.
    pub author: String,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// What was the one record's and is the other's now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Links that went over.
    pub links: Vec<LinkId>,
    /// Links of messages that were linked to both.
    pub dropped_links: Vec<DroppedLink>,
    /// Addresses that went over, each with the field that it had.
    pub addresses: Vec<(RecordAddressId, String)>,
    /// Addresses that both had, each with its field.
    pub dropped_addresses: Vec<(String, String)>,
}

/// A link that one of two was enough of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DroppedLink {
    message: MessageId,
    evidence: Json,
    author_kind: AuthorKind,
    author: String,
    scan: Option<ScanId>,
    created_at: DateTime<Utc>,
}

/// Gives every link and address of one record to another.
pub async fn hand_over(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::default();
    hand_over_links(db, from, to, &mut moved).await?;
    hand_over_addresses(db, from, to, &mut moved).await?;
    Ok(moved)
}

async fn hand_over_links(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &mut Moved,
) -> Result<(), StoreError> {
    use links::Column as Link;
    let of = |record: Record| {
        Link::RecordKind
            .eq(record.0)
            .and(Link::RecordId.eq(record.1))
    };
    let theirs = Query::select()
        .column(Link::MessageId)
        .from(links::Entity)
        .and_where(of(to))
        .to_owned();
    let both = links::Entity::find()
        .filter(of(from))
        .filter(Link::MessageId.in_subquery(theirs))
        .all(db)
        .await?;
    let ids: Vec<LinkId> = both.iter().map(|link| link.id).collect();
    for piece in bulk::distinct(&ids) {
        links::Entity::delete_many()
            .filter(Link::Id.is_in(piece))
            .exec(db)
            .await?;
    }
    moved.dropped_links = both.into_iter().map(DroppedLink::of).collect();
    moved.links = links::Entity::find()
        .select_only()
        .column(Link::Id)
        .filter(of(from))
        .order_by_asc(Link::Id)
        .into_tuple()
        .all(db)
        .await?;
    links::Entity::update_many()
        .col_expr(Link::RecordKind, Expr::value(to.0))
        .col_expr(Link::RecordId, Expr::value(to.1))
        .filter(of(from))
        .exec(db)
        .await?;
    Ok(())
}

async fn hand_over_addresses(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &mut Moved,
) -> Result<(), StoreError> {
    use record_addresses::Column as Address;
    let of = |record: Record| {
        Address::RecordKind
            .eq(record.0)
            .and(Address::RecordId.eq(record.1))
    };
    let all = record_addresses::Entity::find()
        .filter(of(from).or(of(to)))
        .order_by_asc(Address::Id)
        .all(db)
        .await?;
    let (theirs, ours): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|address| (address.record_kind, address.record_id) == to);
    for address in ours {
        let one = record_addresses::Entity::update_many().filter(Address::Id.eq(address.id));
        if theirs.iter().any(|other| other.email == address.email) {
            record_addresses::Entity::delete_by_id(address.id)
                .exec(db)
                .await?;
            moved.dropped_addresses.push((address.email, address.field));
            continue;
        }
        // A record has one main address.
        let field = if theirs.iter().any(|other| other.field == address.field) {
            "other_emails"
        } else {
            address.field.as_str()
        };
        one.col_expr(Address::RecordKind, Expr::value(to.0))
            .col_expr(Address::RecordId, Expr::value(to.1))
            .col_expr(Address::Field, Expr::value(field))
            .exec(db)
            .await?;
        moved.addresses.push((address.id, address.field));
    }
    Ok(())
}

/// Gives back what [`hand_over`] gave, as far as it is still where it went.
pub async fn hand_back(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &Moved,
) -> Result<(), StoreError> {
    use links::Column as Link;
    use record_addresses::Column as Address;
    for piece in bulk::distinct(&moved.links) {
        links::Entity::update_many()
            .col_expr(Link::RecordKind, Expr::value(from.0))
            .col_expr(Link::RecordId, Expr::value(from.1))
            .filter(Link::Id.is_in(piece))
            .filter(Link::RecordKind.eq(to.0).and(Link::RecordId.eq(to.1)))
            .exec(db)
            .await?;
    }
    let dropped = moved.dropped_links.iter().map(|link| link.row(from));
    bulk::insert_missing(
        db,
        dropped.collect(),
        &[Link::MessageId, Link::RecordKind, Link::RecordId],
    )
    .await?;
    for (id, field) in &moved.addresses {
        record_addresses::Entity::update_many()
            .col_expr(Address::RecordKind, Expr::value(from.0))
            .col_expr(Address::RecordId, Expr::value(from.1))
            .col_expr(Address::Field, Expr::value(field.as_str()))
            .filter(Address::Id.eq(*id))
            .filter(Address::RecordKind.eq(to.0).and(Address::RecordId.eq(to.1)))
            .exec(db)
            .await?;
    }
    let dropped =
        moved
            .dropped_addresses
            .iter()
            .map(|(email, field)| super::record_addresses::NewAddress {
                email: email.clone(),
                record_kind: from.0,
                record_id: from.1,
                field: field.clone(),
            });
    super::record_addresses::insert_missing(db, dropped.collect()).await?;
    Ok(())
}

impl DroppedLink {
    fn of(link: links::Model) -> Self {
        Self {
            message: link.message_id,
            evidence: link.evidence,
            author_kind: link.author_kind,
            author: link.author,
            scan: link.scan_id,
            created_at: link.created_at,
        }
    }

    fn row(&self, record: Record) -> links::ActiveModel {
        links::ActiveModel {
            id: NotSet,
            message_id: Set(self.message),
            record_kind: Set(record.0),
            record_id: Set(record.1),
            evidence: Set(self.evidence.clone()),
            author_kind: Set(self.author_kind),
            author: Set(self.author.clone()),
            scan_id: Set(self.scan),
            created_at: Set(self.created_at),
        }
    }
}

/// Keeps a move.
pub async fn insert(db: &impl ConnectionTrait, new: NewMove) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        reason: Set(new.reason),
        from_kind: Set(new.from.0),
        from_id: Set(new.from.1),
        to_kind: Set(new.to.0),
        to_id: Set(new.to.1),
        before: Set(text::clean_json(new.before)),
        author: Set(text::clean(&new.author)),
        created_at: Set(new.created_at),
        undone_at: Set(None),
        undone_by: Set(None),
    };
    Ok(row.insert(db).await?)
}

/// The one with this key.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: RecordMoveId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The latest first, at most `limit`.
pub async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The moves of a record that still hold, the latest first.
pub async fn of_record(
    db: &impl ConnectionTrait,
    record: Record,
) -> Result<Vec<Model>, StoreError> {
    let from = Column::FromKind
        .eq(record.0)
        .and(Column::FromId.eq(record.1));
    let to = Column::ToKind.eq(record.0).and(Column::ToId.eq(record.1));
    Ok(Entity::find()
        .filter(Column::UndoneAt.is_null())
        .filter(from.or(to))
        .order_by_desc(Column::Id)
        .all(db)
        .await?)
}

/// Keeps that a move was taken back.
pub async fn mark_undone(
    db: &impl ConnectionTrait,
    id: RecordMoveId,
    author: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Unchanged(id),
        undone_at: Set(Some(now)),
        undone_by: Set(Some(text::clean(author))),
        ..<ActiveModel as Default>::default()
    };
    row.update(db).await?;
    Ok(())
}
