//! A window of 200 messages goes through the store in a handful of statements.

use std::sync::atomic::{AtomicUsize, Ordering};

use entities::deliveries::DeliveryState;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use sea_orm::prelude::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use serde_json::json;

use super::decisions::NewDecision;
use super::deliveries::Finished;
use super::fixture::{Fixture, at, blob, both, delivery, inbox, message, tag};
use super::leads::NewLead;
use super::links::NewLink;
use super::{
    Tx, blobs, decisions, deliveries, folders, leads, links, message_tags, messages,
    record_addresses,
};

const WINDOW: usize = 200;

/// Counts what is asked of a transaction.
struct Counting<'a>(&'a Tx, AtomicUsize);

impl Counting<'_> {
    fn count(&self) -> &Tx {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Counting<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count().query_all_raw(statement).await
    }
}

fn names() -> Vec<String> {
    (0..WINDOW).map(|n| format!("m{n}")).collect()
}

async fn keep_window(db: &Fixture, folder: &entities::folders::Model) -> usize {
    let tx = db.store.begin().await.unwrap();
    let counting = Counting(&tx, AtomicUsize::new(0));
    let bytes = names().iter().map(|name| blob(name)).collect();
    blobs::insert_missing(&counting, bytes).await.unwrap();
    let copies = (1..)
        .zip(names())
        .map(|(uid, name)| delivery(folder.id, uid, &name))
        .collect();
    deliveries::keep(&counting, copies).await.unwrap();
    folders::set_cursor(&counting, folder.id, 1, 200, None)
        .await
        .unwrap();
    let count = counting.1.into_inner();
    tx.commit().await.unwrap();
    count
}

async fn decide_window(db: &Fixture, folder: &entities::folders::Model) -> usize {
    let copies = deliveries::pending(&db.store, folder.scanner_id, at(0), 500)
        .await
        .unwrap();
    assert_eq!(copies.len(), WINDOW);
    let senders: Vec<String> = names()
        .iter()
        .map(|name| format!("{name}@example.org"))
        .collect();
    let senders: Vec<&str> = senders.iter().map(String::as_str).collect();

    let tx = db.store.begin().await.unwrap();
    leads::lock_senders(&tx, &senders).await.unwrap();
    let db = Counting(&tx, AtomicUsize::new(0));
    record_addresses::holders_of(&db, &senders).await.unwrap();
    links::by_rfc_message_ids(&db, &senders).await.unwrap();
    let new = names().iter().map(|name| message(name)).collect();
    let stored = messages::insert_missing(&db, new).await.unwrap();
    let ids: Vec<_> = stored.values().map(|stored| stored.id).collect();
    decisions::made_of(&db, folder.scanner_id, &ids)
        .await
        .unwrap();
    let new = ids.iter().zip(&senders).map(|(id, sender)| NewLead {
        email: (*sender).to_owned(),
        message_id: Some(*id),
        ..NewLead::default()
    });
    let made = leads::insert_many(&db, new.collect()).await.unwrap();
    let new = made.iter().map(|lead| NewLink {
        message_id: lead.message_id.unwrap(),
        record_kind: RecordKind::Lead,
        record_id: lead.id.0,
        evidence: json!([]),
        author_kind: AuthorKind::Rule,
        author: "leads".to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    });
    links::insert_missing(&db, new.collect()).await.unwrap();
    let tags = ids.iter().map(|id| tag(*id, "new")).collect();
    message_tags::insert_missing(&db, tags).await.unwrap();
    let new = ids.iter().map(|id| NewDecision {
        message_id: *id,
        scanner_id: folder.scanner_id,
        body: json!({}),
        doubt: None,
        decided_at: at(0),
        version: None,
    });
    decisions::insert_missing(&db, new.collect()).await.unwrap();
    let finished: Vec<_> = copies
        .iter()
        .zip(&ids)
        .map(|(copy, id)| Finished {
            id: copy.delivery.id,
            message: *id,
            state: DeliveryState::Done,
        })
        .collect();
    deliveries::finish(&db, &finished).await.unwrap();
    let count = db.1.into_inner();
    tx.commit().await.unwrap();
    count
}

#[tokio::test]
async fn a_window_costs_a_handful_of_statements() {
    for db in both().await {
        let folder = inbox(&db.store, "a").await;
        // Blobs in two pieces, copies, cursor.
        assert_eq!(keep_window(&db, &folder).await, 4);
        // Who is known, which conversation, messages, decided?, leads and their addresses, older mail of those, links,
        // tags, decisions, copies.
        assert_eq!(decide_window(&db, &folder).await, 11);
        let waiting = deliveries::pending(&db.store, folder.scanner_id, at(0), 10).await;
        assert_eq!(waiting, Ok(vec![]));
    }
}
