#![allow(clippy::unwrap_used)]

use entities::bounces::BounceOutcome;
use entities::messages::Direction;
use rules::{Address, Authentication, DeliveryOutcome, DeliveryReport, MessageFacts, Verdict};
use serde_json::json;

use super::{Reporting, note_bounces};
use crate::message::Own;
use crate::store::fixture::{at, both, hash, message, scanner, stored};
use crate::store::messages::NewMessage;
use crate::store::{bounces, messages};

const ANNA: &str = "anna@example.it";

fn report(about: Option<&str>, from: &str, vouched: bool) -> MessageFacts {
    let verdict = if vouched {
        Verdict::Pass
    } else {
        Verdict::default()
    };
    MessageFacts {
        from: vec![Address {
            email: from.to_owned(),
            ..Address::default()
        }],
        reports: vec![
            DeliveryReport {
                email: ANNA.to_owned(),
                outcome: DeliveryOutcome::Hard,
                status: "5.1.1".to_owned(),
                diagnosis: "no such user".to_owned(),
                message_id: about.map(str::to_owned),
            },
            DeliveryReport {
                email: "late@example.it".to_owned(),
                outcome: DeliveryOutcome::Delayed,
                message_id: about.map(str::to_owned),
                ..DeliveryReport::default()
            },
        ],
        authentication: Authentication {
            dmarc: verdict,
            ..Authentication::default()
        },
        ..MessageFacts::default()
    }
}

#[tokio::test]
async fn a_report_counts_where_it_is_about_mail_of_ours_or_who_would_know_says_so() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let report_id = stored(store, "report").await;
        let sent = |name: &str, to: &str, direction| NewMessage {
            recipients: json!([{"name": "", "email": to}]),
            direction,
            blob_hash: hash("report"),
            ..message(name)
        };
        let all = vec![
            sent("ours", ANNA, Direction::Sent),
            sent("to another", "bob@example.it", Direction::Sent),
            sent("received", ANNA, Direction::Received),
        ];
        messages::insert_missing(store, all).await.unwrap();
        let own = Own::new(["info@ours.example".to_owned()]);
        for (about, from, vouched, counts) in [
            (Some("ours@mail.example"), "x@anywhere.example", false, true),
            (
                Some("to another@mail.example"),
                "x@anywhere.example",
                false,
                false,
            ),
            (
                Some("received@mail.example"),
                "x@anywhere.example",
                false,
                false,
            ),
            (
                Some("unknown@mail.example"),
                "x@anywhere.example",
                true,
                false,
            ),
            (None, "mailer-daemon@mx.example.it", true, true),
            (None, "mailer-daemon@mx.example.it", false, false),
            (None, "postmaster@ours.example", true, true),
            (None, "mailer-daemon@googlemail.com", true, true),
            (None, "somebody@googlemail.com", true, false),
        ] {
            let facts = report(about, from, vouched);
            let reporting = Reporting {
                message: report_id,
                facts: &facts,
                received_at: at(5),
            };
            let tx = store.begin().await.unwrap();
            note_bounces(&tx, (None, scanner), &[reporting], &own)
                .await
                .unwrap();
            let states = bounces::states(&tx, &[ANNA, "late@example.it"])
                .await
                .unwrap();
            assert_eq!(
                states.len(),
                usize::from(counts),
                "{about:?} {from} {vouched}"
            );
            if let Some(state) = states.get(ANNA) {
                assert_eq!(state.outcome, BounceOutcome::Hard);
                assert_eq!(state.last.message_id, report_id);
            }
        }
    }
}
