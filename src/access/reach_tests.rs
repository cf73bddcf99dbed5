#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::store::fixture::{self, at};
use crate::store::mail_servers as servers;

async fn server() -> mail_servers::Model {
    let db = fixture::sqlite().await;
    fixture::mailbox(&db.store, "anna@example.org").await;
    servers::list(&db.store).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_blip_is_forgiven_and_what_is_down_is_tried_ever_less_by_one_at_a_time() {
    let (reach, server) = (Reach::default(), server().await);
    for _ in 0..2 {
        assert_eq!(reach.heed(&server, at(0)), None);
        reach.silent(&server, at(0));
    }
    assert_eq!(reach.heed(&server, at(0)), None);
    let mut now = at(0);
    let mut waits = Vec::new();
    for _ in 0..8 {
        reach.silent(&server, now);
        let until = reach.heed(&server, now).unwrap();
        reach.silent(&server, now);
        assert_eq!(
            reach.heed(&server, now),
            Some(until),
            "on their way together"
        );
        waits.push((until - now).num_seconds());
        assert_eq!(reach.heed(&server, until), None, "one goes first");
        let later = until + TimeDelta::seconds(1);
        assert!(reach.heed(&server, later).is_some(), "and the others wait");
        now = later;
    }
    assert!((9..=11).contains(&waits[0]), "{waits:?}");
    assert!((18..=22).contains(&waits[1]), "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 660), "{waits:?}");
    assert!(waits[7] >= 540, "{waits:?}");

    reach.answered(&server);
    assert_eq!(reach.heed(&server, now), None);
    assert!(reach.0.lock().unwrap().is_empty());
}
