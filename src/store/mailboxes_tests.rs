use entities::users::Role;

use super::{find_by_address, list};
use crate::store::fixture::{at, both, mailbox};
use crate::store::users::UserFields;
use crate::store::{StoreError, mailbox_members, mailboxes, users};

async fn user(db: &crate::store::Store, email: &str) -> entities::users::Model {
    let fields = UserFields {
        email: email.to_owned(),
        name: String::new(),
        role: Role::User,
        active: true,
    };
    users::insert(db, fields, at(0)).await.unwrap()
}

#[tokio::test]
async fn mailboxes_are_found_in_any_case_and_listed_by_address() {
    for db in both().await {
        let store = &db.store;
        let b = mailbox(store, "B@Example.org").await;
        let a = mailbox(store, "a@example.org").await;
        let listed: Vec<_> = list(store)
            .await
            .unwrap()
            .into_iter()
            .map(|one| one.id)
            .collect();
        assert_eq!(listed, [a, b]);
        assert_eq!(
            find_by_address(store, "b@EXAMPLE.org")
                .await
                .unwrap()
                .unwrap()
                .id,
            b
        );
    }
}

#[tokio::test]
async fn members_are_exactly_those_given() {
    for db in both().await {
        let store = &db.store;
        let box_id = mailbox(store, "info@example.org").await;
        let (a, b, c) = (
            user(store, "a@x.example").await,
            user(store, "b@x.example").await,
            user(store, "c@x.example").await,
        );
        mailbox_members::replace(store, box_id, &[a.id, b.id])
            .await
            .unwrap();
        mailbox_members::replace(store, box_id, &[b.id, c.id])
            .await
            .unwrap();
        let members: Vec<_> = mailbox_members::list(store)
            .await
            .unwrap()
            .into_iter()
            .map(|one| one.user_id)
            .collect();
        assert_eq!(members, [b.id, c.id]);
        users::delete(store, b.id).await.unwrap();
        assert_eq!(mailbox_members::list(store).await.unwrap().len(), 1);
        mailbox_members::replace(store, box_id, &[]).await.unwrap();
        assert_eq!(mailbox_members::list(store).await, Ok(vec![]));
    }
}

#[tokio::test]
async fn the_owner_of_a_personal_mailbox_can_not_be_removed() {
    for db in both().await {
        let store = &db.store;
        let owner = user(store, "a@x.example").await;
        let id = mailbox(store, "a@example.org").await;
        let old = mailboxes::by_id(store, id).await.unwrap().unwrap();
        let fields = mailboxes::MailboxFields {
            address: old.address,
            login: old.login,
            mail_server_id: old.mail_server_id,
            kind: entities::mailboxes::MailboxKind::Personal,
            owner_id: Some(owner.id),
            active: true,
            aliases: vec!["Sales@Example.org".to_owned()],
            delegates: Vec::new(),
        };
        let personal = mailboxes::update(store, id, fields, at(1)).await.unwrap();
        assert_eq!(
            (personal.owner_id, personal.created_at, personal.updated_at),
            (Some(owner.id), at(0), at(1))
        );
        assert_eq!(personal.aliases.0, ["sales@example.org"]);
        assert_eq!(users::delete(store, owner.id).await, Err(StoreError::InUse));
    }
}
