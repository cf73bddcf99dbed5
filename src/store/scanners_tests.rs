use chrono::TimeDelta;
use entities::lights::LightState;
use entities::scanners::Model;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    ScannerFields, all_with_mailbox_and_server, by_id, delete, due, find_by_name, insert, list,
    put_off, set_next_scan, set_paused, update,
};
use crate::store::fixture::{at, blob, both, delivery, message, scanner, scanner_fields};
use crate::store::lights::Showing;
use crate::store::{
    Store, StoreError, blobs, deliveries, folders, leases, lights, mailboxes, messages,
};

async fn due_names(store: &Store, second: i64) -> Vec<String> {
    let due = due(store, "here", &[], at(second), 10).await.unwrap();
    due.into_iter().map(|scanner| scanner.name).collect()
}

fn showing(state: LightState) -> Showing {
    Showing::plain(state)
}

#[tokio::test]
async fn scanners_are_due_when_their_time_has_come_longest_due_first() {
    for db in both().await {
        let store = &db.store;
        for (name, next) in [
            ("later", Some(61)),
            ("now", Some(60)),
            ("never", None),
            ("long", Some(1)),
        ] {
            let scanner = scanner(store, name).await;
            set_next_scan(store, scanner.id, next.map(at))
                .await
                .unwrap();
        }
        assert_eq!(due_names(store, 60).await, ["never", "long", "now"]);
        assert_eq!(due(store, "here", &[], at(60), 1).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_scanner_that_may_not_run_is_not_due() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        assert_eq!(due_names(store, 0).await, ["a"]);

        set_paused(store, scanner.id, Some("admin@example.org"))
            .await
            .unwrap();
        assert_eq!(due_names(store, 0).await, [""; 0]);
        set_paused(store, scanner.id, None).await.unwrap();

        let disabled = ScannerFields {
            enabled: false,
            ..scanner_fields("a", scanner.mailbox_id)
        };
        update(store, scanner.id, disabled, at(0)).await.unwrap();
        assert_eq!(due_names(store, 0).await, [""; 0]);
        update(
            store,
            scanner.id,
            scanner_fields("a", scanner.mailbox_id),
            at(0),
        )
        .await
        .unwrap();

        lights::set(store, scanner.mailbox_id, showing(LightState::Red), at(0))
            .await
            .unwrap();
        assert_eq!(due_names(store, 0).await, [""; 0]);
        lights::set(store, scanner.mailbox_id, showing(LightState::Green), at(0))
            .await
            .unwrap();

        let ttl = TimeDelta::seconds(60);
        let lease = leases::take(store, scanner.mailbox_id, "w", at(0), ttl)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(due_names(store, 59).await, [""; 0]);
        assert_eq!(due_names(store, 60).await, ["a"]);
        leases::release(store, &lease).await.unwrap();
        assert_eq!(due_names(store, 1).await, ["a"]);

        entities::mailboxes::Entity::update_many()
            .col_expr(entities::mailboxes::Column::Active, Expr::value(false))
            .filter(entities::mailboxes::Column::Id.eq(scanner.mailbox_id))
            .exec(store)
            .await
            .unwrap();
        assert_eq!(due_names(store, 1).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_change_keeps_what_the_file_does_not_say() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        set_next_scan(store, scanner.id, Some(at(9))).await.unwrap();
        set_paused(store, scanner.id, Some("admin")).await.unwrap();
        let fields = ScannerFields {
            schedule: "0 9 * * 1-5".to_owned(),
            ..scanner_fields("b", scanner.mailbox_id)
        };
        let changed = update(store, scanner.id, fields, at(5)).await.unwrap();
        let expected = Model {
            name: "b".to_owned(),
            schedule: "0 9 * * 1-5".to_owned(),
            next_scan_at: Some(at(9)),
            paused_by: Some("admin".to_owned()),
            updated_at: at(5),
            ..scanner
        };
        assert_eq!(changed, expected);
        assert_eq!(find_by_name(store, "b").await, Ok(Some(expected)));
        assert_eq!(find_by_name(store, "a").await, Ok(None));
    }
}

#[tokio::test]
async fn status_sees_each_scanner_with_its_mailbox_and_server() {
    for db in both().await {
        let store = &db.store;
        for name in ["b", "a"] {
            scanner(store, name).await;
        }
        let placed = all_with_mailbox_and_server(store).await.unwrap();
        let seen: Vec<_> = placed
            .iter()
            .map(|one| {
                (
                    one.scanner.name.as_str(),
                    one.mailbox.address.as_str(),
                    one.server.name.as_str(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("a", "a@example.org", "server of a@example.org"),
                ("b", "b@example.org", "server of b@example.org")
            ]
        );
    }
}

#[tokio::test]
async fn a_removed_scanner_takes_its_ledger_along_but_no_message() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        let inbox = folders::find_or_insert(store, scanner.id, "INBOX")
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("m")]).await.unwrap();
        deliveries::keep(store, vec![delivery(inbox.id, 1, "m")])
            .await
            .unwrap();
        let message = messages::insert_missing(store, vec![message("m")])
            .await
            .unwrap()["m"]
            .id;
        let id = deliveries::pending(store, scanner.id, at(0), 1)
            .await
            .unwrap()[0]
            .delivery
            .id;
        let state = entities::deliveries::DeliveryState::Done;
        deliveries::finish(store, &[deliveries::Finished { id, message, state }])
            .await
            .unwrap();

        assert_eq!(
            mailboxes::delete(store, scanner.mailbox_id).await,
            Err(StoreError::InUse)
        );
        delete(store, scanner.id).await.unwrap();
        assert_eq!(by_id(store, scanner.id).await, Ok(None));
        assert_eq!(list(store).await, Ok(vec![]));
        assert_eq!(deliveries::for_message(store, message).await, Ok(vec![]));
        assert!(messages::by_id(store, message).await.unwrap().is_some());
        mailboxes::delete(store, scanner.mailbox_id).await.unwrap();
    }
}

#[tokio::test]
async fn a_mailbox_that_is_to_be_left_alone_puts_off_all_its_scanners() {
    for db in both().await {
        let store = &db.store;
        let first = scanner(store, "first").await;
        let other = scanner(store, "other").await;
        let fields = scanner_fields("second", first.mailbox_id);
        let second = insert(store, fields, at(0)).await.unwrap();
        let later = insert(store, scanner_fields("later", first.mailbox_id), at(0))
            .await
            .unwrap();
        for (id, next) in [
            (first.id, 10),
            (second.id, 20),
            (later.id, 90),
            (other.id, 10),
        ] {
            set_next_scan(store, id, Some(at(next))).await.unwrap();
        }
        put_off(store, first.mailbox_id, at(60)).await.unwrap();
        let mut next = Vec::new();
        for id in [first.id, second.id, later.id, other.id] {
            next.push(by_id(store, id).await.unwrap().unwrap().next_scan_at);
        }
        assert_eq!(next, [60, 60, 90, 10].map(|second| Some(at(second))));
    }
}
