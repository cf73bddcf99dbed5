use entities::ids::MailboxId;
use entities::lights::LightState;
use entities::mail_servers::Preset;
use entities::oauth_clients::{Endpoints, Flow};
use entities::users::Role;
use serde_json::Value;

use super::{Event, Whom, due, of_change};
use crate::secrets::{KeyId, Sealed};
use crate::store::credentials::{self, Grant};
use crate::store::fixture::{at, both, scanner, sqlite};
use crate::store::lights::{self, Showing};
use crate::store::mail_servers::MailServerFields;
use crate::store::mailboxes::MailboxFields;
use crate::store::oauth_clients::{self, ClientSecret, OAuthClientFields};
use crate::store::users::UserFields;
use crate::store::{Store, mail_servers, mailboxes, outbox, scanners, users};

const DAY: i64 = 86_400;

fn webhook_only() -> Whom {
    Whom {
        webhook: true,
        mail: None,
        public_url: "https://mailroom.example.com".parse().unwrap(),
    }
}

fn red(cause: &str) -> Showing {
    Showing {
        state: LightState::Red,
        cause: Some(cause.to_owned()),
        who: Some("mailbox_owner".to_owned()),
        remedy: Some("Sign in again.".to_owned()),
        provider_words: Some("Token has been revoked.".to_owned()),
        probe_at: None,
    }
}

/// What `access` does: light, history and outbox in one transaction.
async fn show(store: &Store, whom: &Whom, mailbox: MailboxId, showing: Showing, second: i64) {
    let tx = store.begin().await.unwrap();
    let mailbox = mailboxes::by_id(&tx, mailbox).await.unwrap().unwrap();
    if let Some(change) = lights::set(&tx, mailbox.id, showing, at(second))
        .await
        .unwrap()
    {
        of_change(&tx, whom, &mailbox, &change, at(second))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Types and causes of what was told, in order.
async fn told(store: &Store) -> Vec<String> {
    let mut rows = outbox::list(store, 99).await.unwrap();
    rows.reverse();
    let shown = rows.iter().map(|row| {
        let cause = row.body["data"]["cause"].as_str().unwrap_or_default();
        format!("{} {cause}", row.body["type"].as_str().unwrap())
    });
    shown.map(|line| line.trim().to_owned()).collect()
}

#[tokio::test]
async fn which_changes_of_a_light_are_told() {
    let green = || Showing::plain(LightState::Green);
    let unknown = || Showing::plain(LightState::Unknown);
    let revoked = || red("consent_revoked");
    let table: [(&str, Vec<Showing>, &[&str]); 9] = [
        ("the first green", vec![unknown(), green()], &[]),
        ("green again", vec![green(), green()], &[]),
        (
            "red the first time",
            vec![revoked()],
            &["light.red consent_revoked"],
        ),
        (
            "the same red",
            vec![green(), revoked(), revoked()],
            &["light.red consent_revoked"],
        ),
        (
            "another cause",
            vec![revoked(), red("imap_disabled")],
            &["light.red consent_revoked", "light.red imap_disabled"],
        ),
        (
            "recovered",
            vec![revoked(), green()],
            &["light.red consent_revoked", "light.recovered"],
        ),
        (
            "recovered by a new credential",
            vec![revoked(), unknown(), green()],
            &["light.red consent_revoked", "light.recovered"],
        ),
        (
            "red again",
            vec![revoked(), unknown(), revoked(), green(), unknown(), green()],
            &[
                "light.red consent_revoked",
                "light.red consent_revoked",
                "light.recovered",
            ],
        ),
        ("a new credential", vec![green(), unknown(), green()], &[]),
    ];
    let db = sqlite().await;
    let mut before = 0;
    for (case, showings, expected) in table {
        let mailbox = scanner(&db.store, case).await.mailbox_id;
        for (second, showing) in (0..).zip(showings) {
            show(&db.store, &webhook_only(), mailbox, showing, second).await;
        }
        let told = told(&db.store).await;
        assert_eq!(told[before..], *expected, "{case}");
        before = told.len();
    }
}

#[tokio::test]
async fn a_recovery_is_told_only_where_its_red_was() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "sales").await.mailbox_id;
        let nobody = Whom {
            webhook: false,
            ..webhook_only()
        };
        show(store, &nobody, mailbox, red("consent_revoked"), 0).await;
        show(
            store,
            &webhook_only(),
            mailbox,
            Showing::plain(LightState::Green),
            1,
        )
        .await;
        assert!(told(store).await.is_empty());
        assert_eq!(due(store, &nobody, at(9 * DAY)).await, Ok(0));
    }
}

#[tokio::test]
async fn what_is_told_names_mailbox_cause_cure_and_page_on_every_channel() {
    let db = sqlite().await;
    let store = &db.store;
    let mailbox = scanner(store, "sales").await.mailbox_id;
    let user = |email: &str, role, active| UserFields {
        email: email.to_owned(),
        name: "Somebody".to_owned(),
        role,
        active,
    };
    for (email, role, active) in [
        ("admin@example.com", Role::Admin, true),
        ("gone@example.com", Role::Admin, false),
        ("other@example.com", Role::User, true),
    ] {
        users::insert(store, user(email, role, active), at(0))
            .await
            .unwrap();
    }
    let owner = users::insert(store, user("owner@example.com", Role::User, true), at(0)).await;
    let row = mailboxes::by_id(store, mailbox).await.unwrap().unwrap();
    let fields = MailboxFields {
        address: row.address,
        login: row.login,
        mail_server_id: row.mail_server_id,
        kind: entities::mailboxes::MailboxKind::Personal,
        owner_id: Some(owner.unwrap().id),
        active: true,
        aliases: Vec::new(),
        delegates: Vec::new(),
    };
    mailboxes::update(store, mailbox, fields, at(0))
        .await
        .unwrap();
    let whom = Whom {
        mail: Some(vec![
            "IT@example.com".to_owned(),
            "admin@example.com".to_owned(),
        ]),
        ..webhook_only()
    };
    show(store, &whom, mailbox, red("consent_revoked"), 0).await;
    show(store, &whom, mailbox, Showing::plain(LightState::Green), 60).await;

    let mut rows = outbox::list(store, 99).await.unwrap();
    rows.sort_by_key(|row| row.id.0);
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    insta::assert_debug_snapshot!("keys", keys);
    let bodies: Vec<&Value> = rows.iter().map(|row| &row.body).collect();
    insta::assert_json_snapshot!("red_to_the_webhook", bodies[0]);
    assert_eq!(bodies[1]["event"], *bodies[0]);
    assert_eq!(bodies[1]["to"], "admin@example.com");
    insta::assert_json_snapshot!("recovered_to_the_webhook", bodies[4]);
    // What was written can be read.
    let event: Event = serde_json::from_value(bodies[4].clone()).unwrap();
    assert_eq!(serde_json::to_value(event).unwrap(), *bodies[4]);
}

#[tokio::test]
async fn a_recovery_is_told_although_nobody_remembers_how_the_red_light_was() {
    let db = sqlite().await;
    let mailbox = scanner(&db.store, "sales").await.mailbox_id;
    let whom = webhook_only();
    show(&db.store, &whom, mailbox, red("consent_revoked"), 0).await;
    let row = outbox::claim(&db.store, at(0), at(1)).await.unwrap();
    outbox::delivered(&db.store, row.unwrap().id, at(1))
        .await
        .unwrap();
    outbox::forget(&db.store, at(40 * DAY), at(0), 9)
        .await
        .unwrap();
    let unknown = Showing::plain(LightState::Unknown);
    show(&db.store, &whom, mailbox, unknown, 41 * DAY).await;
    let green = Showing::plain(LightState::Green);
    show(&db.store, &whom, mailbox, green, 41 * DAY + 1).await;
    assert_eq!(told(&db.store).await, ["light.recovered"]);
}

#[tokio::test]
async fn a_red_light_is_reminded_of_daily_and_a_recovery_then_told() {
    for db in both().await {
        let store = &db.store;
        let whom = &webhook_only();
        let mailbox = scanner(store, "sales").await.mailbox_id;
        show(store, whom, mailbox, red("consent_revoked"), 0).await;
        assert_eq!(due(store, whom, at(DAY - 1)).await, Ok(0));
        // Two workers look at once.
        let (one, two) = tokio::join!(due(store, whom, at(DAY)), due(store, whom, at(DAY)));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(due(store, whom, at(DAY + 600)).await, Ok(0));
        assert_eq!(due(store, whom, at(2 * DAY)).await, Ok(1));
        show(
            store,
            whom,
            mailbox,
            Showing::plain(LightState::Green),
            2 * DAY + 1,
        )
        .await;
        assert_eq!(due(store, whom, at(9 * DAY)).await, Ok(0));
        assert_eq!(
            told(store).await,
            [
                "light.red consent_revoked",
                "light.reminder consent_revoked",
                "light.reminder consent_revoked",
                "light.recovered",
            ]
        );
    }
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_chose() {
    let db = sqlite().await;
    let store = &db.store;
    let whom = &webhook_only();
    let disconnected = scanner(store, "disconnected").await.mailbox_id;
    show(store, whom, disconnected, red("disconnected"), 0).await;
    let unscanned = scanner(store, "unscanned").await;
    show(store, whom, unscanned.mailbox_id, red("consent_revoked"), 0).await;
    scanners::delete(store, unscanned.id).await.unwrap();
    assert_eq!(told(store).await.len(), 2);
    assert_eq!(due(store, whom, at(DAY)).await, Ok(0));
}

/// A server of this preset with its mailbox.
async fn placed(store: &Store, name: &str, preset: Preset) -> entities::mailboxes::Model {
    let mailbox = scanner(store, name).await.mailbox_id;
    let mailbox = mailboxes::by_id(store, mailbox).await.unwrap().unwrap();
    let server = mail_servers::by_id(store, mailbox.mail_server_id)
        .await
        .unwrap()
        .unwrap();
    let fields = MailServerFields {
        preset,
        ..MailServerFields::generic(name, &server.host, 993, server.tls, server.auth)
    };
    mail_servers::update(store, server.id, fields, at(0))
        .await
        .unwrap();
    mailbox
}

#[tokio::test]
async fn an_ending_client_secret_is_told_at_each_threshold_once() {
    for db in both().await {
        let store = &db.store;
        let whom = &webhook_only();
        let mailbox = placed(store, "google", Preset::Google).await;
        let client = OAuthClientFields {
            flow: Flow::AuthorizationCode,
            client_id: "client".to_owned(),
            secret: ClientSecret::None,
            secret_expires_on: chrono::NaiveDate::from_ymd_opt(2027, 1, 1),
            tenant: None,
            cloud: None,
            endpoints: Endpoints::default(),
            scopes: Vec::new(),
            service_key_id: None,
            redirect_uri: None,
            service_principal: None,
        };
        oauth_clients::put(store, mailbox.mail_server_id, client, at(0))
            .await
            .unwrap();
        for hour in (0..45 * 24).step_by(7) {
            due(store, whom, at(hour * 3_600)).await.unwrap();
        }
        let mut rows = outbox::list(store, 99).await.unwrap();
        rows.reverse();
        let days: Vec<_> = rows
            .iter()
            .map(|row| row.body["data"]["days_left"].as_i64())
            .collect();
        assert_eq!(days, [30, 14, 7, 1, 0].map(Some));
        insta::assert_json_snapshot!("secret", rows[0].body, { ".timestamp" => "[timestamp]" });
    }
}

#[tokio::test]
async fn an_ending_sign_in_is_told_unless_the_light_is_red() {
    for db in both().await {
        let store = &db.store;
        let whom = &webhook_only();
        let grant = |refresh_expires_at| Grant {
            refresh: Some(Sealed {
                key_id: KeyId::from("k1".to_owned()),
                bytes: vec![1],
            }),
            access: Sealed {
                key_id: KeyId::from("k1".to_owned()),
                bytes: vec![2],
            },
            access_expires_at: None,
            refresh_expires_at,
            scopes: None,
            identity: None,
        };
        let idle = placed(store, "idle", Preset::Microsoft).await;
        credentials::set_grant(store, idle.id, grant(None), at(0))
            .await
            .unwrap();
        let testing = placed(store, "testing", Preset::Google).await;
        let seventh = Some(at(7 * DAY));
        credentials::set_grant(store, testing.id, grant(seventh), at(0))
            .await
            .unwrap();
        let red_one = placed(store, "red", Preset::Microsoft).await;
        credentials::set_grant(store, red_one.id, grant(None), at(0))
            .await
            .unwrap();
        let nobody = Whom {
            webhook: false,
            ..webhook_only()
        };
        show(store, &nobody, red_one.id, red("disconnected"), 0).await;

        let mut told = Vec::new();
        for day in [0, 3, 4, 5, 6, 7, 8, 75, 76, 77, 83, 89, 90, 91] {
            due(store, whom, at(day * DAY)).await.unwrap();
            due(store, whom, at(day * DAY + 3_600)).await.unwrap();
            for row in outbox::list(store, 99).await.unwrap() {
                let line = format!(
                    "{} {}",
                    row.body["data"]["mailboxes"][0], row.body["data"]["days_left"]
                );
                if !told.iter().any(|(_, known)| *known == line) {
                    told.push((day, line));
                }
            }
        }
        let told: Vec<_> = told
            .iter()
            .map(|(day, line)| (*day, line.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (4, "\"testing@example.org\" 3"),
                (6, "\"testing@example.org\" 1"),
                (76, "\"idle@example.org\" 14"),
                (83, "\"idle@example.org\" 7"),
                (89, "\"idle@example.org\" 1"),
            ]
        );
    }
}
