use entities::authorizations::Purpose;

use super::{NewAuthorization, delete_ended, find_by_state, insert, use_up};
use crate::secrets::{KeyId, Sealed};
use crate::store::fixture::{at, both, mailbox};
use crate::store::mailboxes;

#[tokio::test]
async fn an_authorization_is_used_once() {
    for db in both().await {
        let store = &db.store;
        let id = mailbox(store, "info@example.org").await;
        let mailbox = mailboxes::by_id(store, id).await.unwrap().unwrap();
        let sealed = Sealed {
            key_id: KeyId::from("k1".to_owned()),
            bytes: vec![0, 255],
        };
        let new = NewAuthorization {
            state_hash: "ab".to_owned(),
            session_hash: "cd".to_owned(),
            purpose: Purpose::Mailbox,
            mailbox_id: Some(id),
            mail_server_id: mailbox.mail_server_id,
            user_id: None,
            verifier: sealed.clone(),
            nonce: sealed,
            redirect_uri: "https://crm.example.org/oauth/callback/mail".to_owned(),
            callback_path: Some("mail".to_owned()),
            expires_at: at(600),
        };
        let made = insert(store, new, at(0)).await.unwrap();
        assert_eq!(find_by_state(store, "ab").await, Ok(Some(made.clone())));
        assert_eq!(find_by_state(store, "cd").await, Ok(None));
        assert_eq!(use_up(store, &made, at(1)).await, Ok(true));
        assert_eq!(use_up(store, &made, at(2)).await, Ok(false));
        delete_ended(store, at(600)).await.unwrap();
        assert!(find_by_state(store, "ab").await.unwrap().is_some());
        delete_ended(store, at(601)).await.unwrap();
        assert_eq!(find_by_state(store, "ab").await, Ok(None));
    }
}
