#![allow(clippy::unwrap_used)]

use axum::http::StatusCode;
use entities::mailboxes::MailboxKind;
use entities::users::Role;

use super::super::house::House;
use crate::store::fixture::{at, mailbox};
use crate::store::mailbox_members;
use crate::store::mailboxes::{self, MailboxFields};

#[tokio::test]
async fn a_user_sees_their_own_mailboxes_and_no_trace_of_others() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let lena = house.person("lena@example.com", Role::User).await;
    let shared = mailbox(store, "info@example.com").await;
    let hidden = mailbox(store, "board@example.com").await;
    mailbox_members::replace(store, shared, &[lena.id])
        .await
        .unwrap();
    let server = mailboxes::by_id(store, shared)
        .await
        .unwrap()
        .unwrap()
        .mail_server_id;
    let own = mailboxes::insert(
        store,
        MailboxFields {
            address: "lena@example.com".to_owned(),
            login: "lena@example.com".to_owned(),
            mail_server_id: server,
            kind: MailboxKind::Personal,
            owner_id: Some(lena.id),
            active: true,
            aliases: Vec::new(),
            delegates: Vec::new(),
        },
        at(0),
    )
    .await
    .unwrap()
    .id;
    let list = house.get_as(&lena, "/").await.body;
    assert!(list.contains(&format!("/mailboxes/{shared}\"")));
    assert!(list.contains(&format!("/mailboxes/{own}\"")));
    assert!(!list.contains(&format!("/mailboxes/{hidden}\"")) && !list.contains("board"));
    for id in [
        hidden.to_string(),
        "99".to_owned(),
        "x".to_owned(),
        "-1".to_owned(),
    ] {
        for end in ["", "/disconnect"] {
            let answer = house.get_as(&lena, &format!("/mailboxes/{id}{end}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}{end}");
        }
        for press in ["authorize", "try-again", "disconnect", "admin-consent"] {
            let answer = house
                .press(&lena, &format!("/mailboxes/{id}/{press}"))
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id} {press}");
        }
    }
}

#[tokio::test]
async fn a_member_may_not_disconnect_for_all_and_sees_no_servers() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let lena = house.person("lena@example.com", Role::User).await;
    let shared = mailbox(store, "info@example.com").await;
    mailbox_members::replace(store, shared, &[lena.id])
        .await
        .unwrap();
    let path = format!("/mailboxes/{shared}/disconnect");
    assert_eq!(
        house.get_as(&lena, &path).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.press(&lena, &path).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.get_as(&lena, "/servers/1").await.status,
        StatusCode::FORBIDDEN
    );
    let press = house.press(&lena, "/servers/1/admin-consent").await;
    assert_eq!(press.status, StatusCode::FORBIDDEN);
    let page = house
        .get_as(&lena, &format!("/mailboxes/{shared}"))
        .await
        .body;
    assert!(!page.contains("/servers/") && !page.contains("/disconnect"));
}
