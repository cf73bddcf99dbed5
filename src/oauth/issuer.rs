//! Whether an authorization server is the one it says: its name, as two of them write it otherwise than the standard
//! says. Google leaves the scheme out at times; Microsoft's name holds the tenant of whoever signed in.

use url::Url;

use super::client::{Client, Provider};

/// The tenant that all personal Microsoft accounts belong to.
pub(super) const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Whether `named` is how the server with the name `expected` may call itself. `tenant` is whose identity token says so;
/// None where there is no token to compare with.
pub(super) fn fits(client: &Client, expected: &str, named: &str, tenant: Option<&str>) -> bool {
    match client.provider {
        Provider::Google => without_scheme(expected) == without_scheme(named),
        Provider::Microsoft => of_tenant(expected, named, tenant),
        _ => trimmed(expected) == trimmed(named),
    }
}

/// Whether a tenant is one that this client takes.
pub(super) fn takes_tenant(client: &Client, tenant: &str) -> bool {
    match client.tenant.as_deref() {
        Some("organizations") => tenant != PERSONAL,
        Some("consumers") => tenant == PERSONAL,
        Some(id) if is_guid(id) => id.eq_ignore_ascii_case(tenant),
        _ => true,
    }
}

/// Whether a name differs from Microsoft's template by the tenant's ID only; not at all where an admin typed a name that has
/// no tenant in it.
fn of_tenant(template: &str, named: &str, tenant: Option<&str>) -> bool {
    let Some((place, expected, end)) = parts(template) else {
        return trimmed(template) == trimmed(named);
    };
    let Some((named_place, id, named_end)) = parts(named) else {
        return false;
    };
    place == named_place
        && end == named_end
        && is_guid(id)
        && tenant.is_none_or(|tenant| tenant == id)
        && (!is_guid(expected) || expected == id)
}

/// Scheme and host, the tenant, and what comes after it.
fn parts(issuer: &str) -> Option<([&str; 2], &str, &str)> {
    let (scheme, rest) = issuer.split_once("://")?;
    let (host, rest) = rest.split_once('/')?;
    let (tenant, end) = rest.split_once('/')?;
    Some(([scheme, host], tenant, trimmed(end)))
}

/// Whether `issuer` is Microsoft's, whose discovery document names another than it was asked for.
pub(super) fn is_microsoft(issuer: &Url) -> bool {
    matches!(
        issuer.host_str(),
        Some("login.microsoftonline.com" | "login.microsoftonline.us" | "login.chinacloudapi.cn")
    )
}

/// Whether `text` is written as a UUID is (RFC 9562 §4).
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn without_scheme(issuer: &str) -> &str {
    trimmed(issuer.strip_prefix("https://").unwrap_or(issuer))
}

fn trimmed(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}

#[cfg(test)]
#[path = "issuer_tests.rs"]
mod tests;
