//! Signs in without a callback: a code to type on another device (RFC 8628). Waiting between questions is the caller's.

use std::time::Duration;

use http::HeaderMap;
use oauth2::{
    DeviceAuthorizationUrl, EmptyExtraDeviceAuthorizationFields,
    StandardDeviceAuthorizationResponse,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::answer::{Asking, Said, read, tidy};
use super::client::Client;
use super::error::OAuthError;
use super::habits;
use super::signals::Stage;
use super::token::{Granted, UNREADABLE, granted, library, scopes, unanswered};
use super::wire::{Http, may_be_asked};
use crate::cause::{Cause, provider_words};

/// What to show whoever signs in, and what to ask with meanwhile.
#[derive(Debug, Clone)]
pub struct DeviceCode {
    /// Asks whether they are done.
    pub device_code: SecretString,
    /// What they type.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: Url,
    /// The same with the code in it, if the provider has that.
    pub verification_uri_complete: Option<Url>,
    /// How long from now both codes last.
    pub expires_in: Duration,
    /// How long to wait between two questions, at least a second.
    pub interval: Duration,
}

/// What became of a device's sign-in so far.
#[derive(Debug)]
pub enum DevicePoll {
    /// They are done.
    Granted(Granted),
    /// Not yet.
    Pending,
    /// Not yet, and the interval is to be five seconds longer from now on (RFC 8628 §3.5).
    SlowDown,
}

/// Asks for a code to type.
///
/// # Errors
/// [`OAuthError::Red`] also where the provider has no address for it.
pub async fn start_device(http: &Http, client: &Client) -> Result<DeviceCode, OAuthError> {
    let Some(url) = client.endpoints.device.clone() else {
        return Err(OAuthError::red(
            Cause::RequestRefused,
            "The provider has no sign-in by code on another device.",
        ));
    };
    let library =
        library(client).set_device_authorization_url(DeviceAuthorizationUrl::from_url(url));
    let request = library
        .exchange_device_code()
        .add_scopes(scopes(habits::scopes_by_device(client)));
    let asking = Asking {
        http,
        client,
        stage: Stage::Device,
    };
    let answer: StandardDeviceAuthorizationResponse = request
        .request_async::<_, EmptyExtraDeviceAuthorizationFields>(&asking)
        .await
        .map_err(unanswered)?;
    let complete = answer.verification_uri_complete();
    Ok(DeviceCode {
        device_code: answer.device_code().secret().clone().into(),
        user_code: provider_words(answer.user_code().secret()),
        verification_uri: page(answer.verification_uri().as_str())?,
        verification_uri_complete: complete.map(|url| page(url.secret())).transpose()?,
        expires_in: answer.expires_in(),
        interval: answer.interval().max(Duration::from_secs(1)),
    })
}

/// A page for a person's browser: nothing but a web address.
fn page(url: &str) -> Result<Url, OAuthError> {
    Url::parse(url)
        .ok()
        .filter(|url| may_be_asked(url).is_ok())
        .ok_or_else(|| {
            OAuthError::transient(
                "The authorization server sent no usable address for the sign-in page.",
            )
        })
}

/// Asks once whether they are done.
///
/// Not by the `oauth2` crate, which would wait by itself between questions.
pub async fn poll_device(
    http: &Http,
    client: &Client,
    code: &DeviceCode,
) -> Result<DevicePoll, OAuthError> {
    let form = client.form(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", code.device_code.expose_secret()),
    ]);
    let url = &client.endpoints.token;
    let answer = http.post(url, HeaderMap::new(), form).await?;
    match read(&answer)? {
        Said::Granted(said) => {
            let answer = serde_json::from_value(Value::Object(tidy(said)))
                .map_err(|_| OAuthError::transient(UNREADABLE))?;
            Ok(DevicePoll::Granted(granted(&answer)?))
        }
        // Before the status is looked at: some answer "slow down" with 429.
        Said::Refused(refusal) => match refusal.error.as_str() {
            "authorization_pending" => Ok(DevicePoll::Pending),
            "slow_down" => Ok(DevicePoll::SlowDown),
            _ => Err(refusal.judged(client.provider, Stage::Device)),
        },
    }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
