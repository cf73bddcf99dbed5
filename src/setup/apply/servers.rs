//! Writes service keys, mail servers and their OAuth clients.

use chrono::{DateTime, Utc};
use entities::ids::{MailServerId, ServiceKeyId};
use entities::mail_servers;
use entities::oauth_clients::Model as OAuthClient;
use entities::service_keys::ServiceKeyKind;
use rand::CryptoRng;
use sea_orm::ConnectionTrait;

use super::try_again;
use crate::oauth::presets::{Cloud, Region};
use crate::secrets::{KeyRing, Sealed};
use crate::setup::SetupError;
use crate::setup::changes::Change;
use crate::setup::document::{MailServer, OAuth, Service, ServiceKey};
use crate::setup::secret::Secret;
use crate::setup::stored::client_secret_place;
use crate::store;
use crate::store::mail_servers::MailServerFields;
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::service_keys::ServiceKeyFields;

/// Fields that say nothing about how a mailbox is opened.
const BESIDES: [&str; 8] = [
    "domain",
    "smtp",
    "visible",
    "trusted_servers",
    "active",
    "oauth.client_secret_expires_on",
    "oauth.redirect_uri",
    "oauth.service_principal",
];

pub(super) async fn apply_service_key(
    tx: &impl ConnectionTrait,
    id: Option<ServiceKeyId>,
    key: &ServiceKey,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let fields = ServiceKeyFields {
        name: key.name.clone(),
        kind: key.kind,
        active: key.active,
        allowed_ips: key.allowed_ips.clone(),
        callback_path: key.callback_path.clone().unwrap_or_default(),
    };
    match id {
        None => store::service_keys::insert(tx, fields, now).await?,
        Some(id) => store::service_keys::update(tx, id, fields, now).await?,
    };
    Ok(())
}

pub(super) async fn apply_server(
    tx: &impl ConnectionTrait,
    id: Option<MailServerId>,
    server: &MailServer,
    change: &Change,
    ring: &KeyRing,
    random: &mut (impl CryptoRng + Send),
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let fields = fields(server);
    let row = match id {
        None => store::mail_servers::insert(tx, fields, now).await?,
        Some(id) => store::mail_servers::update(tx, id, fields, now).await?,
    };
    match &server.oauth {
        None => store::oauth_clients::delete(tx, row.id).await?,
        Some(oauth) => {
            let before = store::oauth_clients::find(tx, row.id).await?;
            let secret = match &oauth.client_secret {
                Some(secret) if change.touches(&["oauth.client_secret"]) => {
                    new_secret(secret, row.id, ring, random)
                }
                _ => before.map_or(ClientSecret::None, kept_secret),
            };
            let fields = client_fields(tx, oauth, secret).await?;
            store::oauth_clients::put(tx, row.id, fields, now).await?;
        }
    }
    if id.is_some() && change.touches_other_than(&BESIDES) {
        for mailbox in store::mailboxes::list(tx).await? {
            if mailbox.mail_server_id == row.id {
                try_again(tx, mailbox.id, now).await?;
            }
        }
    }
    Ok(())
}

fn fields(server: &MailServer) -> MailServerFields {
    MailServerFields {
        name: server.name.clone(),
        protocol: server.protocol,
        host: server.host().to_owned(),
        port: server.port.unwrap_or(993),
        tls: server.tls,
        verify_certificate: server.verify_certificate,
        ca_file: server.ca_file.clone(),
        auth: server.auth(),
        preset: server.preset,
        domain: server.domain.clone(),
        smtp: server.smtp.as_ref().map(|smtp| service(smtp, 587)),
        pop3: server.pop3.as_ref().map(|pop3| service(pop3, 995)),
        trusted_servers: server.trusted_servers.clone(),
        active: server.active,
        visible: server.visible,
    }
}

fn service(service: &Service, port: u16) -> mail_servers::Service {
    mail_servers::Service {
        host: service.host.clone(),
        port: service.port.unwrap_or(port),
        tls: service.tls,
    }
}

async fn client_fields(
    tx: &impl ConnectionTrait,
    oauth: &OAuth,
    secret: ClientSecret,
) -> Result<OAuthClientFields, SetupError> {
    let service_key_id = match &oauth.service_key {
        None => None,
        Some(name) => {
            let key = store::service_keys::find_by_name(tx, name).await?;
            let key = key
                .filter(|key| key.kind == ServiceKeyKind::Oauth)
                .ok_or_else(|| SetupError::gone("service key", name))?;
            Some(key.id)
        }
    };
    let place = oauth.cloud.map(Cloud::as_str);
    let place = place.or(oauth.region.map(Region::as_str));
    Ok(OAuthClientFields {
        flow: oauth.flow,
        client_id: oauth.client_id.clone(),
        secret,
        secret_expires_on: oauth.client_secret_expires_on,
        tenant: oauth.tenant.clone(),
        cloud: place.map(str::to_owned),
        endpoints: oauth.endpoints.clone(),
        scopes: oauth.scopes.clone(),
        service_key_id,
        redirect_uri: oauth.redirect_uri.clone(),
        service_principal: oauth.service_principal.clone(),
    })
}

fn new_secret(
    secret: &Secret,
    server: MailServerId,
    ring: &KeyRing,
    random: &mut (impl CryptoRng + Send),
) -> ClientSecret {
    match secret {
        Secret::Reference(reference) => ClientSecret::Reference(reference.to_string()),
        Secret::Literal(secret) => {
            ClientSecret::Sealed(ring.seal(&client_secret_place(server), secret, random))
        }
    }
}

/// The secret as it is stored, opened by nobody.
fn kept_secret(before: OAuthClient) -> ClientSecret {
    match (
        before.secret_reference,
        before.secret_sealed,
        before.secret_key_id,
    ) {
        (Some(reference), _, _) => ClientSecret::Reference(reference),
        (None, Some(bytes), Some(key_id)) => ClientSecret::Sealed(Sealed {
            key_id: key_id.into(),
            bytes,
        }),
        _ => ClientSecret::None,
    }
}

#[cfg(test)]
#[path = "servers_tests.rs"]
mod tests;
