use entities::users::Role;

use super::super::fixture::{Office, PASSWORD};
use super::{Asker, Refusal};
use crate::store;
use crate::store::fixture::{both, sqlite};
use crate::store::users::UserFields;

fn from(remote: &str) -> Asker {
    Asker {
        remote: Some(remote.parse().unwrap()),
        browser: None,
    }
}

#[tokio::test]
async fn address_and_password_together_let_in() {
    for fixture in both().await {
        let office = Office::new(fixture).await;
        let prove = async |email, password: &str| {
            let asker = from("192.0.2.7");
            office.accounts.prove(email, password.into(), &asker).await
        };
        let proof = prove("Anna@Example.com", PASSWORD).await.unwrap();
        assert_eq!(proof.user.id, office.anna);
        assert!(!proof.code_due);
        for (email, password) in [
            ("anna@example.com", "wrong"),
            ("nobody@example.com", PASSWORD),
            ("", ""),
        ] {
            let refusal = prove(email, password).await.unwrap_err();
            assert!(matches!(refusal, Refusal::Wrong), "{email}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn who_was_switched_off_is_not_let_in() {
    let office = Office::new(sqlite().await).await;
    let off = UserFields {
        email: "anna@example.com".to_owned(),
        name: "Anna".to_owned(),
        role: Role::User,
        active: false,
    };
    let store = &office.fixture.store;
    let now = store::fixture::at(0);
    store::users::update(store, office.anna, off, now)
        .await
        .unwrap();
    let asker = Asker::default();
    let proof = office
        .accounts
        .prove("anna@example.com", PASSWORD.into(), &asker)
        .await;
    assert!(matches!(proof, Err(Refusal::Wrong)), "{proof:?}");
}

#[tokio::test]
async fn after_five_wrong_ones_nobody_is_let_in_for_a_while() {
    let office = Office::new(sqlite().await).await;
    let prove = async |password: &str| {
        let asker = from("192.0.2.7");
        let email = "anna@example.com";
        office.accounts.prove(email, password.into(), &asker).await
    };
    for _ in 0..5 {
        assert!(matches!(prove("wrong").await, Err(Refusal::Wrong)));
    }
    assert!(matches!(prove(PASSWORD).await, Err(Refusal::TooMany(_))));
    office.at(5 * 60 - 1);
    assert!(matches!(prove(PASSWORD).await, Err(Refusal::TooMany(_))));
    office.at(5 * 60);
    assert!(prove(PASSWORD).await.is_ok());
    // A right one forgets the wrong ones.
    for _ in 0..4 {
        assert!(matches!(prove("wrong").await, Err(Refusal::Wrong)));
    }
    assert!(prove(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn guessing_from_elsewhere_does_not_lock_out_a_known_browser() {
    let office = Office::new(sqlite().await).await;
    let store = &office.fixture.store;
    let now = store::fixture::at(0);
    store::known_browsers::remember(store, "ab", office.anna, now)
        .await
        .unwrap();
    let email = "anna@example.com";
    for _ in 0..5 {
        let stranger = from("198.51.100.1");
        let _ = office
            .accounts
            .prove(email, "wrong".into(), &stranger)
            .await;
    }
    let stranger = from("203.0.113.5");
    let proof = office
        .accounts
        .prove(email, PASSWORD.into(), &stranger)
        .await;
    assert!(matches!(proof, Err(Refusal::TooMany(_))), "{proof:?}");
    let known = Asker {
        browser: Some("ab".to_owned()),
        ..from("203.0.113.5")
    };
    let proof = office.accounts.prove(email, PASSWORD.into(), &known).await;
    assert!(proof.is_ok(), "{proof:?}");
    let unknown = Asker {
        browser: Some("cd".to_owned()),
        ..from("203.0.113.5")
    };
    let proof = office
        .accounts
        .prove(email, PASSWORD.into(), &unknown)
        .await;
    assert!(matches!(proof, Err(Refusal::TooMany(_))), "{proof:?}");
}

#[tokio::test]
async fn many_at_once_are_counted_all_the_same() {
    for fixture in both().await {
        let office = Office::new(fixture).await;
        let tries = (0..12).map(|_| {
            let accounts = office.accounts.clone();
            tokio::spawn(async move {
                let asker = Asker::default();
                accounts
                    .prove("anna@example.com", "wrong".into(), &asker)
                    .await
            })
        });
        let mut looked_at = 0;
        for tried in futures_util::future::join_all(tries).await {
            looked_at += usize::from(matches!(tried.unwrap(), Err(Refusal::Wrong)));
        }
        assert_eq!(looked_at, 5);
    }
}
