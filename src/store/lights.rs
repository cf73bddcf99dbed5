//! Lights: whether a mailbox can be opened, and who must act when it can't.

use chrono::{DateTime, Utc};
use entities::ids::{LightChangeId, MailboxId};
use entities::lights::{ActiveModel, Column, Entity, LightState, Model};
use entities::{leases, mail_servers, mailboxes};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::{StoreError, light_changes, text};

/// What a light is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Showing {
    /// The light.
    pub state: LightState,
    /// Code of what a person must mend.
    pub cause: Option<String>,
    /// Who must act.
    pub who: Option<String>,
    /// What to do, in plain words.
    pub remedy: Option<String>,
    /// The provider's own words.
    pub provider_words: Option<String>,
    /// When it is tried again by itself although it is red.
    pub probe_at: Option<DateTime<Utc>>,
}

impl Showing {
    /// A light that has nothing to say but its state.
    #[must_use]
    pub fn plain(state: LightState) -> Self {
        Self {
            state,
            cause: None,
            who: None,
            remedy: None,
            provider_words: None,
            probe_at: None,
        }
    }
}

/// A light that came to show something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The change in its history.
    pub id: LightChangeId,
    /// What it showed before; nothing the first time.
    pub before: Option<Model>,
}

/// All, by mailbox.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?)
}

/// The one of a mailbox; nothing before it was first tried.
pub async fn find(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(mailbox).one(db).await?)
}

/// Sets a light, writes a change of state or cause into its history, and gives that change; without one `since`
/// stays. Wants a transaction, so that light and history agree.
pub async fn set(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    showing: Showing,
    now: DateTime<Utc>,
) -> Result<Option<Change>, StoreError> {
    let before = find(db, mailbox).await?;
    let same = before
        .clone()
        .filter(|old| old.state == showing.state && old.cause == showing.cause);
    let row = Model {
        mailbox_id: mailbox,
        state: showing.state,
        cause: showing.cause,
        since: same.as_ref().map_or(now, |old| old.since),
        who: showing.who,
        remedy: showing.remedy.as_deref().map(text::clean),
        provider_words: showing.provider_words.as_deref().map(text::clean),
        checked_at: now,
        probe_at: showing.probe_at,
        probes: same.as_ref().map_or(0, |old| match old.state {
            LightState::Red => old.probes.saturating_add(1),
            LightState::Green | LightState::Unknown => 0,
        }),
        suspected: None,
        suspected_at: None,
        // What people know of a red light counts until it is green; a new credential only darkens it on its way.
        reminded_at: before
            .as_ref()
            .filter(|_| same.is_some() || showing.state == LightState::Unknown)
            .and_then(|old| old.reminded_at),
    };
    let change = match same {
        Some(_) => None,
        None => Some(Change {
            id: light_changes::insert(db, &row).await?,
            before,
        }),
    };
    put(db, row).await?;
    Ok(change)
}

/// Remembers that `cause` was seen, on a light that goes on showing what it shows.
pub async fn suspect(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    cause: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = find(db, mailbox).await?.unwrap_or(Model {
        mailbox_id: mailbox,
        state: LightState::Unknown,
        cause: None,
        since: now,
        who: None,
        remedy: None,
        provider_words: None,
        checked_at: now,
        probe_at: None,
        probes: 0,
        suspected: None,
        suspected_at: None,
        reminded_at: None,
    });
    let first = row.suspected.as_deref() != Some(cause);
    let row = Model {
        suspected: Some(cause.to_owned()),
        suspected_at: if first { Some(now) } else { row.suspected_at },
        ..row
    };
    put(db, row).await
}

/// Has a mailbox tried at `at`, whatever its light shows.
pub async fn set_probe(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ProbeAt, Expr::value(at))
        .filter(Column::MailboxId.eq(mailbox))
        .exec(db)
        .await?;
    Ok(())
}

/// Has a mailbox tried at once because a person asks for it, whatever its light shows; that does not count among the tries
/// after which it is left alone for longer.
pub async fn ask(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What comes of it counts one up again, unless it comes to nothing.
    let one_less = Expr::case(Column::Probes.gte(0), Expr::col(Column::Probes).sub(1))
        .finally(Expr::col(Column::Probes));
    Entity::update_many()
        .col_expr(Column::ProbeAt, Expr::value(Some(now)))
        .col_expr(Column::Probes, one_less.into())
        .filter(Column::MailboxId.eq(mailbox))
        .filter(
            Condition::any()
                .add(Column::ProbeAt.is_null())
                .add(Column::ProbeAt.gt(now)),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers that people were told again that it is red.
pub async fn set_reminded(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::RemindedAt, Expr::value(Some(now)))
        .filter(Column::MailboxId.eq(mailbox))
        .exec(db)
        .await?;
    Ok(())
}

/// The mailboxes to be tried now although no scan is due, longest due first: active and not leased to a living worker.
pub async fn due_for_probe(
    db: &impl ConnectionTrait,
    without: &[String],
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<(mailboxes::Model, mail_servers::Model)>, StoreError> {
    let rows = mailboxes::Entity::find()
        .find_also_related(mail_servers::Entity)
        .join(JoinType::InnerJoin, mailboxes::Relation::Light.def())
        .join(JoinType::LeftJoin, mailboxes::Relation::Lease.def())
        .filter(super::mail_servers::is_none_of(without))
        .filter(Column::ProbeAt.lte(now))
        .filter(mailboxes::Column::Active.eq(true))
        .filter(mail_servers::Column::Active.eq(true))
        .filter(
            Condition::any()
                .add(leases::Column::ExpiresAt.is_null())
                .add(leases::Column::ExpiresAt.lte(now)),
        )
        .order_by_asc(Column::ProbeAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(mailbox, server)| Some((mailbox, server?)))
        .collect())
}

/// The red lights of active mailboxes about which nobody was told since `before`.
pub async fn due_for_reminder(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<Vec<(Model, mailboxes::Model)>, StoreError> {
    let rows = Entity::find()
        .find_also_related(mailboxes::Entity)
        .filter(Column::State.eq(LightState::Red))
        .filter(Column::Since.lte(before))
        .filter(
            Condition::any()
                .add(Column::RemindedAt.is_null())
                .add(Column::RemindedAt.lte(before)),
        )
        .filter(mailboxes::Column::Active.eq(true))
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(light, mailbox)| Some((light, mailbox?)))
        .collect())
}

async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let row = ActiveModel {
        mailbox_id: Set(row.mailbox_id),
        state: Set(row.state),
        cause: Set(row.cause),
        since: Set(row.since),
        who: Set(row.who),
        remedy: Set(row.remedy),
        provider_words: Set(row.provider_words),
        checked_at: Set(row.checked_at),
        probe_at: Set(row.probe_at),
        probes: Set(row.probes),
        suspected: Set(row.suspected),
        suspected_at: Set(row.suspected_at),
        reminded_at: Set(row.reminded_at),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([
                    Column::State,
                    Column::Cause,
                    Column::Since,
                    Column::Who,
                    Column::Remedy,
                    Column::ProviderWords,
                    Column::CheckedAt,
                    Column::ProbeAt,
                    Column::Probes,
                    Column::Suspected,
                    Column::SuspectedAt,
                    Column::RemindedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "lights_tests.rs"]
mod tests;
