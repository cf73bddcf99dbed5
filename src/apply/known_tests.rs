#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::ids::MessageId;
use entities::users::Role;
use rules::{
    Action, Candidate, ContactFields, Doubt, OrganizationFields, Outcome, Planned, TicketFields,
};

use crate::apply::tests::{outcome, planned, window};
use crate::records::undo::{Teller, undo};
use crate::store::fixture::{Fixture, at, both, stored};
use crate::store::message_addresses::NewMessageAddress;
use crate::store::undos::Scope;
use crate::store::users::{self, UserFields};
use crate::store::{contacts, late_links, links, message_addresses, organizations, tickets};

fn organization(name: &str, domain: &str) -> Planned {
    planned(Action::CreateOrganization(OrganizationFields {
        name: name.to_owned(),
        domain: domain.to_owned(),
        owner: "boss@ours.example".to_owned(),
        ..OrganizationFields::default()
    }))
}

fn contact(email: &str, phone: &str) -> Planned {
    planned(Action::CreateContact(ContactFields {
        first_name: "Anna".to_owned(),
        last_name: "Rossi".to_owned(),
        email: email.to_owned(),
        phone: phone.to_owned(),
        ..ContactFields::default()
    }))
}

async fn why_not(db: &Fixture, message: MessageId) -> Vec<String> {
    let outcomes = outcome(db, message).await.into_iter();
    outcomes
        .map(|outcome| match outcome {
            Outcome::Do => String::new(),
            Outcome::Skip(why) | Outcome::TakenBack(why) => why,
        })
        .collect()
}

#[tokio::test]
async fn a_contact_is_made_at_the_organization_of_the_same_message_and_each_only_once() {
    for db in both().await {
        let boss = UserFields {
            email: "boss@ours.example".to_owned(),
            name: String::new(),
            role: Role::Admin,
            active: true,
        };
        let boss = users::insert(&db.store, boss, at(0)).await.unwrap().id;
        let mut messages = Vec::new();
        for name in ["one", "two", "three"] {
            messages.push(stored(&db.store, name).await);
        }
        // Older mail of hers, of before anybody knew her.
        let address = NewMessageAddress {
            message_id: messages[2],
            email: "anna@acme.com".to_owned(),
            role: "from",
        };
        message_addresses::insert_missing(&db.store, vec![address])
            .await
            .unwrap();
        let acme = || organization("Acme", "acme.com");
        let said = vec![
            (
                messages[0],
                vec![acme(), contact("anna@acme.com", "+39 051 1234567")],
                vec![],
            ),
            (
                messages[1],
                vec![
                    organization("Acme Inc", "acme.com"),
                    contact("anna@acme.com", ""),
                ],
                vec![],
            ),
            (
                messages[2],
                vec![
                    organization("gmail.com", "gmail.com"),
                    contact("a.rossi@home.example", "051/1234567"),
                ],
                vec![],
            ),
        ];
        let effects = window(&db, said).await;
        assert_eq!(effects[0].made.len(), 2);
        assert_eq!(effects[0].made[0].email, "@acme.com");
        let made = contacts::list(&db.store, None, 10).await.unwrap();
        let bodies = organizations::list(&db.store).await.unwrap();
        assert_eq!((made.len(), bodies.len()), (1, 1));
        assert_eq!(made[0].organization_id, Some(bodies[0].id));
        assert_eq!(bodies[0].owner_id, Some(boss));
        assert_eq!(why_not(&db, messages[0]).await, ["", ""]);
        assert_eq!(
            why_not(&db, messages[1]).await,
            [
                "organization Acme has this domain already",
                "contact Anna Rossi has this address already"
            ]
        );
        assert_eq!(
            why_not(&db, messages[2]).await,
            [
                "gmail.com is no organization's own domain, and nothing else names it",
                "contact Anna Rossi has the same telephone number"
            ]
        );
        let linked = links::for_messages(&db.store, &messages).await.unwrap();
        assert_eq!(linked.len(), 5, "those that are known are linked");
        let asked = late_links::count(&db.store).await.unwrap();
        assert_eq!(asked, 2, "older mail of both is linked late");
    }
}

#[tokio::test]
async fn a_ticket_is_of_the_contact_that_is_made_of_the_same_message() {
    for db in both().await {
        let ticket = |title: &str| {
            planned(Action::CreateTicket(TicketFields {
                title: title.to_owned(),
                ..TicketFields::default()
            }))
        };
        let anna = || contact("anna@acme.com", "+39 051 1234567");
        let mut said = Vec::new();
        for (name, actions) in [
            (
                "one",
                vec![organization("Acme", "acme.com"), anna(), ticket("One")],
            ),
            ("two", vec![anna(), ticket("Two")]),
            (
                "three",
                vec![contact("eve@eve.example", "051/1234567"), ticket("Three")],
            ),
            ("four", vec![ticket("Four")]),
        ] {
            said.push((stored(&db.store, name).await, actions, vec![]));
        }
        window(&db, said).await;
        let anna = contacts::list(&db.store, None, 10).await.unwrap()[0].id;
        let acme = organizations::list(&db.store).await.unwrap()[0].id;
        let mut made = tickets::list(&db.store, tickets::Filter::default(), 10)
            .await
            .unwrap();
        made.sort_by_key(|ticket| ticket.id);
        let whose: Vec<_> = made
            .iter()
            .map(|ticket| {
                (
                    ticket.title.as_str(),
                    ticket.contact_id,
                    ticket.organization_id,
                )
            })
            .collect();
        assert_eq!(
            whose,
            [
                ("One", Some(anna), Some(acme)),
                ("Two", Some(anna), Some(acme)),
                // The telephone number may be anybody's.
                ("Three", None, None),
                ("Four", None, None),
            ]
        );
    }
}

#[tokio::test]
async fn nobody_is_at_another_organization_as_the_one_meant_could_not_be_made() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let made = window(
            &db,
            vec![(one, vec![organization("Acme", "acme.com")], vec![])],
        )
        .await;
        let acme = made[0].made[0].record;
        let linked = Planned {
            records: vec![acme],
            ..planned(Action::Link(vec![]))
        };
        let doubtful = Candidate {
            record: acme,
            name: "Acme".to_owned(),
            evidence: Vec::new(),
            doubt: Some(Doubt::Tie),
        };
        let said = vec![
            linked,
            organization("gmail.com", "gmail.com"),
            contact("carla@gmail.com", ""),
        ];
        let effects = window(&db, vec![(two, said, vec![doubtful])]).await;
        assert_eq!(effects[0].linked[0].0, acme);
        assert_eq!(effects[0].organization, None);
        let made = contacts::list(&db.store, None, 9).await.unwrap();
        assert_eq!(made[0].organization_id, None);
    }
}

#[tokio::test]
async fn an_organization_is_the_same_with_its_legal_form_and_without() {
    for db in both().await {
        let (one, two, three) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
            stored(&db.store, "three").await,
        );
        for (message, name) in [(one, "Acme S.r.l."), (two, "ACME"), (three, "Acme GmbH")] {
            let said = vec![organization(name, "")];
            window(&db, vec![(message, said, vec![])]).await;
        }
        assert_eq!(
            why_not(&db, two).await,
            ["organization Acme S.r.l. has the same name"]
        );
        let all = organizations::list(&db.store).await.unwrap();
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Acme GmbH", "Acme S.r.l."]);
    }
}

#[tokio::test]
async fn nobody_joins_an_organization_by_writing_its_name() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let said = vec![
            (one, vec![organization("Acme", "acme.com")], vec![]),
            (
                two,
                vec![
                    organization("Acme", "eve.example"),
                    contact("eve@eve.example", ""),
                ],
                vec![],
            ),
        ];
        window(&db, said).await;
        assert_eq!(
            why_not(&db, two).await,
            [
                "organization Acme is known with other domains; a person says whether they are of it",
                ""
            ]
        );
        let made = contacts::list(&db.store, None, 10).await.unwrap();
        assert_eq!(made[0].organization_id, None);
        assert_eq!(organizations::list(&db.store).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_a_rule_made_is_taken_back_unless_it_was_changed_since() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let said = vec![
            (
                one,
                vec![
                    organization("Acme", "acme.com"),
                    contact("anna@acme.com", ""),
                ],
                vec![],
            ),
            (two, vec![organization("Bolt", "bolt.example.com")], vec![]),
        ];
        window(&db, said).await;
        let bolt = organizations::find_by_name(&db.store, "Bolt")
            .await
            .unwrap()
            .one();
        let more = ["bolt-chairs.com".to_owned()];
        organizations::add_domains(&db.store, bolt.unwrap().id, &more, at(5))
            .await
            .unwrap();
        let teller = Teller {
            name: "Rule",
            author: "boss",
            now: at(9),
        };
        let tx = db.store.begin().await.unwrap();
        let undone = undo(&tx, &Scope::Rule("Rule".to_owned()), teller)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            (undone.counts.contacts, undone.counts.organizations),
            (1, 1)
        );
        assert_eq!(undone.kept.len(), 1);
        assert_eq!(undone.kept[0].why, "it was changed since");
        let left = organizations::list(&db.store).await.unwrap();
        assert_eq!(left[0].name, "Bolt");
        assert_eq!(contacts::list(&db.store, None, 10).await.unwrap(), []);
        let linked = links::for_messages(&db.store, &[one, two]).await.unwrap();
        assert_eq!(linked.len(), 1);
    }
}
