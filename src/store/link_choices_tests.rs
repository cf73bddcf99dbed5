use entities::record_kind::RecordKind;

use super::{NewChoice, about, any, for_message, insert};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both, stored};

#[tokio::test]
async fn what_was_said_is_found_by_message_thread_and_sender_and_never_forgotten() {
    for db in both().await {
        let store = &db.store;
        assert!(!any(store).await.unwrap());
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        let anna = NewContact {
            first_name: "Anna".to_owned(),
            ..NewContact::default()
        };
        let made = contacts::insert_many(store, &[anna], at(0)).await.unwrap();
        for belongs in [true, false] {
            let choice = NewChoice {
                message_id: a,
                record_kind: RecordKind::Contact,
                record_id: made[0].id.0,
                belongs,
                email: "Info@example.it".to_owned(),
                chosen_by: "user@example.com".to_owned(),
                removed: None,
                chosen_at: at(1),
            };
            insert(store, choice).await.unwrap();
        }
        assert!(any(store).await.unwrap());
        let by_message = about(store, &[a, b], &[], &[]).await.unwrap();
        let by_thread = about(store, &[], &["a@mail.example"], &[]).await.unwrap();
        let by_sender = about(store, &[], &[], &["info@example.it"]).await.unwrap();
        assert_eq!(by_message, by_thread);
        assert_eq!(by_message, by_sender);
        let belongs: Vec<bool> = by_message.iter().map(|choice| choice.belongs).collect();
        assert_eq!(belongs, [true, false]);
        assert_eq!(by_message[0].name, "Anna");
        assert_eq!(for_message(store, a).await.unwrap().len(), 2);
        assert!(about(store, &[b], &[], &[]).await.unwrap().is_empty());
    }
}
