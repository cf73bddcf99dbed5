use chrono::TimeDelta;
use entities::lights::LightState;
use entities::scanners::Model;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    Select, Statement, sea_query::Expr,
};

use super::{
    Column, Entity, ScannerFields, all_with_mailbox_and_server, any_elsewhere, by_id, delete, due,
    find_by_name, insert, list, make_due, overdue, pause, put_off, resume, schedule_next,
    set_next_scan, unscheduled, update,
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
async fn the_schedule_does_not_go_over_what_somebody_wants_meanwhile() {
    for db in both().await {
        let store = &db.store;
        for (name, due_since) in [("scanned", Some(at(1))), ("never scanned", None)] {
            let id = scanner(store, name).await.id;
            set_next_scan(store, id, due_since).await.unwrap();
            let read = async || by_id(store, id).await.unwrap().unwrap();
            let before = read().await;
            schedule_next(store, &before, Some(at(60))).await.unwrap();
            assert_eq!(read().await.next_scan_at, Some(at(60)));

            let before = read().await;
            make_due(store, &[id], at(30)).await.unwrap();
            schedule_next(store, &before, Some(at(120))).await.unwrap();
            assert_eq!(read().await.next_scan_at, Some(at(30)));
        }
    }
}

#[tokio::test]
async fn a_scanner_that_may_not_run_is_not_due() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        assert_eq!(due_names(store, 0).await, ["a"]);

        for (who, is_new) in [("admin@example.org", true), ("anna", false)] {
            assert_eq!(pause(store, scanner.id, who).await, Ok(is_new));
            let paused = by_id(store, scanner.id).await.unwrap().unwrap();
            assert_eq!(paused.paused_by.as_deref(), Some("admin@example.org"));
            assert_eq!(due_names(store, 0).await, [""; 0]);
        }
        for was_paused in [true, false] {
            assert_eq!(resume(store, scanner.id).await, Ok(was_paused));
            assert_eq!(due_names(store, 0).await, ["a"]);
        }

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
        pause(store, scanner.id, "admin").await.unwrap();
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

/// Ten thousand scanners that are due now and then, each with a mailbox that was scanned before.
async fn ten_thousand(store: &Store) {
    let one = scanner(store, "one").await;
    let (mailbox, scanner) = (one.mailbox_id, one.id);
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
    lights::set(store, mailbox, showing(LightState::Green), at(0))
        .await
        .unwrap();
    leases::take(store, mailbox, "w", at(-120), TimeDelta::seconds(60))
        .await
        .unwrap();
    set_next_scan(store, scanner, Some(at(0))).await.unwrap();
    let all = [
        format!(
            "INSERT INTO mailboxes (address, login, mail_server_id, kind, active, aliases, delegates, created_at, updated_at) \
             {numbers} SELECT 'm' || i, login, mail_server_id, kind, active, aliases, delegates, created_at, updated_at \
             FROM mailboxes, n WHERE mailboxes.id = {mailbox}"
        ),
        format!(
            "INSERT INTO lights (mailbox_id, state, since, checked_at) SELECT m.id, l.state, l.since, l.checked_at \
             FROM lights l, mailboxes m WHERE m.id <> {mailbox}"
        ),
        format!(
            "INSERT INTO leases (mailbox_id, owner, fence, expires_at, heartbeat_at) \
             SELECT m.id, l.owner, 1, l.expires_at, l.heartbeat_at FROM leases l, mailboxes m WHERE m.id <> {mailbox}"
        ),
        format!(
            "INSERT INTO scanners (name, mailbox_id, folders, schedule, time_zone, enabled, search_fields, idle, next_scan_at, created_at, updated_at, backfill) \
             SELECT 's' || m.id, m.id, s.folders, s.schedule, s.time_zone, s.enabled, s.search_fields, s.idle, s.next_scan_at, s.created_at, s.updated_at, s.backfill \
             FROM scanners s, mailboxes m WHERE m.id <> {mailbox}"
        ),
    ];
    for sql in all {
        store.execute_unprepared(&sql).await.unwrap();
    }
    for second in 0..100 {
        Entity::update_many()
            .col_expr(Column::NextScanAt, Expr::value(at(-second)))
            .filter(Expr::cust(format!("id % 100 = {second}")))
            .exec(store)
            .await
            .unwrap();
    }
    // PostgreSQL does so by itself after a while, SQLite never.
    if store.get_database_backend() == DbBackend::Postgres {
        store.execute_unprepared("ANALYZE").await.unwrap();
    }
}

/// How the database would answer, a step a line.
async fn plan(store: &Store, query: Select<Entity>) -> String {
    let backend = store.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        _ => ("EXPLAIN", 0),
    };
    let query = query.limit(16).build(backend);
    let sql = format!("{explain} {}", query.sql);
    let steps = store.query_all_raw(Statement { sql, ..query }).await;
    let steps = steps.unwrap().into_iter();
    let steps = steps.map(|step| step.try_get_by_index::<String>(column).unwrap());
    steps.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn of_ten_thousand_that_are_due_no_more_are_read_than_are_asked_for() {
    for db in both().await {
        let store = &db.store;
        ten_thousand(store).await;
        let first = due(store, "here", &[], at(60), 16).await.unwrap();
        assert_eq!(first.len(), 16);
        let elsewhere = ["mail.example".to_owned()];
        for query in [unscheduled, overdue] {
            let plan = plan(store, query("here", &elsewhere, at(60))).await;
            assert!(plan.contains("scanners_next_scan_at"), "{plan}");
            assert!(!plan.to_lowercase().contains("sort"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            assert!(!plan.contains("Hash"), "{plan}");
        }
    }
}

#[tokio::test]
async fn a_host_is_left_out_however_it_is_written() {
    for db in both().await {
        let store = &db.store;
        let made = scanner(store, "a").await;
        entities::mail_servers::Entity::update_many()
            .col_expr(
                entities::mail_servers::Column::Host,
                Expr::value("Mail.Example"),
            )
            .exec(store)
            .await
            .unwrap();
        let here = ["mail.example".to_owned()];
        assert!(
            due(store, "here", &here, at(0), 9)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(!any_elsewhere(store, &here).await.unwrap());

        let other = scanner(store, "b").await;
        assert!(any_elsewhere(store, &here).await.unwrap());
        pause(store, other.id, "anna").await.unwrap();
        assert!(!any_elsewhere(store, &here).await.unwrap());
        assert!(
            any_elsewhere(store, &["localhost".to_owned()])
                .await
                .unwrap()
        );
        pause(store, made.id, "anna").await.unwrap();
        assert!(!any_elsewhere(store, &[]).await.unwrap());
    }
}
