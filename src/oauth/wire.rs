//! HTTP as far as authorization servers need it: one request, one answer with everything that judges it.
//!
//! Follows no redirect (a redirected token request would carry the secret elsewhere), uses no proxy, repeats nothing,
//! holds no more than 256 KiB, and asks no address that belongs to the machine's own network card or cloud. Status,
//! `Retry-After` and body are all kept. Never knows OAuth.

use std::fmt;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

mod addresses;
mod fault;

pub use addresses::may_be_asked;
pub use fault::HttpError;

use crate::retry_after;
use crate::trust::Authorities;
use addresses::Resolver;

/// An authorization server's answers are some kilobytes; the longest, the keys of all of Microsoft, stay far below.
const MOST: usize = 256 << 10;

/// How long a server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name, connection and TLS together.
    pub connect: Duration,
    /// Everything, until the answer's last byte.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}

/// Asks authorization servers. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    timeouts: Timeouts,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    /// How long to stay away, if it said so.
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// The body may be tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("retry_after", &self.retry_after)
            .field("bytes", &self.body.len())
            .finish()
    }
}

impl Http {
    /// Trusts the system's certificate authorities, and these too.
    ///
    /// # Errors
    /// [`HttpError::NoAuthorities`] when there are none, or what is to be trusted is no certificate.
    pub fn new(timeouts: Timeouts, authorities: &Authorities) -> Result<Self, HttpError> {
        let mut tls = authorities.configuration()?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            // A code or a rotating refresh token is not risked on a connection that the server may be closing just now.
            .pool_max_idle_per_host(0)
            .dns_resolver(Resolver)
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .user_agent(concat!("Mailroom/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| HttpError::NoAuthorities {
                why: fault::innermost(&error),
            })?;
        Ok(Self { client, timeouts })
    }

    /// Asks for a JSON document.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, HttpError> {
        self.ask(Method::GET, url, HeaderMap::new(), None).await
    }

    /// The body of a good answer to a plain question; nothing with any other answer.
    pub async fn document(&self, url: &Url) -> Result<Option<Vec<u8>>, HttpError> {
        let answer = self.get(url).await?;
        Ok((answer.status == 200).then_some(answer.body))
    }

    /// Posts a form.
    pub(super) async fn post(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        form: Vec<u8>,
    ) -> Result<Answer, HttpError> {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        self.ask(Method::POST, url, headers, Some(form)).await
    }

    async fn ask(
        &self,
        method: Method,
        url: &Url,
        mut headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, HttpError> {
        may_be_asked(url)?;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut request = reqwest::Request::new(method, url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = body.map(reqwest::Body::from);
        let trouble = |error| fault::meaning(&error, url, self.timeouts);
        let mut response = self.client.execute(request).await.map_err(trouble)?;
        let status = response.status().as_u16();
        let retry_after = retry_after::wait(response.headers());
        let too_large = || HttpError::TooLarge {
            host: fault::host(url),
            most: MOST,
        };
        if announced(response.headers()).is_some_and(|length| length > MOST) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(piece)) if body.len() + piece.len() > MOST => return Err(too_large()),
                Ok(Some(piece)) => body.extend_from_slice(&piece),
                Ok(None) => break,
                // It declined, whatever else it had to say.
                Err(_) if matches!(status, 429 | 500..=599) => break,
                Err(error) => return Err(trouble(error)),
            }
        }
        Ok(Answer {
            status,
            retry_after,
            body,
        })
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "wire/trust_tests.rs"]
mod trust_tests;
