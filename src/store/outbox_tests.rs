use entities::outbox::Channel;
use serde_json::json;

use super::{
    NewRow, Waiting, claim, delivered, failed, forget, given_up, has_begun_with, insert, list,
    untold, waiting,
};
use crate::store::fixture::{at, both};

fn row(key: &str) -> NewRow {
    NewRow {
        channel: Channel::Webhook,
        key: key.to_owned(),
        body: json!({"type": "light.red"}),
        asked: None,
    }
}

#[tokio::test]
async fn one_effect_is_asked_for_once_and_tried_by_one_at_a_time() {
    for db in both().await {
        let store = &db.store;
        assert_eq!(insert(store, row("a"), at(0)).await, Ok(true));
        assert_eq!(insert(store, row("a"), at(1)).await, Ok(false));
        assert_eq!(insert(store, row("b"), at(1)).await, Ok(true));

        let first = claim(store, at(1), at(61)).await.unwrap().unwrap();
        assert_eq!((first.key.as_str(), first.attempts), ("a", 1));
        let second = claim(store, at(1), at(61)).await.unwrap().unwrap();
        assert_eq!(second.key, "b");
        assert_eq!(claim(store, at(1), at(61)).await, Ok(None));

        delivered(store, first.id, at(2)).await.unwrap();
        failed(store, &second, "503", Some(at(30)), at(2))
            .await
            .unwrap();
        assert_eq!(claim(store, at(29), at(61)).await, Ok(None));
        let again = claim(store, at(30), at(90)).await.unwrap().unwrap();
        assert_eq!((again.key.as_str(), again.attempts), ("b", 2));
        failed(store, &again, "410", None, at(31)).await.unwrap();
        assert_eq!(claim(store, at(9_999), at(99_999)).await, Ok(None));
        let rows = list(store, 9).await.unwrap();
        assert_eq!(
            (rows[0].given_up_at, rows[0].error.as_deref()),
            (Some(at(31)), Some("410"))
        );
        assert_eq!(rows[1].delivered_at, Some(at(2)));
    }
}

#[tokio::test]
async fn what_was_claimed_by_another_is_not_put_off_by_the_first() {
    for db in both().await {
        let store = &db.store;
        insert(store, row("a"), at(0)).await.unwrap();
        let slow = claim(store, at(0), at(10)).await.unwrap().unwrap();
        let quick = claim(store, at(10), at(20)).await.unwrap().unwrap();
        failed(store, &slow, "too late", None, at(11))
            .await
            .unwrap();
        assert_eq!(list(store, 1).await.unwrap()[0].given_up_at, None);
        delivered(store, quick.id, at(12)).await.unwrap();
        failed(store, &quick, "lost", Some(at(99)), at(13))
            .await
            .unwrap();
        assert_eq!(claim(store, at(100), at(200)).await, Ok(None));
    }
}

#[tokio::test]
async fn what_waits_and_what_was_given_up_is_told() {
    for db in both().await {
        let store = &db.store;
        for key in ["light-1-red", "light-11-red", "light_2"] {
            insert(store, row(key), at(0)).await.unwrap();
        }
        let three = Waiting {
            count: 3,
            since: Some(at(0)),
        };
        assert_eq!(waiting(store).await, Ok(three));
        assert_eq!(has_begun_with(store, "light-1-").await, Ok(true));
        assert_eq!(has_begun_with(store, "light-2").await, Ok(false));
        for (since, error) in [(1, "410"), (2, "550")] {
            let claimed = claim(store, at(since), at(61)).await.unwrap().unwrap();
            failed(store, &claimed, error, None, at(since))
                .await
                .unwrap();
        }
        assert_eq!(waiting(store).await.unwrap().count, 1);
        let keys = |rows: Vec<entities::outbox::Model>| -> Vec<String> {
            rows.into_iter().map(|row| row.key).collect()
        };
        let all = untold(store, at(0), 9).await.unwrap();
        assert_eq!(keys(all), ["light-11-red", "light-1-red"]);
        let late = untold(store, at(2), 9).await.unwrap();
        assert_eq!(keys(late), ["light-11-red"]);
        assert_eq!(given_up(store, at(0)).await, Ok(2));
        assert_eq!(given_up(store, at(2)).await, Ok(1));

        let claimed = claim(store, at(3), at(61)).await.unwrap().unwrap();
        failed(store, &claimed, "503", Some(at(99)), at(3))
            .await
            .unwrap();
        let failing = untold(store, at(2), 9).await.unwrap();
        assert_eq!(keys(failing), ["light_2", "light-11-red"]);
        delivered(store, claimed.id, at(4)).await.unwrap();
        let none = Waiting {
            count: 0,
            since: None,
        };
        assert_eq!(waiting(store).await, Ok(none));
    }
}

#[tokio::test]
async fn what_is_over_is_forgotten_after_a_while_a_piece_at_a_time() {
    for db in both().await {
        let store = &db.store;
        for key in [
            "waits",
            "failed",
            "told",
            "told later",
            "given up",
            "told too",
        ] {
            insert(store, row(key), at(0)).await.unwrap();
        }
        for key in [
            "waits",
            "failed",
            "told",
            "told later",
            "given up",
            "told too",
        ] {
            let row = claim(store, at(0), at(50)).await.unwrap().unwrap();
            assert_eq!(row.key, key);
            match key {
                "waits" => {}
                "failed" => failed(store, &row, "503", Some(at(70)), at(1))
                    .await
                    .unwrap(),
                "given up" => failed(store, &row, "410", None, at(20)).await.unwrap(),
                "told later" => delivered(store, row.id, at(30)).await.unwrap(),
                _ => delivered(store, row.id, at(20)).await.unwrap(),
            }
        }
        let left = async || {
            let rows = list(store, 9).await.unwrap().into_iter();
            rows.map(|row| row.key).rev().collect::<Vec<_>>()
        };
        assert_eq!(forget(store, at(20), at(20), 9).await, Ok(0));
        assert_eq!(forget(store, at(21), at(20), 1).await, Ok(1));
        assert_eq!(
            left().await,
            ["waits", "failed", "told later", "given up", "told too"]
        );
        assert_eq!(forget(store, at(21), at(20), 9).await, Ok(1));
        assert_eq!(forget(store, at(99), at(99), 9).await, Ok(2));
        assert_eq!(left().await, ["waits", "failed"]);
    }
}
