//! The pages for everybody: with a screen reader, on a telephone, in the dark, with a keyboard alone.

use parts::browser::role;
use parts::{Browser, browser};

use super::app_only::APP_ONLY;
use super::scene::Scene;
use super::{ANNA, SALES, assert_light_says, assert_no_complaints, connect};

const SIZES: [(u32, u32); 2] = [(1280, 800), (360, 640)];

/// Fails unless the page is good to read in every size and scheme.
#[track_caller]
pub(super) fn assert_good_to_read(browser: &Browser, page: &str) {
    for (width, height) in SIZES {
        for dark in [false, true] {
            browser.look(width, height, dark);
            let found = browser.axe();
            assert_eq!(found, [], "{page}, {width} wide, dark: {dark}");
        }
        let spills = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.evaluate(spills), false, "{page}, {width} wide");
    }
    assert_no_complaints(browser);
}

#[test]
fn every_page_is_good_to_read_for_everybody() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, ANNA);
    assert_good_to_read(&browser, "the list");
    browser.click(&role("link", SALES));
    assert_good_to_read(&browser, "a red mailbox");
    connect(&scene, &browser, SALES);
    assert_light_says(&browser, &["Green"]);
    assert_good_to_read(&browser, "a green mailbox");
    browser.click(&role("link", "Disconnect…"));
    assert_good_to_read(&browser, "disconnecting");
    browser.open(&scene.page_of(SALES));
    browser.click(&role("link", "Office"));
    assert_eq!(
        browser.value("#redirect-uri").trim(),
        format!("{}/oauth/callback/the-callback", scene.site)
    );
    assert_good_to_read(&browser, "a mail server");
    browser.open(&format!("{}/authorization/used", scene.site));
    assert_eq!(browser.axe(), []);
}

#[test]
fn every_page_of_administration_is_good_to_read() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, ANNA);
    for path in [
        "/guide",
        "/mailboxes",
        "/mailboxes/new",
        "/mailboxes/1/edit",
        "/mailboxes/1/folders",
        "/scanners",
        "/scanners/new",
        "/scanners/1",
        "/scanners/1/edit",
        "/servers",
        "/servers/new",
        "/servers/1/edit",
        "/service-keys",
        "/service-keys/1",
        "/lists",
        "/lists/new",
        "/exceptions",
        "/held",
        "/users",
        "/users/1",
        "/audit",
        "/account",
        "/account/password",
    ] {
        browser.open(&format!("{}{path}", scene.site));
        assert_eq!(browser.count("main h1"), 1, "{path}");
        assert_good_to_read(&browser, path);
    }
}

/// Fails unless the page can be given to somebody on paper.
#[track_caller]
fn assert_good_on_paper(browser: &Browser, page: &str) {
    browser.look_on_paper();
    let truths = [
        "[...document.querySelectorAll('button, .button, form')].every(one => !one.checkVisibility())",
        "getComputedStyle(document.body).color === 'rgb(0, 0, 0)'",
        "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'",
        "[...document.querySelectorAll('textarea')].every(one => \
         one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth)",
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth",
    ];
    for truth in truths {
        assert_eq!(browser.evaluate(truth), true, "{page}: {truth}");
    }
    assert_eq!(browser.axe(), [], "{page}");
}

#[test]
fn pages_can_be_printed_from_a_dark_screen() {
    let scene = Scene::with(&APP_ONLY);
    let browser = browser();
    scene.wait_for_light(SALES, "access_token_refused");
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));
    assert_good_on_paper(&browser, "a red mailbox with commands");
    browser.look(1280, 800, false);
    browser.click(&role("link", "Office"));
    assert_good_on_paper(&browser, "a mail server");
}

#[test]
fn a_keyboard_is_enough_to_sign_in() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));
    browser.press("Tab");
    assert_eq!(browser.focused().text, "Skip to the content");
    browser.press("Enter");
    let reached = (0..20).any(|_| {
        browser.press("Tab");
        browser.focused().text == "Sign in"
    });
    assert!(reached, "{:?}", browser.focused());
    browser.press("Enter");
    browser.wait_for("#sign-in");
    assert_eq!(browser.value("#address"), SALES);
}
