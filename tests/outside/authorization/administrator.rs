//! An organization whose administrator must agree first: its own page, its own callback, and what follows for mailboxes.

use parts::browser::role;
use parts::{Browser, browser};
use url::Url;

use super::losing_it::wait_for_a_scan;
use super::scene::{Scene, Setup};
use super::{
    ANNA, SALES, UMA, allow, assert_light_says, buttons, connect, go_to_provider, press, said,
    sign_in_there,
};

/// Microsoft's words mean something at Microsoft only.
const MICROSOFT: Setup = Setup {
    key: "active: true",
    sales: "kind: shared",
    client_secret: parts::openid::CLIENT_SECRET,
    server: "preset: microsoft",
    oauth: super::scene::PEOPLE_SIGN_IN,
    identity: true,
};

/// A mailbox that was granted something waits for the administrator, and one that never was.
fn waiting(scene: &Scene, browser: &Browser) {
    scene.sign_in(browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    scene.wait_for_light(UMA, "never_authorized");
    browser.open(&scene.page_of(SALES));
    connect(scene, browser, SALES);
    assert_light_says(browser, &["Green"]);

    scene.openid.require_administrator();
    scene.database.age_token(SALES);
    wait_for_a_scan(scene);
    assert!(scene.openid.revoke_access_tokens(SALES) > 0);
    scene.wait_for_light(SALES, "admin_consent_required");
    browser.open(&scene.page_of(UMA));
    go_to_provider(browser, "Sign in");
    sign_in_there(browser, UMA);
    allow(scene, browser);
    assert_light_says(
        browser,
        &[
            "The organization's administrator has to agree first.",
            "The administrator at the mail provider",
            "ask for admin consent on this page",
            "AADSTS90094",
        ],
    );
    assert_eq!(buttons(browser), ["Ask for admin consent", "Sign in again"]);
}

/// Where the page says that an administrator goes.
fn link(browser: &Browser) -> Url {
    browser.value("#admin-consent").trim().parse().unwrap()
}

fn state(url: &Url) -> String {
    let mut pairs = url.query_pairs();
    let (_, state) = pairs.find(|(name, _)| name == "state").unwrap();
    state.into_owned()
}

#[test]
fn an_administrator_agrees_and_what_waited_is_tried() {
    let (scene, browser) = (Scene::with(&MICROSOFT), browser());
    waiting(&scene, &browser);

    // Who may not agree, or does not want to, changes nothing.
    browser.open(&scene.page_of(SALES));
    press(&browser, "Ask for admin consent");
    browser.click(&role("link", "Open it myself"));
    browser.click("#cancel");
    browser.wait_for_url(&scene.site);
    let told = said(&browser);
    assert!(told.contains("consent was not given"), "{told}");
    assert!(told.contains("User declined"), "{told}");
    assert!(!browser.url().contains("state="));
    for mailbox in [SALES, UMA] {
        assert_eq!(scene.light(mailbox), "admin_consent_required");
    }

    // From the server's page, to which the answer leads.
    let server = browser.url();
    assert!(server.contains("/servers/"), "{server}");
    press(&browser, "Make the admin-consent link");
    let link = link(&browser);
    assert!(
        link.as_str()
            .starts_with(&scene.openid.admin_consent_endpoint())
    );
    browser.click(&role("link", "Open it myself"));
    browser.click("#agree");
    browser.wait_for_url(&server);
    let told = said(&browser);
    assert!(told.starts_with("The administrator has agreed."), "{told}");

    // The one goes on with what it has; for the other somebody still has to sign in.
    scene.wait_for_light(SALES, "green");
    scene.wait_for_light(UMA, "never_authorized");
    assert_eq!(
        scene.history(SALES),
        [
            "never_authorized",
            "green",
            "admin_consent_required",
            "green"
        ]
    );
    browser.open(&scene.page_of(UMA));
    assert_light_says(&browser, &["Press Sign in on this page."]);
    go_to_provider(&browser, "Sign in");
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);

    // It was for once.
    let callback = format!("{}/oauth/callback/the-callback/admin-consent", scene.site);
    browser.open(&format!(
        "{callback}?admin_consent=True&state={}",
        state(&link)
    ));
    assert_eq!(browser.url(), format!("{}/authorization/used", scene.site));
    let history = browser.history();
    assert!(
        !history.iter().any(|url| url.contains("admin_consent=")),
        "{history:?}"
    );
}

#[test]
fn what_an_administrator_began_no_sign_in_ends_and_the_other_way_round() {
    let (scene, browser) = (Scene::with(&MICROSOFT), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    let callback = format!("{}/oauth/callback/the-callback", scene.site);
    let unknown = format!("{}/authorization/unknown", scene.site);

    browser.open(&scene.page_of(SALES));
    browser.click(&role("link", "Office"));
    let server = browser.url();
    press(&browser, "Make the admin-consent link");
    let administrators = link(&browser);
    browser.open(&format!(
        "{callback}?code=any&state={}",
        state(&administrators)
    ));
    assert_eq!(browser.url(), unknown);
    browser.open(&format!(
        "{callback}?error=access_denied&state={}",
        state(&administrators)
    ));
    assert_eq!(browser.url(), unknown);

    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    let requests = browser.requests();
    let authorization = scene.openid.authorization_endpoint();
    let left = requests
        .iter()
        .find(|request| request.url.starts_with(&authorization));
    let persons: Url = left.unwrap().url.parse().unwrap();
    browser.open(&format!(
        "{callback}/admin-consent?admin_consent=True&state={}",
        state(&persons)
    ));
    assert_eq!(browser.url(), unknown);
    assert_eq!(scene.openid.token_requests("authorization_code"), 0);

    // Neither was used up by that.
    browser.open(administrators.as_str());
    browser.click("#agree");
    browser.wait_for_url(&server);
    assert!(said(&browser).starts_with("The administrator has agreed."));
    browser.open(persons.as_str());
    sign_in_there(&browser, SALES);
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
}
