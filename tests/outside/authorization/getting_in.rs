//! From red to green, and what happens when the person at the provider does something else than was hoped for.

use std::collections::BTreeSet;

use entities::lights::LightState;
use parts::browser::{Request, role};
use parts::openid::CLIENT_SECRET;
use parts::{Browser, browser};
use url::Url;

use super::super::waiting::until;
use super::scene::{Scene, Setup};
use super::{
    ANNA, LETTER, SALES, SOON, UMA, allow, assert_light_says, buttons, connect, go_to_provider,
    press, said, sign_in_there,
};

#[test]
fn one_button_leads_from_red_to_green_and_the_next_scan_makes_leads() {
    let (scene, browser) = (Scene::new(), browser());
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, ANNA);
    browser.click(&role("link", SALES));
    assert_eq!(browser.url(), scene.page_of(SALES));
    assert_light_says(
        &browser,
        &[
            "Red",
            "Nobody has signed in for this mailbox yet.",
            "The owner of the mailbox",
            "Press Sign in",
        ],
    );
    assert_eq!(buttons(&browser), ["Sign in"]);
    assert_eq!(browser.count(".proofs .failed"), 1);

    browser.forget_requests();
    go_to_provider(&browser, "Sign in");
    assert_eq!(browser.value("#address"), SALES);
    sign_in_there(&browser, SALES);
    allow(&scene, &browser);
    assert_eq!(browser.url(), scene.page_of(SALES));
    assert_eq!(said(&browser), "Connected: the mailbox opens.");
    assert_light_says(&browser, &["Green", "The next scan will get in."]);
    assert_eq!(browser.count(".proofs .held"), 5);
    assert_eq!(scene.history(SALES), ["never_authorized", "green"]);
    assert_eq!(browser.count(".history li"), 2);
    let scanners = browser.text(".scanner");
    assert!(!scanners.contains("Failing"), "{scanners}");

    let lead = until("the schedule's next scan makes a lead", SOON, || {
        scene.database.contents().leads.pop()
    });
    assert_eq!(lead.email, "zoe@elsewhere.example");
    let status = scene.program.status("Sales");
    assert_eq!(status["light"]["state"], "green", "{status}");
    assert_eq!(status["health"]["state"], "ok", "{status}");

    assert_nothing_leaked(&scene, &browser);
    browser.reload();
    assert_eq!(browser.count(".said"), 0, "it is said once");
}

/// Neither the address bar, nor the history, nor other sites, nor the log, nor the database has what was on the way.
fn assert_nothing_leaked(scene: &Scene, browser: &Browser) {
    let requests = browser.requests();
    let carried = carried(&requests);
    assert!(carried.len() >= 3, "code, state and nonce: {carried:?}");
    let told = |text: &str| carried.iter().any(|secret| text.contains(secret));
    for request in &requests {
        assert!(!told(request.referer().unwrap_or_default()), "{request:?}");
    }
    let page = browser.last_page();
    assert!(!told(&page.url) && !told(&format!("{:?}", page.answer_headers)));
    assert!(!told(&browser.html()));
    assert!(!browser.history().iter().any(|url| told(url)));

    let authorization = scene.openid.authorization_endpoint();
    let left = requests
        .iter()
        .find(|request| request.url.starts_with(&authorization))
        .unwrap();
    assert_eq!(left.referer(), None, "the provider is not told where from");
    let came_back = requests
        .iter()
        .find(|request| is_callback(request))
        .unwrap();
    assert_eq!(came_back.status, Some(303));
    for (header, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(came_back.answer_headers[header], value);
        assert_eq!(page.answer_headers[header], value);
    }

    let cookies = browser.cookies();
    let ours = cookies.iter().filter(|cookie| cookie.domain == "localhost");
    let sessions: Vec<_> = ours
        .inspect(|cookie| {
            // A script of ours says the time zone, which is no secret.
            let is_ours_to_write = cookie.name == "mailroom-zone";
            assert!(cookie.http_only || is_ours_to_write, "{cookie:?}");
            assert_eq!((&*cookie.same_site, &*cookie.path), ("Lax", "/"));
        })
        .filter(|cookie| cookie.name == "mailroom")
        .collect();
    let [session] = sessions[..] else {
        panic!("{cookies:?}");
    };
    let mut secrets: Vec<String> = carried.into_iter().collect();
    secrets.extend([session.value.clone(), CLIENT_SECRET.to_owned()]);
    scene.assert_kept_secret(&secrets);
    assert_no_token(&scene.serving.said());
}

fn is_callback(request: &Request) -> bool {
    request.url.contains("/oauth/callback/")
}

/// What must not be seen by anybody else: codes, states, nonces.
fn carried(requests: &[Request]) -> BTreeSet<String> {
    let mut carried = BTreeSet::new();
    for request in requests {
        let url = Url::parse(&request.url).unwrap();
        for (name, value) in url.query_pairs() {
            if ["code", "state", "nonce"].contains(&&*name) {
                carried.insert(value.into_owned());
            }
        }
    }
    carried
}

/// The provider's tokens are 43 letters, digits, `-` and `_`.
fn assert_no_token(log: &str) {
    let runs = log.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    for run in runs.filter(|run| run.len() >= 43) {
        let has = |kind: fn(&char) -> bool| run.chars().any(|c| kind(&c));
        let mixed = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
        assert!(!mixed || !has(char::is_ascii_digit), "a token: {run}");
    }
}

#[test]
fn whoever_cancels_changes_nothing_and_needs_no_scripts() {
    let (scene, browser) = (Scene::new(), browser());
    let browser = browser.another_without_scripts();
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));

    let before_signing_in = || go_to_provider(&browser, "Sign in");
    let before_agreeing = || {
        go_to_provider(&browser, "Sign in");
        sign_in_there(&browser, SALES);
    };
    let ways: [&dyn Fn(); 2] = [&before_signing_in, &before_agreeing];
    for go in ways {
        go();
        browser.click("#cancel");
        browser.wait_for_url(&scene.page_of(SALES));
        let said = said(&browser);
        assert!(said.starts_with("Nothing was changed."), "{said}");
        assert_light_says(&browser, &["Nobody has signed in for this mailbox yet."]);
    }
    assert_eq!(scene.history(SALES), ["never_authorized"]);

    // A mailbox that opens does so afterwards.
    go_to_provider(&browser, "Sign in");
    allow(&scene, &browser);
    let browser = browser.another_session();
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in again");
    browser.click("#cancel");
    browser.wait_for_url(&scene.page_of(SALES));
    assert!(said(&browser).starts_with("Nothing was changed."));
    assert_light_says(&browser, &["Green"]);
    assert_eq!(scene.history(SALES), ["never_authorized", "green"]);
}

#[test]
fn the_wrong_account_is_named_and_the_right_one_can_be_chosen_in_the_same_window() {
    let (scene, browser) = (Scene::new(), browser());
    scene.openid.ignore_login_hint();
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(UMA, "never_authorized");
    browser.open(&scene.page_of(UMA));
    connect(&scene, &browser, UMA);
    assert_eq!(scene.light(UMA), "green");

    // The browser is signed in as Uma there now.
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    assert_eq!(browser.text("#account"), UMA);
    allow(&scene, &browser);
    assert!(said(&browser).contains("can't be opened with it"));
    assert_light_says(
        &browser,
        &[
            "Red",
            "Somebody signed in with another account.",
            &format!("{UMA} signed in, and the mailbox is {SALES}."),
        ],
    );
    assert_eq!(buttons(&browser), ["Choose another account"]);
    assert_eq!(scene.light(SALES), "wrong_account");
    assert!(scene.database.credential(SALES).is_none());

    go_to_provider(&browser, "Choose another account");
    sign_in_there(&browser, SALES);
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
    assert_eq!(
        scene.history(SALES),
        ["never_authorized", "wrong_account", "green"]
    );

    // A wrong account takes nothing from a mailbox that opens.
    let browser = browser.another_session();
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in again");
    sign_in_there(&browser, UMA);
    allow(&scene, &browser);
    let told = said(&browser);
    assert!(told.starts_with("Nothing was changed"), "{told}");
    assert!(told.contains(UMA) && told.contains(SALES), "{told}");
    assert_light_says(&browser, &["Green"]);
    assert_eq!(scene.light(SALES), "green");
}

#[test]
fn where_the_provider_does_not_tell_whose_account_it_is_the_mail_server_proves_it() {
    let scene = Scene::with(&Setup {
        identity: false,
        ..Setup::default()
    });
    let browser = browser();
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, UMA);
    assert_light_says(
        &browser,
        &["Red", "The mail server refuses the access token."],
    );
    let proofs = browser.text(".proofs");
    assert!(proofs.contains("Not told"), "{proofs}");
    assert_eq!(browser.count(".proofs .held"), 2, "{proofs}");

    go_to_provider(&browser, "Sign in");
    sign_in_there(&browser, SALES);
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
    let proofs = browser.text(".proofs");
    assert!(
        proofs.contains("The provider does not say which account signed in."),
        "{proofs}"
    );
    assert_eq!(browser.count(".proofs .held"), 4, "{proofs}");
    assert!(!proofs.contains("fits the mailbox"), "{proofs}");
}

#[test]
fn a_right_that_was_left_out_is_asked_for_again() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    sign_in_there(&browser, SALES);
    browser.untick("#scope-mail");
    allow(&scene, &browser);
    assert_light_says(
        &browser,
        &[
            "The permission to read mail was not granted.",
            "leave the permission to read mail ticked",
            "The provider did not grant: mail.",
        ],
    );
    assert_eq!(buttons(&browser), ["Sign in"]);
    let light = scene.database.light(SALES).unwrap();
    assert_eq!(light.state, LightState::Red);
    assert_eq!(light.cause.as_deref(), Some("scope_missing"));

    press(&browser, "Sign in");
    browser.wait_for("#allow");
    assert!(browser.is_ticked("#scope-mail"));
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
}
