use entities::credentials::CredentialKind;

use super::{
    Grant, claim, delete, expire_access, find, hold, idle, list, make_room, release, renew,
    set_grant, set_reference, set_sealed,
};
use crate::secrets::{KeyId, Sealed};
use crate::store::fixture::{at, both, mailbox};

#[tokio::test]
async fn a_credential_is_a_reference_or_sealed_never_both() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        set_sealed(
            store,
            mailbox,
            CredentialKind::AccessToken,
            vec![0, 255],
            "k1",
            at(0),
        )
        .await
        .unwrap();
        let sealed = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(
            (sealed.sealed, sealed.key_id.as_deref(), sealed.reference),
            (Some(vec![0, 255]), Some("k1"), None)
        );

        set_reference(store, mailbox, CredentialKind::Password, "${env:X}", at(1))
            .await
            .unwrap();
        let reference = &list(store).await.unwrap()[0];
        assert_eq!(
            (reference.kind, reference.reference.as_deref()),
            (CredentialKind::Password, Some("${env:X}"))
        );
        assert_eq!((&reference.sealed, &reference.key_id), (&None, &None));

        delete(store, mailbox).await.unwrap();
        assert_eq!(find(store, mailbox).await, Ok(None));
    }
}

fn sealed(byte: u8) -> Sealed {
    Sealed {
        key_id: KeyId::from("k1".to_owned()),
        bytes: vec![byte],
    }
}

fn grant(refresh: Option<u8>, access: u8) -> Grant {
    Grant {
        refresh: refresh.map(sealed),
        access: sealed(access),
        access_expires_at: Some(at(3_600)),
        refresh_expires_at: None,
        scopes: None,
        identity: None,
    }
}

#[tokio::test]
async fn a_grant_is_renewed_by_whoever_claimed_it_and_keeps_what_the_provider_left_out() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        let first = Grant {
            scopes: Some(vec!["mail".to_owned()]),
            identity: Some(serde_json::json!({"subject": "1"})),
            ..grant(Some(1), 2)
        };
        set_grant(store, mailbox, first, at(0)).await.unwrap();
        let claimed = claim(store, mailbox, "a", at(1), at(61)).await.unwrap();
        let claimed = claimed.unwrap();
        assert_eq!(claim(store, mailbox, "b", at(2), at(62)).await, Ok(None));
        assert_eq!(
            renew(store, &claimed, grant(None, 3), at(3)).await,
            Ok(true)
        );
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(
            (row.sealed, row.access_sealed, row.refreshed_at, row.version),
            (
                Some(vec![1]),
                Some(vec![3]),
                Some(at(3)),
                claimed.version + 1
            )
        );
        assert_eq!(row.granted_scopes.unwrap().0, ["mail"]);
        assert_eq!(row.identity, Some(serde_json::json!({"subject": "1"})));
        assert_eq!((row.claimed_by, row.claimed_until), (None, None));

        let version = claimed.version + 1;
        let claimed = claim(store, mailbox, "b", at(4), at(64)).await.unwrap();
        assert_eq!(
            renew(store, &claimed.unwrap(), grant(Some(5), 6), at(5)).await,
            Ok(true)
        );
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.sealed, Some(vec![5]));
        assert!(row.version > version);
    }
}

#[tokio::test]
async fn room_for_a_grant_is_claimed_and_the_claim_held_by_its_owner_alone() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        assert_eq!(claim(store, mailbox, "a", at(0), at(15)).await, Ok(None));
        make_room(store, mailbox, at(0)).await.unwrap();
        let room = claim(store, mailbox, "a", at(0), at(15)).await.unwrap();
        let room = room.unwrap();
        assert_eq!((&room.sealed, &room.access_sealed), (&None, &None));
        // Somebody else comes to make room, and waits.
        make_room(store, mailbox, at(1)).await.unwrap();
        hold(store, mailbox, "b", at(99)).await.unwrap();
        hold(store, mailbox, "a", at(18)).await.unwrap();
        assert_eq!(claim(store, mailbox, "b", at(17), at(32)).await, Ok(None));
        assert_eq!(renew(store, &room, grant(None, 2), at(17)).await, Ok(true));
        make_room(store, mailbox, at(18)).await.unwrap();
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.access_sealed, Some(vec![2]));
        // Late: what it had is given back.
        hold(store, mailbox, "a", at(33)).await.unwrap();
        let claimed = claim(store, mailbox, "b", at(18), at(33)).await.unwrap();
        assert!(claimed.is_some());
    }
}

#[tokio::test]
async fn a_claim_ends_with_its_time_and_a_new_grant_voids_it() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        set_grant(store, mailbox, grant(Some(1), 2), at(0))
            .await
            .unwrap();
        let old = claim(store, mailbox, "a", at(0), at(60)).await.unwrap();
        let new = claim(store, mailbox, "b", at(60), at(120)).await.unwrap();
        assert!(new.is_some());
        release(store, mailbox, "a").await.unwrap();
        assert_eq!(claim(store, mailbox, "c", at(61), at(121)).await, Ok(None));
        assert_eq!(
            renew(store, &old.unwrap(), grant(Some(7), 7), at(61)).await,
            Ok(true),
            "late, and the only tokens there are"
        );

        // The owner consented again meanwhile: what the old grant brings is void.
        set_grant(store, mailbox, grant(Some(3), 4), at(62))
            .await
            .unwrap();
        assert_eq!(
            renew(store, &new.unwrap(), grant(Some(8), 8), at(63)).await,
            Ok(false)
        );
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.sealed, Some(vec![3]));

        assert_eq!(idle(store, at(62)).await, Ok(vec![]));
        assert_eq!(idle(store, at(63)).await, Ok(vec![row.clone()]));
        expire_access(store, &row, at(64)).await.unwrap();
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.access_expires_at, Some(at(64)));
        set_reference(store, mailbox, CredentialKind::Password, "${env:X}", at(65))
            .await
            .unwrap();
        assert_eq!(claim(store, mailbox, "a", at(99), at(120)).await, Ok(None));
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(
            (row.sealed, row.access_sealed, row.refreshed_at),
            (None, None, None)
        );
    }
}
