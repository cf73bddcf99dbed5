//! What a sign-in asks the provider for, and who may sign in at all.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::credentials;
use entities::mailboxes::{self, MailboxKind};
use entities::oauth_clients::{Endpoints, Flow};
use entities::service_keys::ServiceKeyKind;
use parts::openid::Endpoint;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::Expr;
use serde_json::json;
use url::Url;

use super::{AuthorizeError, Begin, Redirect};
use crate::access::trial::{EVE, SALES, Trial};
use crate::access::{CallbackError, Closed};
use crate::cause::Cause;
use crate::store::fixture::at;
use crate::store::mailboxes::MailboxFields;
use crate::store::oauth_clients::{ClientSecret, OAuthClientFields};
use crate::store::service_keys::ServiceKeyFields;
use crate::store::{self, oauth_clients};

fn from_a_terminal() -> Begin {
    Begin {
        session: "a run".into(),
        user: None,
        redirect: Redirect::Loopback("http://127.0.0.1:8026/callback".parse().unwrap()),
        choose_account: false,
    }
}

impl Trial {
    async fn begin(&self, mailbox: &mailboxes::Model) -> Result<Url, AuthorizeError> {
        self.access
            .begin_authorization(mailbox.id, &from_a_terminal())
            .await
    }

    /// Changes the client that this program is at the provider.
    async fn change_client(&self, change: impl FnOnce(&mut OAuthClientFields)) {
        let row = oauth_clients::find(self.store(), self.server.id).await;
        let row = row.unwrap().unwrap();
        let mut fields = OAuthClientFields {
            flow: Flow::AuthorizationCode,
            client_id: row.client_id,
            secret: ClientSecret::None,
            secret_expires_on: None,
            tenant: None,
            cloud: None,
            endpoints: row.endpoints,
            scopes: row.scopes.0,
            service_key_id: None,
            redirect_uri: None,
            service_principal: None,
        };
        change(&mut fields);
        oauth_clients::put(self.store(), self.server.id, fields, at(0))
            .await
            .unwrap();
    }

    async fn set_delegates(
        &self,
        mailbox: &mailboxes::Model,
        delegates: &[&str],
    ) -> mailboxes::Model {
        let fields = MailboxFields {
            address: mailbox.address.clone(),
            login: mailbox.login.clone(),
            mail_server_id: mailbox.mail_server_id,
            kind: MailboxKind::Shared,
            owner_id: None,
            active: true,
            aliases: Vec::new(),
            delegates: delegates.iter().map(ToString::to_string).collect(),
        };
        store::mailboxes::update(self.store(), mailbox.id, fields, at(0))
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_asked_for_anew_unless_the_provider_tells_whose_the_old_one_is() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let asks = |url: &Url| url.query().unwrap().contains("prompt=consent");
    assert!(asks(&trial.begin(&mailbox).await.unwrap()));
    let (issuer, jwks) = (trial.openid.issuer(), trial.openid.endpoint(Endpoint::Keys));
    trial
        .change_client(|client| {
            client.endpoints = Endpoints {
                issuer: Some(issuer),
                jwks: Some(jwks),
                ..client.endpoints.clone()
            };
        })
        .await;
    assert!(!asks(&trial.begin(&mailbox).await.unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_by_a_service_key_that_is_switched_off() {
    let trial = Trial::new().await;
    let mailbox = trial.mailbox(SALES).await;
    let fields = ServiceKeyFields {
        name: "The callback".to_owned(),
        kind: ServiceKeyKind::Oauth,
        active: false,
        allowed_ips: Vec::new(),
        callback_path: "the-callback".to_owned(),
    };
    let key = store::service_keys::insert(trial.store(), fields, at(0)).await;
    let key = key.unwrap().id;
    trial
        .change_client(|client| client.service_key_id = Some(key))
        .await;
    let refused = |error| matches!(error, AuthorizeError::Callback(CallbackError::Inactive { name }) if name == "The callback");
    assert!(refused(trial.begin(&mailbox).await.unwrap_err()));
    let by_device = trial.access.authorize_by_device(mailbox.id, |_| ()).await;
    assert!(refused(by_device.unwrap_err()));

    // Whoever is in stays in: the key is about coming in.
    let token = trial.openid.mail_token(SALES);
    trial
        .give(&mailbox, "unused", &token, TimeDelta::hours(1))
        .await;
    trial.open(&mailbox).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_who_is_one_no_longer_does_not_open_the_mailbox() {
    let trial = Trial::new().await;
    let mailbox = trial.mailbox(SALES).await;
    let token = trial.openid.mail_token(SALES);
    trial
        .give(&mailbox, "unused", &token, TimeDelta::hours(1))
        .await;
    let identity = json!({
        "issuer": trial.openid.issuer(),
        "subject": "eve",
        "tenant": null,
        "object_id": null,
        "addresses": [EVE],
    });
    credentials::Entity::update_many()
        .col_expr(credentials::Column::Identity, Expr::value(identity))
        .exec(trial.store())
        .await
        .unwrap();
    let mailbox = trial.set_delegates(&mailbox, &[EVE]).await;
    trial.open(&mailbox).await.unwrap();
    let mailbox = trial.set_delegates(&mailbox, &[]).await;
    match trial.refusal(&mailbox).await {
        Closed::Red(red) => {
            assert_eq!(red.cause, Cause::WrongAccount);
            assert!(
                red.words.contains(EVE) && red.words.contains(SALES),
                "{}",
                red.words
            );
        }
        other => panic!("{other:?}"),
    }
}
