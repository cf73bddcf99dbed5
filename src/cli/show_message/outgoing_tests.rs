use entities::ids::{MessageId, OutboxId, ScannerId};
use entities::outbox::{Channel, Model};
use serde_json::json;

use super::Outgoing;
use crate::store::fixture::at;

fn row(channel: Channel) -> Model {
    Model {
        id: OutboxId(1),
        channel,
        key: "key".to_owned(),
        body: json!({"to": "anna@example.it"}),
        attempts: 0,
        next_try_at: None,
        delivered_at: None,
        given_up_at: None,
        error: None,
        created_at: at(0),
        message_id: Some(MessageId(1)),
        rule: Some("Thanks".to_owned()),
        scan_id: None,
        scanner_id: Some(ScannerId(1)),
        expires_at: Some(at(600)),
        expired_at: None,
    }
}

#[test]
fn how_far_each_is_stands_in_its_line() {
    let lines = [
        row(Channel::Reply),
        Model {
            expired_at: Some(at(900)),
            ..row(Channel::Reply)
        },
        Model {
            delivered_at: Some(at(60)),
            ..row(Channel::Forward)
        },
        Model {
            given_up_at: Some(at(120)),
            error: Some("550 no such user".to_owned()),
            ..row(Channel::Mail)
        },
    ]
    .map(|row| Outgoing::of_row(row).say());
    assert_eq!(
        lines,
        [
            "Sending  answer to anna@example.it by rule Thanks, waits, at most until 2026-11-22 12:10 UTC",
            "Sending  answer to anna@example.it by rule Thanks, expired at 2026-11-22 12:15 UTC: nobody could send it in time",
            "Sending  passed on to anna@example.it by rule Thanks, sent at 2026-11-22 12:01 UTC",
            "Sending  notice to anna@example.it by rule Thanks, given up at 2026-11-22 12:02 UTC: 550 no such user",
        ]
    );
}
