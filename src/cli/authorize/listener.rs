//! Listens on this machine for the browser that comes back from the provider (RFC 8252 §7.3).

use std::io::ErrorKind;
use std::time::Duration;

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

/// So long a browser that has brought its answer is waited for until it shows that it may go.
const GRACE: Duration = Duration::from_secs(5);

/// A listener on this machine.
pub(super) struct Listener {
    /// Where the provider is to send the browser.
    pub(super) redirect_uri: Url,
    arrived: mpsc::Receiver<Url>,
    shown: mpsc::Receiver<()>,
    stop: CancellationToken,
    serving: AbortOnDropHandle<()>,
}

#[derive(Clone)]
struct Arrivals {
    redirect_uri: Url,
    arrived: mpsc::Sender<Url>,
    shown: mpsc::Sender<()>,
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
        let (has_arrived, arrived) = mpsc::channel(1);
        let (is_shown, shown) = mpsc::channel(1);
        let state = Arrivals {
            redirect_uri: redirect_uri.clone(),
            arrived: has_arrived,
            shown: is_shown,
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
            shown,
            stop,
            serving: AbortOnDropHandle::new(serving),
        })
    }

    /// The address at which the browser came back.
    pub(super) async fn answer(&mut self) -> std::io::Result<Url> {
        self.arrived
            .recv()
            .await
            .ok_or_else(|| ErrorKind::ConnectionAborted.into())
    }

    /// Waits until the browser has the page it was sent on to; whoever ends before leaves it at an error.
    pub(super) async fn see_off(&mut self) {
        let seen_off = async {
            self.shown.recv().await;
            self.stop.cancel();
            let _ = (&mut self.serving).await;
        };
        let _ = tokio::time::timeout(GRACE, seen_off).await;
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

async fn done(State(arrivals): State<Arrivals>) -> Response {
    let _ = arrivals.shown.try_send(());
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
