use entities::ids::UserId;
use entities::users::Role;

use super::{confirm_codes, of_user, set_code_secret, set_password, set_time_zone, use_code};
use crate::secrets::{KeyId, Sealed};
use crate::store::fixture::{at, both};
use crate::store::users::{self, UserFields};
use crate::store::{Store, known_browsers, recovery_codes};

async fn user(store: &Store, email: &str) -> UserId {
    let fields = UserFields {
        email: email.to_owned(),
        name: String::new(),
        role: Role::User,
        active: true,
    };
    users::insert(store, fields, at(0)).await.unwrap().id
}

#[tokio::test]
async fn each_thing_is_set_by_itself() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, "anna@example.com").await;
        assert_eq!(of_user(store, anna).await, Ok(None));
        let sealed = Sealed {
            key_id: KeyId::from("key".to_owned()),
            bytes: vec![1, 2],
        };
        set_code_secret(store, anna, Some(sealed)).await.unwrap();
        set_password(store, anna, "$argon2id$", at(5))
            .await
            .unwrap();
        set_time_zone(store, anna, Some("Europe/Rome"))
            .await
            .unwrap();
        confirm_codes(store, anna, at(6)).await.unwrap();
        let account = of_user(store, anna).await.unwrap().unwrap();
        assert_eq!(account.password_hash.as_deref(), Some("$argon2id$"));
        assert_eq!(account.password_set_at, Some(at(5)));
        assert_eq!(account.code_secret_sealed, Some(vec![1, 2]));
        assert_eq!(account.code_confirmed_at, Some(at(6)));
        assert_eq!(account.time_zone.as_deref(), Some("Europe/Rome"));
        let shown = format!("{account:?}");
        assert!(!shown.contains("argon2id"), "{shown}");
        set_code_secret(store, anna, None).await.unwrap();
        let account = of_user(store, anna).await.unwrap().unwrap();
        assert_eq!(account.code_confirmed_at, None);
        assert_eq!(account.password_hash.as_deref(), Some("$argon2id$"));
    }
}

#[tokio::test]
async fn the_code_of_a_period_is_used_once_and_none_before_it() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, "anna@example.com").await;
        assert_eq!(use_code(store, anna, 7).await, Ok(false), "no account");
        set_password(store, anna, "hash", at(0)).await.unwrap();
        assert_eq!(use_code(store, anna, 7).await, Ok(true));
        for step in [7, 6] {
            assert_eq!(use_code(store, anna, step).await, Ok(false));
        }
        assert_eq!(use_code(store, anna, 8).await, Ok(true));
    }
}

#[tokio::test]
async fn a_recovery_code_is_its_users_and_used_once() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, "anna@example.com").await;
        let lena = user(store, "lena@example.com").await;
        let hashes = ["ab".to_owned(), "cd".to_owned()];
        recovery_codes::replace(store, anna, &hashes, at(0))
            .await
            .unwrap();
        let use_up = async |user, hash| recovery_codes::use_up(store, user, hash, at(1)).await;
        assert_eq!(use_up(lena, "ab").await, Ok(false));
        assert_eq!(use_up(anna, "ab").await, Ok(true));
        assert_eq!(use_up(anna, "ab").await, Ok(false));
        assert_eq!(recovery_codes::left(store, anna).await, Ok(1));
        recovery_codes::replace(store, anna, &[], at(2))
            .await
            .unwrap();
        assert_eq!(use_up(anna, "cd").await, Ok(false));
    }
}

#[tokio::test]
async fn a_browser_is_known_for_one_user_and_for_half_a_year() {
    for db in both().await {
        let store = &db.store;
        let anna = user(store, "anna@example.com").await;
        let lena = user(store, "lena@example.com").await;
        known_browsers::remember(store, "ab", anna, at(0))
            .await
            .unwrap();
        let knows = async |user, now| known_browsers::knows(store, "ab", user, now).await;
        assert_eq!(knows(anna, at(1)).await, Ok(true));
        assert_eq!(knows(lena, at(1)).await, Ok(false));
        assert_eq!(knows(anna, at(180 * 86400)).await, Ok(false));
        known_browsers::remember(store, "ab", lena, at(2))
            .await
            .unwrap();
        assert_eq!(knows(anna, at(3)).await, Ok(false));
        known_browsers::forget(store, lena).await.unwrap();
        assert_eq!(knows(lena, at(3)).await, Ok(false));
    }
}
