use super::{list, replace};
use crate::store::fixture::{at, both};

#[tokio::test]
async fn exceptions_are_replaced_as_a_whole() {
    for db in both().await {
        let store = &db.store;
        assert_eq!(list(store).await, Ok(vec![]));
        let some: Vec<String> = (0..1_200).map(|n| format!("@{n:04}.example")).collect();
        replace(store, &some, at(0)).await.unwrap();
        assert_eq!(list(store).await.as_ref(), Ok(&some));
        let twice = ["spam@example.com", "@example.org", "spam@example.com"];
        replace(store, &twice.map(str::to_owned), at(1))
            .await
            .unwrap();
        let once = ["@example.org", "spam@example.com"].map(str::to_owned);
        assert_eq!(list(store).await, Ok(once.to_vec()));
        replace(store, &[], at(2)).await.unwrap();
        assert_eq!(list(store).await, Ok(vec![]));
    }
}
