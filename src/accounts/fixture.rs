//! Accounts over a database of the test's own.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture that can't be made is a failed test"
)]

use std::sync::Arc;

use entities::ids::UserId;
use entities::users::Role;

use super::Accounts;
use crate::clock::FixedClock;
use crate::secrets::{KeyRing, KeySource};
use crate::store;
use crate::store::fixture::{Fixture, at};
use crate::store::users::{self, UserFields};

/// Anna's password.
pub(super) const PASSWORD: &str = "stapler ochre walnut 41";

/// A house with one user.
pub(super) struct Office {
    pub(super) accounts: Accounts,
    pub(super) clock: Arc<FixedClock>,
    pub(super) anna: UserId,
    pub(super) fixture: Fixture,
}

impl Office {
    /// Anna has a password.
    pub(super) async fn new(fixture: Fixture) -> Self {
        let clock = Arc::new(FixedClock::new(at(0)));
        let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        let keys = KeyRing::load(&KeySource::Given(key.into()), &mut rand::rng()).unwrap();
        let accounts = Accounts::new(fixture.store.clone(), Arc::new(keys), clock.clone());
        let fields = UserFields {
            email: "anna@example.com".to_owned(),
            name: "Anna".to_owned(),
            role: Role::User,
            active: true,
        };
        let anna = users::insert(&fixture.store, fields, at(0))
            .await
            .unwrap()
            .id;
        let hash = accounts.hasher.hash(PASSWORD.into()).await.unwrap();
        store::accounts::set_password(&fixture.store, anna, &hash, at(0))
            .await
            .unwrap();
        Self {
            accounts,
            clock,
            anna,
            fixture,
        }
    }

    /// So many seconds after the beginning.
    pub(super) fn at(&self, second: i64) {
        self.clock.set(at(second));
    }
}
