#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use entities::ids::{MessageId, ScanId, ScannerId};
use entities::outbox::Channel;
use serde_json::json;

use super::{delivered, expire, expired, for_message, withdraw, withdraw_of};
use crate::store::fixture::{at, both, inbox, stored};
use crate::store::outbox::{self, Asked, NewRow, insert, insert_unsent, list, unsent};
use crate::store::undos::Scope;
use crate::store::{Store, auto_replies, scanners};

/// What a rule asks for in this scan because of a message.
fn asked(
    message: MessageId,
    rule: &str,
    (scan, scanner): (i64, ScannerId),
    channel: Channel,
) -> NewRow {
    NewRow {
        channel,
        key: format!("{channel:?}-{message}-{rule}"),
        body: json!({"to": "anna@example.it"}),
        asked: Some(Asked {
            message,
            rule: rule.to_owned(),
            scan: Some(ScanId(scan)),
            scanner,
            expires_at: at(0) + TimeDelta::days(3),
        }),
    }
}

async fn keys(store: &Store) -> Vec<String> {
    let rows = list(store, 9).await.unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

#[tokio::test]
async fn what_waits_is_taken_back_by_rule_scan_and_mailbox_and_what_was_sent_stays() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "one").await;
        let (here, there) = (inbox(store, "a").await, inbox(store, "b").await);
        let (here, there) = (here.scanner_id, there.scanner_id);
        for row in [
            asked(message, "sent", (1, here), Channel::Mail),
            asked(message, "waits", (1, here), Channel::Mail),
            asked(message, "waits", (1, here), Channel::Forward),
            asked(message, "other", (2, here), Channel::Forward),
            asked(message, "elsewhere", (3, there), Channel::Forward),
        ] {
            insert(store, row, at(0)).await.unwrap();
        }
        let first = outbox::claim(store, at(0), at(60)).await.unwrap().unwrap();
        outbox::delivered(store, first.id, at(1)).await.unwrap();

        let tx = store.begin().await.unwrap();
        let by_rule = Scope::Rule("waits".to_owned());
        for gone in [1, 1, 0] {
            assert_eq!(withdraw(&tx, &by_rule, 1).await.unwrap().len(), gone);
        }
        assert_eq!(delivered(&tx, &by_rule).await, Ok(0));
        let by_scan = Scope::Scan(ScanId(1));
        assert_eq!(withdraw(&tx, &by_scan, 9).await.unwrap().len(), 0);
        assert_eq!(delivered(&tx, &by_scan).await, Ok(1));
        let mailbox = scanners::list(&tx).await.unwrap();
        let mailbox = mailbox
            .iter()
            .find(|one| one.id == here)
            .unwrap()
            .mailbox_id;
        let by_mailbox = withdraw(&tx, &Scope::Mailbox(mailbox), 9).await.unwrap();
        assert_eq!(by_mailbox.len(), 1);
        tx.commit().await.unwrap();
        assert_eq!(
            keys(store).await,
            [
                format!("Forward-{message}-elsewhere"),
                format!("Mail-{message}-sent")
            ]
        );
        let tx = store.begin().await.unwrap();
        assert_eq!(withdraw_of(&tx, here, &[message]).await, Ok(Vec::new()));
        assert_eq!(withdraw_of(&tx, there, &[message]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_waited_too_long_is_never_sent_and_counts_as_none() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "one").await;
        let scanner = inbox(store, "a").await.scanner_id;
        let row = asked(message, "thanks", (1, scanner), Channel::Reply);
        insert_unsent(store, row, at(0)).await.unwrap();
        let row = asked(message, "thanks", (1, scanner), Channel::Mail);
        insert(store, row, at(0)).await.unwrap();
        let tx = store.begin().await.unwrap();
        let to = ("anna@example.it", "example.it");
        auto_replies::insert(&tx, to, "thanks", message, at(0))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let end = at(0) + TimeDelta::days(3);
        let tx = store.begin().await.unwrap();
        assert_eq!(expire(&tx, end - TimeDelta::seconds(1), 9).await, Ok(0));
        // Nobody takes it from then on, whether it was looked after or not.
        assert_eq!(outbox::claim(&tx, end, end).await, Ok(None));
        assert_eq!(expire(&tx, end, 9).await, Ok(2));
        assert_eq!(expire(&tx, end, 9).await, Ok(0));
        assert_eq!(auto_replies::is_answered(&tx, message).await, Ok(false));
        tx.commit().await.unwrap();
        assert_eq!(expired(store, end).await, Ok(2));
        assert_eq!(unsent(store).await, Ok(0));
        assert_eq!(outbox::waiting(store).await.unwrap().count, 0);
        assert_eq!(outbox::given_up(store, at(0)).await, Ok(0));
        let shown = for_message(store, message).await.unwrap();
        assert!(shown.iter().all(|row| row.expired_at == Some(end)));
        // What was found too late is history: nothing is left to take back.
        let tx = store.begin().await.unwrap();
        let by_rule = Scope::Rule("thanks".to_owned());
        assert_eq!(withdraw(&tx, &by_rule, 9).await, Ok(Vec::new()));
    }
}
