//! Scanners: what is done with a mailbox.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::ids::{MailboxId, ScannerId, UserId};
use entities::names::Names;
use entities::scanners::{ActiveModel, Backfill, Column, Entity, Model, Relation};
use entities::{idlings, leases, lights, mail_servers, mailboxes, users};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use super::{StoreError, bulk, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannerFields {
    /// Unique name.
    pub name: String,
    /// The mailbox it reads.
    pub mailbox_id: MailboxId,
    /// Decoded folder names.
    pub folders: Vec<String>,
    /// Cron line of five fields.
    pub schedule: String,
    /// IANA name (`Europe/Rome`).
    pub time_zone: String,
    /// Whether the schedule starts it.
    pub enabled: bool,
    /// Mail received before this day is not read.
    pub start_date: Option<NaiveDate>,
    /// The most messages one scan keeps.
    pub limit_per_scan: Option<i32>,
    /// Whether it wants to hear at once of new mail.
    pub idle: bool,
    /// Record fields that are searched for addresses.
    pub search_fields: Vec<String>,
    /// In which order older mail is read.
    pub backfill: Backfill,
    /// Larger messages are named and not read, in MiB; nothing for the limit of all scanners.
    pub max_message_mib: Option<i32>,
    /// Senders whose mail it keeps and otherwise leaves alone.
    pub exceptions: Vec<String>,
    /// Ready-made rules that are ticked, by name.
    pub presets: Vec<String>,
    /// E-mail of the user to whom belongs what they make; nothing for the owner of the mailbox.
    pub preset_owner: Option<String>,
}

/// All, by name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Name).all(db).await?)
}

/// Names of those that the schedule starts on a mailbox.
pub async fn enabled_names(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<Vec<String>, StoreError> {
    let enabled = Entity::find()
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::Enabled.eq(true))
        .order_by_asc(Column::Name)
        .all(db)
        .await?;
    Ok(enabled.into_iter().map(|scanner| scanner.name).collect())
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: ScannerId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one with this name.
pub async fn find_by_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Name.eq(text::key(name)))
        .one(db)
        .await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: ScannerFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: ScannerId,
    fields: ScannerFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one, with its cursors, deliveries, decisions and reports; messages and records stay.
pub async fn delete(db: &impl ConnectionTrait, id: ScannerId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Sets when the schedule starts it next.
pub async fn set_next_scan(
    db: &impl ConnectionTrait,
    id: ScannerId,
    next_scan_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextScanAt, next_scan_at.into())
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets when the schedule starts it next, unless another time was set since `before` was read: somebody wants it sooner.
pub async fn schedule_next(
    db: &impl ConnectionTrait,
    before: &Model,
    next_scan_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextScanAt, next_scan_at.into())
        .filter(Column::Id.eq(before.id))
        .filter(match before.next_scan_at {
            Some(then) => Column::NextScanAt.eq(then),
            None => Column::NextScanAt.is_null(),
        })
        .exec(db)
        .await?;
    Ok(())
}

/// Has the schedule start these at once.
pub async fn make_due(
    db: &impl ConnectionTrait,
    scanners: &[ScannerId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for piece in bulk::distinct(scanners) {
        Entity::update_many()
            .col_expr(Column::NextScanAt, Expr::value(Some(now)))
            .filter(Column::Id.is_in(piece))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Lets the schedule start no scanner of a mailbox before `until`.
pub async fn put_off(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextScanAt, Expr::value(Some(until)))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::NextScanAt.lt(until))
        .exec(db)
        .await?;
    Ok(())
}

/// Has the schedule leave one alone, in a person's name; says whether it was not paused already. Who paused it first stays.
pub async fn pause(db: &impl ConnectionTrait, id: ScannerId, by: &str) -> Result<bool, StoreError> {
    let paused = Entity::update_many()
        .col_expr(Column::PausedBy, Expr::value(Some(text::clean(by))))
        .filter(Column::Id.eq(id))
        .filter(Column::PausedBy.is_null())
        .exec(db)
        .await?;
    Ok(paused.rows_affected > 0)
}

/// Lets the schedule go on with one, at once where it came due meanwhile; says whether it was paused.
pub async fn resume(db: &impl ConnectionTrait, id: ScannerId) -> Result<bool, StoreError> {
    let resumed = Entity::update_many()
        .col_expr(Column::PausedBy, Expr::value(Option::<String>::None))
        .filter(Column::Id.eq(id))
        .filter(Column::PausedBy.is_not_null())
        .exec(db)
        .await?;
    Ok(resumed.rows_affected > 0)
}

/// The scanners that `owner` may start now, longest due first: enabled, not paused, their mailbox and its server active,
/// not red, not leased to a living worker, not waited in by another one, and on none of the hosts in `without`,
/// which are in lower case.
pub async fn due(
    db: &impl ConnectionTrait,
    owner: &str,
    without: &[String],
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    // Two questions, each answered along the index until there are enough: one over both reads and sorts all that are due.
    let mut found = unscheduled(owner, without, now)
        .limit(limit)
        .all(db)
        .await?;
    let left = limit.saturating_sub(found.len() as u64);
    if left > 0 {
        let overdue = overdue(owner, without, now).limit(left).all(db).await?;
        found.extend(overdue);
    }
    Ok(found)
}

/// Those that have no time yet.
fn unscheduled(owner: &str, without: &[String], now: DateTime<Utc>) -> Select<Entity> {
    startable(owner, without, now).filter(Column::NextScanAt.is_null())
}

/// Those whose time has come, longest due first. Of equal ones any: an order among them would have all of them sorted.
fn overdue(owner: &str, without: &[String], now: DateTime<Utc>) -> Select<Entity> {
    startable(owner, without, now)
        .filter(Column::NextScanAt.lte(now))
        .order_by_asc(Column::NextScanAt)
}

fn startable(owner: &str, without: &[String], now: DateTime<Utc>) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Mailbox.def())
        .join(JoinType::InnerJoin, mailboxes::Relation::MailServer.def())
        .join(JoinType::LeftJoin, mailboxes::Relation::Light.def())
        .join(JoinType::LeftJoin, mailboxes::Relation::Lease.def())
        .join(JoinType::LeftJoin, mailboxes::Relation::Idling.def())
        .filter(super::mail_servers::is_none_of(without))
        .filter(Column::Enabled.eq(true))
        .filter(Column::PausedBy.is_null())
        .filter(mailboxes::Column::Active.eq(true))
        .filter(mail_servers::Column::Active.eq(true))
        .filter(
            Condition::any()
                .add(lights::Column::State.is_null())
                .add(lights::Column::State.ne(lights::LightState::Red)),
        )
        .filter(
            Condition::any()
                .add(leases::Column::ExpiresAt.is_null())
                .add(leases::Column::ExpiresAt.lte(now)),
        )
        .filter(
            Condition::any()
                .add(idlings::Column::Owner.is_null())
                .add(idlings::Column::Owner.eq(owner))
                .add(idlings::Column::ExpiresAt.lte(now)),
        )
}

/// Whether the schedule has scanners on other hosts than these, which are in lower case; due or not.
pub async fn any_elsewhere(
    db: &impl ConnectionTrait,
    hosts: &[String],
) -> Result<bool, StoreError> {
    let found = mail_servers::Entity::find()
        .select_only()
        .column(mail_servers::Column::Id)
        .filter(super::mail_servers::is_none_of(hosts))
        .filter(mail_servers::Column::Active.eq(true))
        .filter(Expr::exists(
            Query::select()
                .expr(Expr::value(1))
                .from(mailboxes::Entity)
                .inner_join(
                    Entity,
                    Expr::col((Entity, Column::MailboxId))
                        .equals((mailboxes::Entity, mailboxes::Column::Id)),
                )
                .and_where(
                    Expr::col((mailboxes::Entity, mailboxes::Column::MailServerId))
                        .equals((mail_servers::Entity, mail_servers::Column::Id)),
                )
                .and_where(mailboxes::Column::Active.eq(true))
                .and_where(Column::Enabled.eq(true))
                .and_where(Column::PausedBy.is_null())
                .to_owned(),
        ))
        .limit(1)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// A scanner, its mailbox and its mail server.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// What is done.
    pub scanner: Model,
    /// With which mailbox.
    pub mailbox: mailboxes::Model,
    /// On which server.
    pub server: mail_servers::Model,
}

impl Placed {
    /// Whether the schedule may start it, its light apart.
    #[must_use]
    pub fn may_run(&self) -> bool {
        self.scanner.enabled
            && self.scanner.paused_by.is_none()
            && self.mailbox.active
            && self.server.active
    }
}

/// Those at which presets are ticked, by name, each with the e-mail of the user to whom belongs what they make: who is
/// named, else the owner of its mailbox.
pub async fn with_presets(
    db: &impl ConnectionTrait,
) -> Result<Vec<(Model, Option<String>)>, StoreError> {
    let found = Entity::find()
        .filter(Column::Presets.ne(Names::default()))
        .find_also_related(mailboxes::Entity)
        .order_by_asc(Column::Name)
        .all(db)
        .await?;
    let owners = found
        .iter()
        .filter_map(|(_, mailbox)| mailbox.as_ref()?.owner_id);
    let owners: Vec<(UserId, String)> = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::Email])
        .filter(users::Column::Id.is_in(owners))
        .into_tuple()
        .all(db)
        .await?;
    let owners: HashMap<UserId, String> = owners.into_iter().collect();
    let with_owner = found.into_iter().map(|(scanner, mailbox)| {
        let of_mailbox = mailbox.and_then(|mailbox| owners.get(&mailbox.owner_id?).cloned());
        let owner = scanner.preset_owner.clone().or(of_mailbox);
        (scanner, owner)
    });
    Ok(with_owner.collect())
}

/// All with their mailboxes and servers, by name.
pub async fn all_with_mailbox_and_server(
    db: &impl ConnectionTrait,
) -> Result<Vec<Placed>, StoreError> {
    placed(db, Condition::all()).await
}

/// One with its mailbox and server.
pub async fn with_mailbox_and_server(
    db: &impl ConnectionTrait,
    id: ScannerId,
) -> Result<Option<Placed>, StoreError> {
    Ok(placed(db, Condition::all().add(Column::Id.eq(id)))
        .await?
        .pop())
}

async fn placed(
    db: &impl ConnectionTrait,
    condition: Condition,
) -> Result<Vec<Placed>, StoreError> {
    let rows = Entity::find()
        .find_also_related(mailboxes::Entity)
        .and_also_related(mail_servers::Entity)
        .filter(condition)
        .order_by_asc(Column::Name)
        .all(db)
        .await?;
    // Foreign keys see to it that both are there.
    Ok(rows
        .into_iter()
        .filter_map(|(scanner, mailbox, server)| {
            Some(Placed {
                scanner,
                mailbox: mailbox?,
                server: server?,
            })
        })
        .collect())
}

fn row(fields: ScannerFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        mailbox_id: Set(fields.mailbox_id),
        folders: Set(Names(fields.folders)),
        schedule: Set(fields.schedule),
        time_zone: Set(fields.time_zone),
        enabled: Set(fields.enabled),
        start_date: Set(fields.start_date),
        limit_per_scan: Set(fields.limit_per_scan),
        idle: Set(fields.idle),
        search_fields: Set(Names(fields.search_fields)),
        backfill: Set(fields.backfill),
        max_message_mib: Set(fields.max_message_mib),
        exceptions: Set(Names(fields.exceptions)),
        presets: Set(Names(fields.presets)),
        preset_owner: Set(fields.preset_owner),
        paused_by: NotSet,
        next_scan_at: NotSet,
        created_at: NotSet,
        updated_at: Set(now),
    }
}

#[cfg(test)]
#[path = "scanners_tests.rs"]
mod tests;
