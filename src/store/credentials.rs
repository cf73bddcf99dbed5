//! What opens mailboxes. Secrets come and go sealed; this never sees one in the clear.

use chrono::{DateTime, Utc};
use entities::credentials::{ActiveModel, Column, CredentialKind, Entity, Model};
use entities::ids::MailboxId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::StoreError;

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
            mailbox_id: mailbox,
            kind,
            reference: Some(reference.to_owned()),
            sealed: None,
            key_id: None,
            updated_at: now,
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
            mailbox_id: mailbox,
            kind,
            reference: None,
            sealed: Some(sealed),
            key_id: Some(key_id.to_owned()),
            updated_at: now,
        },
    )
    .await
}

/// Forgets it.
pub async fn delete(db: &impl ConnectionTrait, mailbox: MailboxId) -> Result<(), StoreError> {
    Entity::delete_by_id(mailbox).exec(db).await?;
    Ok(())
}

async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let row = ActiveModel {
        mailbox_id: Set(row.mailbox_id),
        kind: Set(row.kind),
        reference: Set(row.reference),
        sealed: Set(row.sealed),
        key_id: Set(row.key_id),
        updated_at: Set(row.updated_at),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailboxId)
                .update_columns([
                    Column::Kind,
                    Column::Reference,
                    Column::Sealed,
                    Column::KeyId,
                    Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
