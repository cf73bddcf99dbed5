use entities::ids::{MailboxId, ScanId};
use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait, QueryTrait as _, Select, Statement};

use super::{Scope, of_changes, of_links};
use crate::store::Store;
use crate::store::fixture::{both, inbox, stored};

/// Many links and changes of tickets by many rules, scans and scanners, which only their columns tell apart.
const MANY: [&str; 3] = [
    "INSERT INTO tickets (id, title, description, status, priority, created_at, updated_at) VALUES (1, '', '', 'open', 'normal', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
    "INSERT INTO links (message_id, record_kind, record_id, evidence, author_kind, author, scanner_id, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 1, 'contact', i, '[]', 'rule', 'rule ' || (i % 500), i % 500, '2026-11-22 12:00:00+00:00' FROM n",
    "INSERT INTO ticket_changes (ticket_id, before, after, author_kind, author, scanner_id, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 1, 'open', 'closed', 'rule', 'rule ' || (i % 500), i % 500, '2026-11-22 12:00:00+00:00' FROM n",
];

async fn plan<E: EntityTrait>(store: &Store, query: Select<E>) -> String {
    let backend = store.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        _ => ("EXPLAIN", 0),
    };
    let query = query.build(backend);
    let sql = format!("{explain} {}", query.sql);
    let steps = store.query_all_raw(Statement { sql, ..query }).await;
    let steps = steps.unwrap().into_iter();
    let steps = steps.map(|step| step.try_get_by_index::<String>(column).unwrap());
    steps.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_a_rule_a_scan_or_a_mailbox_did_is_found_without_looking_through_all() {
    for db in both().await {
        let store = &db.store;
        inbox(store, "a").await;
        stored(store, "a").await;
        for sql in MANY {
            store
                .execute_unprepared(&sql.replace("'[]'", json(store)))
                .await
                .unwrap();
        }
        if store.get_database_backend() == DbBackend::Postgres {
            store.execute_unprepared("ANALYZE").await.unwrap();
        }
        for (scope, by) in [
            (Scope::Rule("rule 7".to_owned()), "author"),
            (Scope::Scan(ScanId(7)), "scan_id"),
            (Scope::Mailbox(MailboxId(1)), "scanner_id"),
        ] {
            for (table, plan) in [
                ("links", plan(store, of_links(&scope)).await),
                ("ticket_changes", plan(store, of_changes(&scope)).await),
            ] {
                assert!(plan.contains(&format!("{table}_{by}")), "{plan}");
            }
        }
    }
}

fn json(store: &Store) -> &'static str {
    match store.get_database_backend() {
        DbBackend::Postgres => "'[]'::jsonb",
        _ => "'[]'",
    }
}
