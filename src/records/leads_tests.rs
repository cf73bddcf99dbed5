#![allow(clippy::unwrap_used)]

use entities::record_kind::RecordKind;
use entities::users::Role;

use super::{LeadMade, LeadWish, create};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both};
use crate::store::users::{self, UserFields};
use crate::store::{Store, leads};

fn wish(email: &str) -> LeadWish {
    LeadWish {
        first_name: "Anna".to_owned(),
        last_name: "Rossi".to_owned(),
        email: email.to_owned(),
        owner: "bob@example.com".to_owned(),
        ..LeadWish::default()
    }
}

async fn made(store: &Store, wish: LeadWish) -> LeadMade {
    let tx = store.begin().await.unwrap();
    let made = create(&tx, wish, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    made
}

#[tokio::test]
async fn an_address_becomes_a_lead_once() {
    for db in both().await {
        let LeadMade::New(id) = made(&db.store, wish("anna@example.it")).await else {
            unreachable!("nobody is known yet");
        };
        assert_eq!(
            made(&db.store, wish("anna@example.it")).await,
            LeadMade::Known {
                kind: RecordKind::Lead,
                id: id.0,
                name: "Anna Rossi".to_owned(),
                field: "email".to_owned(),
            }
        );
        assert_eq!(leads::list(&db.store, None, 10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_contact_is_known_before_a_lead_by_any_of_its_addresses() {
    for db in both().await {
        made(&db.store, wish("anna@example.it")).await;
        let contact = NewContact {
            first_name: "Anna".to_owned(),
            last_name: "Bianchi".to_owned(),
            email: Some("a.bianchi@example.it".to_owned()),
            other_emails: vec!["Anna@Example.it".to_owned()],
            ..NewContact::default()
        };
        contacts::insert_many(&db.store, &[contact], at(0))
            .await
            .unwrap();
        let LeadMade::Known {
            kind, name, field, ..
        } = made(&db.store, wish("anna@example.it")).await
        else {
            unreachable!("she is known");
        };
        assert_eq!(
            (kind, name.as_str(), field.as_str()),
            (RecordKind::Contact, "Anna Bianchi", "other_emails")
        );
    }
}

#[tokio::test]
async fn a_lead_is_its_owners_if_there_is_such_a_user() {
    for db in both().await {
        let LeadMade::New(nobodys) = made(&db.store, wish("one@example.it")).await else {
            unreachable!("nobody is known yet");
        };
        let fields = UserFields {
            email: "bob@example.com".to_owned(),
            name: "Bob".to_owned(),
            role: Role::User,
            active: true,
        };
        let bob = users::insert(&db.store, fields, at(0)).await.unwrap();
        let LeadMade::New(bobs) = made(&db.store, wish("two@example.it")).await else {
            unreachable!("nobody is known yet");
        };
        let owner = async |id| leads::by_id(&db.store, id).await.unwrap().unwrap().owner_id;
        assert_eq!(owner(nobodys).await, None);
        assert_eq!(owner(bobs).await, Some(bob.id));
    }
}
