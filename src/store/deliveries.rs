//! Deliveries: the ledger, one row for each copy of a message in a folder.

pub mod audited;
pub mod chosen;
pub mod known;
pub mod owed;
pub mod recognised;
pub mod retried;
pub mod settled;
pub mod uidl;
pub mod vanished;

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use entities::deliveries::{ActiveModel, Column, DeliveryState, Entity, Model, Relation};
use entities::folders;
use entities::ids::{DecisionId, DeliveryId, FolderId, MessageId, ScanId, ScannerId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Alias, Expr, IntoIden, Query, TableRef, ValueTuple};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult,
    JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use super::{StoreError, Tx, bulk, text};

/// The UIDVALIDITY that copies from files have; no server has it.
pub const OF_FILES: i64 = 0;

/// Whether a copy lies in a folder of an IMAP server, rather than in a file or a POP3 mailbox.
#[must_use]
pub fn is_on_imap(copy: &Model) -> bool {
    copy.uid_validity != OF_FILES && copy.uid_validity != uidl::VALIDITY
}

/// So many reasons are told at once; a person mends one after the other.
const MOST_TROUBLES: u64 = 20;

/// A copy to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Where it lies.
    pub folder_id: FolderId,
    /// UIDVALIDITY it was announced under.
    pub uid_validity: i64,
    /// Its UID.
    pub uid: i64,
    /// [`DeliveryState::Pending`] with its bytes; else [`DeliveryState::Gone`], failed or held without.
    pub state: DeliveryState,
    /// How often it was asked for in vain.
    pub attempts: i32,
    /// When it is asked for again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Why there is nothing to do, for a person.
    pub error: Option<String>,
    /// Its raw bytes, which must be kept already.
    pub blob_hash: Option<String>,
    /// Size announced or read, in bytes.
    pub size: i64,
    /// When the server received it.
    pub internal_date: Option<DateTime<Utc>>,
    /// What the server calls it in every folder of the mailbox.
    pub server_id: Option<String>,
    /// The scan that keeps it.
    pub scan_id: Option<ScanId>,
    /// Now.
    pub kept_at: DateTime<Utc>,
    /// Its lasting name, where it was read over POP3.
    pub uidl: Option<String>,
}

/// A copy that waits for its decision, with its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// The copy.
    pub delivery: Model,
    /// Name of the folder, decoded.
    pub folder: String,
}

/// A copy that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// The copy.
    pub id: DeliveryId,
    /// The message it is a copy of.
    pub message: MessageId,
    /// [`DeliveryState::Done`] or [`DeliveryState::Ignored`].
    pub state: DeliveryState,
}

/// What becomes of a copy that could not be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is tried again then.
    TryAt(DateTime<Utc>),
    /// It waits for a person.
    Hold,
}

impl Next {
    fn state(self) -> (DeliveryState, Option<DateTime<Utc>>) {
        match self {
            Self::TryAt(at) => (DeliveryState::Failed, Some(at)),
            Self::Hold => (DeliveryState::Held, None),
        }
    }
}

impl Pending {
    /// SHA-256 of its bytes.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.delivery.blob_hash.as_deref().unwrap_or_default()
    }
}

/// Keeps those that are not kept yet and says how many were new.
pub async fn keep(
    db: &impl ConnectionTrait,
    deliveries: Vec<NewDelivery>,
) -> Result<u64, StoreError> {
    let rows = deliveries.into_iter().map(row).collect();
    bulk::insert_missing(
        db,
        rows,
        &[Column::FolderId, Column::UidValidity, Column::Uid],
    )
    .await
}

/// The copies of a scanner that are to be decided now, in the order they were kept.
pub async fn pending(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Pending>, StoreError> {
    let names: HashMap<FolderId, String> = super::folders::list(db, scanner)
        .await?
        .into_iter()
        .map(|folder| (folder.id, folder.name))
        .collect();
    let rows = Entity::find()
        .filter(Column::FolderId.is_in(names.keys().copied()))
        .filter(Column::State.is_in([DeliveryState::Pending, DeliveryState::Failed]))
        .filter(Column::BlobHash.is_not_null())
        .filter(
            Condition::any()
                .add(Column::State.eq(DeliveryState::Pending))
                .add(Column::NextTryAt.lte(now)),
        )
        // Not the bare key: the planner would walk it over every copy ever done to save sorting a few.
        .order_by_asc(Expr::col((Entity, Column::Id)).add(0))
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|delivery| Pending {
            folder: names.get(&delivery.folder_id).cloned().unwrap_or_default(),
            delivery,
        })
        .collect())
}

/// Whether each of these copies waits for its decision still, as no person has changed that meanwhile; then it does until
/// the transaction ends.
pub async fn still_wait(tx: &Tx, ids: &[DeliveryId]) -> Result<bool, StoreError> {
    let waiting: Vec<DeliveryId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::State.is_in([DeliveryState::Pending, DeliveryState::Failed]))
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    Ok(waiting.len() == ids.len())
}

/// Says which message a copy is of that could not be decided.
pub async fn set_message(
    db: &impl ConnectionTrait,
    id: DeliveryId,
    message: MessageId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::MessageId, Expr::value(message))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks copies as decided.
pub async fn finish(db: &impl ConnectionTrait, finished: &[Finished]) -> Result<(), StoreError> {
    for piece in finished.chunks(bulk::rows_per_statement(3)) {
        let values = piece
            .iter()
            .map(|one| {
                ValueTuple::Three(
                    one.id.into(),
                    one.message.into(),
                    one.state.to_value().into(),
                )
            })
            .collect();
        // Both databases call the columns of VALUES so.
        let decided = Alias::new("decided");
        let column = |name: &'static str| Expr::col((decided.clone(), Alias::new(name)));
        let statement = Query::update()
            .table(Entity)
            .value(Column::MessageId, column("column2"))
            .value(Column::State, column("column3"))
            .value(Column::NextTryAt, None::<DateTime<Utc>>)
            .value(Column::Error, None::<String>)
            .value(Column::AskedAnew, None::<DecisionId>)
            .value(
                Column::Attempts,
                Expr::col((Entity, Column::Attempts)).add(1),
            )
            .from(TableRef::ValuesList(values, decided.clone().into_iden()))
            .and_where(Expr::col((Entity, Column::Id)).eq(column("column1")))
            .to_owned();
        db.execute(&statement).await?;
    }
    Ok(())
}

/// Marks a copy as failed for the `attempts`-th time.
pub async fn fail(
    db: &impl ConnectionTrait,
    id: DeliveryId,
    error: &str,
    attempts: i32,
    next: Next,
) -> Result<(), StoreError> {
    let (state, next_try_at) = next.state();
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(next_try_at))
        .col_expr(Column::Error, Expr::value(text::clean(error)))
        .col_expr(Column::Attempts, Expr::value(attempts))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Copies of one scanner that failed or are held for one reason.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Trouble {
    /// Whose they are.
    pub scanner_id: ScannerId,
    /// Failed or held.
    pub state: DeliveryState,
    /// Why, as sentences.
    pub error: String,
    /// How many.
    pub count: i64,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, state, error) = (self.count, self.state, &self.error);
        let s = if count == 1 { "" } else { "s" };
        write!(f, "{count} message{s} {}: {error}", state.as_str())
    }
}

/// What keeps copies from being done, of one scanner or of all; the most frequent reasons first.
pub async fn troubles(
    db: &impl ConnectionTrait,
    scanner: Option<ScannerId>,
) -> Result<Vec<Trouble>, StoreError> {
    let mut select = Entity::find()
        .select_only()
        .column(folders::Column::ScannerId)
        .column(Column::State)
        .column(Column::Error)
        .column_as(Column::Id.count(), "count")
        .join(JoinType::InnerJoin, Relation::Folder.def())
        .filter(Column::State.is_in([DeliveryState::Failed, DeliveryState::Held]))
        .filter(Column::Error.is_not_null())
        .group_by(folders::Column::ScannerId)
        .group_by(Column::State)
        .group_by(Column::Error)
        .order_by_desc(Column::Id.count())
        .order_by_asc(Column::Error)
        .limit(MOST_TROUBLES);
    if let Some(scanner) = scanner {
        select = select.filter(folders::Column::ScannerId.eq(scanner));
    }
    Ok(select.into_model().all(db).await?)
}

/// Whether copies of a scanner wait for a person.
pub async fn any_held(db: &impl ConnectionTrait, scanner: ScannerId) -> Result<bool, StoreError> {
    let held = Entity::find()
        .select_only()
        .column(Column::Id)
        .inner_join(folders::Entity)
        .filter(folders::Column::ScannerId.eq(scanner))
        .filter(Column::State.eq(DeliveryState::Held))
        .limit(1)
        .into_tuple::<DeliveryId>()
        .one(db)
        .await?;
    Ok(held.is_some())
}

/// Lets the copies of a scanner that wait for a person be tried once more.
pub async fn take_up_held(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let folders: Vec<FolderId> = super::folders::list(db, scanner)
        .await?
        .into_iter()
        .map(|folder| folder.id)
        .collect();
    let taken_up = Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Failed.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(Some(now)))
        .filter(Column::FolderId.is_in(folders))
        .filter(Column::State.eq(DeliveryState::Held))
        .exec(db)
        .await?;
    Ok(taken_up.rows_affected)
}

/// Lets copies whose decision failed be decided again, whoever's they are: the rules have changed.
pub async fn decide_again(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let again = Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Failed.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(Some(now)))
        .filter(Column::State.is_in([DeliveryState::Held, DeliveryState::Failed]))
        .filter(Column::BlobHash.is_not_null())
        .exec(db)
        .await?;
    Ok(again.rows_affected)
}

/// The copies of a message with the names of their folders.
pub async fn for_message(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<(Model, folders::Model)>, StoreError> {
    let rows = Entity::find()
        .find_also_related(folders::Entity)
        .filter(Column::MessageId.eq(message))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(delivery, folder)| Some((delivery, folder?)))
        .collect())
}

/// How many copies of each scanner are in each state.
pub async fn counts(
    db: &impl ConnectionTrait,
) -> Result<Vec<(ScannerId, DeliveryState, i64)>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(folders::Column::ScannerId)
        .column(Column::State)
        .column_as(Column::Id.count(), "count")
        .join(JoinType::InnerJoin, Relation::Folder.def())
        .group_by(folders::Column::ScannerId)
        .group_by(Column::State)
        .order_by_asc(folders::Column::ScannerId)
        .order_by_asc(Column::State)
        .into_tuple()
        .all(db)
        .await?)
}

fn row(new: NewDelivery) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        folder_id: Set(new.folder_id),
        uid_validity: Set(new.uid_validity),
        uid: Set(new.uid),
        state: Set(new.state),
        attempts: Set(new.attempts),
        next_try_at: Set(new.next_try_at),
        error: Set(new.error.as_deref().map(text::clean)),
        blob_hash: Set(new.blob_hash),
        size: Set(new.size),
        internal_date: Set(new.internal_date),
        message_id: Set(None),
        scan_id: Set(new.scan_id),
        kept_at: Set(new.kept_at),
        asked_anew: Set(None),
        discarded_by: Set(None),
        discarded_at: Set(None),
        discard_reason: Set(None),
        uidl: Set(new.uidl.as_deref().map(text::clean)),
        vanished_at: Set(None),
        server_id: Set(new.server_id.as_deref().map(text::key)),
        released: Set(false),
        released_at: Set(None),
    }
}

#[cfg(test)]
#[path = "deliveries_tests.rs"]
mod tests;
