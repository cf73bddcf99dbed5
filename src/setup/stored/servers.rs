//! Service keys, mail servers and their OAuth clients, in the words of the setup file.

use std::collections::BTreeMap;
use std::ffi::OsString;

use entities::ids::{MailServerId, ServiceKeyId};
use entities::mail_servers::Preset;
use entities::{mail_servers, oauth_clients, service_keys};

use super::{Kept, Row, Stored, kept};
use crate::oauth::presets::{Cloud, Region};
use crate::secrets::{KeyRing, Place};
use crate::setup::document::{MailServer, OAuth, Service, ServiceKey};
use crate::setup::secret::client_secret_variable;

impl Stored {
    pub(super) fn load_service_keys(
        &mut self,
        rows: Vec<service_keys::Model>,
    ) -> BTreeMap<ServiceKeyId, String> {
        let names = rows.iter().map(|row| (row.id, row.name.clone())).collect();
        for row in rows {
            let item = ServiceKey {
                name: row.name.clone(),
                kind: row.kind,
                active: row.active,
                allowed_ips: row.allowed_ips.0,
                callback_path: Some(row.callback_path),
            };
            self.service_keys.insert(row.name, Row { id: row.id, item });
        }
        names
    }

    pub(super) fn load_servers(
        &mut self,
        rows: Vec<mail_servers::Model>,
    ) -> BTreeMap<MailServerId, String> {
        let names = rows.iter().map(|row| (row.id, row.name.clone())).collect();
        for row in rows {
            let item = MailServer {
                name: row.name.clone(),
                preset: row.preset,
                protocol: row.protocol,
                domain: row.domain,
                host: Some(row.host),
                port: u16::try_from(row.port).ok(),
                tls: row.tls,
                verify_certificate: row.verify_certificate,
                ca_file: row.ca_file,
                auth: Some(row.auth),
                smtp: row.smtp.map(service),
                pop3: row.pop3.map(service),
                trusted_servers: row.trusted_servers.map(|names| names.0).unwrap_or_default(),
                active: row.active,
                visible: row.visible,
                oauth: None,
            };
            self.mail_servers.insert(row.name, Row { id: row.id, item });
        }
        names
    }

    /// The OAuth client of the server named `server`.
    pub(super) fn load_oauth_client(
        &mut self,
        server: &str,
        row: &oauth_clients::Model,
        key_names: &BTreeMap<ServiceKeyId, String>,
        ring: &KeyRing,
        variable: &(dyn Fn(&str) -> Option<OsString> + Sync),
    ) {
        let Some(stored) = self.mail_servers.get_mut(server) else {
            return;
        };
        let place = client_secret_place(row.mail_server_id);
        let secret = Kept {
            reference: row.secret_reference.as_deref(),
            sealed: row.secret_sealed.as_deref(),
            key_id: row.secret_key_id.as_deref(),
        };
        let mut client = client(row, key_names, stored.item.preset);
        if let Some((secret, state)) = kept(
            &secret,
            &place,
            ring,
            variable,
            &client_secret_variable(server),
        ) {
            if secret.is_none() {
                tracing::warn!(
                    mail_server = server,
                    "The client secret can't be opened with the given key; apply it again"
                );
            }
            client.client_secret = secret;
            self.client_secrets.insert(server.to_owned(), state);
        }
        stored.item.oauth = Some(client);
    }
}

/// Where a client secret is sealed to.
pub(in crate::setup) fn client_secret_place(server: MailServerId) -> Place<'static> {
    Place {
        table: "oauth_clients",
        row: server.0,
        column: "secret_sealed",
    }
}

fn service(service: mail_servers::Service) -> Service {
    Service {
        host: service.host,
        port: Some(service.port),
        tls: service.tls,
    }
}

fn client(
    row: &oauth_clients::Model,
    key_names: &BTreeMap<ServiceKeyId, String>,
    preset: Preset,
) -> OAuth {
    // One column holds where at the provider it is; which sort of place that is follows from the provider.
    let place = row.cloud.as_deref();
    let (cloud, region) = match preset {
        Preset::Zoho => (None, place.and_then(Region::named)),
        _ => (place.and_then(Cloud::named), None),
    };
    OAuth {
        flow: row.flow,
        client_id: row.client_id.clone(),
        client_secret: None,
        client_secret_expires_on: row.secret_expires_on,
        tenant: row.tenant.clone(),
        cloud,
        region,
        scopes: row.scopes.0.clone(),
        endpoints: row.endpoints.clone(),
        service_key: row
            .service_key_id
            .and_then(|id| key_names.get(&id).cloned()),
        redirect_uri: row.redirect_uri.clone(),
        service_principal: row.service_principal.clone(),
    }
}
