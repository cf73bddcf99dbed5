//! A permission that ends while it is used turns the light red by itself, with the right cause.

use entities::scans::ScanOutcome;
use parts::browser;
use parts::openid::CLIENT_ID;

use super::super::waiting::until;
use super::scene::{Scene, Setup};
use super::{
    ANNA, LETTER, SALES, SOON, allow, assert_light_says, buttons, connect, go_to_provider,
};

/// How many scans of the mailbox came to this.
fn scans(scene: &Scene, outcome: ScanOutcome) -> usize {
    let contents = scene.database.contents();
    let scanner = contents.scanner("Sales").id;
    let scans = contents.scans.iter();
    scans
        .filter(|scan| scan.scanner_id == scanner && scan.outcome == outcome)
        .count()
}

/// Waits until the next scan has begun and ended well.
pub(super) fn wait_for_a_scan(scene: &Scene) {
    let before = scans(scene, ScanOutcome::Done);
    until("another scan ends well", SOON, || {
        (scans(scene, ScanOutcome::Done) > before + 1).then_some(())
    });
}

#[test]
fn a_permission_that_is_taken_back_is_red_within_a_scan_and_green_after_the_next_sign_in() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, SALES);
    wait_for_a_scan(&scene);
    let failed = scans(&scene, ScanOutcome::Failed);

    // A token that was given just now is not asked for again.
    scene.database.age_token(SALES);
    wait_for_a_scan(&scene);
    assert!(scene.openid.revoke_account(SALES) > 0);
    scene.wait_for_light(SALES, "consent_revoked");
    until("the scan that met it is reported", SOON, || {
        (scans(&scene, ScanOutcome::Failed) == failed + 1).then_some(())
    });
    let asked = scene.openid.requests().len();
    browser.reload();
    assert_light_says(
        &browser,
        &[
            "Red",
            "The permission was withdrawn.",
            "The owner of the mailbox",
            "sign in again",
            "invalid_grant",
        ],
    );
    assert_eq!(buttons(&browser), ["Sign in"]);
    let status = scene.program.status("Sales");
    assert_eq!(status["light"]["cause"], "consent_revoked", "{status}");

    // Mail that comes meanwhile waits.
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    assert_eq!(scans(&scene, ScanOutcome::Failed), failed + 1);
    assert_eq!(scene.openid.requests().len(), asked, "it is quiet");
    go_to_provider(&browser, "Sign in");
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
    assert_eq!(
        scene.history(SALES),
        ["never_authorized", "green", "consent_revoked", "green"]
    );
    until("what came meanwhile is a lead", SOON, || {
        scene.database.contents().leads.pop()
    });
}

#[test]
fn a_client_secret_that_expires_before_the_first_sign_in_is_followed_by_one() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    scene.openid.expire_client_secret(CLIENT_ID);
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, SALES);
    assert_light_says(
        &browser,
        &[
            "The client secret has expired.",
            "An admin of Mailroom",
            "Then sign in again on this page.",
        ],
    );
    let panel = browser.text(".light-panel");
    assert!(!panel.contains("nobody has to sign in"), "{panel}");
    assert_eq!(buttons(&browser), ["Sign in again"]);
    let status = scene.program.status("Sales");
    let remedy = status["light"]["remedy"].as_str().unwrap();
    let then =
        format!("Then sign in again on the mailbox's page or with `mailroom authorize {SALES}`.");
    assert!(remedy.ends_with(&then), "{remedy}");
}

#[test]
fn a_client_secret_that_is_wrong_or_has_expired_is_the_admins_to_mend() {
    let (scene, browser) = (Scene::new(), browser());
    scene.sign_in(&browser, ANNA);
    scene.wait_for_light(SALES, "never_authorized");
    scene.openid.set_client_secret(CLIENT_ID, "another-secret");
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, SALES);
    assert_light_says(
        &browser,
        &[
            "The client secret is wrong or missing.",
            "An admin of Mailroom",
            "Check client ID and client secret",
            "invalid_client",
        ],
    );
    assert_eq!(buttons(&browser), ["Sign in again"]);

    scene.apply(&Setup {
        client_secret: "another-secret",
        ..Setup::default()
    });
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, buttons(&browser).last().unwrap());
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
    wait_for_a_scan(&scene);

    // It ends in the middle of the night: nobody signs in, the next token is not to be had.
    scene.openid.expire_client_secret(CLIENT_ID);
    scene.database.age_token(SALES);
    wait_for_a_scan(&scene);
    assert!(scene.openid.revoke_access_tokens(SALES) > 0);
    scene.wait_for_light(SALES, "client_secret_expired");
    browser.open(&scene.page_of(SALES));
    assert_light_says(
        &browser,
        &[
            "The client secret has expired.",
            "An admin of Mailroom",
            "nobody has to sign in again",
        ],
    );
    assert_eq!(buttons(&browser), ["Try again", "Sign in again"]);

    scene.openid.set_client_secret(CLIENT_ID, "a-new-secret");
    scene.apply(&Setup {
        client_secret: "a-new-secret",
        ..Setup::default()
    });
    scene.wait_for_light(SALES, "green");
    scene.assert_kept_secret(&["another-secret".to_owned(), "a-new-secret".to_owned()]);
}
