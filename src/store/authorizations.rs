//! Authorizations that were begun and wait for the provider's answer.

use chrono::{DateTime, Utc};
use entities::authorizations::{ActiveModel, Column, Entity, Model, Purpose};
use entities::ids::{MailServerId, MailboxId, UserId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;
use crate::secrets::Sealed;

/// One to be begun.
#[derive(Debug, Clone)]
pub struct NewAuthorization {
    /// SHA-256 of the `state`, in hex.
    pub state_hash: String,
    /// SHA-256 of what only the beginner has, in hex.
    pub session_hash: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The mailbox to be opened.
    pub mailbox_id: Option<MailboxId>,
    /// Whose client is used.
    pub mail_server_id: MailServerId,
    /// Who begins it.
    pub user_id: Option<UserId>,
    /// The PKCE verifier.
    pub verifier: Sealed,
    /// The nonce.
    pub nonce: Sealed,
    /// The redirect URI that is sent.
    pub redirect_uri: String,
    /// The service key's callback path.
    pub callback_path: Option<String>,
    /// Until when the answer is taken.
    pub expires_at: DateTime<Utc>,
}

/// Begins one.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewAuthorization,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        state_hash: Set(new.state_hash),
        session_hash: Set(new.session_hash),
        purpose: Set(new.purpose),
        mailbox_id: Set(new.mailbox_id),
        mail_server_id: Set(new.mail_server_id),
        user_id: Set(new.user_id),
        verifier_sealed: Set(new.verifier.bytes),
        verifier_key_id: Set(new.verifier.key_id.to_string()),
        nonce_sealed: Set(new.nonce.bytes),
        nonce_key_id: Set(new.nonce.key_id.to_string()),
        redirect_uri: Set(new.redirect_uri),
        callback_path: Set(new.callback_path),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    Ok(row.insert(db).await?)
}

/// The one whose `state` hashes to this.
pub async fn find_by_state(
    db: &impl ConnectionTrait,
    state_hash: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::StateHash.eq(state_hash))
        .one(db)
        .await?)
}

/// Uses one up; of any number of answers one is told that it was the first.
pub async fn use_up(
    db: &impl ConnectionTrait,
    authorization: &Model,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(authorization.id))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(used.rows_affected > 0)
}

/// Forgets those that ended before `before`.
pub async fn delete_ended(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "authorizations_tests.rs"]
mod tests;
