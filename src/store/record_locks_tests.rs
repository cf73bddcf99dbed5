use std::time::Duration;

use super::{own, share};
use crate::store::fixture::postgres;

#[tokio::test]
async fn those_who_link_go_on_together_and_who_changes_records_waits_for_them() {
    let db = postgres().await;
    let store = &db.store;
    let (one, two) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    share(&one).await.unwrap();
    share(&two).await.unwrap();
    let waits = store.begin().await.unwrap();
    {
        let mut owning = Box::pin(own(&waits));
        let soon = Duration::from_millis(200);
        assert!(tokio::time::timeout(soon, &mut owning).await.is_err());
        one.commit().await.unwrap();
        assert!(tokio::time::timeout(soon, &mut owning).await.is_err());
        drop(two);
        owning.await.unwrap();
    }
    waits.commit().await.unwrap();
}
