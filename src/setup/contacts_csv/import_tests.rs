#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::print_stderr
)]

use super::*;
use crate::store::fixture::{at, both, sqlite};
use crate::store::users::UserFields;

async fn run(store: &Store, text: &str) -> Report {
    import(store, text.as_bytes(), at(0), &|_| {})
        .await
        .unwrap()
}

async fn owner(store: &Store) {
    let fields = UserFields {
        email: "jan@b.c".to_owned(),
        name: String::new(),
        role: entities::users::Role::User,
        active: true,
    };
    store::users::insert(store, fields, at(0)).await.unwrap();
}

const FILE: &str = "id,first name,last name,email,other emails,company,owner,shoe size
1,Anna,Rossi,anna@acme.it,anna.rossi@gmail.com,Acme,jan@b.c,38
2,Jan,Nowak,jan@acme.pl,,ACME ,,
,Zoe,Wu,zoe@x.y,,,,
,Bad,Row,zoe,,,,
,Bad,Owner,q@x.y,,,jna@b.c,
,Zoe,Wu,ZOE@x.y,zoe2@x.y,,,
";

#[tokio::test]
async fn contacts_are_made_with_their_organizations_and_owners_and_wrong_rows_told() {
    for db in both().await {
        owner(&db.store).await;
        let report = run(&db.store, FILE).await;
        assert_eq!(
            (
                report.read,
                report.created,
                report.updated,
                report.skipped_count
            ),
            (6, 3, 0, 2)
        );
        assert_eq!(report.ignored_columns, ["shoe size"]);
        let told: Vec<String> = report
            .skipped
            .iter()
            .map(|row| format!("{}: {}", row.line, row.reason))
            .collect();
        assert_eq!(
            told,
            [
                "5: \"zoe\" is not an e-mail address",
                "6: its owner \"jna@b.c\" is no user; did you mean \"jan@b.c\"?"
            ]
        );
        let contacts = store::contacts::list(&db.store, None, 10).await.unwrap();
        assert_eq!(contacts.len(), 3);
        let organizations = store::organizations::list(&db.store).await.unwrap();
        assert_eq!(organizations.len(), 1, "one name in two writings");
        assert_eq!(contacts[2].organization_id, Some(organizations[0].id));
        assert!(contacts[2].owner_id.is_some());
    }
}

#[tokio::test]
async fn the_same_file_again_makes_nothing_new() {
    for db in both().await {
        owner(&db.store).await;
        run(&db.store, FILE).await;
        let again = run(&db.store, FILE).await;
        assert_eq!(again.created, 0);
        assert_eq!(again.updated + again.unchanged, 4);
        assert_eq!(
            store::contacts::list(&db.store, None, 10)
                .await
                .unwrap()
                .len(),
            3
        );
        let changed = run(&db.store, "id,last name,email\n1,Bianchi,anna@acme.it\n").await;
        assert_eq!((changed.created, changed.updated), (0, 1));
        let contacts = store::contacts::list(&db.store, None, 10).await.unwrap();
        assert!(
            contacts
                .iter()
                .any(|contact| contact.first_name == "Anna" && contact.last_name == "Bianchi")
        );
    }
}

#[tokio::test]
async fn thousands_of_rows_go_in_batches_and_progress_is_told() {
    let db = sqlite().await;
    let mut text = "email,name,company\n".to_owned();
    for number in 0..3_500 {
        text.push_str(&format!(
            "p{number}@x.y,Person {number},Company {}\n",
            number % 40
        ));
    }
    let heard = std::sync::Mutex::new(Vec::new());
    let report = import(&db.store, text.as_bytes(), at(0), &|read| {
        heard.lock().unwrap().push(read);
    })
    .await
    .unwrap();
    assert_eq!((report.read, report.created), (3_500, 3_500));
    assert_eq!(*heard.lock().unwrap(), [1_000, 2_000, 3_000, 3_500]);
    assert_eq!(
        store::organizations::list(&db.store).await.unwrap().len(),
        40
    );
}

#[tokio::test]
async fn only_the_first_thousand_skipped_rows_are_listed() {
    let db = sqlite().await;
    let report = run(&db.store, &format!("email\n{}", "nobody\n".repeat(1_500))).await;
    assert_eq!((report.skipped_count, report.skipped.len()), (1_500, 1_000));
}

#[tokio::test]
async fn a_contact_that_was_merged_here_is_not_made_again() {
    for db in both().await {
        let store = &db.store;
        let file = "id,last name,email\n7,Rossi,anna@acme.it\n8,Rosi,a.rosi@acme.it\n";
        run(store, file).await;
        let all = store::contacts::list(store, None, 9).await.unwrap();
        let tx = store.begin().await.unwrap();
        let record = |at: usize| (entities::record_kind::RecordKind::Contact, all[at].id.0);
        let merged = crate::records::moving::merge::merge(&tx, record(0), record(1), "bob", at(1));
        let moved = merged.await.unwrap().moved;
        tx.commit().await.unwrap();

        let report = run(store, file).await;
        assert_eq!(
            (report.created, report.updated, report.unchanged),
            (0, 0, 1)
        );
        assert_eq!(
            report.skipped[0].reason,
            format!(
                "the contact with key \"8\" was merged into contact {} here, which has another key; merge the two in \
                 the other system as well, or take it back with `mailroom undo --move {moved}`",
                all[1].id
            )
        );
    }
}

#[tokio::test]
async fn of_two_people_with_one_address_the_second_is_told_and_not_written_over_the_first() {
    let db = sqlite().await;
    let shared = "first name,last name,email
Bob,Rossi,info@acme.example
BOB,ROSSI,info@acme.example
Carl,Rossi,INFO@acme.example
";
    let report = run(&db.store, shared).await;
    assert_eq!((report.created, report.unchanged), (1, 1));
    let [skipped] = report.skipped.as_slice() else {
        panic!("{:?}", report.skipped);
    };
    assert_eq!(skipped.line, 4);
    assert!(
        skipped.reason.contains("also that of line 2"),
        "{}",
        skipped.reason
    );
    let with_ids = "id,first name,last name,email
1,Dan,Verdi,office@acme.example
2,Eva,Verdi,office@acme.example
";
    assert_eq!(run(&db.store, with_ids).await.created, 2);
}
