use super::{advance, ask, count, finish, next, take};
use crate::store::fixture::{both, stored};
use crate::store::message_addresses::{self, NewMessageAddress};

#[tokio::test]
async fn only_addresses_with_mail_wait_and_asking_anew_begins_anew() {
    for db in both().await {
        let store = &db.store;
        let message_id = stored(store, "a").await;
        let address = NewMessageAddress {
            message_id,
            email: "anna@mail.example.it".to_owned(),
            role: "from",
        };
        message_addresses::insert_missing(store, vec![address])
            .await
            .unwrap();
        let wanted = [
            "nobody@example.com",
            "Anna@mail.example.it",
            "@example.it",
            "@x.it",
        ];
        ask(store, &wanted).await.unwrap();
        ask(store, &[]).await.unwrap();
        assert_eq!(count(store).await.unwrap(), 2);

        let tx = store.begin().await.unwrap();
        let first = next(&tx).await.unwrap().unwrap();
        advance(&tx, first.id, message_id, 1).await.unwrap();
        let taken = take(&tx, first.id).await.unwrap().unwrap();
        assert_eq!(taken.below, Some(message_id));
        tx.commit().await.unwrap();

        ask(store, &wanted).await.unwrap();
        let tx = store.begin().await.unwrap();
        let again = take(&tx, first.id).await.unwrap().unwrap();
        assert_eq!(
            (again.id, again.below, again.looked_at),
            (first.id, None, 0)
        );
        finish(&tx, again.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(store).await.unwrap(), 1);
    }
}
