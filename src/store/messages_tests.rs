use entities::messages::MessageKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::{Filter, NewMessage, by_id, find_by_rfc_ids, insert_missing, list};
use crate::store::fixture::{at, blob, both, message, stored, tag};
use crate::store::links::NewLink;
use crate::store::{blobs, links, message_tags};

#[tokio::test]
async fn the_same_mail_is_stored_once_and_found_again() {
    for db in both().await {
        let store = &db.store;
        let names = ["c", "a", "b"];
        blobs::insert_missing(store, names.map(blob).to_vec())
            .await
            .unwrap();
        let twice = vec![message("c"), message("a"), message("a")];
        let first = insert_missing(store, twice).await.unwrap();
        assert!(first.len() == 2 && first.values().all(|stored| stored.was_new));

        let second = insert_missing(store, names.map(message).to_vec())
            .await
            .unwrap();
        assert!(second["b"].was_new && !second["a"].was_new && !second["c"].was_new);
        assert_eq!(second["a"].id, first["a"].id);
        assert_eq!(insert_missing(store, vec![]).await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn two_mails_with_one_message_id_are_two_messages() {
    for db in both().await {
        let store = &db.store;
        let first = stored(store, "a").await;
        blobs::insert_missing(store, vec![blob("b")]).await.unwrap();
        let reused = NewMessage {
            rfc_message_id: Some("a@mail.example".to_owned()),
            ..message("b")
        };
        let second = insert_missing(store, vec![reused]).await.unwrap()["b"].id;
        let found = find_by_rfc_ids(store, &["a@mail.example", "a@mail.example", "nobody"])
            .await
            .unwrap();
        assert_eq!(
            found.iter().map(|found| found.id).collect::<Vec<_>>(),
            [first, second]
        );
    }
}

#[tokio::test]
async fn garbage_and_endless_header_values_are_stored() {
    for db in both().await {
        let store = &db.store;
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        let endless = "x\u{1F4E7}".repeat(100_000);
        let odd = NewMessage {
            rfc_message_id: Some(endless.clone()),
            subject: "a\0b".to_owned(),
            from_email: endless.clone(),
            recipients: json!([{"email": "\0"}]),
            notes: vec!["\0".to_owned()],
            ..message("a")
        };
        let id = insert_missing(store, vec![odd]).await.unwrap()["a"].id;
        let found = by_id(store, id).await.unwrap().unwrap();
        assert_eq!(
            (found.subject.as_str(), found.notes.0[0].as_str()),
            ("a\u{fffd}b", "\u{fffd}")
        );
        assert_eq!(find_by_rfc_ids(store, &[&endless]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn times_come_back_as_they_went_in() {
    for db in both().await {
        let id = stored(&db.store, "a").await;
        let found = by_id(&db.store, id).await.unwrap().unwrap();
        assert_eq!(
            (found.date, found.received_at, found.created_at),
            (Some(at(-120)), at(-60), at(0))
        );
    }
}

#[tokio::test]
async fn messages_are_listed_by_what_is_asked_newest_first() {
    for db in both().await {
        let store = &db.store;
        let a = stored(store, "a").await;
        blobs::insert_missing(store, vec![blob("b")]).await.unwrap();
        let bulk = NewMessage {
            from_email: "News@Example.com".to_owned(),
            kind: MessageKind::Bulk,
            ..message("b")
        };
        let b = insert_missing(store, vec![bulk]).await.unwrap()["b"].id;
        let c = stored(store, "c").await;
        message_tags::insert_missing(store, vec![tag(a, "hot"), tag(a, "hot")])
            .await
            .unwrap();
        links::insert_missing(
            store,
            vec![NewLink {
                message_id: c,
                record_kind: RecordKind::Lead,
                record_id: 7,
                evidence: json!([]),
                author_kind: entities::links::AuthorKind::Rule,
                author: "r".to_owned(),
                scan_id: None,
                scanner_id: None,
                created_at: at(0),
            }],
        )
        .await
        .unwrap();

        let any = Filter::default();
        let asked = [
            (any.clone(), vec![c, b, a]),
            (
                Filter {
                    from_email: Some("news@EXAMPLE.com".to_owned()),
                    ..any.clone()
                },
                vec![b],
            ),
            (
                Filter {
                    kind: Some(MessageKind::Personal),
                    ..any.clone()
                },
                vec![c, a],
            ),
            (
                Filter {
                    tag: Some("hot".to_owned()),
                    ..any.clone()
                },
                vec![a],
            ),
            (
                Filter {
                    record: Some((RecordKind::Lead, 7)),
                    ..any.clone()
                },
                vec![c],
            ),
            (
                Filter {
                    linked: Some(true),
                    ..any.clone()
                },
                vec![c],
            ),
            (
                Filter {
                    linked: Some(false),
                    ..any.clone()
                },
                vec![b, a],
            ),
        ];
        for (filter, expected) in asked {
            let found = list(store, &filter, None, 10).await.unwrap();
            assert_eq!(
                found.iter().map(|found| found.id).collect::<Vec<_>>(),
                expected,
                "{filter:?}"
            );
        }
        let second_page = list(store, &any, Some(c), 1).await.unwrap();
        assert_eq!(second_page[0].id, b);
        assert_eq!(
            message_tags::for_messages(store, &[a, b]).await.unwrap()[&a],
            ["hot"]
        );
    }
}

#[tokio::test]
async fn pages_go_by_when_mail_was_received_not_by_when_it_was_stored() {
    for db in both().await {
        let store = &db.store;
        // Stored in the order of their names.
        let received = [("a", 3), ("b", 1), ("c", 2), ("d", 2), ("e", 0)];
        let names = received.map(|(name, _)| name);
        blobs::insert_missing(store, names.map(blob).to_vec())
            .await
            .unwrap();
        let mail = received.map(|(name, seconds)| NewMessage {
            received_at: at(seconds),
            ..message(name)
        });
        let stored = insert_missing(store, mail.to_vec()).await.unwrap();
        let mut pages = Vec::new();
        let mut before = None;
        loop {
            let page = list(store, &Filter::default(), before, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            pages.extend(page.into_iter().map(|row| row.id));
        }
        let expected = ["a", "d", "c", "b", "e"].map(|name| stored[name].id);
        assert_eq!(pages, expected);
    }
}
