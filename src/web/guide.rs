//! What is known of a provider, in the shape in which pages show it: steps to take there, values to paste, what leaving
//! means. The facts themselves are `oauth::presets`.

use entities::mail_servers::{self, Preset};
use entities::mailboxes;
use entities::oauth_clients::{self, Flow};
use url::Url;

use crate::access;
use crate::oauth::presets::{self, AppOnlyAccess, At, Wish};

/// One step of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// What to do.
    pub(super) text: String,
    /// What to paste there, exactly.
    pub(super) value: Option<String>,
}

/// How a person calls the provider; nothing where only its own people have a name for it.
pub(super) fn provider_name(server: &mail_servers::Model) -> Option<&'static str> {
    let known = server.preset != Preset::Generic;
    known.then(|| access::preset(server.preset).facts(&At::default()).name)
}

/// What an admin does at the provider before anybody can sign in.
pub(super) fn checklist(server: &mail_servers::Model, client: &oauth_clients::Model) -> Vec<Step> {
    let redirect_uri = client
        .redirect_uri
        .as_deref()
        .and_then(|text| Url::parse(text).ok());
    let wish = Wish {
        at: access::place(client),
        flow: match client.flow {
            Flow::AuthorizationCode => presets::Flow::AuthorizationCode,
            Flow::AppOnly => presets::Flow::AppOnly,
        },
        redirect_uri: redirect_uri.as_ref(),
    };
    access::preset(server.preset)
        .checklist(&wish)
        .into_iter()
        .map(|step| Step {
            text: step.text,
            value: step.value,
        })
        .collect()
}

/// What lets the app into this mailbox, where it comes with rights of its own.
pub(super) fn app_only_commands(
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
        cloud: access::place(client).cloud,
        service_principal: None,
    })
    .into_iter()
    .map(|command| Step {
        text: command.says.to_owned(),
        value: Some(command.line),
    })
    .collect()
}
