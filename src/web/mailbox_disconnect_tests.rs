#![allow(clippy::unwrap_used)]

use entities::credentials::CredentialKind;

use super::super::fixture::{lines, reader};
use super::super::house::House;
use super::*;
use crate::store::credentials;
use crate::store::fixture::{at, mailbox};

#[test]
fn what_leaving_means_is_said_before_the_button() {
    let page = lines(render(
        "info@example.com",
        "/mailboxes/7",
        "The tokens are deleted here.",
        &reader(),
    ));
    insta::assert_snapshot!(page);
}

#[tokio::test]
async fn disconnecting_forgets_what_opens_the_mailbox() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let anna = house.admin().await;
    let id = mailbox(store, "info@example.com").await;
    credentials::set_reference(
        store,
        id,
        CredentialKind::Password,
        "${env:PASSWORD}",
        at(0),
    )
    .await
    .unwrap();
    let path = format!("/mailboxes/{id}/disconnect");
    let page = house.get_as(&anna, &path).await.body;
    assert!(page.contains("Disconnect info@example.com?"), "{page}");
    assert!(credentials::find(store, id).await.unwrap().is_some());
    let answer = house.press(&anna, &path).await;
    assert_eq!(answer.location(), format!("/mailboxes/{id}"));
    assert!(credentials::find(store, id).await.unwrap().is_none());
    let page = house.get_as(&anna, answer.location()).await.body;
    assert!(page.contains("The mailbox was disconnected."), "{page}");
}
