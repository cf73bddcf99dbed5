use entities::credentials::CredentialKind;

use super::{delete, find, list, set_reference, set_sealed};
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
