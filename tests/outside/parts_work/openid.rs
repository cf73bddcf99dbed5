//! The OpenID provider: people with a browser, programs, and what a test may do to it.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parts::openid::{Became, CLIENT_ID, CLIENT_SECRET, Endpoint, Fault, RefreshTokens};
use parts::{OpenId, browser, openid};
use serde_json::{Value, json};

use super::application::{Answer, Application, ask, refresh, sign_in, token_endpoint, try_ask};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const SCOPE: &str = "openid email mail";

fn claims(answer: &Value) -> Value {
    let token = answer["id_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn scopes(answer: &Value) -> BTreeSet<&str> {
    answer["scope"].as_str().unwrap().split(' ').collect()
}

fn refresh_token(answer: &Value) -> &str {
    answer["refresh_token"].as_str().unwrap()
}

fn is_active(openid: &OpenId, answer: &Value) -> bool {
    let token = answer["access_token"].as_str().unwrap();
    let asked = ask(
        &openid.endpoint(Endpoint::Introspection),
        &[("token", token)],
    );
    asked.json()["active"] == true
}

#[test]
fn a_person_signs_in_and_consents() {
    let (openid, browser, application) = (openid(), browser(), Application::new());
    browser.open(&application.begin(&openid, SCOPE, &format!("&login_hint={ADA}")));
    assert_eq!(browser.value("#address"), ADA);
    sign_in(&browser, ADA);
    assert_eq!(browser.text("#account"), ADA);
    assert_eq!(browser.text("#client"), "Application mailroom");
    assert!(browser.is_ticked("#scope-mail"));
    assert!(browser.axe().is_empty(), "{:?}", browser.axe());
    browser.click("#allow");

    assert_eq!(application.brought(&browser, "state").unwrap(), "a-state");
    let issuer = application.brought(&browser, "iss").unwrap();
    assert_eq!(
        issuer.replace("%3A", ":").replace("%2F", "/"),
        openid.issuer()
    );
    let granted = application.exchange(&openid, &browser);
    assert_eq!(
        scopes(&granted),
        BTreeSet::from(["openid", "email", "mail"])
    );
    let claims = claims(&granted);
    assert_eq!(claims["email"], ADA);
    assert_eq!(claims["iss"], openid.issuer());
    assert_eq!(claims["aud"], CLIENT_ID);
    assert_eq!(claims["nonce"], "a-nonce");
    let refreshed = refresh(&openid, refresh_token(&granted)).json();
    assert_eq!(refreshed["expires_in"], 3600);
    assert!(is_active(&openid, &refreshed));
    assert_eq!(openid.token_requests("authorization_code"), 1);
    assert_eq!(openid.refreshes_of(ADA), 1);
}

#[test]
fn a_scope_is_left_out_and_asked_for_again_the_next_time() {
    let (openid, browser, application) = (openid(), browser(), Application::new());
    browser.open(&application.begin(&openid, SCOPE, ""));
    sign_in(&browser, ADA);
    browser.untick("#scope-mail");
    browser.click("#allow");
    let granted = application.exchange(&openid, &browser);
    assert_eq!(scopes(&granted), BTreeSet::from(["openid", "email"]));

    browser.open(&application.begin(&openid, SCOPE, ""));
    browser.click("#allow");
    let granted = application.exchange(&openid, &browser);
    assert!(scopes(&granted).contains("mail"));

    browser.open(&application.begin(&openid, SCOPE, ""));
    application.exchange(&openid, &browser);
}

#[test]
fn cancelling_is_told() {
    let (openid, browser, application) = (openid(), browser(), Application::new());
    for at_consent in [false, true] {
        browser.open(&application.begin(&openid, SCOPE, ""));
        if at_consent {
            sign_in(&browser, ADA);
        }
        browser.click("#cancel");
        assert_eq!(
            application.brought(&browser, "error").unwrap(),
            "access_denied"
        );
    }
    openid.refuse_next_consent("consent_required", "AADSTS65001: An admin must consent");
    browser.open(&application.begin(&openid, SCOPE, ""));
    browser.click("#allow");
    assert_eq!(
        application.brought(&browser, "error").unwrap(),
        "consent_required"
    );
}

#[test]
fn the_browser_remembers_an_account_and_another_can_be_chosen() {
    let (openid, browser, application) = (openid(), browser(), Application::new());
    let account = |more: &str, act: &dyn Fn()| {
        browser.open(&application.begin(&openid, SCOPE, more));
        act();
        claims(&application.exchange(&openid, &browser))["email"].clone()
    };
    let first = account("", &|| {
        sign_in(&browser, BOB);
        browser.click("#allow");
    });
    assert_eq!(first, BOB);
    assert_eq!(account("", &|| ()), BOB, "it is asked again");

    let hinted = format!("&login_hint={ADA}");
    let same = account(&hinted, &|| {
        assert_eq!(browser.text("#account"), BOB);
        assert_eq!(browser.value("#address"), ADA);
        browser.click("#continue");
    });
    assert_eq!(same, BOB);
    let chosen = account("&prompt=select_account", &|| {
        sign_in(&browser, ADA);
        browser.click("#allow");
    });
    assert_eq!(chosen, ADA);
    let at_consent = account("&prompt=consent", &|| {
        browser.click("#another-account");
        sign_in(&browser, BOB);
        browser.click("#allow");
    });
    assert_eq!(at_consent, BOB);
    openid.ignore_login_hint();
    assert_eq!(account(&hinted, &|| ()), BOB);

    let elsewhere = browser.another_session();
    elsewhere.open(&application.begin(&openid, SCOPE, ""));
    assert_eq!(elsewhere.count("#continue"), 0, "sessions are apart");
}

#[test]
fn only_registered_addresses_are_gone_back_to() {
    let browser = browser();
    let openid = openid().redirect_uris(["https://mail.example.com/oauth/callback/x"]);
    let application = Application::new();
    let url = application.begin(&openid, SCOPE, "");
    let elsewhere = |uri: &str| url.replace(&application.redirect_uri(), uri);
    browser.open(&elsewhere("https://mail.example.com/oauth/callback/x"));
    assert_eq!(browser.title(), "Sign in");
    browser.open(&elsewhere("https://mail.example.com/oauth/callback/y"));
    assert!(browser.text("#description").contains("redirect_uri"));
    browser.open(&url.replace("code_challenge", "ignored"));
    assert_eq!(
        application.brought(&browser, "error").unwrap(),
        "invalid_request",
        "PKCE is required"
    );
}

#[test]
fn a_rotated_token_is_taken_once() {
    let openid = openid();
    openid.rotate();
    let first = openid.refresh_grant(ADA, SCOPE);
    let second = refresh(&openid, &first).json();
    let third = refresh(&openid, refresh_token(&second)).json();
    assert!(is_active(&openid, &third));
    assert_eq!(
        refresh(&openid, refresh_token(&second)).error(),
        "invalid_grant"
    );
    assert_eq!(
        refresh(&openid, refresh_token(&third)).error(),
        "invalid_grant",
        "the whole grant is void"
    );
    assert!(!is_active(&openid, &third));
}

#[test]
fn within_the_grace_a_rotated_token_is_taken_again() {
    let openid = openid();
    openid.rotate_with_grace(Duration::from_secs(2));
    let first = openid.refresh_grant(ADA, SCOPE);
    let second = refresh(&openid, &first).json();
    let again = refresh(&openid, &first).json();
    assert_ne!(refresh_token(&second), refresh_token(&again));
    assert!(is_active(&openid, &second));
    thread::sleep(Duration::from_millis(2100));
    assert_eq!(refresh(&openid, &first).error(), "invalid_grant");
}

#[test]
fn tokens_live_as_long_as_the_test_says() {
    let openid = openid();
    openid.access_tokens_live(Duration::from_secs(1));
    let token = openid.refresh_grant(ADA, SCOPE);
    let granted = refresh(&openid, &token).json();
    assert_eq!(granted["expires_in"], 1);
    assert_eq!(refresh_token(&granted), token, "it does not rotate");
    openid.refresh_tokens_live(Duration::from_secs(1));
    let short = openid.refresh_grant(ADA, SCOPE);
    thread::sleep(Duration::from_millis(1100));
    assert!(!is_active(&openid, &granted));
    assert_eq!(refresh(&openid, &short).error(), "invalid_grant");
    assert_eq!(refresh(&openid, &token).status, 200);
}

#[test]
fn grants_and_tokens_are_taken_back() {
    let openid = openid();
    let (adas, bobs) = (
        openid.refresh_grant(ADA, SCOPE),
        openid.refresh_grant(BOB, SCOPE),
    );
    let granted = refresh(&openid, &adas).json();
    assert_eq!(openid.revoke_access_tokens(ADA), 1);
    assert!(!is_active(&openid, &granted));
    let granted = refresh(&openid, &adas).json();
    assert_eq!(openid.revoke_refresh_tokens(ADA), 1);
    assert!(is_active(&openid, &granted));
    assert_eq!(refresh(&openid, &adas).error(), "invalid_grant");
    assert_eq!(openid.revoke_account(ADA), 1);
    assert!(!is_active(&openid, &granted));

    let granted = refresh(&openid, &bobs).json();
    let revoked = ask(&openid.endpoint(Endpoint::Revocation), &[("token", &bobs)]);
    assert_eq!(revoked.status, 200);
    assert!(!is_active(&openid, &granted));
}

#[test]
fn a_client_can_lose_its_secret_and_its_place() {
    let openid = openid();
    let token = openid.refresh_grant(ADA, SCOPE);
    openid.expire_client_secret(CLIENT_ID);
    let expired = refresh(&openid, &token);
    assert_eq!((expired.status, &*expired.error()), (400, "invalid_client"));
    assert!(expired.text.contains("secret is expired"));
    openid.set_client_secret(CLIENT_ID, "another");
    let wrong = refresh(&openid, &token);
    assert_eq!((wrong.status, &*wrong.error()), (401, "invalid_client"));
    openid.set_client_secret(CLIENT_ID, CLIENT_SECRET);
    assert_eq!(refresh(&openid, &token).status, 200);

    openid.add_client("second", Some("other"), &["http://127.0.0.1/callback"]);
    let seconds = openid.refresh_grant_for("second", ADA, SCOPE);
    assert_eq!(refresh(&openid, &seconds).error(), "invalid_grant");
    openid.remove_client(CLIENT_ID);
    assert_eq!(refresh(&openid, &token).error(), "invalid_client");
}

#[test]
fn who_gets_a_refresh_token_can_be_set() {
    let (openid, browser, application) = (openid(), browser(), Application::new());
    let gets_one = |scope: &str, more: &str| {
        browser.open(&application.begin(&openid, scope, more));
        if browser.count("#address") > 0 {
            sign_in(&browser, ADA);
        }
        if browser.count("#allow") > 0 {
            browser.click("#allow");
        }
        application.exchange(&openid, &browser)["refresh_token"].is_string()
    };
    let offline = format!("{SCOPE} offline_access");
    assert!(gets_one(SCOPE, ""));
    openid.give_refresh_tokens(RefreshTokens::Never);
    assert!(!gets_one(&offline, "&prompt=consent"));
    openid.give_refresh_tokens(RefreshTokens::Offline);
    assert!(!gets_one(&offline, ""));
    assert!(gets_one(&offline, "&prompt=consent"));
}

#[test]
fn a_device_is_connected_with_a_browser() {
    let (openid, browser) = (openid(), browser());
    let begun = ask(&openid.endpoint(Endpoint::Device), &[("scope", SCOPE)]).json();
    assert_eq!(begun["interval"], 1);
    let poll = |begun: &Value| -> Answer {
        ask(
            &token_endpoint(&openid),
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", begun["device_code"].as_str().unwrap()),
            ],
        )
    };
    assert_eq!(poll(&begun).error(), "authorization_pending");
    browser.open(begun["verification_uri"].as_str().unwrap());
    browser.fill("#code", begun["user_code"].as_str().unwrap());
    browser.click("#continue");
    assert_eq!(browser.text("#code"), begun["user_code"].as_str().unwrap());
    browser.click("#continue");
    sign_in(&browser, ADA);
    browser.click("#allow");
    assert_eq!(browser.title(), "Done");
    let granted = poll(&begun).json();
    assert_eq!(claims(&granted)["email"], ADA);
    assert!(is_active(&openid, &granted));

    let begun = ask(&openid.endpoint(Endpoint::Device), &[("scope", SCOPE)]).json();
    browser.open(begun["verification_uri_complete"].as_str().unwrap());
    browser.wait_for("#cancel");
    browser.click("#cancel");
    assert_eq!(poll(&begun).error(), "access_denied");
}

#[test]
fn answers_are_spoiled_as_the_test_says() {
    let openid = openid();
    openid.rotate();
    let token = openid.refresh_grant(ADA, SCOPE);
    let html = Fault::answer(503, "<h1>Down</h1>").with_header("Retry-After", "7");
    openid.fault_next(2, Endpoint::Token, &html);
    openid.fault_next(
        1,
        Endpoint::Token,
        &Fault::json(400, &json!({"error": "weird"})),
    );
    for _ in 0..2 {
        let answer = refresh(&openid, &token);
        assert_eq!((answer.status, &*answer.text), (503, "<h1>Down</h1>"));
        assert!(
            answer.head.to_lowercase().contains("retry-after: 7"),
            "{}",
            answer.head
        );
    }
    assert_eq!(refresh(&openid, &token).error(), "weird");
    let token = refresh_token(&refresh(&openid, &token).json()).to_owned();

    for (fault, words) in [
        (Fault::CloseBefore, "no answer"),
        (Fault::CloseAfter(9), "cut off after {\"access"),
    ] {
        let token = openid.refresh_grant(BOB, SCOPE);
        openid.fault_next(1, Endpoint::Token, &fault);
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
        let lost = try_ask(&token_endpoint(&openid), &form).unwrap_err();
        assert!(lost.starts_with(words), "{lost}");
        assert_eq!(
            refresh(&openid, &token).error(),
            "invalid_grant",
            "the provider did rotate"
        );
    }

    openid.forget_requests();
    openid.fault(Endpoint::Token, &Fault::Hold);
    thread::scope(|scope| {
        let held = scope.spawn(|| refresh(&openid, &token));
        openid.wait_until_held(1);
        openid.clear_faults();
        assert_eq!(held.join().unwrap().status, 200);
    });
    let requests = openid.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].became, Became::Answered(200));
    assert_eq!(requests[0].account.as_deref(), Some(ADA));
    assert_eq!(requests[0].client_id.as_deref(), Some(CLIENT_ID));
}

#[test]
fn an_outage_ends_and_nothing_is_forgotten() {
    let openid = openid();
    let token = openid.refresh_grant(ADA, SCOPE);
    openid.stop();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
    let refused = try_ask(&token_endpoint(&openid), &form).unwrap_err();
    assert!(refused.contains("refused"), "{refused}");
    openid.start_again();
    assert_eq!(refresh(&openid, &token).status, 200);
}
