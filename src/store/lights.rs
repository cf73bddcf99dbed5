//! Lights: whether a mailbox can be opened, and who must act when it can't.

use chrono::{DateTime, Utc};
use entities::ids::MailboxId;
use entities::lights::{ActiveModel, Column, Entity, LightState, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{StoreError, text};

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

/// Sets a light and says whether that was a change of state or cause; without one `since` stays.
pub async fn set(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    showing: Showing,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let since = find(db, mailbox)
        .await?
        .filter(|old| old.state == showing.state && old.cause == showing.cause)
        .map(|old| old.since);
    let row = ActiveModel {
        mailbox_id: Set(mailbox),
        state: Set(showing.state),
        cause: Set(showing.cause),
        since: Set(since.unwrap_or(now)),
        who: Set(showing.who),
        remedy: Set(showing.remedy.as_deref().map(text::clean)),
        provider_words: Set(showing.provider_words.as_deref().map(text::clean)),
        checked_at: Set(now),
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
                ])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(since.is_none())
}

#[cfg(test)]
#[path = "lights_tests.rs"]
mod tests;
