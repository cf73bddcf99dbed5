//! Checks of OAuth clients: what can't work at this provider, and what to write instead.

use entities::mail_servers::{AuthMethod, Preset};
use entities::oauth_clients::Flow;
use entities::service_keys::ServiceKeyKind;
use url::Url;

use super::redirect_uri::is_confidential;
use super::{Checker, Section};
use crate::oauth::presets::{ClientSecret, Cloud, Facts, is_guid, is_tenant};
use crate::setup::document::{MailServer, OAuth, ServiceKey};
use crate::setup::problem::Path;

impl Checker<'_> {
    pub(super) fn oauth(
        &mut self,
        path: &Path,
        server: &mut MailServer,
        facts: &Facts,
        keys: &Section<ServiceKey>,
    ) {
        // Taken out, because the rest of the record is looked at too.
        let Some(mut oauth) = server.oauth.take() else {
            return;
        };
        oauth.client_id = oauth.client_id.trim().into();
        let path = path.key("oauth");
        if server.auth() == AuthMethod::Password {
            self.problem(
                &path,
                "an oauth section has no use with auth: password; remove one of the two",
            );
        } else if is_microsoft(server.preset) && server.auth() == AuthMethod::Oauthbearer {
            self.problem(
                &path,
                "Microsoft does not know oauthbearer; write auth: xoauth2",
            );
        }
        if oauth.client_id.is_empty() || oauth.client_id.chars().any(char::is_whitespace) {
            self.problem(
                &path.key("client_id"),
                "that is no client ID; copy it from the provider's console",
            );
        }
        self.flow(&path, server.preset, &oauth);
        self.place(&path, server.preset, &oauth);
        self.service_principal(&path.key("service_principal"), &oauth);
        self.client_secret(&path, server, &oauth, facts);
        self.endpoints(&path.key("endpoints"), server.preset, &oauth);
        self.scopes(&path.key("scopes"), server.preset, &oauth);
        let callback = self.service_key(&path, &oauth, keys);
        server.oauth = Some(oauth);
        self.redirect_uri(&path, server, callback.as_deref());
    }

    fn flow(&mut self, path: &Path, preset: Preset, oauth: &OAuth) {
        if oauth.flow != Flow::AppOnly {
            return;
        }
        let tenant = oauth.tenant.as_deref();
        if preset != Preset::Microsoft {
            self.problem(&path.key("flow"), "only Microsoft 365 lets an app into mailboxes without a person; write flow: authorization_code, or preset: microsoft");
        } else if matches!(
            tenant,
            None | Some("common" | "organizations" | "consumers")
        ) {
            self.problem(&path.key("tenant"), "with flow: app_only the app has its rights in one tenant; write that tenant's ID or one of its domains");
        }
    }

    /// Exchange takes any ID and refuses the sign-in later, so the IDs that are mistaken for it are told apart here.
    fn service_principal(&mut self, path: &Path, oauth: &OAuth) {
        let Some(id) = oauth.service_principal.as_deref() else {
            return;
        };
        let is = |other: &str| other.eq_ignore_ascii_case(id);
        if oauth.flow != Flow::AppOnly {
            self.problem(path, "only an app with rights of its own needs it; remove the key, or write flow: app_only");
        } else if !is_guid(id) {
            self.problem(path, "that is no object ID (11111111-2222-3333-4444-555555555555); copy it from Enterprise applications > your app > Overview");
        } else if is(&oauth.client_id) {
            self.problem(path, "that is the Application (client) ID; write the Object ID from Enterprise applications > your app > Overview, which is another one");
        } else if oauth.tenant.as_deref().is_some_and(is) {
            self.problem(path, "that is the tenant's ID; write the Object ID from Enterprise applications > your app > Overview");
        }
    }

    /// Tenant, cloud and data centre, where the provider has such a thing.
    fn place(&mut self, path: &Path, preset: Preset, oauth: &OAuth) {
        let national = oauth.cloud.is_some_and(|cloud| cloud != Cloud::Global);
        if let Some(tenant) = oauth.tenant.as_deref() {
            let path = path.key("tenant");
            if !is_microsoft(preset) {
                self.problem(&path, "only Microsoft has tenants; remove the key");
            } else if !is_tenant(tenant) {
                self.problem(
                    &path,
                    "that is no tenant; write its ID, one of its domains, organizations or common",
                );
            } else if preset == Preset::OutlookCom && tenant != "consumers" {
                self.problem(&path, "personal accounts all live in the tenant consumers; remove the key, or write preset: microsoft for an organization");
            } else if national && tenant == "consumers" {
                self.problem(&path, "there are no personal accounts in the national clouds; write the organization's tenant");
            }
        }
        if !is_microsoft(preset) && oauth.cloud.is_some() {
            self.problem(
                &path.key("cloud"),
                "only Microsoft has national clouds; remove the key",
            );
        } else if preset == Preset::OutlookCom && national {
            self.problem(&path.key("cloud"), "there are no personal accounts in the national clouds; remove the key, or write preset: microsoft");
        }
        if preset != Preset::Zoho && oauth.region.is_some() {
            self.problem(&path.key("region"), "only Zoho has regions; remove the key");
        }
    }

    fn client_secret(&mut self, path: &Path, server: &MailServer, oauth: &OAuth, facts: &Facts) {
        let before = self
            .stored
            .mail_servers
            .get(&server.name)
            .and_then(|row| row.item.oauth.as_ref());
        let stays = before.is_some() && self.stored.client_secrets.contains_key(&server.name);
        let place = path.key("client_secret");
        if oauth.client_secret.is_none() {
            if stays && before.is_some_and(|before| before.client_id != oauth.client_id) {
                self.warning(&place, "the client ID is another and the stored secret stays; write the new client's secret");
            } else if !stays && oauth.flow == Flow::AppOnly {
                self.problem(&place, "with flow: app_only the app proves itself with its secret; write client_secret: ${env:NAME}");
            } else if !stays && facts.client_secret == ClientSecret::Needed {
                self.problem(&place, format!("{} gives each client a secret and refuses it without; write client_secret: ${{env:NAME}}", facts.name));
            } else if !stays && is_microsoft(server.preset) {
                self.warning(&place, "there is none, which works only for an app that was registered as a public client");
            }
        } else if facts.client_secret == ClientSecret::Never {
            self.warning(
                &place,
                format!("{} gives its clients no secret; remove the key", facts.name),
            );
        }
        if let Some(secret) = &oauth.client_secret {
            self.literal(&place, secret);
        }
        if let Some(day) = oauth.client_secret_expires_on
            && day < self.around.today
        {
            self.warning(
                &path.key("client_secret_expires_on"),
                format!("the client secret ended on {day}; make a new one at the provider and write it here with its last day"),
            );
        }
    }

    fn endpoints(&mut self, path: &Path, preset: Preset, oauth: &OAuth) {
        let endpoints = &oauth.endpoints;
        // An issuer says the rest itself.
        if preset == Preset::Generic && endpoints.issuer.is_none() {
            let missing = match (&endpoints.authorization, &endpoints.token) {
                (Some(_), Some(_)) => None,
                (None, Some(_)) => Some("authorization"),
                (Some(_), None) => Some("token"),
                (None, None) => Some("authorization and token"),
            };
            if let Some(missing) = missing {
                self.problem(
                    path,
                    format!("without a preset nothing is known of the provider; write its issuer, which says where it listens, or {missing}"),
                );
            }
        }
        for (key, address) in [
            ("authorization", &endpoints.authorization),
            ("token", &endpoints.token),
            ("device", &endpoints.device),
            ("revocation", &endpoints.revocation),
            ("jwks", &endpoints.jwks),
            ("issuer", &endpoints.issuer),
            ("admin_consent", &endpoints.admin_consent),
        ] {
            if let Some(told) = address.as_deref().and_then(wrong_endpoint) {
                self.problem(&path.key(key), told);
            }
        }
    }

    fn scopes(&mut self, path: &Path, preset: Preset, oauth: &OAuth) {
        self.distinct(path, &oauth.scopes, "scope");
        for (index, scope) in oauth.scopes.iter().enumerate() {
            if scope.chars().any(|c| c.is_whitespace() || c.is_control()) {
                self.problem(
                    &path.index(index),
                    "write each scope as an entry of its own",
                );
            }
        }
        if oauth.scopes.is_empty() {
            return;
        }
        let has = |scope: &str| oauth.scopes.iter().any(|asked| asked == scope);
        match preset {
            Preset::Google if !has("https://mail.google.com/") => self.problem(
                path,
                "of Google's scopes only https://mail.google.com/ opens IMAP; add it, or remove the key",
            ),
            Preset::Microsoft | Preset::OutlookCom => self.microsoft_scopes(path, oauth),
            _ => {}
        }
    }

    /// Microsoft gives tokens for one resource at a time, and takes a scope without one for Graph's.
    fn microsoft_scopes(&mut self, path: &Path, oauth: &OAuth) {
        let mut resources: Vec<&str> = Vec::new();
        for (index, scope) in oauth.scopes.iter().enumerate() {
            match scope.rsplit_once('/') {
                Some((resource, _)) => resources.push(resource),
                None if scope.contains('.') => self.problem(
                    &path.index(index),
                    format!("Microsoft takes a scope without an address for one of Graph's, whose tokens open no mailbox; write https://outlook.office.com/{scope}"),
                ),
                None => {}
            }
        }
        resources.sort_unstable();
        resources.dedup();
        if resources.len() > 1 {
            self.problem(
                path,
                format!("Microsoft gives a token for one resource at a time, and these are of {}; keep one", resources.join(" and ")),
            );
        }
        if oauth.flow == Flow::AuthorizationCode
            && !oauth.scopes.iter().any(|scope| scope == "offline_access")
        {
            self.problem(
                path,
                "without offline_access the access ends after an hour; add it, or remove the key",
            );
        }
    }

    /// The last part of the callback address, if a key is named.
    fn service_key(
        &mut self,
        path: &Path,
        oauth: &OAuth,
        keys: &Section<ServiceKey>,
    ) -> Option<String> {
        let path = path.key("service_key");
        let Some(name) = &oauth.service_key else {
            if oauth.flow == Flow::AuthorizationCode {
                self.warning(&path, "without a service key there is no callback address, so people can sign in from a terminal only; name one of service_keys");
            }
            return None;
        };
        let stored = self.stored;
        let of_file = keys.items.iter().map(|listed| &listed.item);
        let mut known = of_file
            .clone()
            .chain(stored.service_keys.values().map(|row| &row.item));
        let Some(key) = known.find(|key| key.name == *name) else {
            if keys.complete {
                let names: Vec<&str> = of_file
                    .map(|key| key.name.as_str())
                    .chain(stored.service_keys.keys().map(String::as_str))
                    .collect();
                self.reference(&path, "service key named", name, &names);
            }
            return None;
        };
        if key.kind != ServiceKeyKind::Oauth {
            self.problem(&path, format!("the service key \"{name}\" is for clients of the API; name one with type: oauth"));
        } else if !key.active {
            self.warning(&path, format!("the service key \"{name}\" is not active, so sign-ins that come back to it are refused"));
        }
        key.callback_path.clone()
    }
}

fn is_microsoft(preset: Preset) -> bool {
    matches!(preset, Preset::Microsoft | Preset::OutlookCom)
}

/// Why that is no address of an authorization server.
fn wrong_endpoint(address: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(address) else {
        return Some("that is no address; write it whole, beginning with https://");
    };
    if !is_confidential(&url) {
        Some("tokens and secrets go there; write an address that begins with https://")
    } else if !url.username().is_empty() || url.password().is_some() {
        Some("an address must hold no user and no password; remove them")
    } else {
        None
    }
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
