//! What is one record's becomes another's: links, addresses and what people said of links; and goes back.
//!
//! Older mail with an address that changes hands is linked late, so that it finds its new record.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::{LinkChoiceId, LinkId, MessageId, RecordAddressId, ScanId, ScannerId};
use entities::link_choices;
use entities::links::{self, AuthorKind};
use entities::{record_addresses, scans};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::record_moves::Record;
use super::{StoreError, bulk, late_links};

/// The field of further addresses: a record has one main address.
const OTHERS: &str = "other_emails";

/// What was the one record's and is the other's now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Links that went over.
    pub links: Vec<LinkId>,
    /// Links of messages that were linked to both.
    pub dropped_links: Vec<DroppedLink>,
    /// Addresses that went over, each with the field that it had.
    pub addresses: Vec<(RecordAddressId, String)>,
    /// Addresses that both had.
    pub dropped_addresses: Vec<DroppedAddress>,
    /// What people said of links.
    #[serde(default)]
    pub choices: Vec<LinkChoiceId>,
}

/// An address that both had, with the field that it had at the one that went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DroppedAddress {
    /// With its key.
    Whole(RecordAddressId, String, String),
    /// As the first version kept it, without one.
    Keyless(String, String),
}

/// A link that one of two was enough of.
///
/// The first version kept neither the key nor the scanner, and always dropped that of the record which went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DroppedLink {
    #[serde(default)]
    id: Option<LinkId>,
    /// Whether it was that of the record which stays, as a person had made the other.
    #[serde(default)]
    stayed: bool,
    message: MessageId,
    evidence: Json,
    author_kind: AuthorKind,
    author: String,
    /// The scan that made it.
    pub scan: Option<ScanId>,
    /// The scanner whose rules said so.
    #[serde(default)]
    pub scanner: Option<ScannerId>,
    created_at: DateTime<Utc>,
}

/// Gives every link and address of one record, and what was said of links to it, to another.
pub async fn hand_over(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::default();
    hand_over_links(db, from, to, &mut moved).await?;
    hand_over_addresses(db, from, to, &mut moved).await?;
    hand_over_choices(db, from, to, &mut moved).await?;
    Ok(moved)
}

fn links_of(record: Record) -> Expr {
    use links::Column as Link;
    Link::RecordKind
        .eq(record.0)
        .and(Link::RecordId.eq(record.1))
}

async fn hand_over_links(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &mut Moved,
) -> Result<(), StoreError> {
    use links::Column as Link;
    moved.dropped_links = doubles(db, from, to).await?;
    let dropped = moved.dropped_links.iter();
    let ids: Vec<LinkId> = dropped.filter_map(|link| link.id).collect();
    for piece in bulk::distinct(&ids) {
        links::Entity::delete_many()
            .filter(Link::Id.is_in(piece))
            .exec(db)
            .await?;
    }
    moved.links = links::Entity::find()
        .select_only()
        .column(Link::Id)
        .filter(links_of(from))
        .order_by_asc(Link::Id)
        .into_tuple()
        .all(db)
        .await?;
    links::Entity::update_many()
        .col_expr(Link::RecordKind, Expr::value(to.0))
        .col_expr(Link::RecordId, Expr::value(to.1))
        .filter(links_of(from))
        .exec(db)
        .await?;
    Ok(())
}

/// Of messages that are linked to both: the link that goes. What a person made is kept.
async fn doubles(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
) -> Result<Vec<DroppedLink>, StoreError> {
    use links::Column as Link;
    let messages_of = |record: Record| {
        Query::select()
            .column(Link::MessageId)
            .from(links::Entity)
            .and_where(links_of(record))
            .to_owned()
    };
    let both = async |record: Record, other: Record| {
        links::Entity::find()
            .filter(links_of(record))
            .filter(Link::MessageId.in_subquery(messages_of(other)))
            .order_by_asc(Link::MessageId)
            .all(db)
            .await
    };
    let (ours, theirs) = (both(from, to).await?, both(to, from).await?);
    let by_person = |link: &links::Model| link.author_kind == AuthorKind::Person;
    let pairs = ours.into_iter().zip(theirs);
    Ok(pairs
        .map(|(goes, stays)| {
            if by_person(&goes) && !by_person(&stays) {
                DroppedLink::of(stays, true)
            } else {
                DroppedLink::of(goes, false)
            }
        })
        .collect())
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
    let has_main = theirs.iter().any(|address| address.field == "email");
    let emails: Vec<String> = ours.iter().map(|address| address.email.clone()).collect();
    for address in ours {
        let one = record_addresses::Entity::update_many().filter(Address::Id.eq(address.id));
        if theirs.iter().any(|other| other.email == address.email) {
            record_addresses::Entity::delete_by_id(address.id)
                .exec(db)
                .await?;
            let dropped = DroppedAddress::Whole(address.id, address.email, address.field);
            moved.dropped_addresses.push(dropped);
            continue;
        }
        let field = match address.field.as_str() {
            "email" if has_main => OTHERS,
            field => field,
        };
        one.col_expr(Address::RecordKind, Expr::value(to.0))
            .col_expr(Address::RecordId, Expr::value(to.1))
            .col_expr(Address::Field, Expr::value(field))
            .exec(db)
            .await?;
        moved.addresses.push((address.id, address.field));
    }
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    late_links::ask(db, &emails).await
}

async fn hand_over_choices(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &mut Moved,
) -> Result<(), StoreError> {
    use link_choices::Column as Choice;
    moved.choices = link_choices::Entity::find()
        .select_only()
        .column(Choice::Id)
        .filter(Choice::RecordKind.eq(from.0))
        .filter(Choice::RecordId.eq(from.1))
        .order_by_asc(Choice::Id)
        .into_tuple()
        .all(db)
        .await?;
    give_choices(db, &moved.choices, from, to).await
}

async fn give_choices(
    db: &impl ConnectionTrait,
    ids: &[LinkChoiceId],
    from: Record,
    to: Record,
) -> Result<(), StoreError> {
    use link_choices::Column as Choice;
    for piece in bulk::distinct(ids) {
        link_choices::Entity::update_many()
            .col_expr(Choice::RecordKind, Expr::value(to.0))
            .col_expr(Choice::RecordId, Expr::value(to.1))
            .filter(Choice::Id.is_in(piece))
            .filter(Choice::RecordKind.eq(from.0))
            .filter(Choice::RecordId.eq(from.1))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Gives back to `from` what [`hand_over`] gave to `to`, as far as it is still there.
pub async fn hand_back(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &Moved,
) -> Result<(), StoreError> {
    use links::Column as Link;
    for piece in bulk::distinct(&moved.links) {
        links::Entity::update_many()
            .col_expr(Link::RecordKind, Expr::value(from.0))
            .col_expr(Link::RecordId, Expr::value(from.1))
            .filter(Link::Id.is_in(piece))
            .filter(links_of(to))
            .exec(db)
            .await?;
    }
    let known = scans_of(db, &moved.dropped_links).await?;
    let dropped = moved.dropped_links.iter().map(|link| {
        let scan = link.scan.filter(|scan| known.contains(scan));
        link.row(if link.stayed { to } else { from }, scan)
    });
    let key = [Link::MessageId, Link::RecordKind, Link::RecordId];
    for rows in parted(dropped, |row: &links::ActiveModel| row.id.is_set()) {
        bulk::insert_missing(db, rows, &key).await?;
    }
    hand_back_addresses(db, from, to, moved).await?;
    give_choices(db, &moved.choices, to, from).await
}

/// The scans of these that are not forgotten meanwhile.
async fn scans_of(
    db: &impl ConnectionTrait,
    links: &[DroppedLink],
) -> Result<HashSet<ScanId>, StoreError> {
    let ids: Vec<ScanId> = links.iter().filter_map(|link| link.scan).collect();
    let mut known = HashSet::new();
    for piece in bulk::distinct(&ids) {
        let found: Vec<ScanId> = scans::Entity::find()
            .select_only()
            .column(scans::Column::Id)
            .filter(scans::Column::Id.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        known.extend(found);
    }
    Ok(known)
}

async fn hand_back_addresses(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
    moved: &Moved,
) -> Result<(), StoreError> {
    use record_addresses::Column as Address;
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
    let dropped = moved.dropped_addresses.iter().map(|one| one.row(from));
    let key = [Address::Email, Address::RecordKind, Address::RecordId];
    for rows in parted(dropped, |row: &record_addresses::ActiveModel| {
        row.id.is_set()
    }) {
        bulk::insert_missing(db, rows, &key).await?;
    }
    let emails: Vec<String> = record_addresses::Entity::find()
        .select_only()
        .column(Address::Email)
        .filter(Address::RecordKind.eq(from.0))
        .filter(Address::RecordId.eq(from.1))
        .into_tuple()
        .all(db)
        .await?;
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    late_links::ask(db, &emails).await
}

/// Those with a key, and those that get a new one: a statement has all its rows alike.
fn parted<T>(rows: impl Iterator<Item = T>, has_key: impl Fn(&T) -> bool) -> [Vec<T>; 2] {
    let (with, without) = rows.partition(has_key);
    [with, without]
}

impl DroppedAddress {
    fn row(&self, record: Record) -> record_addresses::ActiveModel {
        let (id, email, field) = match self {
            Self::Whole(id, email, field) => (Set(*id), email, field),
            Self::Keyless(email, field) => (NotSet, email, field),
        };
        record_addresses::ActiveModel {
            id,
            email: Set(email.clone()),
            record_kind: Set(record.0),
            record_id: Set(record.1),
            field: Set(field.clone()),
        }
    }
}

impl DroppedLink {
    /// Whether it is a rule's link of this message.
    #[must_use]
    pub fn is_of(&self, message: i64, rule: &str) -> bool {
        self.message.0 == message && self.author_kind == AuthorKind::Rule && self.author == rule
    }

    fn of(link: links::Model, stayed: bool) -> Self {
        Self {
            id: Some(link.id),
            stayed,
            message: link.message_id,
            evidence: link.evidence,
            author_kind: link.author_kind,
            author: link.author,
            scan: link.scan_id,
            scanner: link.scanner_id,
            created_at: link.created_at,
        }
    }

    fn row(&self, record: Record, scan: Option<ScanId>) -> links::ActiveModel {
        links::ActiveModel {
            id: self.id.map_or(NotSet, Set),
            message_id: Set(self.message),
            record_kind: Set(record.0),
            record_id: Set(record.1),
            evidence: Set(self.evidence.clone()),
            author_kind: Set(self.author_kind),
            author: Set(self.author.clone()),
            scan_id: Set(scan),
            scanner_id: Set(self.scanner),
            created_at: Set(self.created_at),
        }
    }
}
