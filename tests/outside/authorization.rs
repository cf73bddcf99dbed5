//! The way from red to green and back, as people go it: with a real browser, a real provider and a real mail server.

mod administrator;
mod app_only;
mod coming_back;
mod getting_in;
mod looks;
mod losing_it;
mod people;
mod scene;
mod terminal;
mod tested;

use std::time::Duration;

use parts::Browser;
use parts::browser::role;

use self::scene::Scene;

/// Nothing that is waited for takes longer.
const SOON: Duration = Duration::from_mins(1);

/// The shared mailbox that most is about.
const SALES: &str = "sales@ours.example";
/// A user who has a mailbox of her own under this address.
const UMA: &str = "uma@ours.example";
/// An admin.
const ANNA: &str = "anna@ours.example";
/// Another admin.
const BERT: &str = "bert@ours.example";

/// From somebody nobody knows.
const LETTER: &str = "From: Zoe <zoe@elsewhere.example>\nTo: sales@ours.example\nSubject: An offer, please\n\
                      Message-ID: <1@elsewhere.example>\n\nFor 40 chairs.\n";

/// Presses a button by what it says.
fn press(browser: &Browser, button: &str) {
    browser.click(&role("button", button));
}

/// Goes to the provider from a mailbox's page.
fn go_to_provider(browser: &Browser, button: &str) {
    press(browser, button);
    browser.wait_for("#cancel");
}

/// Signs in at the provider.
fn sign_in_there(browser: &Browser, account: &str) {
    browser.fill("#address", account);
    browser.fill("#password", "anything");
    browser.click("#sign-in");
    browser.wait_for("#allow");
    assert_eq!(browser.text("#account"), account);
}

/// Agrees to what is ticked.
fn allow(scene: &Scene, browser: &Browser) {
    browser.click("#allow");
    browser.wait_for_url(&scene.site);
    assert_no_complaints(browser);
}

/// Fails when scripts failed or the page broke its own policy. What is not found is none: the provider has no icon.
#[track_caller]
fn assert_no_complaints(browser: &Browser) {
    let mut complaints = browser.complaints();
    complaints.retain(|words| !words.starts_with("Failed to load resource"));
    assert_eq!(complaints, [""; 0]);
}

/// The whole way on a mailbox's page.
fn connect(scene: &Scene, browser: &Browser, account: &str) {
    go_to_provider(browser, "Sign in");
    sign_in_there(browser, account);
    allow(scene, browser);
}

/// What the page says of what was just done.
fn said(browser: &Browser) -> String {
    browser.text(".said")
}

/// The buttons beside the light.
fn buttons(browser: &Browser) -> Vec<String> {
    let count = browser.count(".light-panel button");
    (0..count)
        .map(|place| browser.text(&format!(".light-panel button >> nth={place}")))
        .collect()
}

/// Fails unless the panel of the light says all this.
#[track_caller]
fn assert_light_says(browser: &Browser, words: &[&str]) {
    let panel = browser.text(".light-panel");
    for word in words {
        assert!(panel.contains(word), "{word:?} is missing in: {panel}");
    }
}
