//! The callback takes an answer once, from whoever began, where and while it may.

use parts::{Browser, browser};

use super::scene::{Scene, Setup};
use super::{
    ANNA, BERT, SALES, allow, assert_light_says, connect, go_to_provider, press, sign_in_there,
};

#[test]
fn an_answer_is_taken_once() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, SALES);
    let requests = browser.requests();
    let callback = requests
        .iter()
        .find(|request| request.url.contains("/oauth/callback/"))
        .unwrap();
    let credential = scene.database.credential(SALES).unwrap();
    let exchanges = scene.openid.token_requests("authorization_code");

    browser.open(&callback.url);
    assert_eq!(browser.url(), format!("{}/authorization/used", scene.site));
    assert_eq!(browser.last_page().status, Some(409));
    assert_eq!(browser.text("h1"), "This sign-in was already used");
    // Without its code, or with a state that nobody gave out, there is nothing to take either.
    let (address, _) = callback.url.split_once('?').unwrap();
    for (query, page) in [
        ("?state=guessed&code=guessed", "unknown"),
        ("?code=guessed", "incomplete"),
        ("", "incomplete"),
    ] {
        browser.open(&format!("{address}{query}"));
        assert_eq!(
            browser.url(),
            format!("{}/authorization/{page}", scene.site)
        );
    }
    let elsewhere = callback.url.replace("the-callback", "another");
    browser.open(&elsewhere);
    assert_eq!(browser.text("h1"), "This callback address does not exist");

    assert_eq!(
        scene.openid.token_requests("authorization_code"),
        exchanges,
        "no code was offered to the provider again"
    );
    assert_eq!(scene.history(SALES), ["never_authorized", "green"]);
    let now = scene.database.credential(SALES).unwrap();
    assert_eq!(now.version, credential.version);
    assert!(!browser.history().iter().any(|url| url.contains("code=")));
}

#[test]
fn only_the_session_that_began_a_sign_in_can_end_it() {
    let (scene, annas) = (Scene::new(), browser());
    scene.sign_in(&annas, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    annas.open(&scene.page_of(SALES));
    go_to_provider(&annas, "Sign in");
    let sent_to = begun(&scene, &annas);

    // Whoever gets the address sent ends up with nothing: another admin, and somebody who is signed out.
    let berts = annas.another_session();
    scene.sign_in(&berts, BERT);
    let nobodys = annas.another_session();
    for (browser, page, title) in [
        (
            &berts,
            "other-session",
            "This sign-in was begun in another browser",
        ),
        (
            &nobodys,
            "signed-out",
            "You are not signed in to Mailroom here",
        ),
    ] {
        browser.open(&sent_to);
        sign_in_there(browser, SALES);
        allow_and_fail(&scene, browser);
        assert_eq!(
            browser.url(),
            format!("{}/authorization/{page}", scene.site)
        );
        assert_eq!(browser.text("h1"), title);
    }
    assert_eq!(scene.openid.token_requests("authorization_code"), 0);
    assert_eq!(scene.history(SALES), ["never_authorized"]);

    // They have not used it up either.
    sign_in_there(&annas, SALES);
    allow(&scene, &annas);
    assert_light_says(&annas, &["Green"]);

    // What a session began ends with it, in the same browser too.
    let annas = annas.another_session();
    scene.sign_in(&annas, ANNA);
    annas.open(&scene.page_of(SALES));
    go_to_provider(&annas, "Sign in again");
    let sent_to = begun(&scene, &annas);
    scene.sign_in(&annas, ANNA);
    annas.open(&sent_to);
    sign_in_there(&annas, SALES);
    allow_and_fail(&scene, &annas);
    assert_eq!(
        annas.url(),
        format!("{}/authorization/other-session", scene.site)
    );
}

/// Where the browser was sent to at the provider.
fn begun(scene: &Scene, browser: &Browser) -> String {
    let authorization = scene.openid.authorization_endpoint();
    let requests = browser.requests();
    let mut urls = requests.iter().map(|request| &request.url);
    let url = urls.find(|url| url.starts_with(&authorization));
    url.unwrap().clone()
}

fn allow_and_fail(scene: &Scene, browser: &Browser) {
    browser.click("#allow");
    browser.wait_for_url(&format!("{}/authorization/", scene.site));
}

#[test]
fn a_callback_needs_an_active_key_and_an_allowed_address() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    sign_in_there(&browser, SALES);

    // Each takes hold while the person is away.
    for (key, status, title) in [
        (
            "allowed_ips: [10.0.0.0/8, '2001:db8::1']",
            403,
            "Your network address may not use this callback",
        ),
        (
            "active: false",
            403,
            "This callback address is switched off",
        ),
    ] {
        scene.apply(&Setup {
            key,
            ..Setup::default()
        });
        allow_and_fail(&scene, &browser);
        assert_eq!(browser.text("h1"), title);
        assert_eq!(browser.last_page().status, Some(status));
        scene.apply(&Setup::default());
        browser.open(&scene.page_of(SALES));
        go_to_provider(&browser, "Sign in");
    }
    assert_eq!(scene.openid.token_requests("authorization_code"), 0);
    assert_eq!(scene.history(SALES), ["never_authorized"]);

    scene.apply(&Setup {
        key: "active: false",
        ..Setup::default()
    });
    browser.open(&scene.page_of(SALES));
    press(&browser, "Sign in");
    let told = browser.text("main");
    assert!(
        told.contains("The service key \"The callback\" is switched off."),
        "{told}"
    );

    scene.apply(&Setup {
        key: "allowed_ips: [127.0.0.0/8]",
        ..Setup::default()
    });
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
}
