use axum::http::StatusCode;
use entities::users::Role;
use serde_json::json;

use super::super::house::House;
use crate::store::audit_entries::{self, NewEntry};
use crate::store::fixture::at;

#[tokio::test]
async fn entries_are_told_by_person_and_kind_and_go_on_page_by_page() {
    let house = House::new().await;
    let anna = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    for number in 0..60 {
        let entry = NewEntry {
            user_id: Some(anna.id),
            who: "anna@example.com".to_owned(),
            action: "scanner.change".to_owned(),
            object_kind: "scanner".to_owned(),
            object_id: "1".to_owned(),
            object_name: format!("scanner {number}."),
            changes: json!({"schedule": ["@daily", "@hourly"], "password": "changed"}),
            remote: "192.0.2.7".to_owned(),
        };
        audit_entries::insert(&house.fixture.store, entry, at(number))
            .await
            .unwrap();
    }
    let page = house.get_as(&anna, "/audit").await.body;
    assert!(
        page.contains("@daily → @hourly") && page.contains("scanner 59."),
        "{page}"
    );
    assert!(page.contains("href=\"/audit?before=11\""), "{page}");
    let next = house
        .get_as(&anna, "/audit?before=11&kind=scanner")
        .await
        .body;
    assert!(
        next.contains("scanner 9.") && !next.contains("scanner 10."),
        "{next}"
    );
    let other = house
        .get_as(&anna, &format!("/audit?user={}", lena.id))
        .await
        .body;
    assert!(!other.contains("scanner 59."));
    assert_eq!(
        house.get_as(&lena, "/audit").await.status,
        StatusCode::FORBIDDEN
    );
}
