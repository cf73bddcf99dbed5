use entities::ids::UserId;
use entities::users::Role;

use super::{delete, delete_ended, find, insert, touch};
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

#[tokio::test]
async fn a_session_ends_with_its_time_when_idle_and_with_its_user() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        insert(store, "ab", anna, at(0), at(100)).await.unwrap();
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
async fn a_sign_in_link_works_once_and_in_time() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, true).await;
        for hash in ["ab", "cd"] {
            sign_in_links::insert(store, hash, anna, at(0), at(600))
                .await
                .unwrap();
        }
        assert_eq!(sign_in_links::use_up(store, "ef", at(1)).await, Ok(None));
        assert_eq!(sign_in_links::use_up(store, "ab", at(600)).await, Ok(None));
        assert_eq!(
            sign_in_links::use_up(store, "ab", at(599)).await,
            Ok(Some(anna))
        );
        assert_eq!(sign_in_links::use_up(store, "ab", at(599)).await, Ok(None));
        sign_in_links::delete_ended(store, at(601)).await.unwrap();
        assert_eq!(sign_in_links::use_up(store, "cd", at(1)).await, Ok(None));
    }
}
