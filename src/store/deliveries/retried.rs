//! Deliveries that a person wants dealt with once more, and such as a person discards.
//!
//! What failed is tried again. What was decided is decided anew: it waits like new mail, and its message is decided once
//! for each scanner and request, however many copies were asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity, Relation};
use entities::ids::{DeliveryId, MessageId, ScannerId};
use entities::{decisions, folders};
use sea_orm::sea_query::{Expr, Query, SubQueryStatement};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect,
    RelationTrait, UpdateMany,
};

use super::chosen::{self, Filter};
use crate::store::outbox::asked;
use crate::store::{StoreError, Tx, bulk, scanners, text};

/// What may be dealt with once more; whatever waits is dealt with anyway.
pub const RETRYABLE: [DeliveryState; 6] = [
    DeliveryState::Failed,
    DeliveryState::Held,
    DeliveryState::Discarded,
    DeliveryState::Done,
    DeliveryState::Ignored,
    DeliveryState::Gone,
];

/// What may be discarded: what is not dealt with yet.
pub const DISCARDABLE: [DeliveryState; 3] = [
    DeliveryState::Pending,
    DeliveryState::Failed,
    DeliveryState::Held,
];

/// What came of a wish that deliveries be dealt with once more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retried {
    /// Whose bytes are here and whose decision is tried again.
    pub tried_again: u64,
    /// Decided, and to be decided anew.
    pub anew: u64,
    /// That the server is asked for again.
    pub asked_again: u64,
    /// That nobody can be asked for: the folder has numbered its messages anew since.
    pub out_of_reach: u64,
    /// Whose they are; the schedule starts them at once.
    pub scanners: Vec<ScannerId>,
}

/// Has the chosen copies dealt with once more, and makes their scanners due.
pub async fn retry(tx: &Tx, filter: &Filter, now: DateTime<Utc>) -> Result<Retried, StoreError> {
    let mut chosen = 0;
    let mut of: Vec<ScannerId> = Vec::new();
    for (scanner, state, count) in chosen::count(tx, filter).await? {
        if RETRYABLE.contains(&state) {
            chosen += count.unsigned_abs();
            of.push(scanner);
        }
    }
    of.dedup();
    let failed = [
        DeliveryState::Failed,
        DeliveryState::Held,
        DeliveryState::Discarded,
    ];
    let tried_again = again(
        filter.within(&failed).add(Column::BlobHash.is_not_null()),
        now,
    )
    .exec(tx)
    .await?
    .rows_affected;
    let owed = [&failed[..], &[DeliveryState::Gone]].concat();
    let owed = filter
        .within(&owed)
        .add(Column::BlobHash.is_null())
        .add(counts_still());
    let asked_again = again(owed, now).exec(tx).await?.rows_affected;
    let decided = [DeliveryState::Done, DeliveryState::Ignored];
    let anew = Entity::update_many()
        .col_expr(
            Column::State,
            Expr::value(DeliveryState::Pending.to_value()),
        )
        .col_expr(Column::AskedAnew, made_of_it())
        .col_expr(Column::Attempts, Expr::value(0))
        .filter(filter.within(&decided))
        .exec(tx)
        .await?
        .rows_affected;
    scanners::make_due(tx, &of, now).await?;
    Ok(Retried {
        tried_again,
        anew,
        asked_again,
        out_of_reach: chosen.saturating_sub(tried_again + anew + asked_again),
        scanners: of,
    })
}

/// Discards copies that are not dealt with yet, in the name of `by`; says how many. What rules asked before to be sent
/// because of them, and still waits, is not sent.
pub async fn discard(
    tx: &Tx,
    ids: &[DeliveryId],
    by: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut abandoned_by: BTreeMap<ScannerId, Vec<MessageId>> = BTreeMap::new();
    for (scanner, message) in abandoned(tx, ids).await? {
        abandoned_by.entry(scanner).or_default().push(message);
    }
    for (scanner, messages) in abandoned_by {
        asked::withdraw_of(tx, scanner, &messages).await?;
    }
    let discarded = Entity::update_many()
        .col_expr(
            Column::State,
            Expr::value(DeliveryState::Discarded.to_value()),
        )
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DiscardedBy, Expr::value(text::clean(by)))
        .col_expr(Column::DiscardedAt, Expr::value(Some(now)))
        .col_expr(Column::DiscardReason, Expr::value(text::clean(reason)))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::State.is_in(DISCARDABLE))
        .exec(tx)
        .await?;
    Ok(discarded.rows_affected)
}

/// The messages of copies that may be discarded, with whose they are, where the scanner has no other copy that was
/// dealt with.
async fn abandoned(tx: &Tx, ids: &[DeliveryId]) -> Result<Vec<(ScannerId, MessageId)>, StoreError> {
    let copies = || {
        Entity::find()
            .select_only()
            .column(folders::Column::ScannerId)
            .column(Column::MessageId)
            .join(JoinType::InnerJoin, Relation::Folder.def())
            .filter(Column::MessageId.is_not_null())
    };
    let mut discarded: BTreeSet<(ScannerId, MessageId)> = BTreeSet::new();
    for piece in bulk::distinct(ids) {
        let found: Vec<(ScannerId, MessageId)> = copies()
            .filter(Column::Id.is_in(piece))
            .filter(Column::State.is_in(DISCARDABLE))
            .into_tuple()
            .all(tx)
            .await?;
        discarded.extend(found);
    }
    let messages: Vec<MessageId> = discarded.iter().map(|(_, message)| *message).collect();
    for piece in bulk::distinct(&messages) {
        let dealt_with: Vec<(ScannerId, MessageId)> = copies()
            .filter(Column::MessageId.is_in(piece))
            .filter(Column::State.is_in([DeliveryState::Done, DeliveryState::Ignored]))
            .into_tuple()
            .all(tx)
            .await?;
        for copy in dealt_with {
            discarded.remove(&copy);
        }
    }
    Ok(discarded.into_iter().collect())
}

/// Has those that are held dealt with whatever rule holds them, also such as were held and are tried again already; says how
/// many. They are to be tried again besides. What failed before any rule held it is not released: nobody has looked at it.
pub async fn release(tx: &Tx, filter: &Filter, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let released = Entity::update_many()
        .col_expr(Column::Released, Expr::value(true))
        .col_expr(Column::ReleasedAt, Expr::value(Some(now)))
        .filter(
            Condition::any()
                .add(filter.within(&[DeliveryState::Held]))
                .add(
                    filter
                        .within(&[DeliveryState::Failed])
                        .add(Column::AskedAnew.is_not_null()),
                ),
        )
        .exec(tx)
        .await?;
    Ok(released.rows_affected)
}

/// Has the copies of these messages that are held wait by the decisions that hold them: whoever releases one has that
/// decision made anew.
pub async fn hold_by_decisions(
    tx: &Tx,
    scanner: ScannerId,
    messages: &[MessageId],
) -> Result<(), StoreError> {
    for piece in bulk::distinct(messages) {
        let theirs = Query::select()
            .column(folders::Column::Id)
            .from(folders::Entity)
            .and_where(Expr::col(folders::Column::ScannerId).eq(scanner.0))
            .to_owned();
        Entity::update_many()
            .col_expr(Column::AskedAnew, made_of_it())
            .filter(Column::MessageId.is_in(piece))
            .filter(Column::FolderId.in_subquery(theirs))
            .filter(Column::State.eq(DeliveryState::Held))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Tried at the next scan, whoever discarded it before.
fn again(which: Condition, now: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Failed.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(Some(now)))
        .col_expr(Column::DiscardedBy, Expr::value(None::<String>))
        .col_expr(Column::DiscardedAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DiscardReason, Expr::value(None::<String>))
        .filter(which)
}

/// The decision that its scanner made of its message.
fn made_of_it() -> Expr {
    let made = Query::select()
        .column((decisions::Entity, decisions::Column::Id))
        .from(decisions::Entity)
        .inner_join(
            folders::Entity,
            Expr::col((folders::Entity, folders::Column::ScannerId))
                .equals((decisions::Entity, decisions::Column::ScannerId)),
        )
        .and_where(
            Expr::col((decisions::Entity, decisions::Column::MessageId))
                .equals((Entity, Column::MessageId)),
        )
        .and_where(
            Expr::col((folders::Entity, folders::Column::Id)).equals((Entity, Column::FolderId)),
        )
        .to_owned();
    Expr::from(SubQueryStatement::from(made))
}

/// Whether the UID means something still: its folder has the same UIDVALIDITY.
fn counts_still() -> Expr {
    let current = Query::select()
        .column((folders::Entity, folders::Column::UidValidity))
        .from(folders::Entity)
        .and_where(
            Expr::col((folders::Entity, folders::Column::Id)).equals((Entity, Column::FolderId)),
        )
        .to_owned();
    Expr::col((Entity, Column::UidValidity)).eq(Expr::from(SubQueryStatement::from(current)))
}

#[cfg(test)]
#[path = "retried_tests.rs"]
mod tests;
