use super::super::fixture::{Office, PASSWORD};
use super::super::{Asker, CodeSecret, Refusal};
use super::SecondFactor;
use crate::store::fixture::{at, both, sqlite};

/// The code of the period `seconds` after the beginning.
fn code(secret: &CodeSecret, seconds: i64) -> String {
    secret.shown_at(at(seconds))
}

#[tokio::test]
async fn it_counts_once_a_first_code_was_right() {
    for fixture in both().await {
        let office = Office::new(fixture).await;
        let (accounts, anna) = (&office.accounts, office.anna);
        let state = async || accounts.second_factor(anna).await.unwrap();
        assert_eq!(state().await, SecondFactor::Off);
        let secret = accounts.begin_second_factor(anna).await.unwrap().unwrap();
        assert_eq!(state().await, SecondFactor::Begun);
        let owed = async || {
            let asker = Asker::default();
            let proof = accounts
                .prove("anna@example.com", PASSWORD.into(), &asker)
                .await;
            proof.unwrap().code_due
        };
        assert!(!owed().await);
        assert!(matches!(
            accounts.confirm(anna, "0").await,
            Err(Refusal::Wrong)
        ));
        let codes = accounts.confirm(anna, &code(&secret, 0)).await.unwrap();
        assert_eq!(state().await, SecondFactor::On { recovery_codes: 10 });
        assert_eq!(codes.len(), 10);
        assert!(owed().await);
        assert!(
            accounts.begin_second_factor(anna).await.unwrap().is_none(),
            "who has one turns it off first"
        );
        accounts.end_second_factor(anna).await.unwrap();
        assert_eq!(state().await, SecondFactor::Off);
        assert!(!owed().await);
    }
}

#[tokio::test]
async fn a_code_counts_once() {
    let office = Office::new(sqlite().await).await;
    let (accounts, anna) = (&office.accounts, office.anna);
    let secret = accounts.begin_second_factor(anna).await.unwrap().unwrap();
    let first = code(&secret, 0);
    let codes = accounts.confirm(anna, &first).await.unwrap();
    assert!(matches!(
        accounts.prove_code(anna, &first).await,
        Err(Refusal::Wrong)
    ));
    office.at(30);
    let second = code(&secret, 30);
    accounts.prove_code(anna, &second).await.unwrap();
    assert!(accounts.prove_code(anna, &second).await.is_err());
    let recovery = codes[3].text().to_lowercase();
    accounts.prove_code(anna, &recovery).await.unwrap();
    assert!(accounts.prove_code(anna, &recovery).await.is_err());
    assert_eq!(
        accounts.second_factor(anna).await.unwrap(),
        SecondFactor::On { recovery_codes: 9 }
    );
    let renewed = accounts.renew_recovery_codes(anna).await.unwrap();
    assert!(accounts.prove_code(anna, codes[4].text()).await.is_err());
    accounts.prove_code(anna, renewed[0].text()).await.unwrap();
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let office = Office::new(sqlite().await).await;
    let (accounts, anna) = (&office.accounts, office.anna);
    let secret = accounts.begin_second_factor(anna).await.unwrap().unwrap();
    accounts.confirm(anna, &code(&secret, 0)).await.unwrap();
    for _ in 0..5 {
        assert!(matches!(
            accounts.prove_code(anna, "no code").await,
            Err(Refusal::Wrong)
        ));
    }
    office.at(60);
    let right = code(&secret, 60);
    assert!(matches!(
        accounts.prove_code(anna, &right).await,
        Err(Refusal::TooMany(_))
    ));
    office.at(3600);
    accounts
        .prove_code(anna, &code(&secret, 3600))
        .await
        .unwrap();
}
