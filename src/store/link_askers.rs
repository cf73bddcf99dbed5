//! Rules that asked for a link which another had made. When that one's work is taken back, the link is theirs.

use std::collections::{HashMap, HashSet};

use entities::ids::{LinkId, MessageId};
use entities::link_askers::{ActiveModel, Column, Entity, Model};
use entities::links::{self, AuthorKind};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};

use super::links::NewLink;
use super::record_moves::Record;
use super::undos::Scope;
use super::{StoreError, bulk, text};

/// Keeps of the links that rules want and another rule had made who wants them. Those that are not there are passed
/// over.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    wanted: &[NewLink],
) -> Result<(), StoreError> {
    let messages: Vec<MessageId> = wanted.iter().map(|link| link.message_id).collect();
    let mut made = HashMap::new();
    for piece in bulk::distinct(&messages) {
        let found = links::Entity::find()
            .filter(links::Column::MessageId.is_in(piece))
            .filter(links::Column::AuthorKind.eq(AuthorKind::Rule));
        for link in found.all(db).await? {
            made.insert((link.message_id, link.record_kind, link.record_id), link);
        }
    }
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for one in wanted {
        let link = made.get(&(one.message_id, one.record_kind, one.record_id));
        let (Some(link), Some(scanner)) = (link, one.scanner_id) else {
            continue;
        };
        let author = text::clean(&one.author);
        let is_its = link.author == author && link.scanner_id == one.scanner_id;
        if is_its || !seen.insert((link.id, author.clone(), scanner)) {
            continue;
        }
        rows.push(ActiveModel {
            link_id: Set(link.id),
            author: Set(author),
            scanner_id: Set(scanner),
            scan_id: Set(one.scan_id),
            evidence: Set(text::clean_json(one.evidence.clone())),
        });
    }
    let key = [Column::LinkId, Column::Author, Column::ScannerId];
    bulk::insert_missing(db, rows, &key).await.map(drop)
}

fn of_scope(scope: &Scope) -> Expr {
    scope.of_rules(Column::Author, Column::ScanId, Column::ScannerId)
}

/// Gives each of these links of `scope` that others asked for to one of them; says which those are.
pub async fn take_over(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[LinkId],
) -> Result<HashSet<LinkId>, StoreError> {
    let mut heirs: HashMap<LinkId, Model> = HashMap::new();
    for piece in bulk::distinct(ids) {
        Entity::delete_many()
            .filter(Column::LinkId.is_in(piece.iter().copied()))
            .filter(of_scope(scope))
            .exec(db)
            .await?;
        let others = Entity::find()
            .filter(Column::LinkId.is_in(piece))
            .order_by_asc(Column::LinkId)
            .order_by_asc(Column::ScannerId)
            .order_by_asc(Column::Author);
        for other in others.all(db).await? {
            heirs.entry(other.link_id).or_insert(other);
        }
    }
    let kept = heirs.keys().copied().collect();
    for (id, heir) in heirs {
        links::Entity::update_many()
            .col_expr(links::Column::Author, Expr::value(heir.author.as_str()))
            .col_expr(links::Column::ScanId, Expr::value(heir.scan_id))
            .col_expr(links::Column::ScannerId, Expr::value(heir.scanner_id))
            .col_expr(links::Column::Evidence, Expr::value(heir.evidence))
            .filter(links::Column::Id.eq(id))
            .exec(db)
            .await?;
        Entity::delete_by_id((id, heir.author, heir.scanner_id))
            .exec(db)
            .await?;
    }
    Ok(kept)
}

/// Of which message, by the name of which rule, and to which kind of record a link was asked for.
pub type Asked = (MessageId, String, RecordKind);

/// Who of the rules of `scope` asked for links to a record that others made.
pub async fn asked_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    record: Record,
) -> Result<Vec<Asked>, StoreError> {
    let to_record = links::Column::RecordKind
        .eq(record.0)
        .and(links::Column::RecordId.eq(record.1));
    asked(db, scope, to_record).await
}

/// Who of the rules of `scope` asked for these links that others made.
pub async fn asked_among(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[LinkId],
) -> Result<Vec<Asked>, StoreError> {
    let mut found = Vec::new();
    for piece in bulk::distinct(ids) {
        found.extend(asked(db, scope, links::Column::Id.is_in(piece)).await?);
    }
    Ok(found)
}

async fn asked(
    db: &impl ConnectionTrait,
    scope: &Scope,
    which: Expr,
) -> Result<Vec<Asked>, StoreError> {
    Ok(with_askers()
        .select_only()
        .column(links::Column::MessageId)
        .column_as(Expr::col((Entity, Column::Author)), "asker")
        .column(links::Column::RecordKind)
        .filter(which)
        .filter(asked_by(scope))
        .into_tuple()
        .all(db)
        .await?)
}

/// Forgets that rules of `scope` asked for links that others made, of at most `limit` links; says of how many, and who asked.
pub async fn forget(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<(usize, Vec<Asked>), StoreError> {
    let ids: Vec<LinkId> = with_askers()
        .select_only()
        .column(links::Column::Id)
        .distinct()
        .filter(asked_by(scope))
        .filter(is_of_others(scope))
        .order_by_asc(links::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let forgotten = asked_among(db, scope, &ids).await?;
    for piece in bulk::distinct(&ids) {
        Entity::delete_many()
            .filter(Column::LinkId.is_in(piece))
            .filter(of_scope(scope))
            .exec(db)
            .await?;
    }
    Ok((ids.len(), forgotten))
}

/// The same as [`of_scope`], of links with those who asked for them.
fn asked_by(scope: &Scope) -> Expr {
    scope.of_rules(
        (Entity, Column::Author),
        (Entity, Column::ScanId),
        (Entity, Column::ScannerId),
    )
}

fn with_askers() -> Select<links::Entity> {
    let to_link = Entity::belongs_to(links::Entity)
        .from(Column::LinkId)
        .to(links::Column::Id);
    let to_link: RelationDef = to_link.into();
    links::Entity::find().join_rev(JoinType::InnerJoin, to_link)
}

/// Of links: what stays as the work of `scope` itself stays as it is.
fn is_of_others(scope: &Scope) -> Expr {
    let is_theirs = scope.holds(
        (links::Entity, links::Column::AuthorKind),
        (links::Entity, links::Column::Author),
        (links::Entity, links::Column::ScanId),
        (links::Entity, links::Column::ScannerId),
    );
    // Nothing is no scan, and no scanner.
    Expr::case(is_theirs, 1).finally(0).eq(0)
}
