//! The heads of messages, a page at a time, the newest first: for whoever looks through many of them for a word.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::messages::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::store::{StoreError, text};

/// What a message is found by.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    /// The message.
    pub id: MessageId,
    /// When the server received it.
    pub received_at: DateTime<Utc>,
    /// Decoded subject.
    pub subject: String,
    /// Address of the first From, in small letters.
    pub from_email: String,
    /// Its display name.
    pub from_name: String,
}

/// Which heads; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Among {
    /// From exactly this address.
    pub from_email: Option<String>,
    /// Received at this moment or later.
    pub since: Option<DateTime<Utc>>,
    /// Received before this moment.
    pub before: Option<DateTime<Utc>>,
}

/// The newest first, at most `limit` of those that come after `after` in that order.
pub async fn page(
    db: &impl ConnectionTrait,
    among: &Among,
    after: Option<&Head>,
    limit: u64,
) -> Result<Vec<Head>, StoreError> {
    let mut select = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::ReceivedAt,
            Column::Subject,
            Column::FromEmail,
            Column::FromName,
        ])
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(email) = &among.from_email {
        select = select.filter(Column::FromEmail.eq(text::email(email)));
    }
    if let Some(since) = among.since {
        select = select.filter(Column::ReceivedAt.gte(since));
    }
    if let Some(before) = among.before {
        select = select.filter(Column::ReceivedAt.lt(before));
    }
    if let Some(last) = after {
        let as_old = Column::ReceivedAt
            .eq(last.received_at)
            .and(Column::Id.lt(last.id));
        select = select
            .filter(Column::ReceivedAt.lte(last.received_at))
            .filter(Column::ReceivedAt.lt(last.received_at).or(as_old));
    }
    Ok(select.into_model().all(db).await?)
}

#[cfg(test)]
#[path = "heads_tests.rs"]
mod tests;
