#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use sandbox::Options;

use super::Trial;
use crate::store::fixture;

/// What a statement does, and with what.
fn table_of(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let verb = words.first().copied().unwrap_or_default();
    let named = words.windows(2).find_map(|pair| match pair {
        ["FROM" | "INTO" | "UPDATE", table] => Some(table.trim_matches('"')),
        _ => None,
    });
    format!("{verb} {}", named.unwrap_or_default())
}

#[tokio::test]
async fn a_scan_that_finds_nothing_new_asks_for_little() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&asked);
    let seen = move |statement: &str| listener.lock().unwrap().push(table_of(statement));
    let trial = Trial::on(fixture::overseen(seen).await, Options::default()).await;
    trial.read(&["INBOX"]).await;
    trial.turn().await;
    trial.good_turn().await;

    trial.later(TimeDelta::minutes(1)).await;
    asked.lock().unwrap().clear();
    trial.worker.run_one().await.unwrap();
    insta::assert_snapshot!(asked.lock().unwrap().join("\n"));
}

#[tokio::test]
async fn mail_is_kept_though_the_rules_can_not_be_read_and_decided_once_they_can() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    trial.rule(&serde_json::json!({"name": 7})).await;
    trial.good_turn().await;

    trial.deliver("INBOX");
    trial.later(TimeDelta::minutes(1)).await;
    let seen = trial.turn().await;
    assert_eq!(seen.report(), "failed rules", "{}", seen.says());
    assert_eq!(seen.light(), "green");
    let kept = BTreeMap::from([("done", 5), ("pending", 1)]);
    assert_eq!(trial.ledger().await, kept);

    let rule = serde_json::json!({"name": "Every sender", "then": ["create_lead"]});
    trial.rule(&rule).await;
    trial.heals().await;
}
