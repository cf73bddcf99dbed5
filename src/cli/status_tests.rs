use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use entities::mail_servers::Preset;
use entities::oauth_clients::{Endpoints, Flow};

use super::{Untold, statuses};
use crate::access::announce::{Whom, of_change};
use crate::app::App;
use crate::cause::{Cause, Red};
use crate::clock::FixedClock;
use crate::config::{self, ConfigArgs};
use crate::secrets::{KeyId, Sealed};
use crate::store::credentials::{self, Grant};
use crate::store::fixture::{at, scanner};
use crate::store::lights::{self, Showing};
use crate::store::mail_servers::MailServerFields;
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::{mail_servers, mailboxes, oauth_clients, outbox};
use entities::lights::LightState;

fn sealed() -> Sealed {
    Sealed {
        key_id: KeyId::from("k1".to_owned()),
        bytes: vec![1],
    }
}

/// A program at second 100, whose Microsoft mailbox turned red at second 60 after it was green.
async fn red_program(folder: &std::path::Path) -> App {
    let args = ConfigArgs {
        data_dir: Some(folder.join("data").to_str().unwrap().to_owned()),
        ..ConfigArgs::default()
    };
    let settings = config::load(&args, []).unwrap().settings;
    let app = App::open(settings, Arc::new(FixedClock::new(at(100))))
        .await
        .unwrap();
    let store = &app.store;
    let scanner = scanner(store, "sales").await;
    let mailbox = mailboxes::by_id(store, scanner.mailbox_id)
        .await
        .unwrap()
        .unwrap();
    let server = mail_servers::by_id(store, mailbox.mail_server_id)
        .await
        .unwrap()
        .unwrap();
    let fields = MailServerFields {
        preset: Preset::Microsoft,
        ..MailServerFields::generic("microsoft", "localhost", 993, server.tls, server.auth)
    };
    mail_servers::update(store, server.id, fields, at(0))
        .await
        .unwrap();
    let client = OAuthClientFields {
        flow: Flow::AuthorizationCode,
        client_id: "client".to_owned(),
        secret: ClientSecret::None,
        secret_expires_on: NaiveDate::from_ymd_opt(2026, 11, 29),
        tenant: None,
        cloud: None,
        endpoints: Endpoints::default(),
        scopes: Vec::new(),
        service_key_id: None,
        redirect_uri: None,
        service_principal: None,
    };
    oauth_clients::put(store, server.id, client, at(0))
        .await
        .unwrap();
    let grant = Grant {
        refresh: Some(sealed()),
        access: sealed(),
        access_expires_at: None,
        refresh_expires_at: None,
        scopes: None,
        identity: None,
    };
    credentials::set_grant(store, mailbox.id, grant, at(0))
        .await
        .unwrap();

    let whom = Whom {
        webhook: true,
        mail: Some(vec!["it@example.com".to_owned()]),
        public_url: app.settings.public_url.clone(),
    };
    let red =
        Red::of(Cause::ConsentRevoked, "\"Token has been revoked.\"").for_mailbox(&mailbox.address);
    let red = Showing {
        state: LightState::Red,
        cause: Some(red.cause.as_str().to_owned()),
        who: Some(red.who.as_str().to_owned()),
        remedy: Some(red.remedy),
        provider_words: Some(red.words),
        probe_at: Some(at(86_460)),
    };
    for (second, showing) in [(0, Showing::plain(LightState::Green)), (60, red)] {
        let tx = store.begin().await.unwrap();
        let change = lights::set(&tx, mailbox.id, showing, at(second))
            .await
            .unwrap()
            .unwrap();
        of_change(&tx, &whom, &mailbox, &change, at(second))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    for error in [
        "The receiver wants no more of these (410 Gone)",
        "The mail server said: 550 No such user here",
    ] {
        let row = outbox::claim(store, at(70), at(80)).await.unwrap().unwrap();
        outbox::failed(store, &row, error, None, at(70))
            .await
            .unwrap();
    }
    app
}

#[tokio::test]
async fn a_red_light_is_told_with_all_that_helps() {
    let folder = tempfile::tempdir().unwrap();
    let app = red_program(folder.path()).await;
    let all = statuses(&app).await.unwrap();
    insta::assert_json_snapshot!("json", all);
    insta::assert_snapshot!("sentences", all[0].sentences().join("\n"));
}

#[tokio::test]
async fn what_is_tried_again_is_told_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let app = red_program(folder.path()).await;
    let mailbox = mailboxes::list(&app.store).await.unwrap().remove(0);
    let tx = app.store.begin().await.unwrap();
    let showing = Showing::plain(LightState::Green);
    let change = lights::set(&tx, mailbox.id, showing, at(90)).await.unwrap();
    let whom = Whom {
        webhook: true,
        mail: None,
        public_url: app.settings.public_url.clone(),
    };
    of_change(&tx, &whom, &mailbox, &change.unwrap(), at(90))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let untold = async || {
        let status = statuses(&app).await.unwrap().remove(0);
        let told = status.untold.iter().map(Untold::sentence);
        told.collect::<Vec<_>>()
    };
    assert_eq!(untold().await.len(), 2, "nothing is wrong with it yet");
    let row = outbox::claim(&app.store, at(90), at(99)).await.unwrap();
    let why = "The receiver answered 503";
    outbox::failed(&app.store, &row.unwrap(), why, Some(at(7_200)), at(90))
        .await
        .unwrap();
    insta::assert_snapshot!("tried_again", untold().await.remove(0));
}

#[tokio::test]
async fn what_was_given_up_is_told_for_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = red_program(folder.path()).await;
    app.clock = Arc::new(FixedClock::new(at(71) + TimeDelta::weeks(1)));
    let all = statuses(&app).await.unwrap();
    assert!(all[0].untold.is_empty());
    let sentences = all[0].sentences().join("\n");
    assert!(
        sentences.contains("The client secret of microsoft ends today."),
        "{sentences}"
    );
}
