//! Rules that asked for a tag which another had put on a message. When that one's work is taken back, it is theirs.

use std::collections::{BTreeMap, HashMap, HashSet};

use entities::ids::MessageId;
use entities::links::AuthorKind;
use entities::message_tags;
use entities::tag_askers::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::message_tags::NewTag;
use super::undos::Scope;
use super::{StoreError, bulk, text};

/// Keeps of the tags that rules want and another rule had put on who wants them.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    wanted: &[NewTag],
) -> Result<(), StoreError> {
    let messages: Vec<MessageId> = wanted.iter().map(|tag| tag.message_id).collect();
    let mut made = HashMap::new();
    for piece in bulk::distinct(&messages) {
        let found = message_tags::Entity::find()
            .filter(message_tags::Column::MessageId.is_in(piece))
            .filter(message_tags::Column::AuthorKind.eq(AuthorKind::Rule));
        for tag in found.all(db).await? {
            made.insert((tag.message_id, tag.tag.clone()), tag);
        }
    }
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for one in wanted {
        let (tag, author) = (text::key(&one.tag), text::clean(&one.author));
        let put_on = made.get(&(one.message_id, tag.clone()));
        let (Some(put_on), Some(scanner)) = (put_on, one.scanner_id) else {
            continue;
        };
        let is_its = put_on.author.as_ref() == Some(&author) && put_on.scanner_id == Some(scanner);
        if is_its || !seen.insert((one.message_id, tag.clone(), author.clone(), scanner)) {
            continue;
        }
        rows.push(ActiveModel {
            message_id: Set(one.message_id),
            tag: Set(tag),
            author: Set(author),
            scanner_id: Set(scanner),
            scan_id: Set(one.scan_id),
        });
    }
    let key = [
        Column::MessageId,
        Column::Tag,
        Column::Author,
        Column::ScannerId,
    ];
    bulk::insert_missing(db, rows, &key).await.map(drop)
}

/// Who of the work of `scope` is a tag's.
fn of_scope(scope: &Scope) -> Expr {
    scope.of_rules(Column::Author, Column::ScanId, Column::ScannerId)
}

/// A tag on a message.
pub type Tagged = (MessageId, String);

/// Which messages have each of these tags.
fn by_tag(tags: &[Tagged]) -> BTreeMap<&str, Vec<MessageId>> {
    let mut by_tag: BTreeMap<&str, Vec<MessageId>> = BTreeMap::new();
    for (message, tag) in tags {
        by_tag.entry(tag).or_default().push(*message);
    }
    by_tag
}

/// Gives each of these tags of `scope` that others asked for to one of them; says which those are.
pub async fn take_over(
    db: &impl ConnectionTrait,
    scope: &Scope,
    tags: &[Tagged],
) -> Result<HashSet<Tagged>, StoreError> {
    let mut heirs: BTreeMap<Tagged, Model> = BTreeMap::new();
    for (tag, messages) in by_tag(tags) {
        for piece in bulk::distinct(&messages) {
            let askers = Column::Tag.eq(tag).and(Column::MessageId.is_in(piece));
            Entity::delete_many()
                .filter(askers.clone())
                .filter(of_scope(scope))
                .exec(db)
                .await?;
            let others = Entity::find()
                .filter(askers)
                .order_by_asc(Column::ScannerId)
                .order_by_asc(Column::Author);
            for other in others.all(db).await? {
                let tagged = (other.message_id, other.tag.clone());
                heirs.entry(tagged).or_insert(other);
            }
        }
    }
    for ((message, tag), heir) in &heirs {
        use message_tags::Column as Tag;
        message_tags::Entity::update_many()
            .col_expr(Tag::Author, Expr::value(heir.author.as_str()))
            .col_expr(Tag::ScanId, Expr::value(heir.scan_id))
            .col_expr(Tag::ScannerId, Expr::value(heir.scanner_id))
            .filter(Tag::MessageId.eq(*message))
            .filter(Tag::Tag.eq(tag.as_str()))
            .exec(db)
            .await?;
        let key = (*message, tag.clone(), heir.author.clone(), heir.scanner_id);
        Entity::delete_by_id(key).exec(db).await?;
    }
    Ok(heirs.into_keys().collect())
}

/// On which message, with which tag and by the name of which rule a tag was asked for.
pub type Asked = (MessageId, String, String);

/// Who of the rules of `scope` asked for these tags that others had put on.
pub async fn asked_among(
    db: &impl ConnectionTrait,
    scope: &Scope,
    tags: &[Tagged],
) -> Result<Vec<Asked>, StoreError> {
    let mut found = Vec::new();
    for (tag, messages) in by_tag(tags) {
        for piece in bulk::distinct(&messages) {
            let askers = Column::Tag.eq(tag).and(Column::MessageId.is_in(piece));
            found.extend(asked(db, askers.and(of_scope(scope))).await?);
        }
    }
    Ok(found)
}

async fn asked(db: &impl ConnectionTrait, which: Expr) -> Result<Vec<Asked>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .columns([Column::MessageId, Column::Tag, Column::Author])
        .filter(which)
        .into_tuple()
        .all(db)
        .await?)
}

/// Forgets that rules of `scope` asked for tags, on at most `limit` messages; says of how many tags, and who asked.
pub async fn forget(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<(usize, Vec<Asked>), StoreError> {
    let messages: Vec<MessageId> = Entity::find()
        .select_only()
        .column(Column::MessageId)
        .distinct()
        .filter(of_scope(scope))
        .order_by_asc(Column::MessageId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let mut forgotten = Vec::new();
    for piece in bulk::distinct(&messages) {
        let theirs = Column::MessageId.is_in(piece).and(of_scope(scope));
        forgotten.extend(asked(db, theirs.clone()).await?);
        Entity::delete_many().filter(theirs).exec(db).await?;
    }
    let things = forgotten.iter().map(|(message, tag, _)| (*message, tag));
    let things: HashSet<(MessageId, &String)> = things.collect();
    Ok((things.len(), forgotten))
}
