#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::deliveries::DeliveryState;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::Fates;
use crate::store::decisions::{self, NewDecision};
use crate::store::deliveries::chosen::{Listed, by_uids};
use crate::store::deliveries::keep;
use crate::store::fixture::{at, blob, delivery, inbox, sqlite, stored};
use crate::store::leads::NewLead;
use crate::store::links::NewLink;
use crate::store::{blobs, leads, links};

#[tokio::test]
async fn what_became_of_a_copy_is_told_in_words() {
    let db = sqlite().await;
    let store = &db.store;
    let inbox = inbox(store, "sales").await;
    let message = stored(store, "a").await;
    blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
    keep(store, vec![delivery(inbox.id, 1, "a")]).await.unwrap();
    let listed = by_uids(store, inbox.id, 1, &[1]).await.unwrap().remove(0);
    let of = |change: fn(&mut entities::deliveries::Model)| {
        let mut listed = listed.clone();
        listed.delivery.error = Some("The rule fails.".to_owned());
        change(&mut listed.delivery);
        listed
    };
    let with = |listed: &Listed, state: DeliveryState| {
        let mut listed = listed.clone();
        listed.delivery.message_id = Some(message);
        listed.delivery.state = state;
        listed
    };
    let nothing = Fates::default();
    let mut told = vec![
        nothing.of(&of(|_| {})),
        nothing.of(&of(|copy| {
            copy.state = DeliveryState::Failed;
            copy.next_try_at = Some(at(300));
        })),
        nothing.of(&of(|copy| copy.state = DeliveryState::Held)),
        nothing.of(&of(|copy| copy.state = DeliveryState::Gone)),
        nothing.of(&of(|copy| {
            copy.state = DeliveryState::Discarded;
            copy.discarded_by = Some("anna".to_owned());
            copy.discarded_at = Some(at(0));
            copy.discard_reason = Some("spam".to_owned());
        })),
        nothing.of(&with(&listed, DeliveryState::Done)),
    ];

    let decision = NewDecision {
        message_id: message,
        scanner_id: inbox.scanner_id,
        body: json!({"rules": [], "candidates": [], "actions": [
            {"rule": "newsletters", "action": {"ignore": "sent to many"}, "outcome": "do"},
            {"rule": "others", "action": {"ignore": ""}, "outcome": {"skip": "no"}},
        ]}),
        doubt: None,
        decided_at: at(0),
        version: None,
    };
    decisions::insert_missing(store, vec![decision])
        .await
        .unwrap();
    let fates = Fates::read(store, &[message]).await.unwrap();
    told.push(fates.of(&with(&listed, DeliveryState::Ignored)));

    let lead = NewLead {
        first_name: "Anna".to_owned(),
        email: "anna@example.org".to_owned(),
        message_id: Some(message),
        ..NewLead::default()
    };
    let lead = leads::insert_many(store, vec![lead])
        .await
        .unwrap()
        .remove(0);
    let link = |record_kind, record_id, author_kind, author: &str| NewLink {
        message_id: message,
        record_kind,
        record_id,
        evidence: json!([]),
        author_kind,
        author: author.to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    };
    let made = vec![
        link(RecordKind::Lead, lead.id.0, AuthorKind::Rule, "enquiries"),
        link(RecordKind::Contact, 77, AuthorKind::Person, "Bob"),
    ];
    links::insert_missing(store, made).await.unwrap();
    let fates = Fates::read(store, &[message]).await.unwrap();
    told.push(fates.of(&with(&listed, DeliveryState::Done)));
    let mut anew = with(&listed, DeliveryState::Pending);
    anew.delivery.asked_anew = Some(entities::ids::DecisionId(1));
    told.push(fates.of(&anew));
    insta::assert_snapshot!(told.join("\n"));
}
