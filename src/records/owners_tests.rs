#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chrono::{NaiveDate, TimeDelta};
use entities::ids::UserId;
use entities::record_kind::RecordKind;
use entities::users::Role;

use super::{By, Chosen, Wish, choose};
use crate::store::contacts::NewContact;
use crate::store::fixture::{Fixture, at, both, postgres};
use crate::store::leads::NewLead;
use crate::store::users::{self, UserFields};
use crate::store::workloads::Work;
use crate::store::{Store, absences, contacts, leads};

const TEAM: [&str; 3] = ["anna@ours.example", "bob@ours.example", "carl@ours.example"];

async fn team(store: &Store) -> Vec<UserId> {
    let mut ids = Vec::new();
    for email in TEAM {
        let fields = UserFields {
            email: email.to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        ids.push(users::insert(store, fields, at(0)).await.unwrap().id);
    }
    ids
}

fn wish(among: &[String], by: By, at_most: Option<u32>) -> Wish<'_> {
    Wish {
        of: Vec::new(),
        among,
        by,
        at_most,
        otherwise: "",
        rule: "R",
        action: "create_lead",
        work: Work::Leads,
    }
}

fn everybody() -> Vec<String> {
    TEAM.map(str::to_owned).to_vec()
}

/// Chooses and makes the lead, as carrying out does.
async fn give(store: &Store, wish: &Wish<'_>) -> Chosen {
    let tx = store.begin().await.unwrap();
    let chosen = choose(&tx, wish, at(0)).await.unwrap();
    let lead = NewLead {
        owner_id: chosen.user,
        created_at: at(0),
        ..NewLead::default()
    };
    leads::insert_many(&tx, vec![lead]).await.unwrap();
    tx.commit().await.unwrap();
    chosen
}

async fn given(db: &Fixture, wish: &Wish<'_>, times: usize) -> Vec<String> {
    let mut given = Vec::new();
    for _ in 0..times {
        let chosen = give(&db.store, wish).await;
        let name = chosen.email.split('@').next().unwrap_or_default();
        given.push(name.to_owned());
    }
    given
}

fn today() -> NaiveDate {
    at(0).date_naive()
}

#[tokio::test]
async fn each_has_a_turn_and_who_is_away_or_switched_off_is_passed_over() {
    for db in both().await {
        let ids = team(&db.store).await;
        let among = everybody();
        let wish = wish(&among, By::Turn, None);
        assert_eq!(given(&db, &wish, 4).await, ["anna", "bob", "carl", "anna"]);
        let until = today() + TimeDelta::days(3);
        let away = [(today(), until)];
        absences::replace(&db.store, ids[1], &away).await.unwrap();
        let chosen = give(&db.store, &wish).await;
        assert_eq!(chosen.email, TEAM[2]);
        assert_eq!(chosen.why, "whose turn it is");
        assert_eq!(
            chosen.passed_over,
            [format!("bob@ours.example is absent until {until}")]
        );
        absences::replace(&db.store, ids[1], &[]).await.unwrap();
        let fields = UserFields {
            email: TEAM[0].to_owned(),
            name: String::new(),
            role: Role::User,
            active: false,
        };
        users::update(&db.store, ids[0], fields, at(0))
            .await
            .unwrap();
        assert_eq!(given(&db, &wish, 3).await, ["bob", "carl", "bob"]);
        let other = Wish {
            rule: "another rule",
            ..wish
        };
        assert_eq!(given(&db, &other, 1).await, ["bob"], "a turn of its own");
    }
}

#[tokio::test]
async fn the_least_busy_gets_it_until_all_have_enough() {
    for db in both().await {
        let ids = team(&db.store).await;
        let busy = NewLead {
            owner_id: Some(ids[0]),
            created_at: at(0),
            ..NewLead::default()
        };
        leads::insert_many(&db.store, vec![busy]).await.unwrap();
        let among = everybody();
        let mut wish = wish(&among, By::Load, Some(2));
        assert_eq!(
            given(&db, &wish, 6).await,
            ["bob", "carl", "anna", "bob", "carl", ""]
        );
        wish.otherwise = "Anna@ours.example";
        let chosen = give(&db.store, &wish).await;
        assert_eq!(chosen.email, TEAM[0]);
        assert_eq!(chosen.why, "as nobody else is there");
        assert_eq!(chosen.passed_over[0], "anna@ours.example has 2 already");
        wish.otherwise = "boss@ours.example";
        let chosen = give(&db.store, &wish).await;
        assert_eq!(chosen.user, None);
        assert_eq!(
            chosen.why,
            "as there is no user boss@ours.example, or they are switched off"
        );
    }
}

#[tokio::test]
async fn the_owner_of_the_record_comes_first_unless_away() {
    for db in both().await {
        let ids = team(&db.store).await;
        let contact = NewContact {
            owner_id: Some(ids[2]),
            ..NewContact::default()
        };
        let contact = contacts::insert_many(&db.store, &[contact], at(0))
            .await
            .unwrap()[0]
            .id;
        let among = vec!["nobody@ours.example".to_owned(), TEAM[0].to_owned()];
        let mut wish = wish(&among, By::Turn, None);
        wish.of = vec![(RecordKind::Lead, 77), (RecordKind::Contact, contact.0)];
        let chosen = give(&db.store, &wish).await;
        assert_eq!(chosen.email, TEAM[2]);
        assert_eq!(chosen.why, format!("who has contact {contact}"));
        let away = [(today(), today())];
        absences::replace(&db.store, ids[2], &away).await.unwrap();
        let chosen = give(&db.store, &wish).await;
        assert_eq!(chosen.email, TEAM[0]);
        assert_eq!(
            chosen.passed_over,
            [
                format!("carl@ours.example is absent until {}", today()),
                "there is no user nobody@ours.example".to_owned()
            ]
        );
    }
}

#[tokio::test]
async fn workers_that_choose_at_once_share_fairly() {
    let db = postgres().await;
    team(&db.store).await;
    let among = everybody();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (store, among) = (db.store.clone(), among.clone());
        workers.spawn(async move { give(&store, &wish(&among, By::Turn, Some(4))).await.email });
    }
    let mut given = workers.join_all().await;
    given.sort_unstable();
    let expected: Vec<&str> = TEAM.iter().flat_map(|email| [*email; 4]).collect();
    assert_eq!(given, expected);
}
