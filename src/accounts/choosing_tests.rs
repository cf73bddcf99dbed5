use super::super::fixture::{Office, PASSWORD};
use super::super::{Asker, WeakPassword};
use super::NotTaken;
use crate::store::fixture::sqlite;

#[tokio::test]
async fn another_password_takes_the_place_of_the_first() {
    let office = Office::new(sqlite().await).await;
    let (accounts, anna) = (&office.accounts, office.anna);
    assert!(accounts.has_password(anna).await.unwrap());
    let other = "lantern gravel quince 88";
    accounts.choose_password(anna, other.into()).await.unwrap();
    let prove = async |password: &str| {
        let asker = Asker::default();
        let email = "anna@example.com";
        accounts.prove(email, password.into(), &asker).await.is_ok()
    };
    assert!(prove(other).await);
    assert!(!prove(PASSWORD).await);
}

#[tokio::test]
async fn what_everybody_knows_of_a_user_is_no_password() {
    let office = Office::new(sqlite().await).await;
    for soon in ["anna@example.com", "annaexample123"] {
        let taken = office
            .accounts
            .choose_password(office.anna, soon.into())
            .await;
        assert!(
            matches!(taken, Err(NotTaken::Weak(WeakPassword::Guessable(_)))),
            "{soon}: {taken:?}"
        );
    }
}
