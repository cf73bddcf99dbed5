//! Decisions: what the rules said for one message and why, as data that is not understood here.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::decisions::{ActiveModel, Column, Entity, Model};
use entities::ids::{DecisionId, MessageId, RuleVersionId, ScannerId};
use entities::messages;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::{StoreError, bulk, text};

/// A decision to store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// The message.
    pub message_id: MessageId,
    /// For which scanner.
    pub scanner_id: ScannerId,
    /// The decision as data.
    pub body: Json,
    /// Why a person has to say where the message belongs.
    pub doubt: Option<&'static str>,
    /// When it was made.
    pub decided_at: DateTime<Utc>,
    /// By which version of the rules.
    pub version: Option<RuleVersionId>,
}

/// Stores those of messages that this scanner has not decided yet.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    decisions: Vec<NewDecision>,
) -> Result<u64, StoreError> {
    let rows = decisions.into_iter().map(row).collect();
    bulk::insert_missing(db, rows, &[Column::MessageId, Column::ScannerId]).await
}

/// Puts these in the place of those that `scanner` made of the same messages; they are other decisions, with keys of their
/// own.
pub async fn replace(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    decisions: Vec<NewDecision>,
) -> Result<(), StoreError> {
    let messages: Vec<MessageId> = decisions.iter().map(|new| new.message_id).collect();
    for piece in bulk::distinct(&messages) {
        Entity::delete_many()
            .filter(Column::ScannerId.eq(scanner))
            .filter(Column::MessageId.is_in(piece))
            .exec(db)
            .await?;
    }
    insert_missing(db, decisions).await.map(drop)
}

fn row(new: NewDecision) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        message_id: Set(new.message_id),
        scanner_id: Set(new.scanner_id),
        body: Set(text::clean_json(new.body)),
        doubt: Set(new.doubt.map(str::to_owned)),
        decided_at: Set(new.decided_at),
        version: Set(new.version),
        late_error: Set(None),
    }
}

/// What was decided is carried out further: its words about that, and what is still in doubt.
pub async fn carry_further(
    db: &impl ConnectionTrait,
    id: DecisionId,
    body: Json,
    doubt: Option<&str>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Body, Expr::value(text::clean_json(body)))
        .col_expr(Column::Doubt, Expr::value(doubt.map(str::to_owned)))
        .col_expr(Column::LateError, Expr::value(Option::<String>::None))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Linking late failed over it; until it is carried further.
pub async fn fail_late(
    db: &impl ConnectionTrait,
    id: DecisionId,
    error: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LateError, Expr::value(text::clean(error)))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Those with these keys that are there still, in no order.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[DecisionId],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(db, Entity::find(), Column::Id, ids).await
}

/// Nobody has to be asked about a message any more.
pub async fn settle(db: &impl ConnectionTrait, message: MessageId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Doubt, Expr::value(Option::<String>::None))
        .filter(Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}

/// Which of these messages the scanner has decided, and by which decision.
pub async fn made_of(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, DecisionId>, StoreError> {
    let mut decided = HashMap::new();
    for piece in bulk::distinct(messages) {
        let found: Vec<(MessageId, DecisionId)> = Entity::find()
            .select_only()
            .columns([Column::MessageId, Column::Id])
            .filter(Column::ScannerId.eq(scanner))
            .filter(Column::MessageId.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        decided.extend(found);
    }
    Ok(decided)
}

/// Every decision about a message, oldest first.
pub async fn for_message(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MessageId.eq(message))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// Every decision about these messages, oldest first.
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

/// At most so many decisions before this one, those of the newest messages first; of messages received `since` then, for
/// these scanners.
pub async fn page_before(
    db: &impl ConnectionTrait,
    last: Option<(MessageId, DecisionId)>,
    since: Option<DateTime<Utc>>,
    scanners: Option<&[ScannerId]>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find()
        .order_by_desc(Column::MessageId)
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some((message, id)) = last {
        // The plain bound is what an index is entered by.
        let before = Column::MessageId.lt(message).or(Column::Id.lt(id));
        select = select.filter(Column::MessageId.lte(message)).filter(before);
    }
    if let Some(since) = since {
        let received = messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::ReceivedAt.gte(since))
            .into_query();
        select = select.filter(Column::MessageId.in_subquery(received));
    }
    if let Some(scanners) = scanners {
        select = select.filter(Column::ScannerId.is_in(scanners.iter().copied()));
    }
    Ok(select.all(db).await?)
}

/// Of the decisions about these messages those after which a person has to say where the message belongs.
pub async fn in_doubt(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Model>, StoreError> {
    let select = Entity::find()
        .filter(Column::Doubt.is_not_null())
        .order_by_asc(Column::Id);
    bulk::rows_in(db, select, Column::MessageId, messages).await
}

/// How many decisions each scanner has made.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(ScannerId, i64)>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::ScannerId)
        .column_as(Column::Id.count(), "count")
        .group_by(Column::ScannerId)
        .order_by_asc(Column::ScannerId)
        .into_tuple()
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "decisions_tests.rs"]
mod tests;
