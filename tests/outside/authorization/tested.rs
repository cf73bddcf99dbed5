//! The button that has a mailbox tested: a worker looks, and what it found stands on the page.

use parts::browser;

use super::super::waiting::until;
use super::looks::assert_good_to_read;
use super::scene::Scene;
use super::{ANNA, LETTER, SALES, SOON, assert_light_says, assert_no_complaints, connect, press};

#[test]
fn a_press_has_the_mailbox_tested_and_shows_what_was_found() {
    let (scene, browser) = (Scene::new(), browser());
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    let page = scene.page_of(SALES);
    browser.open(&page);
    assert_good_to_read(&browser, "a mailbox that was never tested");

    // The page waits by itself, without scripts, and goes on to what was found.
    let tested = |wanted: &str| {
        press(&browser, "Run test");
        until("what was found is shown", SOON, || {
            (browser.url() == format!("{page}#doctor")).then_some(())
        });
        let section = browser.text("section[aria-labelledby=doctor]");
        assert!(section.contains(wanted), "{wanted}: {section}");
        browser.click("details summary");
        browser.text("section[aria-labelledby=doctor]")
    };
    let steps = tested("The way ends at: Credential.");
    assert!(
        steps.contains("The mailbox sales@ours.example has no credential."),
        "{steps}"
    );
    assert_good_to_read(&browser, "a test that failed");

    connect(&scene, &browser, SALES);
    assert_light_says(&browser, &["Green"]);
    // Once a minute.
    press(&browser, "Run test");
    assert!(browser.text(".said").contains("less than a minute ago"));
    scene.database.age_examination(SALES);
    let refreshes = scene.openid.refreshes_of(SALES);
    let steps = tested("Every step went well.");
    assert!(steps.contains("Nothing: the next scan gets in."), "{steps}");
    assert!(
        steps.contains("INBOX opens and holds one message."),
        "{steps}"
    );
    assert_eq!(
        scene.openid.refreshes_of(SALES),
        refreshes,
        "a token that is good is not renewed"
    );
    assert_good_to_read(&browser, "a test that went well");

    // Somebody withdraws the permission: the test says so, and the light follows.
    scene.database.age_examination(SALES);
    scene.database.age_token(SALES);
    scene.openid.revoke_account(SALES);
    let steps = tested("The way ends at: Credential.");
    assert!(steps.contains("invalid_grant"), "{steps}");
    scene.wait_for_light(SALES, "consent_revoked");
    assert_no_complaints(&browser);
}
