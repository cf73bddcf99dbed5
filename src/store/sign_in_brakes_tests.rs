use chrono::TimeDelta;

use super::{Patience, closed_until, refused, succeeded};
use crate::store::fixture::{at, both};

const PATIENCE: Patience = Patience {
    refusals: 3,
    window: TimeDelta::seconds(60),
    rest: TimeDelta::seconds(900),
};

#[tokio::test]
async fn a_host_that_refuses_many_is_left_alone_for_a_while() {
    for db in both().await {
        let store = &db.store;
        let refuse = async |host, second| refused(store, host, PATIENCE, at(second)).await;
        assert_eq!(refuse("imap.example.org", 0).await, Ok(None));
        assert_eq!(refuse("IMAP.example.org", 1).await, Ok(None));
        assert_eq!(refuse("other.example.org", 1).await, Ok(None));
        // The window of the first two is over: counting begins anew.
        assert_eq!(refuse("imap.example.org", 60).await, Ok(None));
        assert_eq!(refuse("imap.example.org", 61).await, Ok(None));
        assert_eq!(refuse("imap.example.org", 62).await, Ok(Some(at(962))));
        assert_eq!(
            closed_until(store, "imap.example.org", at(961)).await,
            Ok(Some(at(962)))
        );
        assert_eq!(
            closed_until(store, "imap.example.org", at(962)).await,
            Ok(None)
        );
        assert_eq!(
            closed_until(store, "other.example.org", at(2)).await,
            Ok(None)
        );
        succeeded(store, "other.example.org").await.unwrap();
        refuse("imap.example.org", 963).await.unwrap();
        refuse("imap.example.org", 964).await.unwrap();
        succeeded(store, "imap.example.org").await.unwrap();
        assert_eq!(refuse("imap.example.org", 965).await, Ok(None));
    }
}
