use entities::health::HealthState;
use entities::lights::LightState;

use super::{
    Showing, due_for_probe, due_for_reminder, find, list, set, set_probe, set_reminded, suspect,
};
use crate::store::fixture::{at, both, scanner};
use crate::store::{health, leases, light_changes};

fn red(cause: &str) -> Showing {
    Showing {
        state: LightState::Red,
        cause: Some(cause.to_owned()),
        who: Some("owner".to_owned()),
        remedy: Some("Type the password again.".to_owned()),
        provider_words: Some("NO\0 bad".to_owned()),
        probe_at: Some(at(3_600)),
    }
}

#[tokio::test]
async fn a_light_remembers_since_when_it_shows_what_it_shows_and_what_it_showed_before() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "a").await.mailbox_id;
        assert_eq!(find(store, mailbox).await, Ok(None));
        let first = set(store, mailbox, red("password_refused"), at(0)).await;
        assert_eq!(first.unwrap().unwrap().before, None);
        assert_eq!(
            set(store, mailbox, red("password_refused"), at(9)).await,
            Ok(None)
        );
        let light = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!((light.since, light.checked_at), (at(0), at(9)));
        assert_eq!((light.probe_at, light.probes), (Some(at(3_600)), 1));
        assert_eq!(light.provider_words.as_deref(), Some("NO\u{fffd} bad"));

        let second = set(store, mailbox, red("imap_disabled"), at(10)).await;
        assert_eq!(second.unwrap().unwrap().before, Some(light));
        let light = &list(store).await.unwrap()[0];
        assert_eq!((light.since, light.probes), (at(10), 0));

        let history = light_changes::of_mailbox(store, mailbox, 9).await.unwrap();
        let causes: Vec<_> = history
            .iter()
            .map(|change| (change.cause.as_deref(), change.changed_at))
            .collect();
        assert_eq!(
            causes,
            [
                (Some("imap_disabled"), at(10)),
                (Some("password_refused"), at(0))
            ]
        );
    }
}

#[tokio::test]
async fn what_was_suspected_is_remembered_until_the_light_is_set() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "a").await.mailbox_id;
        for second in [1, 2] {
            suspect(store, mailbox, "imap_disabled", at(second))
                .await
                .unwrap();
        }
        let light = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(light.state, LightState::Unknown);
        assert_eq!(
            (light.suspected.as_deref(), light.suspected_at),
            (Some("imap_disabled"), Some(at(1)))
        );
        set(store, mailbox, Showing::plain(LightState::Green), at(3))
            .await
            .unwrap();
        suspect(store, mailbox, "x", at(4)).await.unwrap();
        let light = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(
            (light.state, light.suspected_at),
            (LightState::Green, Some(at(4)))
        );
    }
}

#[tokio::test]
async fn a_mailbox_is_probed_when_its_time_has_come_and_nobody_has_it() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "a").await.mailbox_id;
        set(store, mailbox, red("imap_disabled"), at(0))
            .await
            .unwrap();
        assert_eq!(due_for_probe(store, &[], at(3_599), 9).await, Ok(vec![]));
        let due = due_for_probe(store, &[], at(3_600), 9).await.unwrap();
        assert_eq!(due[0].0.id, mailbox);
        let ttl = chrono::TimeDelta::seconds(30);
        leases::take(store, mailbox, "w", at(3_600), ttl)
            .await
            .unwrap();
        assert_eq!(due_for_probe(store, &[], at(3_601), 9).await, Ok(vec![]));
        set_probe(store, mailbox, None).await.unwrap();
        assert_eq!(due_for_probe(store, &[], at(9_999), 9).await, Ok(vec![]));
    }
}

#[tokio::test]
async fn people_are_reminded_of_a_light_that_stays_red() {
    for db in both().await {
        let store = &db.store;
        let mailbox = scanner(store, "a").await.mailbox_id;
        set(store, mailbox, red("imap_disabled"), at(10))
            .await
            .unwrap();
        assert_eq!(due_for_reminder(store, at(9)).await, Ok(vec![]));
        assert_eq!(due_for_reminder(store, at(10)).await.unwrap().len(), 1);
        set_reminded(store, mailbox, at(20)).await.unwrap();
        assert_eq!(due_for_reminder(store, at(19)).await, Ok(vec![]));
        set(store, mailbox, red("imap_disabled"), at(21))
            .await
            .unwrap();
        assert_eq!(due_for_reminder(store, at(19)).await, Ok(vec![]));
        set(store, mailbox, red("account_locked"), at(22))
            .await
            .unwrap();
        assert_eq!(due_for_reminder(store, at(22)).await.unwrap().len(), 1);
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
