#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use encodify::base64::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use url::form_urlencoded::Serializer;

use crate::raw_client::RawClient;
use crate::{
    CLIENT_ID, CLIENT_SECRET, MailboxLogin, Options, Provider, Rotation, Running, TokenFault,
    TokenRules, serve, serve_tokens,
};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

/// A provider with two mailboxes, its servers, and the seconds that its time is read from.
struct World {
    provider: Provider,
    mail: Running,
    tokens: Running,
    seconds: Arc<AtomicI64>,
}

impl World {
    async fn new(rotation: Rotation) -> Self {
        let provider = Provider::new();
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let told = Arc::clone(&seconds);
        provider.follow_time(move || {
            DateTime::from_timestamp(told.load(Ordering::Relaxed), 0).unwrap_or_default()
        });
        provider.set_token_rules(TokenRules {
            rotation,
            ..TokenRules::default()
        });
        for address in [ADA, BOB] {
            provider.add_mailbox(address, MailboxLogin::Granted);
        }
        Self {
            mail: serve(provider.clone(), Options::default()).await.unwrap(),
            tokens: serve_tokens(provider.clone(), &CancellationToken::new())
                .await
                .unwrap(),
            provider,
            seconds,
        }
    }

    fn pass(&self, time: TimeDelta) {
        self.seconds
            .fetch_add(time.num_seconds(), Ordering::Relaxed);
    }

    /// The bytes of the token endpoint's answer.
    async fn raw(&self, pairs: &[(&str, &str)]) -> String {
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.tokens.addr).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn ask(&self, pairs: &[(&str, &str)]) -> (u16, Value) {
        let answer = self.raw(pairs).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    async fn refresh(&self, token: &str) -> (u16, Value) {
        self.ask(&form(token)).await
    }

    /// The access and the refresh token that a refresh gives.
    async fn refreshed(&self, token: &str) -> (String, Option<String>) {
        let (status, answer) = self.refresh(token).await;
        assert_eq!(status, 200, "{answer}");
        let access_token = answer["access_token"].as_str().unwrap().to_owned();
        (
            access_token,
            answer["refresh_token"].as_str().map(str::to_owned),
        )
    }

    async fn is_void(&self, token: &str) -> bool {
        let (status, answer) = self.refresh(token).await;
        status == 400 && answer["error"] == "invalid_grant"
    }

    async fn opens(&self, address: &str, token: &str) -> bool {
        let mut client = RawClient::greeted(self.mail.addr).await;
        let said = format!("user={address}\x01auth=Bearer {token}\x01\x01");
        let command = format!("A AUTHENTICATE XOAUTH2 {}\r\n", STANDARD.encode(said));
        client.send(command.as_bytes()).await;
        let answer = client.line().await.unwrap();
        if !answer.starts_with("+ ") {
            return answer.starts_with("A OK");
        }
        client.send(b"\r\n").await;
        let refused = client.until_tagged("A").await;
        assert!(refused.concat().starts_with("A NO"), "{refused:?}");
        false
    }
}

fn form(refresh_token: &str) -> [(&'static str, &str); 4] {
    [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("refresh_token", refresh_token),
    ]
}

#[tokio::test]
async fn an_access_token_opens_its_mailbox_until_the_time_ends_it() {
    let world = World::new(Rotation::Off).await;
    let refresh_token = world.provider.grant(ADA).unwrap();
    let (status, answer) = world.refresh(&refresh_token).await;
    assert_eq!(status, 200);
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(answer["refresh_token"], Value::Null);
    let token = answer["access_token"].as_str().unwrap();
    assert!(world.opens(ADA, token).await);
    assert!(!world.opens(BOB, token).await);
    assert!(!world.opens(ADA, &refresh_token).await);

    world.pass(TimeDelta::minutes(59));
    assert!(world.opens(ADA, token).await);
    world.pass(TimeDelta::minutes(1));
    assert!(!world.opens(ADA, token).await);
    let (again, _) = world.refreshed(&refresh_token).await;
    assert!(world.opens(ADA, &again).await);
    world.provider.revoke_access_tokens(ADA).unwrap();
    assert!(!world.opens(ADA, &again).await);
}

#[tokio::test]
async fn an_idle_refresh_token_dies_and_a_used_one_lives_on() {
    let world = World::new(Rotation::Off).await;
    let (used, idle) = (
        world.provider.grant(ADA).unwrap(),
        world.provider.grant(BOB).unwrap(),
    );
    world.pass(TimeDelta::days(89));
    world.refreshed(&used).await;
    world.pass(TimeDelta::days(1));
    assert!(world.is_void(&idle).await);
    world.pass(TimeDelta::days(88));
    world.refreshed(&used).await;
}

#[tokio::test]
async fn a_rotated_token_used_again_voids_the_grant_and_no_other() {
    let world = World::new(Rotation::Strict).await;
    let (first, other) = (
        world.provider.grant(ADA).unwrap(),
        world.provider.grant(ADA).unwrap(),
    );
    let (token, second) = world.refreshed(&first).await;
    let second = second.unwrap();
    assert!(world.opens(ADA, &token).await);
    assert!(world.is_void(&first).await);
    assert!(world.is_void(&second).await);
    assert!(!world.opens(ADA, &token).await);
    world.refreshed(&other).await;
}

#[tokio::test]
async fn within_the_grace_a_rotated_token_is_taken_again() {
    let world = World::new(Rotation::Grace(TimeDelta::seconds(30))).await;
    let first = world.provider.grant(ADA).unwrap();
    let (_, second) = world.refreshed(&first).await;
    world.pass(TimeDelta::seconds(29));
    let (_, third) = world.refreshed(&first).await;
    assert_ne!(second, third);
    world.pass(TimeDelta::seconds(1));
    assert!(world.is_void(&first).await);
    assert!(world.is_void(&third.unwrap()).await);
}

#[tokio::test]
async fn what_an_owner_takes_back_is_void_at_once() {
    let world = World::new(Rotation::Off).await;
    let (adas, bobs) = (
        world.provider.grant(ADA).unwrap(),
        world.provider.grant(BOB).unwrap(),
    );
    let (token, _) = world.refreshed(&adas).await;
    world.provider.revoke_grants(ADA).unwrap();
    assert!(!world.opens(ADA, &token).await);
    assert!(world.is_void(&adas).await);
    world.refreshed(&bobs).await;
    assert!(world.provider.grant("nobody@example.com").is_err());
}

#[tokio::test]
async fn only_the_client_may_refresh() {
    let world = World::new(Rotation::Off).await;
    let token = world.provider.grant(ADA).unwrap();
    world.provider.set_client_secret("another");
    let (status, answer) = world.refresh(&token).await;
    assert_eq!((status, &answer["error"]), (401, &"invalid_client".into()));
    world.provider.set_client_secret(CLIENT_SECRET);
    world.refreshed(&token).await;
    let mut pairs = form(&token);
    pairs[0].1 = "password";
    let (status, answer) = world.ask(&pairs).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &"unsupported_grant_type".into())
    );
}

#[tokio::test]
async fn faults_strike_whom_and_as_often_as_they_are_told() {
    let world = World::new(Rotation::Strict).await;
    let adas = world.provider.grant(ADA).unwrap();
    let bobs = world.provider.grant(BOB).unwrap();
    let down = world.provider.inject_token_fault(TokenFault::unavailable());
    assert_eq!(world.refresh(&adas).await.0, 503);
    assert_eq!(world.refresh(&bobs).await.0, 503);
    assert_eq!(world.provider.struck(down), 2);
    world.provider.clear(down);

    let busy = TokenFault::too_many(Duration::from_secs(7)).times(1);
    world.provider.inject_token_fault(busy);
    let answer = world.raw(&form(&adas)).await;
    assert!(
        answer.starts_with("HTTP/1.1 429 ") && answer.contains("\r\nRetry-After: 7\r\n"),
        "{answer}"
    );
    world
        .provider
        .inject_token_fault(TokenFault::invalid_grant().of(ADA));
    assert!(world.is_void(&adas).await);
    let (_, bobs) = world.refreshed(&bobs).await;
    world.provider.clear_faults();
    let (_, adas) = world.refreshed(&adas).await;

    let bytes = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"acc";
    world
        .provider
        .inject_token_fault(TokenFault::bytes(bytes).times(1));
    assert_eq!(world.raw(&form(adas.as_deref().unwrap())).await, bytes);
    world.refreshed(adas.as_deref().unwrap()).await;
    let bobs = bobs.unwrap();
    world
        .provider
        .inject_token_fault(TokenFault::lost_answer().times(1));
    assert_eq!(world.raw(&form(&bobs)).await, "");
    assert!(world.is_void(&bobs).await, "it was rotated nevertheless");
}

#[tokio::test]
async fn requests_are_counted_for_each_mailbox() {
    let world = World::new(Rotation::Off).await;
    let token = world.provider.grant(ADA).unwrap();
    world.refreshed(&token).await;
    world.pass(TimeDelta::hours(1));
    world.provider.revoke_grants(ADA).unwrap();
    world.refresh(&token).await;
    world.refresh("garbage").await;
    assert_eq!(world.provider.token_requests_of("Ada@example.com"), 2);
    assert_eq!(world.provider.token_requests_of(BOB), 0);
    let requests = world.provider.token_requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|request| (request.address.as_deref(), request.status))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(ADA), Some(200)),
            (Some(ADA), Some(400)),
            (None, Some(400))
        ]
    );
    assert_eq!(requests[1].at - requests[0].at, TimeDelta::hours(1));
    world.provider.forget_token_requests();
    assert!(world.provider.token_requests().is_empty());
}

#[tokio::test]
async fn the_endpoint_ends_and_says_what_it_is() {
    let world = World::new(Rotation::Off).await;
    let mut stream = TcpStream::connect(world.tokens.addr).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    let addr = world.tokens.addr;
    assert_eq!(world.tokens.stop().await, 0);
    assert!(TcpStream::connect(addr).await.is_err());
}
