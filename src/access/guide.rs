//! What a person does at a provider, for one mail server and one mailbox: steps to take there, values to paste, commands to
//! run. The facts themselves are `oauth::presets`; pages take them from here.

use entities::mail_servers::{self, Preset};
use entities::mailboxes;
use entities::oauth_clients::{self, Flow};
use url::Url;

use super::grant::{facts, place};
use crate::kinds::known_preset;
use crate::oauth::presets::{self, AppOnlyAccess, At, Wish};

pub use crate::oauth::presets::Step;

/// How a person calls the provider; nothing where only its own people have a name for it.
#[must_use]
pub fn provider_name(server: &mail_servers::Model) -> Option<&'static str> {
    let known = server.preset != Preset::Generic;
    known.then(|| known_preset(server.preset).facts(&At::default()).name)
}

/// What an admin does at the provider before anybody can sign in, in order.
#[must_use]
pub fn checklist(server: &mail_servers::Model, client: &oauth_clients::Model) -> Vec<Step> {
    let redirect_uri = client
        .redirect_uri
        .as_deref()
        .and_then(|text| Url::parse(text).ok());
    let wish = Wish {
        at: place(server, client),
        flow: match client.flow {
            Flow::AuthorizationCode => presets::Flow::AuthorizationCode,
            Flow::AppOnly => presets::Flow::AppOnly,
        },
        redirect_uri: redirect_uri.as_ref(),
    };
    known_preset(server.preset).checklist(&wish)
}

/// Whether the provider has a page on which an administrator agrees for the organization.
#[must_use]
pub fn has_admin_consent(server: &mail_servers::Model, client: &oauth_clients::Model) -> bool {
    let known = facts(server, client).endpoints;
    client.endpoints.admin_consent.is_some()
        || known.is_some_and(|known| known.admin_consent.is_some())
}

/// What an administrator runs to let the app into this mailbox, in order; empty where it does not come with rights of its
/// own.
#[must_use]
pub fn app_only_commands(
    server: &mail_servers::Model,
    client: Option<&oauth_clients::Model>,
    mailbox: &mailboxes::Model,
) -> Vec<Step> {
    let Some(client) = client.filter(|client| client.flow == Flow::AppOnly) else {
        return Vec::new();
    };
    if server.preset != Preset::Microsoft {
        return Vec::new();
    }
    presets::app_only_commands(&AppOnlyAccess {
        mailbox: &mailbox.address,
        client_id: &client.client_id,
        tenant: client.tenant.as_deref().unwrap_or_default(),
        cloud: place(server, client).cloud,
        protocol: place(server, client).protocol,
        service_principal: client.service_principal.as_deref(),
    })
    .into_iter()
    .map(|command| Step {
        text: command.says.to_owned(),
        value: Some(command.line),
    })
    .collect()
}
