//! `/healthz` says that the process lives, `/readyz` that it can work, `/metrics` how the work goes. Plain text, for
//! machines.

use std::net::IpAddr;

use axum::extract::State as Extracted;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::State;
use crate::http::Remote;
use crate::metrics;

/// Prometheus' text format.
const MEASURES: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Alive.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Ready: the database answers and has this version's tables.
pub(super) async fn ready(Extracted(state): Extracted<State>) -> (StatusCode, String) {
    match state.shared.store.check().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {error}\n"),
        ),
    }
}

/// How the work goes, for Prometheus. It names mailboxes, so only neighbours are told.
pub(super) async fn measured(
    Extracted(state): Extracted<State>,
    Remote(remote): Remote,
    headers: HeaderMap,
) -> Response {
    if !is_neighbour(remote) || came_through_a_proxy(&headers) {
        return (StatusCode::NOT_FOUND, "not here\n").into_response();
    }
    let shared = &state.shared;
    match metrics::render(&shared.store, shared.clock.now()).await {
        Ok(text) => ([(header::CONTENT_TYPE, MEASURES)], text).into_response(),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("nothing can be measured: {error}\n"),
        )
            .into_response(),
    }
}

/// On this machine or in a private network (RFC 1918, RFC 4193, RFC 6598, link-local).
fn is_neighbour(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// A proxy's own address says nothing about whom it speaks for.
fn came_through_a_proxy(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

#[cfg(test)]
#[path = "probes_tests.rs"]
mod tests;
