#![allow(clippy::unwrap_used)]

use entities::leads::LeadStatus;
use entities::record_kind::RecordKind;
use entities::users::Role;

use super::{Alike, KnownBy, LeadMade, LeadWish, create};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both};
use crate::store::organizations::{self, OrganizationFields};
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
            panic!("nobody is known yet");
        };
        assert_eq!(
            made(&db.store, wish("anna@example.it")).await,
            LeadMade::Known {
                kind: RecordKind::Lead,
                id: id.0,
                name: "Anna Rossi".to_owned(),
                by: KnownBy::Address("email".to_owned()),
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
        let LeadMade::Known { kind, name, by, .. } = made(&db.store, wish("anna@example.it")).await
        else {
            panic!("she is known");
        };
        assert_eq!(
            (kind, name.as_str(), by),
            (
                RecordKind::Contact,
                "Anna Bianchi",
                KnownBy::Address("other_emails".to_owned())
            )
        );
    }
}

#[tokio::test]
async fn a_person_is_known_by_telephone_number_or_by_name_and_company() {
    for db in both().await {
        let acme = OrganizationFields {
            name: "ACME S.r.l.".to_owned(),
            domains: Vec::new(),
            phone: String::new(),
            website: String::new(),
        };
        let acme = organizations::insert(&db.store, acme, at(0)).await.unwrap();
        let contact = |first_name: &str, phone: &str| NewContact {
            first_name: first_name.to_owned(),
            last_name: "Bianchi".to_owned(),
            organization_id: Some(acme.id),
            phone: phone.to_owned(),
            ..NewContact::default()
        };
        let anna = contact("Anna", "+39 051 1234567");
        contacts::insert_many(&db.store, &[anna], at(0))
            .await
            .unwrap();
        let wish = |name: (&str, &str), company: &str, phone: &str| LeadWish {
            first_name: name.0.to_owned(),
            last_name: name.1.to_owned(),
            company: company.to_owned(),
            phone: phone.to_owned(),
            ..wish(&format!("{}@new.example", rand::random::<u64>()))
        };
        for (wish, expected) in [
            (wish(("Anna", ""), "", "051 123 45 67"), Some(Alike::Phone)),
            (wish(("", ""), "", "0039 051 1234567"), Some(Alike::Phone)),
            (
                wish(("anna", "BIANCHI"), "Acme", ""),
                Some(Alike::NameAndCompany),
            ),
            // Somebody else at the same switchboard, at another company, or with a name alone.
            (wish(("Carlo", "Neri"), "ACME", "051 1234567"), None),
            (wish(("Anna", "Bianchi"), "Other", ""), None),
            (wish(("Anna", "Bianchi"), "", ""), None),
        ] {
            let by = match made(&db.store, wish.clone()).await {
                LeadMade::New(_) => None,
                LeadMade::Known {
                    by: KnownBy::Alike(alike),
                    ..
                } => Some(alike),
                LeadMade::Known { by, .. } => panic!("{by:?}: {wish:?}"),
            };
            assert_eq!(by, expected, "{wish:?}");
        }
        // Where two have the number, neither is meant for sure.
        let anna = contact("Anna Maria", "051 1234567");
        contacts::insert_many(&db.store, &[anna], at(0))
            .await
            .unwrap();
        let came = made(&db.store, wish(("Anna", ""), "", "051 1234567")).await;
        assert!(matches!(came, LeadMade::New(_)), "{came:?}");
    }
}

#[tokio::test]
async fn a_switchboard_tells_nobody_and_what_came_to_nothing_is_nobodys_double() {
    for db in both().await {
        let store = &db.store;
        let acme = OrganizationFields {
            name: "ACME".to_owned(),
            domains: Vec::new(),
            phone: "+39 051 7654321".to_owned(),
            website: String::new(),
        };
        organizations::insert(store, acme, at(0)).await.unwrap();
        let contact = |last_name: &str, phone: &str| NewContact {
            first_name: "Anna".to_owned(),
            last_name: last_name.to_owned(),
            phone: phone.to_owned(),
            ..NewContact::default()
        };
        let contacts = [
            contact("Rossi", "051 7654321"),
            contact("Bianchi", "051 1234567"),
            contact("Verdi", "051 1234567"),
        ];
        contacts::insert_many(store, &contacts, at(0))
            .await
            .unwrap();
        let wish = |last_name: &str, phone: &str| LeadWish {
            first_name: "Anna".to_owned(),
            last_name: last_name.to_owned(),
            company: "Alone".to_owned(),
            phone: phone.to_owned(),
            ..wish(&format!("{}@new.example", rand::random::<u64>()))
        };
        // The organization's number, and one of two persons.
        for (name, phone) in [("Rossi", "051 7654321"), ("Bianchi", "051 1234567")] {
            let came = made(store, wish(name, phone)).await;
            assert!(matches!(came, LeadMade::New(_)), "{came:?}");
        }
        let LeadMade::New(old) = made(store, wish("Neri", "02 99999999")).await else {
            panic!("nobody has this number");
        };
        let again = made(store, wish("Neri", "02 99999999")).await;
        assert!(matches!(again, LeadMade::Known { .. }), "{again:?}");
        leads::set_status(store, old, LeadStatus::Closed)
            .await
            .unwrap();
        let again = made(store, wish("Neri", "02 99999999")).await;
        assert!(matches!(again, LeadMade::New(_)), "{again:?}");
    }
}

#[tokio::test]
async fn a_lead_is_its_owners_if_there_is_such_a_user() {
    for db in both().await {
        let LeadMade::New(nobodys) = made(&db.store, wish("one@example.it")).await else {
            panic!("nobody is known yet");
        };
        let fields = UserFields {
            email: "bob@example.com".to_owned(),
            name: "Bob".to_owned(),
            role: Role::User,
            active: true,
        };
        let bob = users::insert(&db.store, fields, at(0)).await.unwrap();
        let LeadMade::New(bobs) = made(&db.store, wish("two@example.it")).await else {
            panic!("nobody is known yet");
        };
        let owner = async |id| leads::by_id(&db.store, id).await.unwrap().unwrap().owner_id;
        assert_eq!(owner(nobodys).await, None);
        assert_eq!(owner(bobs).await, Some(bob.id));
    }
}
