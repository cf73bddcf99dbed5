use super::{NewMessageAddress, insert_missing, newest_with, oldest_of};
use crate::store::fixture::{both, stored};

#[tokio::test]
async fn messages_are_found_by_address_and_by_domain() {
    for db in both().await {
        let store = &db.store;
        let mut ids = Vec::new();
        for (name, email) in [
            ("a", "anna@example.it"),
            ("b", "ANNA@example.it"),
            ("c", "carla@mail.example.it"),
            ("d", "dora@gmail.com"),
        ] {
            let message_id = stored(store, name).await;
            let new = NewMessageAddress {
                message_id,
                email: email.to_owned(),
                role: "from",
            };
            insert_missing(store, vec![new.clone(), new]).await.unwrap();
            ids.push(message_id);
        }
        let newest = |wanted: &'static str, below| newest_with(store, wanted, below, 10);
        assert_eq!(
            newest("anna@example.it", None).await.unwrap(),
            [ids[1], ids[0]]
        );
        assert_eq!(
            newest("anna@example.it", Some(ids[1])).await.unwrap(),
            [ids[0]]
        );
        assert_eq!(
            newest("@example.it", None).await.unwrap(),
            [ids[2], ids[1], ids[0]]
        );
        assert!(newest("@gmail.com", None).await.unwrap().is_empty());

        let oldest = oldest_of(store, &["Anna@example.it", "dora@gmail.com", "nobody@x.it"]);
        let oldest = oldest.await.unwrap();
        assert_eq!(oldest.len(), 2);
        assert_eq!(oldest["anna@example.it"], ids[0]);
    }
}
