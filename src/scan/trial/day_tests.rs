//! Days of polling, in steps of five minutes: what is dead is left alone and told of, what passes changes no light, and
//! what heals is noticed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;
use entities::lights::LightState;
use entities::mail_servers::AuthMethod;
use entities::mailboxes::MailboxKind;
use entities::oauth_clients::{Endpoints, Flow};
use sandbox::{
    At, CLIENT_ID, CLIENT_SECRET, Fault, Harm, Options, Running, TokenFault, serve_tokens,
};
use tokio_util::sync::CancellationToken;

use super::{ADDRESS, ORDERS, Trial};
use crate::cause::{Cause, Red};
use crate::clock::Clock as _;
use crate::secrets::Place;
use crate::store::credentials::{self, Grant};
use crate::store::fixture::{self, at};
use crate::store::lights::{self, Showing};
use crate::store::mailboxes::{self, MailboxFields};
use crate::store::oauth_clients::{self, ClientSecret, OAuthClientFields};
use crate::store::{light_changes, outbox};
use crate::worker::Turn;

const STEP: TimeDelta = TimeDelta::minutes(5);
const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::days(1);

/// A worker that lives through days.
struct Days {
    trial: Trial,
    _tokens: Running,
}

impl Days {
    /// Opened by tokens of an hour, authorized long ago; changes of lights are told to a webhook.
    async fn new() -> Self {
        let mut trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
        trial.provider.create_folder(ADDRESS, ORDERS).unwrap();
        let clock = Arc::clone(&trial.clock);
        trial.provider.follow_time(move || clock.now());
        trial.worker.scanning.access.whom.webhook = true;
        let tokens = serve_tokens(trial.provider.clone(), &CancellationToken::new())
            .await
            .unwrap();
        trial
            .change_server(|server| server.auth = AuthMethod::Xoauth2)
            .await;
        let url = format!("http://{}/token", tokens.addr);
        let secret = seal(
            &trial,
            "oauth_clients",
            trial.server.0,
            "secret_sealed",
            CLIENT_SECRET,
        );
        let fields = OAuthClientFields {
            flow: Flow::AuthorizationCode,
            client_id: CLIENT_ID.to_owned(),
            secret: ClientSecret::Sealed(secret),
            secret_expires_on: None,
            tenant: None,
            cloud: None,
            endpoints: Endpoints {
                authorization: Some(url.clone()),
                token: Some(url),
                ..Endpoints::default()
            },
            scopes: vec!["mail".to_owned()],
            service_key_id: None,
            redirect_uri: None,
            service_principal: None,
        };
        oauth_clients::put(trial.store(), trial.server, fields, at(0))
            .await
            .unwrap();
        let days = Self {
            trial,
            _tokens: tokens,
        };
        let refresh = days.trial.provider.grant(ADDRESS).unwrap();
        days.give(days.trial.mailbox, &refresh).await;
        days
    }

    /// Stores a grant whose access token has ended.
    async fn give(&self, mailbox: MailboxId, refresh: &str) {
        let seal = |column, secret| seal(&self.trial, "credentials", mailbox.0, column, secret);
        let grant = Grant {
            refresh: Some(seal("sealed", refresh)),
            access: seal("access_sealed", "ended"),
            access_expires_at: Some(self.now()),
            refresh_expires_at: None,
            scopes: None,
            identity: None,
        };
        credentials::set_grant(self.trial.store(), mailbox, grant, self.now())
            .await
            .unwrap();
    }

    fn now(&self) -> DateTime<Utc> {
        self.trial.clock.now()
    }

    /// What a worker does in five minutes.
    async fn step(&self) {
        let worker = &self.trial.worker;
        self.trial.clock.set(self.now() + STEP);
        while worker.run_one().await.unwrap() != Turn::Idle {}
        while worker.probe_one().await.unwrap() {}
        assert_eq!(worker.look_after().await, []);
    }

    /// What it does in this time.
    async fn pass(&self, time: TimeDelta) {
        let until = self.now() + time;
        while self.now() < until {
            self.step().await;
        }
    }

    /// Counts sign-ins and token requests from here.
    fn forget(&self) {
        self.trial.provider.clear_transcript();
        self.trial.provider.forget_token_requests();
    }

    /// Sign-ins and token requests.
    fn asked(&self) -> (usize, usize) {
        let lines = self.trial.provider.transcript();
        let sign_ins = lines
            .iter()
            .filter(|line| line.text.contains("AUTHENTICATE"));
        (sign_ins.count(), self.trial.provider.token_requests().len())
    }

    async fn light(&self) -> (LightState, Option<String>, DateTime<Utc>) {
        let light = lights::find(self.trial.store(), self.trial.mailbox).await;
        let light = light.unwrap().unwrap();
        (light.state, light.cause, light.since)
    }

    async fn is_green(&self) -> bool {
        self.light().await.0 == LightState::Green
    }

    /// What was told, in order.
    async fn told(&self) -> Vec<String> {
        let rows = outbox::list(self.trial.store(), 999).await.unwrap();
        let kinds = rows.iter().rev().map(|row| row.body["type"].as_str());
        kinds.map(|kind| kind.unwrap().to_owned()).collect()
    }
}

fn seal(
    trial: &Trial,
    table: &'static str,
    row: i64,
    column: &'static str,
    secret: &str,
) -> crate::secrets::Sealed {
    let place = Place { table, row, column };
    let keys = &trial.worker.scanning.access.keys;
    keys.seal(&place, &secret.into(), &mut rand::rng())
}

#[tokio::test]
async fn a_dead_token_is_one_announcement_and_no_storm() {
    let mut days = Days::new().await;
    days.trial.deliver("INBOX");
    days.pass(HOUR * 2 + STEP * 3).await;
    assert!(days.is_green().await);
    // A token for every hour that has begun.
    assert_eq!(days.asked().1, 3);

    days.trial.provider.revoke_grants(ADDRESS).unwrap();
    days.forget();
    days.step().await;
    let (state, cause, since) = days.light().await;
    assert_eq!(
        (state, cause.as_deref()),
        (LightState::Red, Some("consent_revoked"))
    );
    assert_eq!(days.asked(), (1, 1));
    assert_eq!(days.told().await, ["light.red"]);
    days.pass(DAY - STEP * 2).await;
    assert_eq!(days.asked(), (1, 1), "nobody asks again within a day");
    assert_eq!(days.told().await, ["light.red"]);

    // On the days after that, people are reminded daily and the provider is asked once a day.
    days.pass(DAY * 2).await;
    let (sign_ins, requests) = days.asked();
    assert_eq!(sign_ins, 1, "nobody signs in with what is dead");
    assert!((2..=3).contains(&requests), "{requests}");
    assert_eq!(
        days.told().await,
        ["light.red", "light.reminder", "light.reminder"]
    );
    assert_eq!(days.light().await, (state, cause, since));

    // Its owner signs in again; a person does not wait for the schedule of probes.
    days.trial.deliver(ORDERS);
    let refresh = days.trial.provider.grant(ADDRESS).unwrap();
    days.give(days.trial.mailbox, &refresh).await;
    days.trial.somebody_acted().await;
    days.pass(STEP * 2).await;
    assert!(days.is_green().await);
    days.trial.has_everything_once().await;
    assert_eq!(days.told().await.last().unwrap(), "light.recovered");
}

#[tokio::test]
async fn what_heals_is_knocked_at_more_and_more_rarely_until_it_opens() {
    let mut days = Days::new().await;
    days.pass(HOUR / 2).await;
    days.trial.inject(Fault::refuse_login(
        "[AUTHENTICATIONFAILED] Invalid credentials",
    ));
    days.forget();
    days.step().await;
    let (_, cause, _) = days.light().await;
    assert_eq!(cause.as_deref(), Some("access_token_refused"));
    // Refreshed once, tried once more.
    assert_eq!(days.asked(), (2, 1));

    let mut knocks = Vec::new();
    let red_since = days.now();
    let mut seen = days.asked().0;
    while days.now() < red_since + DAY * 4 {
        days.step().await;
        let sign_ins = days.asked().0;
        if sign_ins > seen {
            assert!(sign_ins - seen <= 2, "one try and one with a new token");
            knocks.push((days.now() - red_since).num_hours());
            seen = sign_ins;
        }
    }
    // After 6 hours, 12 more, 24 more, and daily.
    assert_eq!(knocks, [6, 18, 42, 66, 90]);
    let told = days.told().await;
    assert_eq!(told[0], "light.red");
    assert_eq!(told.len(), 5, "reminded daily: {told:?}");

    days.trial.provider.clear_faults();
    days.trial.deliver("INBOX");
    days.pass(DAY).await;
    assert!(days.is_green().await);
    days.trial.has_everything_once().await;
    assert_eq!(days.told().await.last().unwrap(), "light.recovered");
}

#[tokio::test]
async fn a_provider_that_is_down_for_six_hours_changes_no_light_and_everything_catches_up() {
    let mut days = Days::new().await;
    let red = red_neighbour(&days).await;
    days.trial.deliver("INBOX");
    days.pass(HOUR * 3).await;
    let (green_before, red_before) = (days.light().await, light_of(&days, red).await);
    assert_eq!(green_before.0, LightState::Green);
    assert_eq!(red_before.0, LightState::Red);
    let told = days.told().await;

    let down = Harm::Bye("Temporary outage".to_owned());
    let provider = days.trial.provider.clone();
    let faults = [
        provider.inject_token_fault(TokenFault::unavailable()),
        provider.inject(Fault::at(At::Greeting).with(down)),
    ];
    days.forget();
    let connections = days.trial.provider.connections();
    let down_until = days.now() + HOUR * 6;
    while days.now() < down_until {
        days.trial.deliver("INBOX");
        days.pass(HOUR / 2).await;
        assert_eq!(days.light().await, green_before);
        assert_eq!(light_of(&days, red).await, red_before);
    }
    assert_eq!(days.told().await, told);
    let seen = days.trial.seen().await;
    assert_eq!(seen.health(), "failing");
    // Every quarter of an hour, each mailbox.
    let connections = days.trial.provider.connections() - connections;
    let (_, requests) = days.asked();
    assert!(connections <= 60 && requests <= 60);
    assert!(connections + requests as u64 >= 10, "nobody tried");

    for fault in faults {
        provider.clear(fault);
    }
    days.pass(HOUR / 2).await;
    assert_eq!(days.light().await, green_before);
    let seen = days.trial.seen().await;
    assert_eq!(
        (seen.report(), seen.health()),
        ("done".to_owned(), "ok".to_owned())
    );
    days.trial.has_everything_once().await;

    days.pass(DAY - HOUR * 10).await;
    assert_eq!(days.light().await, green_before);
    let red_after = light_of(&days, red).await;
    assert_eq!(red_after, red_before);
    let history = light_changes::of_mailbox(days.trial.store(), days.trial.mailbox, 99).await;
    assert_eq!(history.unwrap().len(), 1);
    assert_eq!(days.told().await, told);
}

async fn light_of(days: &Days, mailbox: MailboxId) -> (LightState, Option<String>, DateTime<Utc>) {
    let light = lights::find(days.trial.store(), mailbox)
        .await
        .unwrap()
        .unwrap();
    (light.state, light.cause, light.since)
}

/// A mailbox whose light is red for a cause that may heal, knocked at every hour or so.
async fn red_neighbour(days: &Days) -> MailboxId {
    let store = days.trial.store();
    let fields = MailboxFields {
        address: "neighbour@example.com".to_owned(),
        login: "neighbour@example.com".to_owned(),
        mail_server_id: days.trial.server,
        kind: MailboxKind::Shared,
        owner_id: None,
        active: true,
        aliases: Vec::new(),
        delegates: Vec::new(),
    };
    let mailbox = mailboxes::insert(store, fields, at(0)).await.unwrap().id;
    let login = sandbox::MailboxLogin::Password("another".to_owned());
    days.trial
        .provider
        .add_mailbox("neighbour@example.com", login);
    // The provider gives it tokens, and its mail server takes none of them.
    let refused = Fault::refuse_login("[AUTHENTICATIONFAILED] Invalid credentials");
    days.trial.inject(refused.of("neighbour@example.com"));
    let refresh = days.trial.provider.grant("neighbour@example.com").unwrap();
    days.give(mailbox, &refresh).await;
    let red = Red::of(Cause::AccessTokenRefused, "Refused.");
    let showing = Showing {
        state: LightState::Red,
        cause: Some(red.cause.as_str().to_owned()),
        who: Some(red.who.as_str().to_owned()),
        remedy: Some(red.remedy),
        provider_words: Some(red.words),
        probe_at: Some(at(4 * 3600)),
    };
    lights::set(store, mailbox, showing, at(0)).await.unwrap();
    mailbox
}
