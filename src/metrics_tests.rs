use entities::health::HealthState;
use entities::lights::LightState;
use entities::oauth_clients::{Endpoints, Flow};
use entities::outbox::Channel;
use entities::scans::{ScanOutcome, ScanTrigger};
use serde_json::json;

use super::render;
use crate::store::fixture::{at, both, delivery, inbox, mailbox, scanner, sqlite, stored};
use crate::store::health::Condition;
use crate::store::lights::Showing;
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::outbox::NewRow;
use crate::store::scans::Report;
use crate::store::{
    Store, deliveries, health, lights, mailboxes, oauth_clients, outbox, scanners, scans,
};

async fn scanned(
    store: &Store,
    scanner: entities::ids::ScannerId,
    trigger: ScanTrigger,
    outcome: ScanOutcome,
    end: i64,
) {
    let scan = scans::start(store, scanner, "worker", trigger, at(end - 5))
        .await
        .unwrap();
    let report = Report {
        outcome,
        counts: json!({}),
        cause: None,
        error: None,
    };
    scans::finish(store, scan, report, at(end)).await.unwrap();
}

/// Sorted, because Prometheus does not care and a snapshot does; the version is no matter of this test.
fn sorted(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
    let mut blocks: Vec<String> = text
        .trim()
        .split("\n\n")
        .map(|block| {
            let mut lines: Vec<&str> = block.lines().collect();
            let values = lines.split_off(
                lines
                    .iter()
                    .take_while(|line| line.starts_with('#'))
                    .count(),
            );
            let mut values: Vec<&str> = values;
            values.sort_unstable();
            lines.extend(values);
            lines.join("\n")
        })
        .collect();
    blocks.sort();
    blocks.join("\n\n")
}

#[tokio::test]
async fn everything_is_told_under_its_promised_name() {
    for db in both().await {
        let store = &db.store;
        let sales = scanner(store, "sales").await;
        lights::set(
            store,
            sales.mailbox_id,
            Showing::plain(LightState::Green),
            at(0),
        )
        .await
        .unwrap();
        scanned(
            store,
            sales.id,
            ScanTrigger::Schedule,
            ScanOutcome::Done,
            10,
        )
        .await;
        scanned(
            store,
            sales.id,
            ScanTrigger::Schedule,
            ScanOutcome::Done,
            40,
        )
        .await;
        scanned(
            store,
            sales.id,
            ScanTrigger::Schedule,
            ScanOutcome::Failed,
            50,
        )
        .await;
        scanned(store, sales.id, ScanTrigger::Import, ScanOutcome::Done, 60).await;

        let support = inbox(store, "sup\"port").await;
        let red = Showing {
            cause: Some("consent_revoked".to_owned()),
            ..Showing::plain(LightState::Red)
        };
        let row = scanners::by_id(store, support.scanner_id)
            .await
            .unwrap()
            .unwrap();
        lights::set(store, row.mailbox_id, red, at(0))
            .await
            .unwrap();
        let condition = Condition {
            state: HealthState::Failing,
            reason: Some("No route".to_owned()),
            failures: 10,
            next_try_at: None,
        };
        health::set(store, row.id, condition, at(0)).await.unwrap();
        stored(store, "a").await;
        deliveries::keep(
            store,
            vec![delivery(support.id, 1, "a"), delivery(support.id, 2, "a")],
        )
        .await
        .unwrap();

        let paused = scanner(store, "paused").await;
        scanners::pause(store, paused.id, "anna").await.unwrap();

        let client = OAuthClientFields {
            flow: Flow::AuthorizationCode,
            client_id: "client".to_owned(),
            secret: ClientSecret::None,
            secret_expires_on: chrono::NaiveDate::from_ymd_opt(2026, 11, 23),
            tenant: None,
            cloud: None,
            endpoints: Endpoints::default(),
            scopes: Vec::new(),
            service_key_id: None,
            redirect_uri: None,
            service_principal: None,
        };
        let of_sales = mailboxes::by_id(store, sales.mailbox_id)
            .await
            .unwrap()
            .unwrap();
        oauth_clients::put(store, of_sales.mail_server_id, client, at(0))
            .await
            .unwrap();
        let told = NewRow {
            channel: Channel::Webhook,
            key: "light-1".to_owned(),
            body: json!({}),
            asked: None,
        };
        outbox::insert(store, told, at(0)).await.unwrap();

        insta::assert_snapshot!("everything", sorted(&render(store, at(100)).await.unwrap()));
    }
}

#[tokio::test]
async fn an_empty_database_is_scraped_too_and_what_is_gone_is_told_no_more() {
    let db = sqlite().await;
    let store = &db.store;
    let before = render(store, at(0)).await.unwrap();
    assert!(before.contains("mailroom_outbox_waiting 0"), "{before}");
    let mailbox = mailbox(store, "info@example.org").await;
    let red = Showing::plain(LightState::Red);
    lights::set(store, mailbox, red, at(0)).await.unwrap();
    assert!(
        render(store, at(1))
            .await
            .unwrap()
            .contains("mailroom_light_red{")
    );
    lights::set(store, mailbox, Showing::plain(LightState::Green), at(2))
        .await
        .unwrap();
    assert!(
        !render(store, at(3))
            .await
            .unwrap()
            .contains("mailroom_light_red{")
    );
}
