//! Listens on this machine for the browser that comes back from the provider (RFC 8252 §7.3).

use std::io::ErrorKind;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

/// The answer's address has a code in it, so that the browser is sent on to this one at once.
const DONE: &str = "/done";
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mailroom</title>\
    <body style=\"font: 1.1rem/1.5 system-ui; max-width: 32rem; margin: 15vh auto; padding: 0 1rem\">\
    <h1>Back to the terminal</h1><p>Mailroom has the provider's answer. The terminal says what it came to; \
    this window can be closed.</p>";

/// A listener on this machine.
pub(super) struct Listener {
    /// Where the provider is to send the browser.
    pub(super) redirect_uri: Url,
    arrived: mpsc::Receiver<Url>,
    stop: CancellationToken,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Clone)]
struct Arrivals {
    redirect_uri: Url,
    arrived: mpsc::Sender<Url>,
}

impl Listener {
    /// Listens on `port` of this machine's loopback address; on any that is free when it is 0.
    pub(super) async fn open(port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| {
                format!(
                    "Nothing can listen on port {port} of this machine; choose another with --port"
                )
            })?;
        let port = listener.local_addr()?.port();
        let redirect_uri = Url::parse(&format!("http://localhost:{port}/callback"))?;
        let (sender, arrived) = mpsc::channel(1);
        let state = Arrivals {
            redirect_uri: redirect_uri.clone(),
            arrived: sender,
        };
        let router = Router::new()
            .route("/callback", get(take))
            .route(DONE, get(done))
            .with_state(state);
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let serving = tokio::spawn(async move {
            let served = axum::serve(listener, router)
                .with_graceful_shutdown(stopped)
                .await;
            if let Err(error) = served {
                tracing::warn!(%error, "The browser can't be answered");
            }
        });
        Ok(Self {
            redirect_uri,
            arrived,
            stop,
            _serving: AbortOnDropHandle::new(serving),
        })
    }

    /// The address at which the browser came back.
    pub(super) async fn answer(&mut self) -> std::io::Result<Url> {
        self.arrived
            .recv()
            .await
            .ok_or_else(|| ErrorKind::ConnectionAborted.into())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn take(State(arrivals): State<Arrivals>, RawQuery(query): RawQuery) -> Response {
    let mut url = arrivals.redirect_uri;
    url.set_query(query.as_deref());
    // Whatever comes second comes too late.
    let _ = arrivals.arrived.try_send(url);
    discreet(Redirect::to(DONE))
}

async fn done() -> Response {
    discreet(Html(PAGE))
}

fn discreet(answer: impl IntoResponse) -> Response {
    (
        [
            (CACHE_CONTROL, "no-store"),
            (REFERRER_POLICY, "no-referrer"),
        ],
        answer,
    )
        .into_response()
}
