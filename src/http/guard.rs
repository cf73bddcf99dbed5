//! What stands around every route, in the order in which a request meets it: log line, headers, words for what failed,
//! panics caught, limits, and the two questions by which name we are called and from which site.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use url::{Host, Url};

use super::log::{Line, RequestId};
use super::problem::Problem;
use super::site::Site;
use super::visitor::Remote;
use super::{csrf, forwarded, headers, limits};

/// How a router is dressed.
#[derive(Clone)]
pub struct Dressing {
    /// Where we are called.
    pub site: Arc<Site>,
    /// Paths for machines, which read plain text, and call by an address or by a name that only neighbours know.
    pub machines: &'static [&'static str],
    /// Of them, those that may be called by whatever name: they tell nothing.
    pub probes: &'static [&'static str],
    /// What is shown of a problem in place of its plain text.
    pub page: fn(&Problem, &RequestId) -> Response,
}

/// Puts everything around `router` that no handler should have to think of.
pub fn dress(router: Router, dressing: Dressing) -> Router {
    let (outer, inner) = (dressing.clone(), dressing);
    router
        .layer(from_fn(move |request: Request, next: Next| {
            let dressing = inner.clone();
            async move { ask(&dressing, request, next).await }
        }))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits::BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            limits::TIME,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(move |request: Request, next: Next| {
            let dressing = outer.clone();
            async move { receive(&dressing, request, next).await }
        }))
}

/// By which name, and from which site?
async fn ask(dressing: &Dressing, request: Request, next: Next) -> Response {
    let site = &dressing.site;
    if !is_called_rightly(dressing, &request) {
        return Problem::wrong_host(&site.origin()).into_response();
    }
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if changes && csrf::is_from_elsewhere(request.headers(), site) {
        return Problem::forged().into_response();
    }
    next.run(request).await
}

/// A proxy of ours may write whatever `Host` it likes; nobody else reaches us under another name (DNS rebinding).
fn is_called_rightly(dressing: &Dressing, request: &Request) -> bool {
    let (site, path) = (&dressing.site, request.uri().path());
    if dressing.probes.contains(&path) || peer(request).is_some_and(|peer| site.trusts(peer.ip())) {
        return true;
    }
    let is_for_machines = dressing.machines.contains(&path);
    let host = request.headers().get(header::HOST);
    host.and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().authority().map(Authority::as_str))
        .is_some_and(|host| site.is_called(host) || (is_for_machines && is_neighbours_name(host)))
}

/// Whether nobody outside can own that name: an address, or a name without a dot.
fn is_neighbours_name(host: &str) -> bool {
    let called = Url::parse(&format!("http://{host}/"));
    called.is_ok_and(|called| match called.host() {
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Some(Host::Domain(name)) => !name.contains('.'),
        None => false,
    })
}

fn peer(request: &Request) -> Option<SocketAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(*peer)
}

async fn receive(dressing: &Dressing, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::generate(&mut rand::rng());
    let remote =
        peer(&request).map(|peer| forwarded::caller(peer.ip(), request.headers(), &dressing.site));
    let line = Line {
        id: id.clone(),
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        remote: remote.map_or_else(String::new, |address| address.to_string()),
    };
    request.extensions_mut().insert(id.clone());
    if let Some(address) = remote {
        request.extensions_mut().insert(Remote(address));
    }
    let mut response = next.run(request).await;
    if !dressing.machines.contains(&line.path.as_str()) {
        response = worded(dressing, &id, response);
    }
    headers::add(response.headers_mut(), &dressing.site);
    if let Ok(id) = HeaderValue::try_from(&id.0) {
        response.headers_mut().insert("x-request-id", id);
    }
    line.write(response.status(), began.elapsed());
    response
}

/// Gives a failed answer its words; where a handler wrote a page of its own, that stays.
fn worded(dressing: &Dressing, id: &RequestId, response: Response) -> Response {
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(is_html) =>
        {
            return response;
        }
        None => match Problem::of_status(response.status()) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let mut page = (dressing.page)(&problem, id);
    *page.status_mut() = problem.status;
    for (name, value) in response.headers() {
        let of_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name);
        if !of_body {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

fn is_html(value: &HeaderValue) -> bool {
    value.as_bytes().starts_with(b"text/html")
}

fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("A request panicked; this is a fault of Mailroom");
    Problem::internal().into_response()
}
