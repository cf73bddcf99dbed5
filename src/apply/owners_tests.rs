#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use entities::users::Role;
use rules::{Action, ChosenOwner, Decision, LeadFields, Outcome, OwnerChoice, TicketFields, Turn};

use crate::apply::tests::{planned, window};
use crate::store::fixture::{at, both, stored};
use crate::store::users::{self, UserFields};
use crate::store::{decisions, leads, tickets};

fn turn() -> Box<OwnerChoice> {
    let among = ["anna@ours.example", "bob@ours.example"];
    Box::new(OwnerChoice {
        turn: Some(Turn::RoundRobin),
        among: among.map(str::to_owned).to_vec(),
        ..OwnerChoice::default()
    })
}

fn lead(email: &str) -> Action {
    Action::CreateLead(LeadFields {
        email: email.to_owned(),
        owner_choice: Some(turn()),
        ..LeadFields::default()
    })
}

#[tokio::test]
async fn the_decision_tells_who_got_what_was_made_and_nobody_gets_what_was_not() {
    for db in both().await {
        let mut ids = Vec::new();
        for email in turn().among {
            let fields = UserFields {
                email,
                name: String::new(),
                role: Role::User,
                active: true,
            };
            ids.push(users::insert(&db.store, fields, at(0)).await.unwrap().id);
        }
        let mut said = Vec::new();
        for (name, email) in [("one", "x@y.z"), ("two", "x@y.z"), ("three", "v@y.z")] {
            let message = stored(&db.store, name).await;
            said.push((message, vec![planned(lead(email))], vec![]));
        }
        let ticket = stored(&db.store, "four").await;
        let fields = TicketFields {
            owner_choice: Some(turn()),
            ..TicketFields::default()
        };
        said.push((ticket, vec![planned(Action::CreateTicket(fields))], vec![]));
        let messages: Vec<_> = said.iter().map(|(message, ..)| *message).collect();
        window(&db, said).await;

        let mut made = leads::list(&db.store, None, 10).await.unwrap();
        made.sort_by_key(|lead| lead.id);
        let owners: Vec<_> = made.iter().map(|lead| lead.owner_id.unwrap()).collect();
        assert_eq!(owners, ids, "one has no turn by what was not made");
        let made = tickets::for_messages(&db.store, &[ticket]).await.unwrap();
        assert_eq!(
            made[0].owner_id,
            Some(ids[0]),
            "tickets have a turn of their own"
        );

        let mut chosen = Vec::new();
        for message in messages {
            let rows = decisions::for_message(&db.store, message).await.unwrap();
            let decision: Decision = serde_json::from_value(rows[0].body.clone()).unwrap();
            let action = &decision.actions[0];
            let (owner, choice) = match &action.action {
                Action::CreateLead(fields) => (&fields.owner, &fields.owner_choice),
                Action::CreateTicket(fields) => (&fields.owner, &fields.owner_choice),
                other => panic!("{other:?}"),
            };
            let choice = choice.as_ref().unwrap();
            assert_eq!(choice.chosen.is_some(), action.outcome == Outcome::Do);
            let who = choice.chosen.as_ref().map(|chosen| chosen.email.clone());
            assert_eq!(who.clone().unwrap_or_default(), *owner);
            chosen.push(choice.chosen.clone());
        }
        assert_eq!(
            chosen[2],
            Some(ChosenOwner {
                email: "bob@ours.example".to_owned(),
                why: "whose turn it is".to_owned(),
                passed_over: vec![],
            })
        );
    }
}
