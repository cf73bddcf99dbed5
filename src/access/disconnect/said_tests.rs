#![allow(clippy::unwrap_used)]

use entities::mail_servers::Preset;
use entities::oauth_clients::{Discovered, Endpoints};

use super::*;
use crate::store::fixture::{at, mailbox, sqlite};
use crate::store::oauth_clients::{self as clients, ClientSecret, OAuthClientFields};
use crate::store::{mail_servers as servers, mailboxes as boxes};

#[tokio::test]
async fn what_became_of_the_permission_is_said_in_one_place() {
    let fixture = sqlite().await;
    let id = mailbox(&fixture.store, "info@example.com").await;
    let mailbox = boxes::by_id(&fixture.store, id).await.unwrap().unwrap();
    let told = |revocation| {
        Disconnected {
            mailbox: mailbox.clone(),
            revocation,
        }
        .to_string()
    };
    for (revocation, words) in [
        (Revocation::None, "nothing that opens it is stored here"),
        (Revocation::Done, "has taken its permission back"),
        (Revocation::ByHand, "until somebody removes it"),
        (
            Revocation::Failed("It is down.".to_owned()),
            "It is down. Remove it",
        ),
    ] {
        let told = told(revocation);
        assert!(
            told.starts_with("info@example.com is disconnected"),
            "{told}"
        );
        assert!(told.contains(words), "{told}");
    }
}

/// A client at a server of nobody's in particular.
fn client(flow: Flow, revocation: Option<&str>) -> OAuthClientFields {
    OAuthClientFields {
        flow,
        client_id: "our-client".to_owned(),
        secret: ClientSecret::None,
        secret_expires_on: None,
        tenant: None,
        cloud: None,
        endpoints: Endpoints {
            revocation: revocation.map(str::to_owned),
            ..Endpoints::default()
        },
        scopes: Vec::new(),
        service_key_id: None,
        redirect_uri: None,
        service_principal: None,
    }
}

#[tokio::test]
async fn whether_the_permission_is_given_back_is_said_exactly() {
    let fixture = sqlite().await;
    let store = &fixture.store;
    let id = mailbox(store, "info@example.com").await;
    let mailbox = boxes::by_id(store, id).await.unwrap().unwrap();
    let server = servers::by_id(store, mailbox.mail_server_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(server.preset, Preset::Generic);
    for (client, words) in [
        (
            client(
                Flow::AuthorizationCode,
                Some("https://id.example.com/revoke"),
            ),
            "The server is asked to take the permission back",
        ),
        (
            client(Flow::AuthorizationCode, None),
            "no revocation address is set for it",
        ),
        (client(Flow::AppOnly, None), "The app keeps its rights"),
    ] {
        clients::put(store, server.id, client, at(0)).await.unwrap();
        let row = clients::find(store, server.id).await.unwrap().unwrap();
        let told = meaning(&server, &row);
        assert!(told.contains(words), "{told}");
    }

    let mut by_issuer = client(Flow::AuthorizationCode, None);
    by_issuer.endpoints.issuer = Some("https://id.example.com".to_owned());
    clients::put(store, server.id, by_issuer, at(0))
        .await
        .unwrap();
    let said = Discovered {
        asked: "https://id.example.com".to_owned(),
        authorization: "https://id.example.com/authorize".to_owned(),
        token: "https://id.example.com/token".to_owned(),
        device: None,
        revocation: Some("https://id.example.com/revoke".to_owned()),
        jwks: None,
        sends_iss: false,
    };
    clients::set_discovered(store, server.id, said, at(1))
        .await
        .unwrap();
    let row = clients::find(store, server.id).await.unwrap().unwrap();
    let told = meaning(&server, &row);
    assert!(
        told.contains("is asked to take the permission back"),
        "{told}"
    );
}
