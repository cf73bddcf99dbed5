//! The pages over a database of the test's own, asked without a network.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture that can't be made is a failed test"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{MailboxId, UserId};
use entities::oauth_clients::{Endpoints, Flow};
use entities::service_keys::{self, ServiceKeyKind};
use entities::sign_in_links::LinkPurpose;
use entities::users::Role;
use rand::SeedableRng as _;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use url::Url;

use super::State;
use super::live::Pulse;
use super::routes::walled;
use crate::access::Access;
use crate::access::announce::Whom;
use crate::accounts::Accounts;
use crate::clock::FixedClock;
use crate::http::{Begun, Session, Shared, Site, Ticket, Token, Visitor};
use crate::imap::Limits;
use crate::secrets::{KeyRing, KeySource};
use crate::store::fixture::{Fixture, at, sqlite};
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::service_keys::{self as keys, ServiceKeyFields};
use crate::store::users::{self, UserFields};
use crate::store::{Store, mailboxes, oauth_clients};

/// How often open pages are told what changed.
const LOOK: Duration = Duration::from_millis(10);

/// Pages and what lies behind them.
pub(super) struct House {
    pub(super) fixture: Fixture,
    pub(super) clock: Arc<FixedClock>,
    pub(super) state: State,
    router: Router,
    peer: SocketAddr,
    tokens: std::cell::Cell<u64>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends the browser.
    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location")
    }

    /// The value of a hidden field of the page's form.
    pub(super) fn value_of(&self, field: &str) -> String {
        let (_, after) = self
            .body
            .split_once(&format!("name=\"{field}\" value=\""))
            .unwrap();
        after.split('"').next().unwrap().to_owned()
    }

    /// The value of the cookie that is set under this name.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .find_map(|cookie| {
                let (set, rest) = cookie.to_str().unwrap().split_once('=')?;
                (set == name).then(|| rest.split(';').next().unwrap().to_owned())
            })
    }
}

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) cookie: String,
    pub(super) form_token: String,
}

impl House {
    /// Called `http://mailroom.test`, by callers on this machine.
    pub(super) async fn new() -> Self {
        Self::called("http://mailroom.test", &[]).await
    }

    pub(super) async fn called(url: &str, trusted_proxies: &[&str]) -> Self {
        let fixture = sqlite().await;
        let clock = Arc::new(FixedClock::new(at(0)));
        let proxies = trusted_proxies
            .iter()
            .map(|block| block.parse().unwrap())
            .collect();
        let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        let keys = KeyRing::load(&KeySource::Given(key.into()), &mut rand::rng()).unwrap();
        let keys = Arc::new(keys);
        let state = State {
            shared: Shared {
                store: fixture.store.clone(),
                clock: clock.clone(),
                site: Arc::new(Site::new(Url::parse(url).unwrap(), proxies)),
            },
            accounts: Accounts::new(fixture.store.clone(), Arc::clone(&keys), clock.clone()),
            company: None,
            keys: Arc::clone(&keys),
            access: Access::new(
                fixture.store.clone(),
                keys,
                clock.clone(),
                Limits::default(),
                Whom {
                    webhook: false,
                    mail: None,
                    public_url: Url::parse(url).unwrap(),
                },
            ),
            pulse: Pulse::begin(fixture.store.clone(), LOOK, CancellationToken::new()),
            first_admin: Some(Token::generate(&mut rand::rngs::StdRng::seed_from_u64(0))),
        };
        let extra = Router::new().route(
            "/panics",
            axum::routing::get(|| async { panic!("a test panics") as &'static str }),
        );
        Self {
            router: walled(state.clone(), extra),
            fixture,
            clock,
            state,
            peer: "127.0.0.1:40000".parse().unwrap(),
            tokens: std::cell::Cell::new(1),
        }
    }

    /// The same, called from another machine.
    pub(super) fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    pub(super) fn after(&self, time: TimeDelta) {
        self.clock.set(at(0) + time);
    }

    pub(super) async fn user(&self, email: &str, role: Role) -> UserId {
        let fields = UserFields {
            email: email.to_owned(),
            name: "Anna".to_owned(),
            role,
            active: true,
        };
        users::insert(&self.fixture.store, fields, at(0))
            .await
            .unwrap()
            .id
    }

    /// An admin with a session.
    pub(super) async fn admin(&self) -> Person {
        self.person("anna@example.com", Role::Admin).await
    }

    fn token(&self) -> Token {
        self.tokens.set(self.tokens.get() + 1);
        Token::generate(&mut rand::rngs::StdRng::seed_from_u64(self.tokens.get()))
    }

    /// A new user with a session.
    pub(super) async fn person(&self, email: &str, role: Role) -> Person {
        let id = self.user(email, role).await;
        self.again(id).await
    }

    /// Another session of a user.
    pub(super) async fn again(&self, id: UserId) -> Person {
        let secret = self.token();
        let now = self.state.shared.clock.now();
        let begun = Begun {
            user: id,
            code_due: false,
            remote: None,
            browser: "",
        };
        Session::begin(&self.fixture.store, begun, now, &secret)
            .await
            .unwrap();
        let session = Session::find(&self.fixture.store, now, secret.clone())
            .await
            .unwrap()
            .unwrap();
        let name = self.state.shared.site.cookie_name(Visitor::COOKIE);
        Person {
            id,
            cookie: format!("{name}={}", secret.expose()),
            form_token: session.form_token(),
        }
    }

    /// The path of a new sign-in link.
    pub(super) async fn link(&self, user: UserId) -> String {
        let now = self.state.shared.clock.now();
        self.ticket(user, LinkPurpose::SignIn, now).await
    }

    /// The path of a new link for something.
    pub(super) async fn ticket(
        &self,
        user: UserId,
        purpose: LinkPurpose,
        now: DateTime<Utc>,
    ) -> String {
        let store = &self.fixture.store;
        let ticket = Ticket::issue(store, user, purpose, now, self.token()).await;
        ticket.unwrap().path(purpose)
    }

    /// The path at which the first admin is made.
    pub(super) fn first_admin(&self) -> String {
        let address = self.state.first_admin_address().unwrap();
        address
            .strip_prefix("http://mailroom.test")
            .unwrap()
            .to_owned()
    }

    /// Presses the button of the page that a sign-in link opens.
    pub(super) async fn sign_in(&self, link: &str) -> Answer {
        let request = self.signing_in(link);
        self.ask(request).await
    }

    /// The same as a request, for a test that has more to say.
    pub(super) fn signing_in(&self, link: &str) -> Request<Body> {
        let (path, form) = link.split_once('?').unwrap();
        self.request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap()
    }

    /// Asks, and leaves the body to be read.
    pub(super) async fn open(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.open(request).await.into_parts();
        let body = to_bytes(body, 1024 * 1024).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A request to us by our name.
    pub(super) fn request(&self, method: &str, path: &str) -> Builder {
        let host = self.state.shared.site.public_url().authority().to_owned();
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
    }

    /// `GET` by nobody.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask(self.request("GET", path).body(Body::empty()).unwrap())
            .await
    }

    /// `GET` by somebody.
    pub(super) async fn get_as(&self, person: &Person, path: &str) -> Answer {
        self.get_with(&person.cookie, path).await
    }

    /// `GET` by whoever has this cookie.
    pub(super) async fn get_with(&self, cookie: &str, path: &str) -> Answer {
        let request = self.request("GET", path).header("cookie", cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as whoever has this cookie.
    pub(super) async fn post_with(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let request = self
            .request("POST", path)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.ask(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    /// Gives a user a password.
    pub(super) async fn set_password(&self, user: UserId, password: &str) {
        let about = self.state.accounts.choose_password(user, password.into());
        about.await.unwrap();
    }

    /// Gives a user a second factor; its recovery codes.
    pub(super) async fn second_factor(&self, user: UserId) -> Vec<String> {
        let accounts = &self.state.accounts;
        let secret = accounts.begin_second_factor(user).await.unwrap().unwrap();
        let now = self.state.shared.clock.now();
        let code = secret.shown_at(now);
        let codes = accounts.confirm(user, &code).await.unwrap();
        codes.iter().map(|code| code.text().to_owned()).collect()
    }

    /// Presses a button of a page.
    pub(super) async fn press(&self, person: &Person, path: &str) -> Answer {
        self.post(person, path, &format!("token={}", person.form_token))
            .await
    }

    /// Sends a form.
    pub(super) async fn post(&self, person: &Person, path: &str, form: &str) -> Answer {
        self.post_with(&person.cookie, path, form).await
    }
}

/// A mailbox whose owner signs in at a provider that is not there, and the callback address of its service key.
pub(super) async fn connected(house: &House, allowed_ips: &[&str]) -> (MailboxId, String) {
    let store = &house.fixture.store;
    let mailbox = crate::store::fixture::mailbox(store, "info@example.com").await;
    let server = mailboxes::by_id(store, mailbox)
        .await
        .unwrap()
        .unwrap()
        .mail_server_id;
    let key = key(store, allowed_ips, true).await;
    let at_provider = |path: &str| Some(format!("http://127.0.0.1:9/{path}"));
    let fields = OAuthClientFields {
        flow: Flow::AuthorizationCode,
        client_id: "our-client".to_owned(),
        secret: ClientSecret::None,
        secret_expires_on: None,
        tenant: None,
        cloud: None,
        endpoints: Endpoints {
            authorization: at_provider("authorize"),
            token: at_provider("token"),
            ..Endpoints::default()
        },
        scopes: vec!["openid".to_owned(), "mail".to_owned()],
        service_key_id: Some(key.id),
        redirect_uri: Some(house.state.shared.site.url("/oauth/callback/our-key")),
        service_principal: None,
    };
    oauth_clients::put(store, server, fields, at(0))
        .await
        .unwrap();
    (mailbox, "/oauth/callback/our-key".to_owned())
}

/// The service key that callbacks come to, made or changed.
pub(super) async fn key(store: &Store, allowed_ips: &[&str], active: bool) -> service_keys::Model {
    let fields = ServiceKeyFields {
        name: "Our key".to_owned(),
        kind: ServiceKeyKind::Oauth,
        active,
        allowed_ips: allowed_ips.iter().map(|&ip| ip.to_owned()).collect(),
        callback_path: "our-key".to_owned(),
    };
    match keys::find_by_name(store, "Our key").await.unwrap() {
        Some(key) => keys::update(store, key.id, fields, at(0)).await.unwrap(),
        None => keys::insert(store, fields, at(0)).await.unwrap(),
    }
}
