use std::fs;
use std::os::unix::fs::PermissionsExt;

use entities::users::Role;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::fixture::{at, both, postgres, sqlite};
use super::users::UserFields;
use super::{Store, StoreError, users};

fn anna() -> UserFields {
    UserFields {
        email: "Anna@Example.org".to_owned(),
        name: "Anna".to_owned(),
        role: Role::User,
        active: true,
    }
}

async fn reason(url: &str) -> String {
    match Store::open(url).await {
        Err(StoreError::Unopened(reason)) => reason,
        other => panic!("{url}: {other:?}"),
    }
}

#[tokio::test]
async fn a_new_sqlite_file_is_readable_by_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    store.close().await.unwrap();

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&url).await.unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[tokio::test]
async fn what_must_survive_a_power_cut_waits_for_the_disk() {
    let db = sqlite().await;
    // 2 writes the log through with every transaction, 1 when it is copied back.
    for (connection, synchronous) in [(db.store.durable(), 2), (db.store.reader(), 1)] {
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA synchronous");
        let row = connection.query_one_raw(asked).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index(0), Ok(synchronous));
    }
    users::insert(db.store.durable(), anna(), at(0))
        .await
        .unwrap();
    assert_eq!(users::list(&db.store).await.unwrap().len(), 1);
    db.store.close().await.unwrap();
}

#[tokio::test]
async fn what_can_not_be_opened_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().display();
    let text = folder.path().join("text.db");
    fs::write(&text, "this is a letter, not a database\n".repeat(100)).unwrap();

    let told = [
        (format!("sqlite://{dir}/away/x.db?mode=rwc"), format!("the folder {dir}/away of the database does not exist; make it or name another one")),
        (format!("sqlite://{dir}/away.db"), format!("the database {dir}/away.db does not exist; name another file or allow a new one with ?mode=rwc")),
        (format!("sqlite://{dir}?mode=rwc"), format!("{dir} is a folder; name a file for the database")),
        (format!("sqlite://{dir}/text.db"), format!("{dir}/text.db is damaged or not a SQLite database; restore a backup or name another file")),
        ("mysql://localhost/x".to_owned(), "the database URL is not understood; write sqlite://PATH?mode=rwc or postgres://USER@HOST/NAME".to_owned()),
        ("postgres://me:secret@127.0.0.1:1/x".to_owned(), "PostgreSQL at 127.0.0.1:1 can't be reached; start it or correct the address in the database URL".to_owned()),
    ];
    for (url, expected) in told {
        assert_eq!(reason(&url).await, expected);
    }
}

#[tokio::test]
async fn a_database_that_postgresql_lacks_is_named() {
    let db = postgres().await;
    let (server, _) = db.url.rsplit_once('/').unwrap();
    let reason = reason(&format!("{server}/nowhere")).await;
    assert!(
        reason.ends_with("has no database nowhere; make it with: createdb nowhere"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    for db in both().await {
        db.store
            .execute_unprepared(
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_far', 1)",
            )
            .await
            .unwrap();
        assert_eq!(db.store.migrate().await, Err(StoreError::Newer));
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_a_committed_one_everything() {
    for db in both().await {
        let tx = db.store.begin().await.unwrap();
        users::insert(&tx, anna(), at(0)).await.unwrap();
        drop(tx);
        assert_eq!(users::list(&db.store).await, Ok(vec![]));

        let tx = db.store.begin().await.unwrap();
        let made = users::insert(&tx, anna(), at(0)).await.unwrap();
        tx.commit().await.unwrap();
        let found = users::find_by_email(&db.store, "ANNA@example.org").await;
        assert_eq!(found, Ok(Some(made)));
    }
}

#[tokio::test]
async fn a_taken_name_and_a_missing_row_are_told_apart_without_values() {
    for db in both().await {
        users::insert(&db.store, anna(), at(0)).await.unwrap();
        let taken = users::insert(&db.store, anna(), at(0)).await.unwrap_err();
        assert!(matches!(taken, StoreError::Conflict(_)), "{taken:?}");
        assert!(!taken.is_transient(), "{taken:?}");
        assert!(!taken.to_string().contains("example"), "{taken}");

        let mailbox = super::fixture::mailbox(&db.store, "info@example.org").await;
        let server = super::mailboxes::by_id(&db.store, mailbox)
            .await
            .unwrap()
            .unwrap();
        let used = super::mail_servers::delete(&db.store, server.mail_server_id).await;
        assert_eq!(used, Err(StoreError::InUse));
    }
}

#[tokio::test]
async fn writers_of_one_process_queue_instead_of_failing() {
    let db = sqlite().await;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = db.store.clone();
        writers.spawn(async move {
            let tx = store.begin().await?;
            let before = users::list(&tx).await?.len();
            let fields = UserFields {
                email: format!("{number}@example.org"),
                ..anna()
            };
            users::insert(&tx, fields, at(0)).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(before)
        });
    }
    let mut seen: Vec<usize> = writers
        .join_all()
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_full_database_is_transient_and_takes_nothing_half() {
    let db = sqlite().await;
    let tx = db.store.begin().await.unwrap();
    // The page limit is per connection, and this transaction has one of its own.
    tx.execute_unprepared("PRAGMA max_page_count = 1")
        .await
        .unwrap();
    let mut error = None;
    for number in 0..1000 {
        let fields = UserFields {
            email: format!("{number}@example.org"),
            ..anna()
        };
        if let Err(full) = users::insert(&tx, fields, at(0)).await {
            error = Some(full);
            break;
        }
    }
    assert_eq!(error, Some(StoreError::Full));
    assert!(StoreError::Full.is_transient());
    drop(tx);
    assert_eq!(users::list(&db.store).await, Ok(vec![]));
}

#[tokio::test]
async fn a_postgresql_that_cuts_its_sessions_is_transient_and_found_again() {
    let server = parts::postgres();
    let url = server.new_database();
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    let tx = store.begin().await.unwrap();
    users::insert(&tx, anna(), at(0)).await.unwrap();
    server.cut_sessions(&url);
    let gone = tx.commit().await.unwrap_err();
    assert!(gone.is_transient(), "{gone:?}");
    assert_eq!(users::list(&store).await, Ok(vec![]));
}
