#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use entities::users::Role;

use super::{away, list, replace};
use crate::store::fixture::{at, both};
use crate::store::users::{self, UserFields};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

#[tokio::test]
async fn people_are_away_from_the_first_day_to_the_last() {
    for db in both().await {
        let anna = UserFields {
            email: "anna@ours.example".to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        let anna = users::insert(&db.store, anna, at(0)).await.unwrap().id;
        let days = [(day(20), day(22)), (day(20), day(21)), (day(25), day(25))];
        replace(&db.store, anna, &days).await.unwrap();
        for (on, until) in [
            (19, None),
            (20, Some(22)),
            (22, Some(22)),
            (23, None),
            (25, Some(25)),
        ] {
            let found = away(&db.store, &[anna], day(on)).await.unwrap();
            assert_eq!(found.get(&anna).copied(), until.map(day), "{on}");
        }
        replace(&db.store, anna, &[]).await.unwrap();
        assert_eq!(list(&db.store).await.unwrap(), []);
    }
}
