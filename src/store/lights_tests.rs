use entities::health::HealthState;
use entities::lights::LightState;

use super::{Showing, find, list, set};
use crate::store::fixture::{at, both, scanner};
use crate::store::health;

fn red(cause: &str) -> Showing {
    Showing {
        state: LightState::Red,
        cause: Some(cause.to_owned()),
        who: Some("owner".to_owned()),
        remedy: Some("Type the password again.".to_owned()),
        provider_words: Some("NO\0 bad".to_owned()),
    }
}

#[tokio::test]
async fn a_light_remembers_since_when_it_shows_what_it_shows() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "a").await.mailbox_id;
        assert_eq!(find(store, mailbox).await, Ok(None));
        assert_eq!(
            set(store, mailbox, red("password_refused"), at(0)).await,
            Ok(true)
        );
        assert_eq!(
            set(store, mailbox, red("password_refused"), at(9)).await,
            Ok(false)
        );
        let light = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!((light.since, light.checked_at), (at(0), at(9)));
        assert_eq!(light.provider_words.as_deref(), Some("NO\u{fffd} bad"));

        assert_eq!(
            set(store, mailbox, red("imap_disabled"), at(10)).await,
            Ok(true)
        );
        assert_eq!(list(store).await.unwrap()[0].since, at(10));
    }
}

#[tokio::test]
async fn health_remembers_since_when_it_goes_so() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let retrying = |failures| health::Condition {
            state: HealthState::Retrying,
            reason: Some("connection refused".to_owned()),
            next_try_at: Some(at(30)),
            failures,
        };
        assert_eq!(health::find(store, scanner).await, Ok(None));
        assert_eq!(
            health::set(store, scanner, retrying(1), at(0)).await,
            Ok(true)
        );
        assert_eq!(
            health::set(store, scanner, retrying(2), at(5)).await,
            Ok(false)
        );
        let now = health::find(store, scanner).await.unwrap().unwrap();
        assert_eq!(
            (now.since, now.failures, now.next_try_at),
            (at(0), 2, Some(at(30)))
        );
        let ok = health::Condition {
            state: HealthState::Ok,
            reason: None,
            next_try_at: None,
            failures: 0,
        };
        assert_eq!(health::set(store, scanner, ok, at(9)).await, Ok(true));
        assert_eq!(health::list(store).await.unwrap()[0].since, at(9));
    }
}
