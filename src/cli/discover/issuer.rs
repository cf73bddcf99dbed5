//! `mailroom discover --issuer`: what an authorization server says of itself, as lines of a set-up file.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;
use url::Url;

use super::quoted;
use crate::cli::{Done, output};
use crate::oauth::{self, Discovered, Http, Timeouts};
use crate::trust::{self, Authorities};

/// Asks `issuer` and prints what it says.
pub(in crate::cli) async fn run_issuer(
    issuer: Url,
    ca_file: Option<PathBuf>,
    json: bool,
) -> anyhow::Result<Done> {
    let authorities = match ca_file {
        Some(file) => Authorities::from_pem(&trust::read_ca_file(&file).await?)?,
        None => Authorities::default(),
    };
    let http = Http::new(Timeouts::default(), &authorities)?;
    let found = oauth::discover(&http, &issuer).await?;
    if json {
        output::json(&as_json(&found))?;
    } else {
        output::text(entry(&issuer, &found))?;
    }
    Ok(Done::Well)
}

fn as_json(found: &Discovered) -> serde_json::Value {
    let endpoints = &found.endpoints;
    json!({
        "issuer": endpoints.issuer,
        "authorization": endpoints.authorization,
        "token": endpoints.token,
        "device": endpoints.device,
        "revocation": endpoints.revocation,
        "jwks": endpoints.jwks,
        "sends_iss": endpoints.sends_iss,
        "scopes_supported": found.scopes_supported,
    })
}

/// The set-up file's lines. The issuer is enough; the rest is shown, as Mailroom finds it again by itself.
fn entry(issuer: &Url, found: &Discovered) -> String {
    let endpoints = &found.endpoints;
    let named = endpoints.issuer.as_deref().unwrap_or(issuer.as_str());
    let mut text = format!("# {named} says so of itself.\n");
    text += if endpoints.sends_iss {
        "# It names itself in its answers; one without its name, or with another, is refused (RFC 9207).\n"
    } else {
        "# It does not promise to name itself in its answers (RFC 9207).\n"
    };
    if !found.scopes_supported.is_empty() {
        let scopes = found.scopes_supported.join(", ");
        let _ = writeln!(text, "# It gives these scopes: {scopes}.");
    }
    text += "mail_servers:\n  - name: …\n    host: …\n    auth: oauthbearer    # or xoauth2\n    oauth:\n      client_id: …\n      client_secret: ${env:CLIENT_SECRET}\n      service_key: …\n      scopes: [openid, email, offline_access, …]\n      endpoints:\n";
    let _ = writeln!(text, "        issuer: {}", quoted(named));
    text += "        # Found there, and only needed here to be another:\n";
    for (key, url) in [
        ("authorization", Some(&endpoints.authorization)),
        ("token", Some(&endpoints.token)),
        ("jwks", endpoints.jwks.as_ref()),
        ("revocation", endpoints.revocation.as_ref()),
        ("device", endpoints.device.as_ref()),
    ] {
        if let Some(url) = url {
            let _ = writeln!(text, "        # {key}: {}", quoted(url.as_str()));
        }
    }
    text
}
