use entities::ids::UserId;
use entities::sign_in_links::LinkPurpose;
use entities::users::Role;

use super::{
    NewSession, delete, delete_ended, delete_of_user, delete_own, find, insert, of_user, prove,
    touch,
};
use crate::store::fixture::{at, both};
use crate::store::users::{self, UserFields};
use crate::store::{Store, sign_in_links};

async fn user(store: &Store, active: bool) -> UserId {
    let fields = UserFields {
        email: "anna@example.org".to_owned(),
        name: "Anna".to_owned(),
        role: Role::Admin,
        active,
    };
    match users::find_by_email(store, &fields.email).await.unwrap() {
        None => users::insert(store, fields, at(0)).await.unwrap().id,
        Some(user) => {
            users::update(store, user.id, fields, at(0))
                .await
                .unwrap()
                .id
        }
    }
}

fn session(id: &str, user_id: UserId, code_due: bool) -> NewSession {
    NewSession {
        id_hash: id.to_owned(),
        user_id,
        expires_at: at(100),
        browser: "Firefox".to_owned(),
        remote: "192.0.2.7".to_owned(),
        code_due,
    }
}

#[tokio::test]
async fn a_session_ends_with_its_time_when_idle_and_with_its_user() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        insert(store, session("ab", anna, false), at(0))
            .await
            .unwrap();
        let is_there = async |idle_since, now| {
            let found = find(store, "ab", at(idle_since), at(now)).await.unwrap();
            found.is_some_and(|(session, user)| session.user_id == user.id)
        };
        assert!(is_there(-1, 1).await);
        assert!(!is_there(0, 1).await, "idle");
        touch(store, "ab", at(50)).await.unwrap();
        assert!(is_there(49, 99).await);
        assert!(!is_there(49, 100).await, "ended");
        user(store, false).await;
        assert!(!is_there(49, 99).await, "the user may no longer sign in");
        user(store, true).await;
        delete_ended(store, at(100)).await.unwrap();
        assert!(is_there(49, 99).await);
        delete(store, "ab").await.unwrap();
        assert!(!is_there(49, 99).await);
    }
}

#[tokio::test]
async fn a_user_sees_their_sessions_and_ends_those_elsewhere() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        for (id, code_due) in [("ab", false), ("cd", false), ("ef", true), ("01", false)] {
            insert(store, session(id, anna, code_due), at(0))
                .await
                .unwrap();
        }
        touch(store, "cd", at(5)).await.unwrap();
        let ids = async || {
            let found = of_user(store, anna, at(-1), at(6)).await.unwrap();
            found.into_iter().map(|row| row.id_hash).collect::<Vec<_>>()
        };
        assert_eq!(ids().await.first().map(String::as_str), Some("cd"));
        assert_eq!(ids().await.len(), 3, "one still owes a code");
        delete_own(store, UserId(anna.0 + 1), "01").await.unwrap();
        assert_eq!(ids().await.len(), 3, "nobody ends another's");
        delete_own(store, anna, "01").await.unwrap();
        assert_eq!(ids().await.len(), 2);
        assert_eq!(delete_of_user(store, anna, Some("ab")).await, Ok(2));
        assert_eq!(ids().await, ["ab"]);
    }
}

#[tokio::test]
async fn what_was_proved_is_remembered_with_its_moment() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        insert(store, session("ab", anna, true), at(0))
            .await
            .unwrap();
        let proved = async || {
            let found = find(store, "ab", at(-1), at(1)).await.unwrap();
            found.unwrap().0.proved_at
        };
        assert_eq!(proved().await, None);
        prove(store, "ab", at(1)).await.unwrap();
        assert_eq!(proved().await, Some(at(1)));
    }
}

#[tokio::test]
async fn a_link_works_once_in_time_and_for_what_it_was_made() {
    use LinkPurpose::{Invitation, NewPassword, SignIn};
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        for (hash, purpose) in [("ab", SignIn), ("cd", SignIn), ("12", Invitation)] {
            sign_in_links::insert(store, hash, anna, purpose, at(0), at(600))
                .await
                .unwrap();
        }
        let use_up = async |hash, purpose, second| {
            sign_in_links::use_up(store, hash, purpose, at(second))
                .await
                .unwrap()
        };
        assert_eq!(use_up("ef", SignIn, 1).await, None);
        assert_eq!(use_up("ab", SignIn, 600).await, None);
        assert_eq!(use_up("ab", NewPassword, 1).await, None);
        assert_eq!(use_up("ab", SignIn, 599).await, Some(anna));
        assert_eq!(use_up("ab", SignIn, 599).await, None);
        assert_eq!(
            sign_in_links::find(store, "12", at(599)).await,
            Ok(Some((anna, Invitation)))
        );
        sign_in_links::delete_of_user(store, anna, Invitation)
            .await
            .unwrap();
        assert_eq!(sign_in_links::find(store, "12", at(599)).await, Ok(None));
        sign_in_links::delete_ended(store, at(601)).await.unwrap();
        assert_eq!(use_up("cd", SignIn, 1).await, None);
    }
}
