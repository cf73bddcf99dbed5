//! With a real OpenID provider, which says where it listens and that it names itself.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::oauth_clients::{Endpoints, Flow, Model};
use parts::openid::{Endpoint, Fault};
use serde_json::json;
use url::Url;

use crate::access::trial::{SALES, Trial};
use crate::access::{Answer, AuthorizeError, Begin, Callback, Closed, Outcome, Redirect};
use crate::cause::Cause;
use crate::store::oauth_clients;

/// A record that names the issuer, and these addresses.
async fn named(trial: &Trial, endpoints: Endpoints) {
    let endpoints = Endpoints {
        issuer: Some(trial.openid.issuer()),
        ..endpoints
    };
    trial.client_at(Flow::AuthorizationCode, endpoints).await;
}

/// The addresses that nobody can do without.
fn typed(trial: &Trial) -> Endpoints {
    Endpoints {
        authorization: Some(trial.openid.authorization_endpoint()),
        token: Some(trial.openid.endpoint(Endpoint::Token)),
        ..Endpoints::default()
    }
}

async fn row(trial: &Trial) -> Model {
    let row = oauth_clients::find(trial.store(), trial.server.id).await;
    row.unwrap().unwrap()
}

/// How often the provider was asked where it listens.
fn asked(trial: &Trial) -> usize {
    let requests = trial.openid.requests();
    let asked = requests
        .iter()
        .filter(|it| it.endpoint == Endpoint::Discovery);
    asked.count()
}

/// Begins a sign-in, for the address that the browser is sent to.
async fn begin(trial: &Trial) -> Result<Url, AuthorizeError> {
    let mailbox = crate::store::mailboxes::find_by_address(trial.store(), SALES).await;
    let wanted = Begin {
        session: "the terminal".into(),
        user: None,
        redirect: Redirect::Loopback("http://127.0.0.1:8026/".parse().unwrap()),
        choose_account: false,
    };
    let mailbox = mailbox.unwrap().unwrap().id;
    trial.access.begin_authorization(mailbox, &wanted).await
}

/// Brings an answer back with this `iss`.
async fn answered(trial: &Trial, begun: &Url, iss: Option<&str>) -> Outcome {
    let state = begun.query_pairs().find(|(name, _)| name == "state");
    let callback = Callback {
        path: None,
        session: "the terminal".into(),
        remote: "127.0.0.1".parse().unwrap(),
        state: state.unwrap().1.into_owned().into(),
        iss: iss.map(str::to_owned),
        answer: Answer::Code("a-code-of-somewhere".into()),
    };
    let finished = trial.access.finish_authorization(callback).await;
    finished.unwrap().outcome
}

fn red(outcome: Outcome) -> (Cause, String) {
    match outcome {
        Outcome::Red(red) => (red.cause, red.words),
        other => panic!("{other:?}"),
    }
}

/// The provider was asked for tokens with the code.
fn unknown_code(outcome: Outcome) {
    match outcome {
        Outcome::Cancelled { words } => assert!(words.contains("invalid_grant"), "{words}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_issuer_is_enough_and_is_asked_once() {
    let trial = Trial::new().await;
    named(&trial, Endpoints::default()).await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();
    let said = row(&trial).await.discovered.unwrap();
    assert_eq!(said.asked, trial.openid.issuer());
    assert_eq!(said.token, trial.openid.endpoint(Endpoint::Token));
    assert_eq!(said.jwks, Some(trial.openid.endpoint(Endpoint::Keys)));
    assert!(said.sends_iss);

    // What is kept is enough, however old.
    trial.later(TimeDelta::days(3));
    trial
        .openid
        .fault(Endpoint::Discovery, &Fault::answer(500, ""));
    trial.open(&mailbox).await.unwrap();
    assert_eq!(asked(&trial), 1);
    let begun = begin(&trial).await.unwrap();
    assert!(
        begun
            .as_str()
            .starts_with(&trial.openid.authorization_endpoint())
    );
    assert_eq!(asked(&trial), 2, "a sign-in asks anew");
    trial.openid.clear_faults();
    begin(&trial).await.unwrap();
    begin(&trial).await.unwrap();
    assert_eq!(asked(&trial), 3, "once a day");
}

#[tokio::test]
async fn an_issuer_that_is_away_turns_no_light_red_and_one_that_calls_itself_another_does() {
    let trial = Trial::new().await;
    named(&trial, Endpoints::default()).await;
    let mailbox = trial.granted().await;
    trial.openid.stop();
    let closed = trial.refusal(&mailbox).await;
    assert!(matches!(closed, Closed::Provider { .. }), "{closed:?}");
    assert_eq!(trial.shows(&mailbox).await, "unknown");
    trial.openid.start_again();

    let another = json!({
        "issuer": "https://evil.example",
        "authorization_endpoint": "https://evil.example/a",
        "token_endpoint": "https://evil.example/t",
    });
    let another = Fault::json(200, &another);
    trial.openid.fault_next(1, Endpoint::Discovery, &another);
    let closed = trial.refusal(&mailbox).await;
    assert!(matches!(closed, Closed::Red(_)), "{closed:?}");
    assert_eq!(trial.shows(&mailbox).await, "red request_refused");
    trial.openid.clear_faults();
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.shows(&mailbox).await, "green");
}

#[tokio::test]
async fn an_answer_that_does_not_name_the_server_that_promised_to_is_refused() {
    let trial = Trial::new().await;
    trial.mailbox(SALES).await;
    for endpoints in [Endpoints::default(), typed(&trial)] {
        named(&trial, endpoints).await;
        let begun = begin(&trial).await.unwrap();
        let (cause, words) = red(answered(&trial, &begun, None).await);
        assert_eq!(cause, Cause::RequestRefused);
        assert!(words.contains("this one always says so"), "{words}");

        let begun = begin(&trial).await.unwrap();
        let (cause, words) = red(answered(&trial, &begun, Some("https://evil.example")).await);
        assert_eq!(cause, Cause::RequestRefused);
        assert!(words.contains("another authorization server"), "{words}");
        assert_eq!(trial.openid.token_requests("authorization_code"), 0);
    }
    // With its own name the code is taken there, where nobody knows it.
    let begun = begin(&trial).await.unwrap();
    unknown_code(answered(&trial, &begun, Some(&trial.openid.issuer())).await);
    assert_eq!(trial.openid.token_requests("authorization_code"), 1);
}

#[tokio::test]
async fn who_can_sign_in_without_the_issuer_does_and_another_issuer_is_not_believed_for_it() {
    let trial = Trial::new().await;
    trial.mailbox(SALES).await;
    named(&trial, typed(&trial)).await;
    trial
        .openid
        .fault(Endpoint::Discovery, &Fault::answer(503, ""));
    let begun = begin(&trial).await.unwrap();
    // It never promised to name itself, as far as is known.
    unknown_code(answered(&trial, &begun, None).await);
    trial.openid.clear_faults();
    begin(&trial).await.unwrap();
    assert!(row(&trial).await.discovered.is_some());

    let elsewhere = Endpoints {
        issuer: Some("http://127.0.0.1:9".to_owned()),
        ..Endpoints::default()
    };
    trial.client_at(Flow::AuthorizationCode, elsewhere).await;
    let refused = begin(&trial).await.unwrap_err();
    assert!(matches!(refused, AuthorizeError::Client(_)), "{refused}");
}
