//! What each provider wants otherwise than the standards say: parameters of the sign-in, and which scopes go where.

use url::Url;

use super::begin::Wish;
use super::client::{Client, Provider};

/// OpenID's own scopes: they belong to no resource (Microsoft lets them stand beside any).
const OPENID: [&str; 5] = ["openid", "email", "profile", "offline_access", "address"];
/// Exchange Online, which answers to two names.
const EXCHANGE: &str = "https://outlook.office365.com";
const EXCHANGE_TOO: &str = "https://outlook.office.com";

/// Parameters of the sign-in besides those of RFC 6749 and PKCE.
pub(super) fn sign_in(client: &Client, wish: &Wish) -> Vec<(&'static str, String)> {
    let hint = wish.login_hint.clone().map(|hint| ("login_hint", hint));
    let flag = |name, value: &str| (name, value.to_owned());
    match client.provider {
        Provider::Google | Provider::Zoho => {
            let prompts = [
                (wish.need_refresh_token, "consent"),
                (wish.choose_account, "select_account"),
            ];
            let mut parameters = vec![flag("access_type", "offline")];
            parameters.extend(prompt(&prompts));
            parameters.extend(hint);
            parameters
        }
        // A hint and the chooser exclude each other.
        Provider::Microsoft if wish.choose_account => vec![flag("prompt", "select_account")],
        Provider::Microsoft => hint.into_iter().collect(),
        Provider::Yandex => {
            let chooser = wish.choose_account.then(|| flag("force_confirm", "yes"));
            chooser.into_iter().chain(hint).collect()
        }
        Provider::Yahoo | Provider::Aol | Provider::Fastmail | Provider::Generic => {
            let asks_offline = client.scopes.iter().any(|scope| scope == "offline_access");
            // Not every server knows `select_account`; all know `login`, where another account can be chosen.
            let prompts = [
                (wish.choose_account, "login"),
                (wish.need_refresh_token && asks_offline, "consent"),
            ];
            prompt(&prompts).into_iter().chain(hint).collect()
        }
    }
}

fn prompt(wanted: &[(bool, &str)]) -> Option<(&'static str, String)> {
    let words: Vec<_> = wanted
        .iter()
        .filter(|(wanted, _)| *wanted)
        .map(|(_, word)| *word)
        .collect();
    (!words.is_empty()).then(|| ("prompt", words.join(" ")))
}

/// The scopes of the sign-in; Zoho parts them by commas.
pub(super) fn scopes_at_sign_in(client: &Client) -> Vec<String> {
    match client.provider {
        Provider::Zoho => vec![client.scopes.join(",")],
        _ => client.scopes.clone(),
    }
}

/// The scopes that a token is asked for with. Microsoft gives a token for one resource at a time, so the mail scopes'
/// is named; all others know from the grant what it is good for.
pub(super) fn scopes_at_exchange(client: &Client) -> Vec<String> {
    if client.provider != Provider::Microsoft {
        return Vec::new();
    }
    let wanted = mail_resource(client);
    let fits = |scope: &&String| OPENID.contains(&scope.as_str()) || resource(scope) == wanted;
    client.scopes.iter().filter(fits).cloned().collect()
}

/// The scopes that a device's sign-in is asked for with; there is no later question that could name the resource.
pub(super) fn scopes_by_device(client: &Client) -> Vec<String> {
    match client.provider {
        Provider::Microsoft => scopes_at_exchange(client),
        _ => scopes_at_sign_in(client),
    }
}

/// The scopes of a token in the app's own name: always a resource's `.default` at Microsoft.
pub(super) fn app_scopes(client: &Client) -> Vec<String> {
    if client.provider != Provider::Microsoft {
        return client.scopes.clone();
    }
    let given = client
        .scopes
        .iter()
        .find(|scope| scope.ends_with("/.default"));
    vec![given.cloned().unwrap_or_else(|| everything(client))]
}

/// The scopes that a tenant's administrator is asked to agree to.
pub(super) fn scopes_of_consent(client: &Client) -> Vec<String> {
    let of_resource = |scope: &&String| !OPENID.contains(&scope.as_str());
    let mut scopes: Vec<_> = client.scopes.iter().filter(of_resource).cloned().collect();
    if scopes.is_empty() {
        scopes.push(everything(client));
    }
    scopes
}

/// Whether two names mean the same permission.
pub(super) fn same_scope(provider: Provider, one: &str, other: &str) -> bool {
    match provider {
        Provider::Microsoft => {
            let name = |scope: &str| scope.rsplit('/').next().map(str::to_ascii_lowercase);
            name(one) == name(other) && resource(one) == resource(other)
        }
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// All that the app is registered for at the mail scopes' resource.
fn everything(client: &Client) -> String {
    let resource = mail_resource(client).unwrap_or_else(|| EXCHANGE.to_owned());
    format!("{resource}/.default")
}

fn mail_resource(client: &Client) -> Option<String> {
    let mut scopes = client.mail_scopes.iter().chain(&client.scopes);
    scopes.find_map(|scope| resource(scope))
}

/// The resource that one of Microsoft's scopes belongs to.
fn resource(scope: &str) -> Option<String> {
    let origin = Url::parse(scope).ok()?.origin().ascii_serialization();
    Some(match origin.as_str() {
        EXCHANGE_TOO => EXCHANGE.to_owned(),
        _ => origin,
    })
}

#[cfg(test)]
#[path = "habits_tests.rs"]
mod tests;
