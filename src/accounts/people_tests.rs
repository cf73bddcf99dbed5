use entities::users::Role;
use serde_json::json;

use super::super::fixture::{Office, PASSWORD};
use super::super::{Asker, SecondFactor};
use super::{Actor, NotDone};
use crate::store::audit_entries::{self, Filter};
use crate::store::fixture::{both, sqlite};
use crate::store::users::{self, UserFields};

fn fields(email: &str, role: Role, active: bool) -> UserFields {
    UserFields {
        email: email.to_owned(),
        name: "Lena".to_owned(),
        role,
        active,
    }
}

async fn admin(office: &Office) -> Actor {
    let remote = Some("192.0.2.7".parse().unwrap());
    let user = office
        .accounts
        .add_first_admin("boss@example.com", "Boss", remote)
        .await
        .unwrap()
        .unwrap();
    Actor {
        id: user.id,
        email: user.email,
        remote,
    }
}

#[tokio::test]
async fn what_admins_do_with_users_is_in_the_log() {
    for fixture in both().await {
        let office = Office::new(fixture).await;
        let by = admin(&office).await;
        let accounts = &office.accounts;
        let lena = fields("lena@example.com", Role::User, true);
        let lena = accounts.add_user(lena, &by).await.unwrap();
        let again = fields("LENA@example.com", Role::User, true);
        assert!(matches!(
            accounts.add_user(again, &by).await,
            Err(NotDone::Taken)
        ));
        let changed = fields("lena@example.com", Role::Admin, true);
        accounts
            .change_user(lena.id, changed.clone(), &by)
            .await
            .unwrap();
        accounts.change_user(lena.id, changed, &by).await.unwrap();
        accounts.sign_user_out(lena.id, &by).await.unwrap();
        accounts.remove_user(lena.id, &by).await.unwrap();
        assert!(matches!(
            accounts.remove_user(lena.id, &by).await,
            Err(NotDone::Gone)
        ));
        let log = audit_entries::list(&office.fixture.store, &Filter::default(), 10)
            .await
            .unwrap();
        let actions: Vec<_> = log
            .iter()
            .map(|entry| (entry.action.as_str(), entry.object_name.as_str()))
            .collect();
        assert_eq!(
            actions,
            [
                ("user.remove", "lena@example.com"),
                ("user.sign_out", "lena@example.com"),
                ("user.change", "lena@example.com"),
                ("user.add", "lena@example.com"),
                ("user.add", "boss@example.com"),
            ]
        );
        assert_eq!(log[2].changes, json!({"role": ["user", "admin"]}));
        assert!(log.iter().all(|entry| entry.who == "boss@example.com"));
        assert!(log.iter().all(|entry| entry.remote == "192.0.2.7"));
    }
}

#[tokio::test]
async fn one_admin_stays() {
    let office = Office::new(sqlite().await).await;
    let by = admin(&office).await;
    let accounts = &office.accounts;
    for (role, active) in [(Role::User, true), (Role::Admin, false)] {
        let fields = fields("boss@example.com", role, active);
        let changed = accounts.change_user(by.id, fields, &by).await;
        assert!(matches!(changed, Err(NotDone::LastAdmin)), "{changed:?}");
    }
    assert!(matches!(
        accounts.remove_user(by.id, &by).await,
        Err(NotDone::LastAdmin)
    ));
    let second = fields("second@example.com", Role::Admin, true);
    accounts.add_user(second, &by).await.unwrap();
    accounts.remove_user(by.id, &by).await.unwrap();
}

#[tokio::test]
async fn there_is_one_first_admin() {
    let office = Office::new(sqlite().await).await;
    admin(&office).await;
    let second = office
        .accounts
        .add_first_admin("thief@example.com", "", None)
        .await
        .unwrap();
    assert_eq!(second, None);
}

#[tokio::test]
async fn who_lost_the_telephone_gets_in_by_password_again() {
    let office = Office::new(sqlite().await).await;
    let by = admin(&office).await;
    let (accounts, anna) = (&office.accounts, office.anna);
    let secret = accounts.begin_second_factor(anna).await.unwrap().unwrap();
    let code = secret.shown_at(accounts.clock.now());
    accounts.confirm(anna, &code).await.unwrap();
    accounts.take_second_factor(anna, &by).await.unwrap();
    assert_eq!(
        accounts.second_factor(anna).await.unwrap(),
        SecondFactor::Off
    );
    let asker = Asker::default();
    let email = "anna@example.com";
    let proof = accounts.prove(email, PASSWORD.into(), &asker).await;
    assert!(!proof.unwrap().code_due);
}

#[tokio::test]
async fn who_is_switched_off_keeps_what_is_theirs() {
    let office = Office::new(sqlite().await).await;
    let by = admin(&office).await;
    let off = fields("anna@example.com", Role::User, false);
    let user = office
        .accounts
        .change_user(office.anna, off, &by)
        .await
        .unwrap();
    assert!(!user.active);
    let store = &office.fixture.store;
    assert!(users::by_id(store, office.anna).await.unwrap().is_some());
}
