use entities::oauth_clients::{Discovered, Endpoints, Flow};

use super::{ClientSecret, OAuthClientFields, delete, find, list, put, set_discovered};
use crate::secrets::{KeyId, Sealed};
use crate::store::fixture::{at, both, mailbox};
use crate::store::mail_servers;

#[tokio::test]
async fn a_client_has_one_secret_and_is_changed_as_a_whole() {
    for db in both().await {
        let store = &db.store;
        mailbox(store, "info@example.org").await;
        let server = mail_servers::list(store).await.unwrap()[0].id;
        let mut fields = OAuthClientFields {
            flow: Flow::AuthorizationCode,
            client_id: "client".to_owned(),
            secret: ClientSecret::Reference("${env:X}".to_owned()),
            secret_expires_on: chrono::NaiveDate::from_ymd_opt(2027, 1, 31),
            tenant: Some("common".to_owned()),
            cloud: None,
            endpoints: Endpoints {
                token: Some("https://id.example.org/token".to_owned()),
                ..Endpoints::default()
            },
            scopes: vec!["mail".to_owned()],
            service_key_id: None,
            redirect_uri: Some("https://a.example/".to_owned()),
            service_principal: Some("99999999-8888-4777-8666-555555555555".to_owned()),
        };
        put(store, server, fields.clone(), at(0)).await.unwrap();
        let row = find(store, server).await.unwrap().unwrap();
        assert_eq!(row.redirect_uri.as_deref(), Some("https://a.example/"));
        assert_eq!(row.secret_reference.as_deref(), Some("${env:X}"));
        assert_eq!(row.endpoints, fields.endpoints);
        assert_eq!(row.service_principal, fields.service_principal);
        assert_eq!(row.discovered, None);
        let said = Discovered {
            asked: "https://id.example.org".to_owned(),
            authorization: "https://id.example.org/a".to_owned(),
            token: "https://id.example.org/t".to_owned(),
            device: None,
            revocation: None,
            jwks: None,
            sends_iss: true,
        };
        set_discovered(store, server, said.clone(), at(0))
            .await
            .unwrap();

        fields.secret = ClientSecret::Sealed(Sealed {
            key_id: KeyId::from("k1".to_owned()),
            bytes: vec![0, 255],
        });
        put(store, server, fields, at(1)).await.unwrap();
        let row = &list(store).await.unwrap()[0];
        assert_eq!((row.created_at, row.updated_at), (at(0), at(1)));
        assert_eq!(
            (&row.discovered, row.discovered_at),
            (&Some(said), Some(at(0))),
            "an admin's change does not touch it"
        );
        assert_eq!(
            (
                &row.secret_reference,
                &row.secret_sealed,
                &row.secret_key_id
            ),
            (&None, &Some(vec![0, 255]), &Some("k1".to_owned()))
        );
        delete(store, server).await.unwrap();
        assert_eq!(find(store, server).await, Ok(None));
    }
}
