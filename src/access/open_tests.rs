//! What a refusal by provider or mail server makes of the light, and how often anybody is asked.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::oauth_clients::Flow;
use parts::openid::{CLIENT_ID, CLIENT_SECRET};

use crate::access::Closed;
use crate::access::trial::{EVE, SALES, SCOPES, Trial};
use crate::cause::Cause;

const HOUR: TimeDelta = TimeDelta::hours(1);
/// A token is no longer new then, and not to be renewed yet.
const MIDDLE: TimeDelta = TimeDelta::minutes(20);

fn cause(closed: &Closed) -> Cause {
    match closed {
        Closed::Red(red) => red.cause,
        other => panic!("not red: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_was_withdrawn_is_red_at_once_and_told_once() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();
    trial.later(HOUR);
    trial.openid.revoke_account(SALES);
    trial.openid.forget_requests();
    assert_eq!(cause(&trial.refusal(&mailbox).await), Cause::ConsentRevoked);
    // Asked once, and nobody signed in with what had ended.
    assert_eq!(trial.asked(), (1, 0));
    let light = trial.light(&mailbox).await.unwrap();
    assert_eq!(light.who.as_deref(), Some("mailbox_owner"));
    assert!(light.provider_words.unwrap().contains("invalid_grant"));
    trial.refusal(&mailbox).await;
    assert_eq!(trial.told().await, ["light.red consent_revoked"]);

    // The owner signs in again.
    let (refresh, token) = (
        trial.openid.refresh_grant(SALES, SCOPES),
        trial.openid.mail_token(SALES),
    );
    trial.give(&mailbox, &refresh, &token, HOUR).await;
    trial.open(&mailbox).await.unwrap();
    assert_eq!(
        trial.told().await,
        ["light.red consent_revoked", "light.recovered"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_withdrawn_right_after_a_renewal_says_so_at_the_next_scan() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.shows(&mailbox).await, "green");
    trial.openid.revoke_account(SALES);
    trial.openid.forget_requests();
    assert_eq!(cause(&trial.refusal(&mailbox).await), Cause::ConsentRevoked);
    assert_eq!(trial.asked(), (1, 1));
    assert_eq!(trial.told().await, ["light.red consent_revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_replaced_once() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();

    // Ended early: the refresh token gets a new one.
    trial.later(MIDDLE);
    trial.openid.revoke_access_tokens(SALES);
    trial.openid.forget_requests();
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (1, 2));
    assert_eq!(trial.shows(&mailbox).await, "green");

    // Everything was withdrawn.
    trial.later(MIDDLE);
    trial.openid.revoke_account(SALES);
    trial.openid.forget_requests();
    assert_eq!(cause(&trial.refusal(&mailbox).await), Cause::ConsentRevoked);
    assert_eq!(trial.asked(), (1, 1));

    // Somebody else's grant: the provider is content, the mail server never is.
    let refresh = trial.openid.refresh_grant(EVE, SCOPES);
    trial
        .give(&mailbox, &refresh, "ended", TimeDelta::zero())
        .await;
    trial.openid.forget_requests();
    assert_eq!(
        cause(&trial.refusal(&mailbox).await),
        Cause::AccessTokenRefused
    );
    assert_eq!(
        trial.asked(),
        (1, 1),
        "a token that was got for this very try is not replaced"
    );
    trial.later(MIDDLE);
    trial.openid.forget_requests();
    trial.refusal(&mailbox).await;
    assert_eq!(trial.asked(), (1, 2));
    assert_eq!(
        trial.told().await,
        [
            "light.red consent_revoked",
            "light.red access_token_refused"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_on_its_way_to_the_mail_server_is_replaced() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    // It ended at the provider half-way through the life that was promised.
    let refresh = trial.refresh_token(&mailbox).await;
    trial
        .give(&mailbox, &refresh, "ended", TimeDelta::seconds(5))
        .await;
    trial.later(TimeDelta::seconds(3));
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_refuses_says_who_must_act() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();

    trial.later(HOUR);
    let secret_is_refused = async |shown: &str, words: &str| {
        trial.refusal(&mailbox).await;
        assert_eq!(trial.shows(&mailbox).await, shown);
        let light = trial.light(&mailbox).await.unwrap();
        assert_eq!(light.who.as_deref(), Some("admin"));
        let said = light.provider_words.unwrap();
        assert!(said.contains(words), "{said}");
    };
    trial.openid.expire_client_secret(CLIENT_ID);
    secret_is_refused("red client_secret_expired", "expired").await;
    trial.openid.set_client_secret(CLIENT_ID, "another-secret");
    secret_is_refused("red client_secret_wrong", "invalid_client").await;
    // With a good secret it opens at once: the grant was not to blame.
    trial.openid.set_client_secret(CLIENT_ID, CLIENT_SECRET);
    trial.open(&mailbox).await.unwrap();

    // A grant without the right to read mail.
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let refresh = trial
        .openid
        .refresh_grant(SALES, "openid email offline_access");
    trial
        .give(&mailbox, &refresh, "ended", TimeDelta::zero())
        .await;
    assert_eq!(cause(&trial.refusal(&mailbox).await), Cause::ScopeMissing);
    // Nobody signs in with it, not even the next time.
    trial.refusal(&mailbox).await;
    assert_eq!(trial.openid.introspections(), 0);
    assert_eq!(trial.shows(&mailbox).await, "red scope_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_signs_in_for_itself_needs_nobody() {
    let trial = Trial::new().await;
    trial.client(Flow::AppOnly).await;
    trial.openid.app_tokens_open(Some(SALES));
    let mailbox = trial.mailbox(SALES).await;
    trial.open(&mailbox).await.unwrap();
    trial.later(MIDDLE);
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.openid.token_requests("client_credentials"), 1);
    trial.later(HOUR);
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.openid.token_requests("client_credentials"), 2);
    assert_eq!(trial.shows(&mailbox).await, "green");
    assert_eq!(trial.stored(&mailbox).await.sealed, None);

    // The tenant's administrator took the mailbox away from the app.
    trial.openid.app_tokens_open(None);
    trial.later(HOUR);
    trial.refusal(&mailbox).await;
    assert_eq!(trial.shows(&mailbox).await, "red access_token_refused");
    let light = trial.light(&mailbox).await.unwrap();
    assert_eq!(light.who.as_deref(), Some("provider"));
    let remedy = light.remedy.unwrap();
    assert!(remedy.contains("New-ServicePrincipal"), "{remedy}");
}
