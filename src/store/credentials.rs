//! What opens mailboxes. Secrets come and go sealed; this never sees one in the clear.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::credentials::{ActiveModel, Column, CredentialKind, Entity, Model};
use entities::ids::MailboxId;
use entities::lights::{self, LightState};
use entities::names::Names;
use entities::{mail_servers, mailboxes};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Condition, Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{StoreError, Tx, text};
use crate::secrets::Sealed;

/// What an OAuth provider granted.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// The refresh token; a program's own access has none.
    pub refresh: Option<Sealed>,
    /// The access token.
    pub access: Sealed,
    /// When the access token ends, where the provider said so.
    pub access_expires_at: Option<DateTime<Utc>>,
    /// When the refresh token ends, where the provider said so.
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// The granted scopes, where the provider said so.
    pub scopes: Option<Vec<String>>,
    /// Whose account it is, where the provider vouched for it.
    pub identity: Option<Json>,
}

/// All, by mailbox.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?)
}

/// The one of a mailbox.
pub async fn find(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(mailbox).one(db).await?)
}

/// Sets a secret that lies elsewhere; a sealed one is forgotten.
pub async fn set_reference(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    kind: CredentialKind,
    reference: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    put(
        db,
        Model {
            reference: Some(reference.to_owned()),
            ..empty(mailbox, kind, now)
        },
    )
    .await
}

/// Sets a sealed secret; a reference is forgotten.
pub async fn set_sealed(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    kind: CredentialKind,
    sealed: Vec<u8>,
    key_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    put(
        db,
        Model {
            sealed: Some(sealed),
            key_id: Some(key_id.to_owned()),
            ..empty(mailbox, kind, now)
        },
    )
    .await
}

/// Sets what a provider granted; whatever was there is forgotten.
pub async fn set_grant(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    grant: Grant,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = with(empty(mailbox, CredentialKind::Oauth, now), grant, now);
    put(db, row).await
}

/// Makes room for the first grant of a program's own access, so that one may claim it; whatever is there stays.
pub async fn make_room(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let room = active(empty(mailbox, CredentialKind::Oauth, now));
    Entity::insert(room)
        .on_conflict_do_nothing_on([Column::MailboxId])
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Lets `owner` alone get a new token until `until`; gives the row as it is then, nothing while somebody else may.
pub async fn claim(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Model>, StoreError> {
    let claimed = Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(Some(text::clean(owner))))
        .col_expr(Column::ClaimedUntil, Expr::value(Some(until)))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::Kind.eq(CredentialKind::Oauth))
        .filter(
            Condition::any()
                .add(Column::ClaimedUntil.is_null())
                .add(Column::ClaimedUntil.lte(now)),
        )
        .exec(db)
        .await?;
    match claimed.rows_affected {
        0 => Ok(None),
        _ => find(db, mailbox).await,
    }
}

/// Extends the claim of `owner`; one that somebody else has now is left alone.
pub async fn hold(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::value(Some(until)))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::ClaimedBy.eq(text::clean(owner)))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the new tokens of a grant that was claimed, and gives the claim back; says whether the grant was still the one
/// that was claimed. A part that the provider left out stays as it was. A claim that ran out meanwhile is no matter: the
/// old refresh token may be void, and these are the ones there are.
pub async fn renew(
    db: &impl ConnectionTrait,
    claimed: &Model,
    grant: Grant,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = with(claimed.clone(), grant, now);
    let renewed = Entity::update_many()
        .col_expr(Column::Sealed, Expr::value(row.sealed))
        .col_expr(Column::KeyId, Expr::value(row.key_id))
        .col_expr(Column::AccessSealed, Expr::value(row.access_sealed))
        .col_expr(Column::AccessKeyId, Expr::value(row.access_key_id))
        .col_expr(Column::AccessExpiresAt, Expr::value(row.access_expires_at))
        .col_expr(
            Column::RefreshExpiresAt,
            Expr::value(row.refresh_expires_at),
        )
        .col_expr(Column::GrantedScopes, Expr::value(row.granted_scopes))
        .col_expr(Column::Identity, Expr::value(row.identity))
        .col_expr(Column::RefreshedAt, Expr::value(row.refreshed_at))
        .col_expr(Column::UpdatedAt, Expr::value(row.updated_at))
        .col_expr(Column::ClaimedBy, Expr::value(None::<String>))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1_i64))
        .filter(Column::MailboxId.eq(claimed.mailbox_id))
        .filter(Column::Version.eq(claimed.version))
        .exec(db)
        .await?;
    Ok(renewed.rows_affected > 0)
}

/// Gives back the claim on a grant if `is_gone` knows whoever has it to be dead.
pub async fn release_of_gone(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    is_gone: fn(&str) -> bool,
) -> Result<(), StoreError> {
    match find(db, mailbox).await?.and_then(|row| row.claimed_by) {
        Some(owner) if is_gone(&owner) => release(db, mailbox, &owner).await,
        _ => Ok(()),
    }
}

/// Gives a claim back; one that somebody else has now is left alone.
pub async fn release(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    owner: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(None::<String>))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::MailboxId.eq(mailbox))
        .filter(Column::ClaimedBy.eq(text::clean(owner)))
        .exec(db)
        .await?;
    Ok(())
}

/// Has the access token count as ended: a server refuses it.
pub async fn expire_access(
    db: &impl ConnectionTrait,
    credential: &Model,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::AccessExpiresAt, Expr::value(Some(now)))
        .filter(Column::MailboxId.eq(credential.mailbox_id))
        .filter(Column::Version.eq(credential.version))
        .exec(db)
        .await?;
    Ok(())
}

/// The grants with a refresh token that gave no token since `before`, the longest idle first.
pub async fn idle(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Kind.eq(CredentialKind::Oauth))
        .filter(Column::Sealed.is_not_null())
        .filter(Column::RefreshedAt.lt(before))
        .order_by_asc(Column::RefreshedAt)
        .all(db)
        .await?)
}

/// The refresh tokens that end before `ends_before` or were not used since `used_before`, of active mailboxes whose
/// light is not red.
pub async fn running_out(
    db: &impl ConnectionTrait,
    ends_before: DateTime<Utc>,
    used_before: DateTime<Utc>,
) -> Result<Vec<(Model, mailboxes::Model, mail_servers::Model)>, StoreError> {
    let red = Query::select()
        .column(lights::Column::MailboxId)
        .from(lights::Entity)
        .and_where(lights::Column::State.eq(LightState::Red))
        .to_owned();
    let running_out = Entity::find()
        .filter(Column::Kind.eq(CredentialKind::Oauth))
        .filter(Column::Sealed.is_not_null())
        .filter(
            Condition::any()
                .add(Column::RefreshExpiresAt.lt(ends_before))
                .add(Column::RefreshedAt.lt(used_before)),
        )
        .filter(Column::MailboxId.not_in_subquery(red))
        .order_by_asc(Column::MailboxId)
        .all(db)
        .await?;
    let mut opened: HashMap<_, _> = mailboxes::Entity::find()
        .find_also_related(mail_servers::Entity)
        .filter(mailboxes::Column::Active.eq(true))
        .filter(mail_servers::Column::Active.eq(true))
        .filter(mailboxes::Column::Id.is_in(running_out.iter().map(|one| one.mailbox_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|(mailbox, server)| (mailbox.id, (mailbox, server)))
        .collect();
    Ok(running_out
        .into_iter()
        .filter_map(|credential| {
            let (mailbox, server) = opened.remove(&credential.mailbox_id)?;
            Some((credential, mailbox, server?))
        })
        .collect())
}

/// Whether `version` is still the one of the mailbox's credential, nothing where it has none. Until the transaction ends
/// nobody changes that.
pub async fn is_still(
    tx: &Tx,
    mailbox: MailboxId,
    version: Option<i64>,
) -> Result<bool, StoreError> {
    let stored = lock(tx, mailbox).await?;
    Ok(stored.map(|stored| stored.version) == version)
}

/// The one of a mailbox, which nobody but this transaction changes until it ends. Whoever changes a light as well locks
/// this first.
pub async fn lock(tx: &Tx, mailbox: MailboxId) -> Result<Option<Model>, StoreError> {
    // Whoever gives the mailbox its first credential waits for this row.
    mailboxes::Entity::find_by_id(mailbox)
        .lock_exclusive()
        .one(tx)
        .await?;
    Ok(Entity::find_by_id(mailbox).lock_exclusive().one(tx).await?)
}

/// Forgets it.
pub async fn delete(db: &impl ConnectionTrait, mailbox: MailboxId) -> Result<(), StoreError> {
    Entity::delete_by_id(mailbox).exec(db).await?;
    Ok(())
}

fn empty(mailbox: MailboxId, kind: CredentialKind, now: DateTime<Utc>) -> Model {
    Model {
        mailbox_id: mailbox,
        kind,
        reference: None,
        sealed: None,
        key_id: None,
        access_sealed: None,
        access_key_id: None,
        access_expires_at: None,
        refresh_expires_at: None,
        granted_scopes: None,
        identity: None,
        refreshed_at: None,
        claimed_by: None,
        claimed_until: None,
        version: 0,
        updated_at: now,
    }
}

/// A row with a grant in it; what the provider left out stays as it was.
fn with(row: Model, grant: Grant, now: DateTime<Utc>) -> Model {
    let mut row = Model {
        access_sealed: Some(grant.access.bytes),
        access_key_id: Some(grant.access.key_id.to_string()),
        access_expires_at: grant.access_expires_at,
        granted_scopes: grant.scopes.map(Names).or(row.granted_scopes),
        identity: grant.identity.or(row.identity),
        refreshed_at: Some(now),
        ..row
    };
    if let Some(refresh) = grant.refresh {
        row.sealed = Some(refresh.bytes);
        row.key_id = Some(refresh.key_id.to_string());
        row.refresh_expires_at = grant.refresh_expires_at;
        row.updated_at = now;
    }
    row
}

/// A row that nobody has claimed.
fn active(row: Model) -> ActiveModel {
    ActiveModel {
        mailbox_id: Set(row.mailbox_id),
        kind: Set(row.kind),
        reference: Set(row.reference),
        sealed: Set(row.sealed),
        key_id: Set(row.key_id),
        access_sealed: Set(row.access_sealed),
        access_key_id: Set(row.access_key_id),
        access_expires_at: Set(row.access_expires_at),
        refresh_expires_at: Set(row.refresh_expires_at),
        granted_scopes: Set(row.granted_scopes),
        identity: Set(row.identity),
        refreshed_at: Set(row.refreshed_at),
        claimed_by: Set(None),
        claimed_until: Set(None),
        // One that comes after another was forgotten is never taken for it.
        version: Set(row.updated_at.timestamp_millis()),
        updated_at: Set(row.updated_at),
    }
}

async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(active(row))
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([
                    Column::Kind,
                    Column::Reference,
                    Column::Sealed,
                    Column::KeyId,
                    Column::AccessSealed,
                    Column::AccessKeyId,
                    Column::AccessExpiresAt,
                    Column::RefreshExpiresAt,
                    Column::GrantedScopes,
                    Column::Identity,
                    Column::RefreshedAt,
                    Column::ClaimedBy,
                    Column::ClaimedUntil,
                    Column::UpdatedAt,
                ])
                .value(
                    Column::Version,
                    Expr::col((Entity, Column::Version)).add(1_i64),
                )
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
