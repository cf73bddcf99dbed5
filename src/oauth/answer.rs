//! What an authorization server's answer is, judged before any library parses it: trouble of the network or of the
//! server, a refusal to be looked up in the table, or what was asked for, with its oddities put right.
//!
//! Status and `Retry-After` decide first. A page of HTML, an empty body or a redirect says nothing about a grant.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::{Map, Value};
use url::Url;

use super::client::{Client, Provider};
use super::error::{Fate, OAuthError};
use super::signals::{Signal, Stage, judge};
use super::wire::{Answer, Http};

/// An answer that can be understood.
pub(super) enum Said {
    /// What was asked for.
    Granted(Map<String, Value>),
    /// A refusal in the server's own terms.
    Refused(Refusal),
}

/// An error answer (RFC 6749 §5.2), with what Microsoft and Google add.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) error: String,
    pub(super) description: String,
    pub(super) codes: Vec<u32>,
    pub(super) suberror: Option<String>,
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
}

/// Reads an answer; what is no answer of an authorization server may be one later.
pub(super) fn read(answer: &Answer) -> Result<Said, OAuthError> {
    let Ok(Value::Object(said)) = serde_json::from_slice(&answer.body) else {
        return Err(no_answer(answer));
    };
    if let Some(refusal) = Refusal::read(&said, answer) {
        return Ok(Said::Refused(refusal));
    }
    match StatusCode::from_u16(answer.status) {
        Ok(status) if status.is_success() => Ok(Said::Granted(said)),
        _ => Err(no_answer(answer)),
    }
}

fn no_answer(answer: &Answer) -> OAuthError {
    let what = match answer.status {
        300..=399 => {
            "with a redirect, which is not followed: the address in the mail server's record may be wrong"
        }
        404 | 405 | 410 => {
            "that there is nothing: the address in the mail server's record may be wrong"
        }
        429 | 500..=599 => "that it can't just now",
        _ if answer.body.is_empty() => "with nothing",
        _ => "with something that is no answer to what was asked",
    };
    // A good answer that was cut, or that a server before the provider's own did not get whole.
    let may_be_granted = matches!(answer.status, 200..=299)
        || (matches!(answer.status, 502 | 504) && answer.retry_after.is_none());
    OAuthError::Transient {
        words: format!(
            "The authorization server answered {what} (status {}).",
            answer.status
        ),
        retry_after: answer.retry_after,
        fate: if may_be_granted {
            Fate::Lost
        } else {
            Fate::Declined
        },
    }
}

impl Refusal {
    fn read(said: &Map<String, Value>, answer: &Answer) -> Option<Self> {
        let text = |key: &str| said.get(key).and_then(Value::as_str);
        let (error, nested) = match said.get("error")? {
            Value::String(error) => (error.clone(), None),
            // Google's other services answer so when a request never got to the authorization server.
            Value::Object(error) => {
                let text = |key: &str| error.get(key).and_then(Value::as_str);
                (text("status")?.to_lowercase(), text("message"))
            }
            _ => return None,
        };
        let description = text("error_description").or(nested).unwrap_or_default();
        let codes = said.get("error_codes").and_then(Value::as_array);
        let codes = codes.into_iter().flatten().filter_map(Value::as_u64);
        Some(Self {
            description: description.to_owned(),
            codes: codes.filter_map(|code| code.try_into().ok()).collect(),
            suberror: text("suberror")
                .or_else(|| text("error_subtype"))
                .map(str::to_owned),
            error,
            status: answer.status,
            retry_after: answer.retry_after,
        })
    }

    /// What it means.
    pub(super) fn judged(&self, provider: Provider, stage: Stage) -> OAuthError {
        judge(&Signal {
            provider,
            stage,
            error: &self.error,
            description: &self.description,
            codes: &self.codes,
            suberror: self.suberror.as_deref(),
            status: self.status,
            retry_after: self.retry_after,
        })
    }
}

/// Sends what the `oauth2` crate built, and hands it nothing but good answers.
pub(super) struct Asking<'a> {
    pub(super) http: &'a Http,
    pub(super) client: &'a Client,
    pub(super) stage: Stage,
}

// Not a closure, whose future could not be sent to another thread.
impl<'c> AsyncHttpClient<'c> for Asking<'_> {
    type Error = OAuthError;
    type Future = BoxFuture<'c, Result<HttpResponse, OAuthError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

impl Asking<'_> {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, OAuthError> {
        let (parts, form) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| {
            OAuthError::transient(format!("The address can't be read: {error}."))
        })?;
        let answer = self.http.post(&url, parts.headers, form).await?;
        match read(&answer)? {
            Said::Granted(said) => Ok(HttpResponse::new(
                Value::Object(tidy(said)).to_string().into_bytes(),
            )),
            Said::Refused(refusal) => Err(refusal.judged(self.client.provider, self.stage)),
        }
    }
}

/// Puts right what servers write other than RFC 6749 §5.1 says: durations as text, scopes as a list or with commas, no
/// `token_type`, a refresh token's life under Keycloak's name.
pub(super) fn tidy(mut said: Map<String, Value>) -> Map<String, Value> {
    // Zoho's older servers count `expires_in` in milliseconds and say seconds here.
    rename(&mut said, "expires_in_sec", "expires_in");
    rename(&mut said, "refresh_expires_in", "refresh_token_expires_in");
    for key in ["expires_in", "refresh_token_expires_in", "interval"] {
        if let Some(value) = said.remove(key)
            && let Some(seconds) = seconds(&value)
        {
            said.insert(key.to_owned(), seconds.into());
        }
    }
    let scope = match said.remove("scope") {
        Some(Value::String(scope)) => Some(scope.replace(',', " ")),
        Some(Value::Array(list)) => {
            let list: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            Some(list.join(" "))
        }
        _ => None,
    };
    if let Some(scope) = scope.filter(|scope| !scope.trim().is_empty()) {
        said.insert("scope".to_owned(), scope.into());
    }
    said.entry("token_type").or_insert_with(|| "bearer".into());
    said.retain(|_, value| !value.is_null());
    said
}

fn rename(said: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = said.remove(from) {
        said.insert(to.to_owned(), value);
    }
}

/// Whole seconds, written as a number or as text.
fn seconds(value: &Value) -> Option<u64> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
