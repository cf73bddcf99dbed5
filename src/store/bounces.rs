//! What reports of delivery say of addresses.
//!
//! Each report is kept; how an address is now follows from those that came after the last mail from it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entities::bounces::{ActiveModel, BounceOutcome, Column, Entity, Model};
use entities::ids::{MessageId, ScanId, ScannerId};
use entities::messages::Direction;
use entities::{message_addresses, messages};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};

use super::{StoreError, bulk, text};

/// A report to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBounce {
    /// The address that it is about, stored in lower case.
    pub email: String,
    /// The message that tells.
    pub message_id: MessageId,
    /// For good or for now.
    pub outcome: BounceOutcome,
    /// The enhanced status code (RFC 3463), or nothing.
    pub status: String,
    /// The server's words, or nothing.
    pub diagnosis: String,
    /// The scan that reads it.
    pub scan_id: Option<ScanId>,
    /// The scanner whose mail it is.
    pub scanner_id: ScannerId,
    /// When the report came.
    pub reported_at: DateTime<Utc>,
}

/// How an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// For good, where any report since says so.
    pub outcome: BounceOutcome,
    /// How many reports there are since mail came from the address.
    pub reports: u64,
    /// The last report of that outcome.
    pub last: Model,
}

/// Keeps those that are not there yet.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    bounces: Vec<NewBounce>,
) -> Result<u64, StoreError> {
    let rows = bounces
        .into_iter()
        .map(|new| ActiveModel {
            id: NotSet,
            email: Set(text::email(&new.email)),
            message_id: Set(new.message_id),
            outcome: Set(new.outcome),
            status: Set(text::clean(&new.status)),
            diagnosis: Set(text::clean(&new.diagnosis)),
            scan_id: Set(new.scan_id),
            scanner_id: Set(Some(new.scanner_id)),
            reported_at: Set(new.reported_at),
        })
        .collect();
    bulk::insert_missing(db, rows, &[Column::Email, Column::MessageId]).await
}

/// More addresses of an organization than these are not told.
const MOST_AT_DOMAINS: u64 = 1_000;
/// So many domains are looked for in one statement.
const DOMAINS: usize = 100;

/// The addresses at these domains that reports are about, in their order; at most a thousand.
pub async fn emails_at(
    db: &impl ConnectionTrait,
    domains: &[&str],
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for piece in domains.chunks(DOMAINS) {
        let at_any = piece.iter().fold(Condition::any(), |any, domain| {
            any.add(Column::Email.ends_with(format!("@{domain}")))
        });
        let emails: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Email)
            .distinct()
            .filter(at_any)
            .order_by_asc(Column::Email)
            .limit(MOST_AT_DOMAINS)
            .into_tuple()
            .all(db)
            .await?;
        // To LIKE some letters mean any.
        found.extend(emails.into_iter().filter(|email| {
            let domain = email.rsplit_once('@').map(|(_, domain)| domain);
            domain.is_some_and(|domain| piece.contains(&domain))
        }));
    }
    Ok(found)
}

/// How those of these addresses are that something is known of.
pub async fn states(
    db: &impl ConnectionTrait,
    emails: &[&str],
) -> Result<HashMap<String, State>, StoreError> {
    let mut reported: HashMap<String, Vec<Model>> = HashMap::new();
    for piece in bulk::distinct(emails) {
        let rows = Entity::find()
            .filter(Column::Email.is_in(piece))
            .order_by_asc(Column::ReportedAt)
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        for row in rows {
            reported.entry(row.email.clone()).or_default().push(row);
        }
    }
    let known: Vec<&str> = reported.keys().map(String::as_str).collect();
    let written = last_mail_from(db, &known).await?;
    let since = |email: &str, rows: Vec<Model>| {
        let written = written.get(email).copied();
        let later = |row: &Model| written.is_none_or(|written| row.reported_at > written);
        state(rows.into_iter().filter(later).collect())
    };
    Ok(reported
        .into_iter()
        .filter_map(|(email, rows)| {
            let state = since(&email, rows)?;
            Some((email, state))
        })
        .collect())
}

fn state(rows: Vec<Model>) -> Option<State> {
    let hard = rows.iter().any(|row| row.outcome == BounceOutcome::Hard);
    let outcome = if hard {
        BounceOutcome::Hard
    } else {
        BounceOutcome::Soft
    };
    let reports = rows.len() as u64;
    let last = rows.into_iter().rfind(|row| row.outcome == outcome)?;
    Some(State {
        outcome,
        reports,
        last,
    })
}

/// When the last mail came from each of these that wrote at all.
async fn last_mail_from(
    db: &impl ConnectionTrait,
    emails: &[&str],
) -> Result<HashMap<String, DateTime<Utc>>, StoreError> {
    use message_addresses::Column as Address;
    let message: RelationDef = message_addresses::Entity::belongs_to(messages::Entity)
        .from(Address::MessageId)
        .to(messages::Column::Id)
        .into();
    let mut last = HashMap::new();
    for piece in bulk::distinct(emails) {
        let rows: Vec<(String, DateTime<Utc>)> = message_addresses::Entity::find()
            .select_only()
            .column(Address::Email)
            .column_as(messages::Column::ReceivedAt.max(), "written")
            .join(JoinType::InnerJoin, message.clone())
            .filter(Address::Email.is_in(piece))
            .filter(Address::Role.eq("from"))
            .filter(messages::Column::Direction.eq(Direction::Received))
            .group_by(Address::Email)
            .into_tuple()
            .all(db)
            .await?;
        last.extend(rows);
    }
    Ok(last)
}

#[cfg(test)]
#[path = "bounces_tests.rs"]
mod tests;
