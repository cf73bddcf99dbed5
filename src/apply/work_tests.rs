#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::message_states::{MessagePriority, MessageStatus};
use entities::tickets::{TicketPriority, TicketStatus};
use entities::users::Role;
use rules::{
    Action, Assignee, Decision, MessageStatus as Status, Outcome, OwnerChoice, Planned, Priority,
    RecordKind, RecordRef, TicketChange, TicketFields, Turn,
};

use crate::apply::tests::{outcome, planned, window, window_of};
use crate::store::fixture::{Fixture, at, both, stored};
use crate::store::users::{self, UserFields};
use crate::store::{decisions, message_states, tickets};

const TEAM: [&str; 2] = ["anna@ours.example", "bob@ours.example"];

async fn team(db: &Fixture) -> Vec<entities::ids::UserId> {
    let mut ids = Vec::new();
    for email in TEAM {
        let fields = UserFields {
            email: email.to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        ids.push(users::insert(&db.store, fields, at(0)).await.unwrap().id);
    }
    ids
}

fn turn() -> Planned {
    planned(Action::Assign(Assignee {
        email: String::new(),
        choice: Some(Box::new(OwnerChoice {
            turn: Some(Turn::RoundRobin),
            among: TEAM.map(str::to_owned).to_vec(),
            ..OwnerChoice::default()
        })),
    }))
}

#[tokio::test]
async fn a_message_that_is_decided_again_stays_whose_it_is() {
    for db in both().await {
        let ids = team(&db).await;
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let said = vec![
            planned(Action::Status(Status::Pending)),
            planned(Action::Priority(Priority::Urgent)),
            turn(),
        ];
        window(&db, vec![(one, said, vec![])]).await;
        assert_eq!(outcome(&db, one).await, vec![Outcome::Do; 3]);
        // Decided once more, in the eyes of another scanner or after a rule was changed.
        window(
            &db,
            vec![(one, vec![turn()], vec![]), (two, vec![turn()], vec![])],
        )
        .await;
        let states = message_states::of(&db.store, &[one, two]).await.unwrap();
        assert_eq!(states[&one].assignee_id, Some(ids[0]));
        assert_eq!(states[&one].status, MessageStatus::Pending);
        assert_eq!(states[&one].priority, MessagePriority::Urgent);
        assert_eq!(states[&two].assignee_id, Some(ids[1]), "no turn was lost");
    }
}

#[tokio::test]
async fn only_users_get_messages() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let assignee = Assignee {
            email: "eve@elsewhere.example".to_owned(),
            choice: None,
        };
        let actions = vec![planned(Action::Assign(assignee)), turn()];
        window(&db, vec![(message, actions, vec![])]).await;
        let told = outcome(&db, message).await;
        assert_eq!(
            told,
            [
                Outcome::Skip("there is no user eve@elsewhere.example".to_owned()),
                Outcome::Skip(
                    "nobody, as nobody is there; there is no user anna@ours.example; there is no user bob@ours.example"
                        .to_owned()
                ),
            ]
        );
    }
}

#[tokio::test]
async fn a_ticket_gets_status_and_priority_at_once() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let wanted = planned(Action::CreateTicket(TicketFields::default()));
        window(&db, vec![(one, vec![wanted], vec![])]).await;
        let made = tickets::for_messages(&db.store, &[one]).await.unwrap()[0].id;
        let change = TicketChange {
            status: Some(rules::TicketStatus::Answered),
            priority: Some(Priority::High),
        };
        let change = Planned {
            records: vec![RecordRef {
                kind: RecordKind::Ticket,
                id: made.0,
            }],
            ..planned(Action::Ticket(change))
        };
        window(&db, vec![(two, vec![change.clone(), change], vec![])]).await;
        let ticket = tickets::by_id(&db.store, made).await.unwrap().unwrap();
        assert_eq!(ticket.status, TicketStatus::Answered);
        assert_eq!(ticket.priority, TicketPriority::High);
        assert_eq!(
            outcome(&db, two).await,
            [
                Outcome::Do,
                Outcome::Skip("it is answered, high priority already".to_owned())
            ]
        );
        let changes = tickets::changes(&db.store, made).await.unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].priority_before, Some(TicketPriority::Normal));
    }
}

#[tokio::test]
async fn of_two_scanners_the_first_gives_a_message_away_and_the_second_says_so() {
    for db in both().await {
        let ids = team(&db).await;
        let message = stored(&db.store, "one").await;
        let named = |email: &str| {
            planned(Action::Assign(Assignee {
                email: email.to_owned(),
                choice: None,
            }))
        };
        window(&db, vec![(message, vec![turn()], vec![])]).await;
        let said = vec![turn(), named(TEAM[1]), named(TEAM[0])];
        window_of(&db, "support", None, vec![(message, said, vec![])]).await;
        let states = message_states::of(&db.store, &[message]).await.unwrap();
        assert_eq!(states[&message].assignee_id, Some(ids[0]));
        let made = decisions::for_message(&db.store, message).await.unwrap();
        let second: Decision = serde_json::from_value(made[1].body.clone()).unwrap();
        let told: Vec<Outcome> = second.actions.into_iter().map(|one| one.outcome).collect();
        let before = "rule `Rule` of scanner sales gave it to anna@ours.example before";
        let before = Outcome::Skip(before.to_owned());
        let already = Outcome::Skip("it is anna@ours.example's already".to_owned());
        assert_eq!(told, [before.clone(), before, already]);
    }
}
