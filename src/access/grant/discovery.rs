//! What an authorization server says of itself, where a mail server's record names no more than its issuer: which addresses
//! it has, and whether it names itself in callbacks (RFC 8414, RFC 9207). Asked when it is needed and kept with the record.

use chrono::TimeDelta;
use entities::mail_servers;
use entities::oauth_clients::{self, Discovered};
use url::Url;

use super::client::{ClientError, refused};
use super::place;
use crate::access::Access;
use crate::kinds::known_preset;
use crate::oauth::{self, Http};
use crate::store::oauth_clients as clients;

/// What was said longer ago is asked anew when somebody signs in.
const KEPT: TimeDelta = TimeDelta::days(1);

impl Access {
    /// What the issuer in `row` says of itself. It is asked only where the record can't be used without.
    pub(in crate::access) async fn said_by_issuer(
        &self,
        server: &mail_servers::Model,
        row: &oauth_clients::Model,
        http: &Http,
    ) -> Result<Option<Discovered>, ClientError> {
        let Some(issuer) = issuer(server, row) else {
            return Ok(None);
        };
        match kept(row, issuer) {
            None if !is_complete(row) => self.ask_issuer(row, issuer, http).await.map(Some),
            said => Ok(said),
        }
    }

    /// Asks the issuer before somebody signs in, unless that was done today. One that does not answer keeps nobody from
    /// signing in who could without.
    pub(in crate::access) async fn learn_of_issuer(
        &self,
        server: &mail_servers::Model,
    ) -> Result<(), ClientError> {
        let Some(row) = clients::find(&self.store, server.id).await? else {
            return Ok(());
        };
        let Some(issuer) = issuer(server, &row) else {
            return Ok(());
        };
        let is_new = row
            .discovered_at
            .is_some_and(|at| self.clock.now() - at < KEPT);
        if is_new && kept(&row, issuer).is_some() {
            return Ok(());
        }
        let http = self.http_of(server).await?;
        match self.ask_issuer(&row, issuer, &http).await {
            Err(ClientError::Store(error)) => Err(error.into()),
            // Who needs it would only ask again.
            Err(error) if !is_complete(&row) && kept(&row, issuer).is_none() => Err(error),
            Err(error) => {
                tracing::info!(
                    mail_server = server.name,
                    "What the issuer says of itself could not be read: {error}"
                );
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    async fn ask_issuer(
        &self,
        row: &oauth_clients::Model,
        issuer: &str,
        http: &Http,
    ) -> Result<Discovered, ClientError> {
        let url = Url::parse(issuer).map_err(|error| {
            ClientError::Red(refused(format!(
                "The issuer {issuer} can't be used: {error}."
            )))
        })?;
        let endpoints = oauth::discover(http, &url).await?.endpoints;
        let said = Discovered {
            asked: issuer.to_owned(),
            authorization: endpoints.authorization.into(),
            token: endpoints.token.into(),
            device: endpoints.device.map(Into::into),
            revocation: endpoints.revocation.map(Into::into),
            jwks: endpoints.jwks.map(Into::into),
            sends_iss: endpoints.sends_iss,
        };
        let now = self.clock.now();
        clients::set_discovered(&self.store, row.mail_server_id, said.clone(), now).await?;
        Ok(said)
    }
}

/// The issuer that an admin typed, where nothing is known of the provider otherwise.
fn issuer<'a>(server: &mail_servers::Model, row: &'a oauth_clients::Model) -> Option<&'a str> {
    let issuer = row.endpoints.issuer.as_deref()?;
    let is_known = known_preset(server.preset)
        .facts(&place(server, row))
        .endpoints
        .is_some();
    (!is_known).then_some(issuer)
}

/// Whether a record can be used without what its issuer says.
fn is_complete(row: &oauth_clients::Model) -> bool {
    row.endpoints.authorization.is_some() && row.endpoints.token.is_some()
}

/// What the issuer of `row` has said of itself.
pub(in crate::access) fn discovered(
    server: &mail_servers::Model,
    row: &oauth_clients::Model,
) -> Option<Discovered> {
    kept(row, issuer(server, row)?)
}

/// What is kept of it; what another issuer said says nothing of this one.
fn kept(row: &oauth_clients::Model, issuer: &str) -> Option<Discovered> {
    row.discovered.clone().filter(|said| said.asked == issuer)
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
