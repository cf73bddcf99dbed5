//! OAuth clients: how this program is known to a mail server's provider. Secrets come and go sealed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::ids::{MailServerId, ServiceKeyId};
use entities::mail_servers;
use entities::names::Names;
use entities::oauth_clients::{ActiveModel, Column, Discovered, Endpoints, Entity, Flow, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, text};
use crate::secrets::Sealed;

/// Where a client's secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientSecret {
    /// A public client has none.
    None,
    /// Read at every use from `${env:NAME}` or `${file:/path}`.
    Reference(String),
    /// In the row, encrypted.
    Sealed(Sealed),
}

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct OAuthClientFields {
    /// How tokens are obtained.
    pub flow: Flow,
    /// Client ID.
    pub client_id: String,
    /// Where the client secret is.
    pub secret: ClientSecret,
    /// The day on which the provider stops taking the secret.
    pub secret_expires_on: Option<NaiveDate>,
    /// Microsoft's tenant.
    pub tenant: Option<String>,
    /// A national cloud or a region.
    pub cloud: Option<String>,
    /// Addresses that differ from the preset's.
    pub endpoints: Endpoints,
    /// Scopes to ask for; empty for the preset's.
    pub scopes: Vec<String>,
    /// Whose callback address is used.
    pub service_key_id: Option<ServiceKeyId>,
    /// The redirect URI as registered.
    pub redirect_uri: Option<String>,
    /// Microsoft: the object ID of the enterprise application.
    pub service_principal: Option<String>,
}

/// All, by mail server.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::MailServerId)
        .all(db)
        .await?)
}

/// Those whose secret has its last day from `first` to `last`, with their active servers.
pub async fn with_secret_until(
    db: &impl ConnectionTrait,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<(Model, mail_servers::Model)>, StoreError> {
    let clients = Entity::find()
        .filter(Column::SecretExpiresOn.between(first, last))
        .order_by_asc(Column::MailServerId)
        .all(db)
        .await?;
    let mut servers: HashMap<_, _> = mail_servers::Entity::find()
        .filter(mail_servers::Column::Active.eq(true))
        .filter(mail_servers::Column::Id.is_in(clients.iter().map(|client| client.mail_server_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|server| (server.id, server))
        .collect();
    Ok(clients
        .into_iter()
        .filter_map(|client| {
            let server = servers.remove(&client.mail_server_id)?;
            Some((client, server))
        })
        .collect())
}

/// The one of a mail server.
pub async fn find(
    db: &impl ConnectionTrait,
    server: MailServerId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(server).one(db).await?)
}

/// Makes or changes the one of a mail server.
pub async fn put(
    db: &impl ConnectionTrait,
    server: MailServerId,
    fields: OAuthClientFields,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (reference, sealed, key_id) = match fields.secret {
        ClientSecret::None => (None, None, None),
        ClientSecret::Reference(reference) => (Some(reference), None, None),
        ClientSecret::Sealed(sealed) => (None, Some(sealed.bytes), Some(sealed.key_id.to_string())),
    };
    let row = ActiveModel {
        mail_server_id: Set(server),
        flow: Set(fields.flow),
        client_id: Set(text::clean(&fields.client_id)),
        secret_reference: Set(reference),
        secret_sealed: Set(sealed),
        secret_key_id: Set(key_id),
        secret_expires_on: Set(fields.secret_expires_on),
        tenant: Set(fields.tenant),
        cloud: Set(fields.cloud),
        endpoints: Set(fields.endpoints),
        scopes: Set(Names(fields.scopes)),
        service_key_id: Set(fields.service_key_id),
        redirect_uri: Set(fields.redirect_uri),
        service_principal: Set(fields.service_principal),
        discovered: NotSet,
        discovered_at: NotSet,
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MailServerId)
                .update_columns([
                    Column::Flow,
                    Column::ClientId,
                    Column::SecretReference,
                    Column::SecretSealed,
                    Column::SecretKeyId,
                    Column::SecretExpiresOn,
                    Column::Tenant,
                    Column::Cloud,
                    Column::Endpoints,
                    Column::Scopes,
                    Column::ServiceKeyId,
                    Column::RedirectUri,
                    Column::ServicePrincipal,
                    Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Keeps what the issuer said of itself.
pub async fn set_discovered(
    db: &impl ConnectionTrait,
    server: MailServerId,
    discovered: Discovered,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            discovered: Set(Some(discovered)),
            discovered_at: Set(Some(now)),
            ..ActiveModel::default()
        })
        .filter(Column::MailServerId.eq(server))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes the one of a mail server.
pub async fn delete(db: &impl ConnectionTrait, server: MailServerId) -> Result<(), StoreError> {
    Entity::delete_by_id(server).exec(db).await?;
    Ok(())
}

#[cfg(test)]
#[path = "oauth_clients_tests.rs"]
mod tests;
