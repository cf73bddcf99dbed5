#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use entities::deliveries::DeliveryState;
use entities::ids::DecisionId;
use entities::{decisions, deliveries, leads, rule_hits};
use rules::{Decision, Outcome, Planned};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::Trial;
use crate::clock::Clock as _;
use crate::store::deliveries::chosen::{Filter, list};
use crate::store::deliveries::retried::{release, retry};

impl Trial {
    /// Tries everything again that is held, released or not.
    async fn try_held(&self, released: bool) {
        let held = Filter {
            states: vec![DeliveryState::Held],
            ..Filter::default()
        };
        let tx = self.store().begin().await.unwrap();
        if released {
            assert!(release(&tx, &held, self.clock.now()).await.unwrap() > 0);
        }
        retry(&tx, &held, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn decisions(&self) -> BTreeMap<DecisionId, Decision> {
        let all = decisions::Entity::find().all(self.store().reader()).await;
        let all = all.unwrap().into_iter();
        all.map(|made| (made.id, serde_json::from_value(made.body).unwrap()))
            .collect()
    }

    /// How often a rule matched, and how much it did.
    async fn hits(&self, rule: &str) -> (i64, i64) {
        let all = rule_hits::Entity::find().all(self.store().reader()).await;
        let all = all.unwrap().into_iter().filter(|hit| hit.rule == rule);
        all.fold((0, 0), |(matched, done), hit| {
            (matched + hit.matched, done + hit.done)
        })
    }

    async fn leads(&self) -> u64 {
        let all = leads::Entity::find();
        all.count(self.store().reader()).await.unwrap()
    }
}

#[tokio::test]
async fn what_a_rule_holds_waits_for_a_person_and_is_dealt_with_once_released() {
    let trial = Trial::new().await;
    trial
        .rule(&json!({"name": "Look", "then": ["create_lead", {"hold": "may be fraud"}]}))
        .await;
    let seen = trial.turn().await;
    assert_eq!(seen.report(), "done messages");
    assert_eq!(trial.ledger().await["held"], 5);
    assert_eq!(trial.leads().await, 0, "nothing is made by any rule");
    let copies = list(trial.store(), &Filter::default(), None, 9).await;
    let reason = copies.unwrap()[0].delivery.error.clone().unwrap();
    assert!(
        reason.starts_with("Rule `Look` holds it: may be fraud. `mailroom retry --release`"),
        "{reason}"
    );

    let first = trial.decisions().await;
    assert_eq!(first.len(), 5);
    for decision in first.values() {
        assert_eq!(decision.held(), Some(("Look", "may be fraud")));
        let done = |planned: &&Planned| planned.outcome == Outcome::Do;
        assert_eq!(decision.actions.iter().filter(done).count(), 1);
    }
    assert_eq!(trial.hits("Look").await, (5, 5));

    trial.try_held(false).await;
    trial.turn().await;
    assert_eq!(trial.ledger().await["held"], 5, "the rule holds it again");

    // Released after it was asked for without: it is on its way already, and released all the same.
    trial.try_held(false).await;
    let waiting = Filter {
        states: vec![DeliveryState::Failed],
        ..Filter::default()
    };
    let tx = trial.store().begin().await.unwrap();
    let now = trial.clock.now();
    assert_eq!(release(&tx, &waiting, now).await.unwrap(), 5);
    tx.commit().await.unwrap();
    trial.turn().await;
    assert_eq!(
        trial.ledger().await["done"],
        5,
        "{}",
        trial.troubles().await
    );
    assert_eq!(trial.leads().await, 5);
    let last = trial.decisions().await;
    assert_eq!(
        last.len(),
        5,
        "each decision is in the place of the one before"
    );
    assert!(last.values().all(|decision| decision.held().is_none()));
    assert!(first.keys().all(|decision| !last.contains_key(decision)));
}

#[tokio::test]
async fn what_is_held_is_released_and_tried_again_in_one_go_and_what_failed_before_is_not() {
    let trial = Trial::new().await;
    trial
        .rule(&json!({"name": "Look", "then": [{"hold": "may be fraud"}]}))
        .await;
    trial.turn().await;
    trial.try_held(true).await;
    trial.turn().await;
    assert_eq!(trial.ledger().await["done"], 5);
    let undecided = Filter {
        states: vec![DeliveryState::Failed],
        ..Filter::default()
    };
    let tx = trial.store().begin().await.unwrap();
    let failed = deliveries::Entity::update_many()
        .col_expr(deliveries::Column::State, Expr::value("failed"))
        .col_expr(
            deliveries::Column::AskedAnew,
            Expr::value(None::<DecisionId>),
        )
        .exec(&tx)
        .await;
    assert_eq!(failed.unwrap().rows_affected, 5);
    let now = trial.clock.now();
    assert_eq!(release(&tx, &undecided, now).await.unwrap(), 0);
}
