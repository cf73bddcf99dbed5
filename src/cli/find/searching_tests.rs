#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;

use super::{Search, Searched};
use crate::cli::args::Sought;
use crate::store::fixture::{Fixture, at, blob, both, message, sqlite};
use crate::store::messages::{NewMessage, insert_missing};
use crate::store::{Store, blobs};

const DAY: i64 = 86_400;

/// Messages of one day each, the newest last.
async fn stored(store: &Store) {
    for (name, day, email, from_name, subject) in [
        ("a", 0, "anna@rossi.example", "Anna Rossi", "Zwölf STÜHLE"),
        ("b", 1, "weiss@chairs.example", "Käthe Weiß", "Preis"),
        ("c", 2, "anna@other.example", "", "Ihre stühle"),
        ("d", 3, "news@chairs.example", "News", "40% off"),
    ] {
        blobs::insert_missing(store, vec![blob(name)])
            .await
            .unwrap();
        let new = NewMessage {
            received_at: at(day * DAY),
            from_email: email.to_owned(),
            from_name: from_name.to_owned(),
            subject: subject.to_owned(),
            ..message(name)
        };
        insert_missing(store, vec![new]).await.unwrap();
    }
}

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 11, 22 + day)
}

/// The names of what fits.
fn names(searched: &Searched) -> String {
    let identities = searched.messages.iter().map(|one| one.identity.as_str());
    identities.collect()
}

#[tokio::test]
async fn messages_are_found_by_what_is_known_of_them() {
    for Fixture { store, .. } in &both().await {
        stored(store).await;
        let words = |words: &[&str]| Sought {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Sought::default()
        };
        let some = |text: &str| Some(text.to_owned());
        let questions = [
            (words(&["stühle"]), "ca"),
            (words(&["STÜHLE", "rossi"]), "a"),
            (words(&["chairs"]), "db"),
            (words(&["40% OFF"]), "d"),
            (words(&["_"]), ""),
            (
                Sought {
                    subject: some("chairs"),
                    ..Sought::default()
                },
                "",
            ),
            (
                Sought {
                    from: some("Anna@Rossi.example"),
                    ..Sought::default()
                },
                "a",
            ),
            (
                Sought {
                    from: some("@chairs.example"),
                    ..Sought::default()
                },
                "db",
            ),
            (
                Sought {
                    from: some("anna"),
                    ..Sought::default()
                },
                "ca",
            ),
            (
                Sought {
                    message_id: some(" <c@mail.example> "),
                    ..Sought::default()
                },
                "c",
            ),
            (
                Sought {
                    message_id: some("c@mail.example"),
                    from: some("anna@rossi.example"),
                    ..Sought::default()
                },
                "",
            ),
            (
                Sought {
                    since: day(1),
                    until: day(2),
                    ..Sought::default()
                },
                "cb",
            ),
            (
                Sought {
                    message_id: some("c@mail.example"),
                    since: day(3),
                    ..Sought::default()
                },
                "",
            ),
        ];
        for (sought, found) in questions {
            let searched = Search::of(&sought).run(store, 20).await.unwrap();
            assert_eq!(names(&searched), found, "{sought:?}");
            assert_eq!(searched.back_to, None);
        }
        let newest = Search::of(&words(&["e"])).run(store, 2).await.unwrap();
        assert_eq!(names(&newest), "dc");
    }
}

#[tokio::test]
async fn a_search_ends_after_so_many_heads_and_says_where() {
    let Fixture { store, .. } = &sqlite().await;
    stored(store).await;
    let sought = Sought {
        words: vec!["rossi".to_owned()],
        ..Sought::default()
    };
    let search = Search::of(&sought);
    let searched = search.bounded(store, 20, 1, 2).await.unwrap();
    assert_eq!(names(&searched), "");
    assert_eq!(searched.back_to, Some(at(2 * DAY)));
    let searched = search.bounded(store, 20, 1, 4).await.unwrap();
    assert_eq!(names(&searched), "a");
}
