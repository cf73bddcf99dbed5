//! Identity tokens that a real OpenID provider made.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::{DateTime, TimeDelta, Utc};
use parts::openid::{CLIENT_ID, CLIENT_SECRET, Endpoint};
use parts::{OpenId, openid};
use secrecy::SecretString;
use url::Url;

use super::{Identity, Keys, identity};
use crate::cause::Cause;
use crate::clock::{Clock as _, SystemClock};
use crate::oauth::client::{Client, Provider};
use crate::oauth::error::OAuthError;
use crate::oauth::script::{client, http};
use crate::oauth::{discover, refresh};

const ANN: &str = "Ann@ours.example";
const SCOPES: &str = "openid email offline_access mail";
const NONCE: &str = "the-nonce-of-the-sign-in";

/// The provider, this program as it knows it, and what this program knows of its keys.
struct Scene {
    openid: OpenId,
    client: Client,
    keys: Keys,
}

impl Scene {
    async fn new() -> Self {
        let openid = openid();
        let issuer = openid.issuer().parse::<Url>().unwrap();
        let client = Client {
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(CLIENT_SECRET.into()),
            endpoints: discover(&http(), &issuer).await.unwrap().endpoints,
            scopes: SCOPES.split(' ').map(str::to_owned).collect(),
            ..client(Provider::Generic)
        };
        Self {
            openid,
            client,
            keys: Keys::new(),
        }
    }

    /// An identity token of somebody's who signed in with [`NONCE`].
    async fn id_token(&self, account: &str) -> SecretString {
        let grant = self.openid.refresh_grant_with_nonce(account, SCOPES, NONCE);
        let granted = refresh(&http(), &self.client, &grant.into()).await;
        granted.unwrap().id_token.unwrap()
    }

    async fn checked(
        &self,
        token: &SecretString,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, OAuthError> {
        let nonce = nonce.into();
        identity(&http(), &self.keys, &self.client, token, Some(&nonce), now).await
    }

    /// How often the provider's keys were asked for.
    fn asked(&self) -> usize {
        let requests = self.openid.requests();
        let asked = requests.iter().filter(|it| it.endpoint == Endpoint::Keys);
        asked.count()
    }
}

/// The words about a token that is not trusted.
fn distrusted(checked: Result<Identity, OAuthError>) -> String {
    match checked {
        Err(OAuthError::Red(red)) if red.cause == Cause::RequestRefused => red.words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_real_token_says_who_signed_in_and_only_in_answer_to_what_was_asked() {
    let scene = Scene::new().await;
    let (token, now) = (scene.id_token(ANN).await, SystemClock.now());
    let found = scene.checked(&token, NONCE, now).await.unwrap();
    assert_eq!(
        (found.issuer.as_str(), found.subject.as_str()),
        (scene.openid.issuer().as_str(), ANN)
    );
    assert_eq!(found.addresses, [ANN.to_lowercase()]);

    let words = distrusted(scene.checked(&token, "another-nonce", now).await);
    assert!(words.contains("not to be trusted"), "{words}");
    let later = now + TimeDelta::days(1);
    distrusted(scene.checked(&token, NONCE, later).await);
    let earlier = now - TimeDelta::days(1);
    distrusted(scene.checked(&token, NONCE, earlier).await);

    let mut elsewhere = scene.client.clone();
    elsewhere.client_id = "another-client".to_owned();
    let checked = identity(&http(), &scene.keys, &elsewhere, &token, None, now).await;
    distrusted(checked);
    let mut elsewhere = scene.client.clone();
    elsewhere.endpoints.issuer = Some("https://id.example.com".to_owned());
    let checked = identity(&http(), &scene.keys, &elsewhere, &token, None, now).await;
    distrusted(checked);
    // The key is the same for all of that.
    assert_eq!(scene.asked(), 2, "once, and once after a day");
}

#[tokio::test]
async fn a_provider_that_signs_with_a_new_key_is_asked_for_it_once() {
    let scene = Scene::new().await;
    let now = SystemClock.now();
    let old = scene.id_token(ANN).await;
    scene.checked(&old, NONCE, now).await.unwrap();
    assert_eq!(scene.asked(), 1);

    scene.openid.rotate_keys();
    let new = scene.id_token(ANN).await;
    let later = now + TimeDelta::minutes(2);
    for _ in 0..3 {
        scene.checked(&new, NONCE, later).await.unwrap();
    }
    assert_eq!(scene.asked(), 2);

    // A token of the key that is withdrawn is trusted no more, and does not make questions of itself.
    for _ in 0..3 {
        let gone = scene.checked(&old, NONCE, later).await;
        assert!(
            matches!(gone, Err(OAuthError::Transient { .. })),
            "{gone:?}"
        );
    }
    assert_eq!(scene.asked(), 2);
    let minutes_later = later + TimeDelta::minutes(2);
    distrusted(scene.checked(&old, NONCE, minutes_later).await);
    assert_eq!(scene.asked(), 3);
}
