#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use rules::{
    Action, Address, Candidate, Decision, Doubt, Evidence, LeadFields, MessageFacts, Outcome,
    Planned, RecordKind, RecordRef, Role, Ties,
};

use super::{Changes, Effects, Subject, carry_out};
use crate::store::fixture::{Fixture, at, both, scanner, stored};
use crate::store::messages::Filter;
use crate::store::{decisions, leads, links, message_tags, messages};

const ANNA: &str = "anna@example.it";

pub(super) fn planned(action: Action) -> Planned {
    Planned {
        rule: "Rule".to_owned(),
        action,
        outcome: Outcome::Do,
        asked: false,
        records: Vec::new(),
        ties: Ties::default(),
    }
}

/// A link as it was planned: the rule's kinds, and the records that were found for them.
fn link(kinds: Vec<RecordKind>, records: &[(RecordKind, i64)]) -> Planned {
    let records = records.iter().map(|&(kind, id)| RecordRef { kind, id });
    Planned {
        records: records.collect(),
        ..planned(Action::Link(kinds))
    }
}

fn lead() -> Planned {
    planned(Action::CreateLead(LeadFields {
        first_name: "Anna".to_owned(),
        email: ANNA.to_owned(),
        ..LeadFields::default()
    }))
}

fn candidate(kind: RecordKind, id: i64) -> Candidate {
    Candidate {
        record: RecordRef { kind, id },
        name: format!("{kind:?} {id}"),
        evidence: vec![Evidence::Address {
            email: ANNA.to_owned(),
            role: Role::From,
            field: "email".to_owned(),
        }],
        doubt: None,
    }
}

/// Carries out what the rules said of some messages, as one window.
pub(super) async fn window(
    db: &Fixture,
    said: Vec<(MessageId, Vec<Planned>, Vec<Candidate>)>,
) -> Vec<Effects> {
    window_of(db, "sales", None, said).await
}

/// The same in the eyes of the scanner of this name, of messages that a person released at that time.
pub(super) async fn window_of(
    db: &Fixture,
    scanner: &str,
    released_at: Option<DateTime<Utc>>,
    said: Vec<(MessageId, Vec<Planned>, Vec<Candidate>)>,
) -> Vec<Effects> {
    let scanner = match crate::store::scanners::find_by_name(&db.store, scanner)
        .await
        .unwrap()
    {
        Some(scanner) => scanner,
        None => self::scanner(&db.store, scanner).await,
    };
    let facts = MessageFacts {
        from: vec![Address {
            email: ANNA.to_owned(),
            ..Address::default()
        }],
        ..MessageFacts::default()
    };
    let tx = db.store.begin().await.unwrap();
    let mut changes = Changes::default();
    let mut effects = Vec::new();
    for (message, actions, candidates) in said {
        let subject = Subject {
            message,
            facts: &facts,
            refused: &[],
            settled: false,
            scanner: scanner.id,
            scan: None,
            on_server: None,
            released_at,
            anew: false,
            now: at(0),
        };
        let decision = Decision {
            actions,
            candidates,
            ..Decision::default()
        };
        effects.push(
            carry_out(&tx, &mut changes, subject, decision)
                .await
                .unwrap(),
        );
    }
    changes.write(&tx).await.unwrap();
    tx.commit().await.unwrap();
    effects
}

pub(super) async fn outcome(db: &Fixture, message: MessageId) -> Vec<Outcome> {
    let stored = decisions::for_message(&db.store, message).await.unwrap();
    let decision: Decision = serde_json::from_value(stored[0].body.clone()).unwrap();
    decision
        .actions
        .into_iter()
        .map(|action| action.outcome)
        .collect()
}

#[tokio::test]
async fn two_messages_of_one_stranger_make_one_lead_with_two_links() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let effects = window(
            &db,
            vec![(one, vec![lead()], vec![]), (two, vec![lead()], vec![])],
        )
        .await;

        let made = effects[0].lead.as_ref().unwrap();
        assert_eq!(effects[1].lead, None);
        assert_eq!(effects[0].linked, effects[1].linked);
        assert_eq!(leads::list(&db.store, None, 10).await.unwrap().len(), 1);
        let linked = links::for_messages(&db.store, &[one, two]).await.unwrap();
        let records: Vec<i64> = linked.iter().map(|named| named.link.record_id).collect();
        assert_eq!(records, [made.record.id, made.record.id]);

        // The stored decision says what was done, not what was wished.
        assert_eq!(outcome(&db, one).await, [Outcome::Do]);
        assert_eq!(
            outcome(&db, two).await,
            [Outcome::Skip(
                "lead Anna has this address already".to_owned()
            )]
        );
    }
}

#[tokio::test]
async fn of_what_a_person_settled_nobody_is_asked_again() {
    for db in both().await {
        let scanner = scanner(&db.store, "sales").await.id;
        let message = stored(&db.store, "one").await;
        let doubtful = Candidate {
            doubt: Some(Doubt::Tie),
            ..candidate(RecordKind::Contact, 5)
        };
        let decision = Decision {
            actions: vec![link(vec![RecordKind::Contact], &[])],
            candidates: vec![doubtful],
            ..Decision::default()
        };
        let mut doubts = Vec::new();
        for settled in [false, true] {
            let subject = Subject {
                message,
                facts: &MessageFacts::default(),
                refused: &[],
                settled,
                scanner,
                scan: None,
                on_server: None,
                released_at: None,
                anew: true,
                now: at(0),
            };
            let tx = db.store.begin().await.unwrap();
            let mut changes = Changes::default();
            carry_out(&tx, &mut changes, subject, decision.clone())
                .await
                .unwrap();
            changes.write(&tx).await.unwrap();
            tx.commit().await.unwrap();
            let made = decisions::for_message(&db.store, message).await.unwrap();
            doubts.push(made[0].doubt.clone());
        }
        assert_eq!(doubts, [Some("tie".to_owned()), None]);
    }
}

#[tokio::test]
async fn a_link_goes_to_the_records_that_were_planned() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let candidates = vec![
            candidate(RecordKind::Contact, 5),
            candidate(RecordKind::Lead, 6),
        ];
        let contact = link(vec![RecordKind::Contact], &[(RecordKind::Contact, 5)]);
        let twice = vec![contact.clone(), contact];
        let effects = window(&db, vec![(message, twice, candidates)]).await;
        let linked: Vec<i64> = effects[0]
            .linked
            .iter()
            .map(|(record, _)| record.id)
            .collect();
        assert_eq!(linked, [5], "once, however often it is asked for");

        let all = stored(&db.store, "two").await;
        let candidates = vec![
            candidate(RecordKind::Contact, 5),
            candidate(RecordKind::Lead, 6),
        ];
        let both_kinds = [(RecordKind::Contact, 5), (RecordKind::Lead, 6)];
        let effects = window(
            &db,
            vec![(all, vec![link(vec![], &both_kinds)], candidates)],
        )
        .await;
        assert_eq!(effects[0].linked.len(), 2);
    }
}

#[tokio::test]
async fn who_is_in_doubt_is_linked_to_nothing_and_found_by_it() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let tied = |id| Candidate {
            doubt: Some(Doubt::Tie),
            ..candidate(RecordKind::Contact, id)
        };
        let candidates = vec![tied(5), tied(6), candidate(RecordKind::Organization, 7)];
        let skipped = Planned {
            outcome: Outcome::Skip("a person must choose".to_owned()),
            ..link(vec![RecordKind::Contact], &[])
        };
        let organization = (RecordKind::Organization, 7);
        let actions = vec![skipped, link(vec![organization.0], &[organization])];
        let effects = window(&db, vec![(message, actions, candidates)]).await;
        let linked: Vec<i64> = effects[0].linked.iter().map(|(one, _)| one.id).collect();
        assert_eq!(linked, [7]);
        let outcomes = outcome(&db, message).await;
        assert!(matches!(&outcomes[0], Outcome::Skip(_)));
        assert_eq!(outcomes[1], Outcome::Do);
        let open = decisions::in_doubt(&db.store, &[message]).await.unwrap();
        assert_eq!(open[0].doubt.as_deref(), Some("tie"));
        let doubtful = Filter {
            doubtful: true,
            ..Filter::default()
        };
        let found = messages::list(&db.store, &doubtful, None, 10).await;
        assert_eq!(found.unwrap().len(), 1);
        decisions::settle(&db.store, message).await.unwrap();
        let found = messages::list(&db.store, &doubtful, None, 10).await;
        assert!(found.unwrap().is_empty());
    }
}

#[tokio::test]
async fn tags_stick_and_what_is_ignored_makes_nothing() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let actions = vec![
            planned(Action::Tag(vec!["sales".to_owned(), "urgent".to_owned()])),
            planned(Action::Tag(vec!["sales".to_owned()])),
            planned(Action::Ignore("a newsletter".to_owned())),
        ];
        let effects = window(&db, vec![(message, actions, vec![])]).await;
        assert!(effects[0].ignored && effects[0].linked.is_empty());
        let tags = message_tags::for_messages(&db.store, &[message])
            .await
            .unwrap();
        assert_eq!(tags[&message], ["sales", "urgent"]);
    }
}

#[tokio::test]
async fn what_the_rules_skipped_stays_undone() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let skipped = Planned {
            outcome: Outcome::Skip("the sender is known".to_owned()),
            ..lead()
        };
        let effects = window(&db, vec![(message, vec![skipped], vec![])]).await;
        assert_eq!(effects[0], Effects::default());
        assert!(leads::list(&db.store, None, 10).await.unwrap().is_empty());
    }
}
