use axum::http::StatusCode;
use entities::users::Role;

use super::super::house::{House, Person};
use crate::store::fixture::mailbox;
use crate::store::{credentials, mail_servers, mailbox_members, mailboxes};

fn form(person: &Person, rest: &str) -> String {
    format!("token={}&{rest}", person.form_token)
}

#[tokio::test]
async fn a_mailbox_is_made_with_members_and_its_password_never_comes_back() {
    let house = House::new().await;
    let anna = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let store = &house.fixture.store;
    mailbox(store, "other@example.com").await;
    let server = mail_servers::list(store)
        .await
        .unwrap()
        .remove(0)
        .name
        .replace(' ', "+");
    let wrong = format!("address=info&server={server}&kind=personal&password=hunter2&active=on");
    let answer = house.post(&anna, "/mailboxes", &form(&anna, &wrong)).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.body
    );
    assert!(
        answer
            .body
            .contains("is not an address; write it as anna@example.com"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("A personal mailbox needs an owner"));
    assert!(!answer.body.contains("hunter2"));
    let right = format!(
        "address=info@example.com&server={server}&kind=shared&password=hunter2&active=on&members.lena@example.com=on"
    );
    let answer = house.post(&anna, "/mailboxes", &form(&anna, &right)).await;
    let made = mailboxes::find_by_address(store, "info@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.location(), format!("/mailboxes/{}", made.id));
    let members = mailbox_members::list(store).await.unwrap();
    assert_eq!(
        members.iter().map(|row| row.user_id).collect::<Vec<_>>(),
        [lena.id]
    );
    let edit = format!("/mailboxes/{}/edit", made.id);
    let page = house.get_as(&anna, &edit).await.body;
    assert!(
        page.contains("name=\"members.lena@example.com\" checked"),
        "{page}"
    );
    assert!(!page.contains("hunter2"));
    let seen = house.get_as(&anna, &edit).await.value_of("seen");
    let off = format!("seen={seen}&server={server}&kind=shared&members.lena@example.com=on");
    assert_eq!(
        house
            .post(&anna, &edit, &form(&anna, &off))
            .await
            .location(),
        format!("/mailboxes/{}", made.id)
    );
    let slower = house.post(&anna, &edit, &form(&anna, &off)).await;
    assert_eq!(slower.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        slower
            .body
            .contains("Somebody changed this since you opened it.")
    );
    assert!(
        credentials::find(store, made.id).await.unwrap().is_some(),
        "the password stays"
    );
}
