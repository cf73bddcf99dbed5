use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::sync::Barrier;

use super::{Lease, assert_held, list, release, release_of_gone, renew, take};
use crate::store::fixture::{Fixture, at, both, mailbox, sqlite};
use crate::store::{Store, StoreError};

const TTL: TimeDelta = TimeDelta::seconds(60);

async fn held(store: &Store, lease: &Lease, second: i64) -> Result<(), StoreError> {
    let tx = store.begin().await.unwrap();
    assert_held(&tx, lease, at(second)).await
}

#[tokio::test]
async fn a_mailbox_is_taken_when_it_is_free_given_back_or_out_of_time() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;

        let first = take(store, mailbox, "a", at(0), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((first.fence, first.expires_at), (1, at(60)));
        assert_eq!(take(store, mailbox, "b", at(59), TTL).await, Ok(None));
        assert_eq!(take(store, mailbox, "a", at(59), TTL).await, Ok(None));

        release(store, &first).await.unwrap();
        let second = take(store, mailbox, "b", at(59), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(second.fence, 2);

        let third = take(store, mailbox, "a", at(119), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(third.fence, 3);
    }
}

#[tokio::test]
async fn a_heartbeat_lengthens_a_living_lease_only() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        let lease = take(store, mailbox, "a", at(0), TTL)
            .await
            .unwrap()
            .unwrap();

        assert_eq!(renew(store, &lease, at(50), TTL).await, Ok(true));
        assert_eq!(take(store, mailbox, "b", at(100), TTL).await, Ok(None));
        assert_eq!(renew(store, &lease, at(110), TTL).await, Ok(false));
        take(store, mailbox, "b", at(110), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(renew(store, &lease, at(111), TTL).await, Ok(false));
    }
}

#[tokio::test]
async fn a_stale_number_holds_nothing_and_gives_nothing_back() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        let old = take(store, mailbox, "a", at(0), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(held(store, &old, 59).await, Ok(()));
        assert_eq!(held(store, &old, 60).await, Err(StoreError::LeaseLost));

        // The same worker took it again: its own older number is just as stale.
        let new = take(store, mailbox, "a", at(60), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(held(store, &old, 61).await, Err(StoreError::LeaseLost));
        assert_eq!(held(store, &new, 61).await, Ok(()));

        release(store, &old).await.unwrap();
        assert_eq!(held(store, &new, 61).await, Ok(()));
    }
}

/// Whether a session waits for a lock. SQLite can't be asked; there a transaction that writes shuts others out.
async fn somebody_waits(store: &Store) -> bool {
    if store.get_database_backend() == DbBackend::Sqlite {
        return true;
    }
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let statement = Statement::from_string(DbBackend::Postgres, waiting);
    store.query_one_raw(statement).await.unwrap().is_some()
}

#[tokio::test]
async fn a_takeover_waits_for_a_commit_that_holds_the_lease() {
    for db in both().await {
        let store = &db.store;
        let other = Store::open(&db.url).await.unwrap();
        let mailbox = mailbox(store, "info@example.org").await;
        let lease = take(store, mailbox, "a", at(0), TTL)
            .await
            .unwrap()
            .unwrap();

        let tx = store.begin().await.unwrap();
        assert_held(&tx, &lease, at(59)).await.unwrap();
        let takeover = tokio::spawn(async move { take(&other, mailbox, "b", at(61), TTL).await });
        while !takeover.is_finished() && !somebody_waits(store).await {
            tokio::task::yield_now().await;
        }
        assert!(!takeover.is_finished());
        assert_eq!(renew(&tx, &lease, at(59), TTL).await, Ok(true));
        tx.commit().await.unwrap();
        // It saw the renewed time, so it did not read before the commit.
        assert_eq!(takeover.await.unwrap(), Ok(None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_programs_that_race_for_a_mailbox_exactly_one_wins() {
    for db in both().await {
        let stores = [db.store.clone(), Store::open(&db.url).await.unwrap()];
        for round in 0..20 {
            let mailbox = mailbox(&db.store, &format!("{round}@example.org")).await;
            let start = Arc::new(Barrier::new(stores.len()));
            let mut race = tokio::task::JoinSet::new();
            for (number, store) in stores.iter().cloned().enumerate() {
                let start = Arc::clone(&start);
                race.spawn(async move {
                    start.wait().await;
                    take(&store, mailbox, &format!("w{number}"), at(0), TTL)
                        .await
                        .unwrap()
                });
            }
            let won = race.join_all().await.into_iter().flatten().count();
            assert_eq!(won, 1, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_workers_never_get_one_number_twice() {
    for db in both().await {
        let Fixture { store, .. } = &db;
        let mailbox = mailbox(store, "info@example.org").await;
        let mut workers = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = store.clone();
            workers.spawn(async move {
                let mut fences = Vec::new();
                for _ in 0..50 {
                    let tx = store.begin().await.unwrap();
                    let taken = take(&tx, mailbox, &format!("w{number}"), at(0), TTL)
                        .await
                        .unwrap();
                    tx.commit().await.unwrap();
                    if let Some(lease) = taken {
                        fences.push(lease.fence);
                        release(&store, &lease).await.unwrap();
                    }
                }
                fences
            });
        }
        let fences: Vec<i64> = workers.join_all().await.into_iter().flatten().collect();
        let distinct: HashSet<i64> = fences.iter().copied().collect();
        assert_eq!(distinct.len(), fences.len());
        let last = list(store).await.unwrap()[0].fence;
        assert_eq!(usize::try_from(last), Ok(fences.len()));
    }
}

#[tokio::test]
async fn leases_of_dead_processes_are_free_at_once_and_those_of_the_living_are_not() {
    for db in both().await {
        let store = &db.store;
        let (dead, alive) = (
            mailbox(store, "dead@example.org").await,
            mailbox(store, "alive@example.org").await,
        );
        let theirs = take(store, dead, "gone", at(0), TTL)
            .await
            .unwrap()
            .unwrap();
        take(store, alive, "here", at(0), TTL)
            .await
            .unwrap()
            .unwrap();
        release_of_gone(store, at(1), |owner| owner == "gone")
            .await
            .unwrap();

        assert_eq!(take(store, alive, "other", at(1), TTL).await, Ok(None));
        let ours = take(store, dead, "other", at(1), TTL)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(ours.fence, theirs.fence + 1, "the number goes on growing");
        assert_eq!(held(store, &theirs, 1).await, Err(StoreError::LeaseLost));
        assert_eq!(held(store, &ours, 1).await, Ok(()));
    }
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

fn nobody_is_gone(_: &str) -> bool {
    ASKED.fetch_add(1, Ordering::Relaxed);
    false
}

#[tokio::test]
async fn whether_a_process_is_gone_is_asked_once_however_many_mailboxes_it_has() {
    let db = sqlite().await;
    let store = &db.store;
    for number in 0..3 {
        let mailbox = mailbox(store, &format!("{number}@example.org")).await;
        take(store, mailbox, "here", at(0), TTL).await.unwrap();
    }
    release_of_gone(store, at(1), nobody_is_gone).await.unwrap();
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}
