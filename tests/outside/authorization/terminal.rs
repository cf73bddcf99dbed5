//! The same from a terminal: with a browser beside it, with one elsewhere, with a code; and leaving.

use parts::browser::role;
use parts::openid::{Became, Endpoint};
use parts::{Browser, browser, browser_elsewhere};

use super::super::program::Running;
use super::super::waiting::until;
use super::scene::Scene;
use super::{ANNA, SALES, SOON, assert_light_says, buttons, press, said, sign_in_there};

/// The word after `before` in what a command says.
fn told(running: &Running, before: &str) -> String {
    until(before, SOON, || {
        let said = running.said();
        let (_, after) = said.split_once(before)?;
        let (word, _) = after.trim_start().split_once(char::is_whitespace)?;
        Some(word.to_owned())
    })
}

fn begin(scene: &Scene) -> (Running, String) {
    let words = ["authorize", SALES, "--no-browser", "--port", "0"];
    let terminal = scene.program.start_to_type(words);
    let address = told(&terminal, "in a browser on this machine:\n");
    (terminal, address)
}

#[test]
fn a_browser_on_this_machine_brings_the_answer_to_the_terminal() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    let (mut terminal, address) = begin(&scene);
    browser.open(&address);
    sign_in_there(&browser, SALES);
    browser.click("#allow");
    browser.wait_for_text("Back to the terminal");
    assert_eq!(terminal.wait(SOON), Some(0), "{}", terminal.said());
    assert!(terminal.said().contains(&format!("{SALES}: green.")));
    assert_eq!(scene.light(SALES), "green");
    assert!(!browser.url().contains("code="));
    assert!(!browser.history().iter().any(|url| url.contains("code=")));

    // A cancelled one changes nothing.
    let elsewhere = browser.another_session();
    let (mut terminal, address) = begin(&scene);
    elsewhere.open(&address);
    elsewhere.click("#cancel");
    elsewhere.wait_for_text("Back to the terminal");
    assert_eq!(terminal.wait(SOON), Some(1), "{}", terminal.said());
    assert!(terminal.said().contains("nothing was changed."));
    assert_eq!(scene.history(SALES), ["never_authorized", "green"]);
}

#[test]
fn the_address_at_which_a_browser_elsewhere_ends_up_is_pasted() {
    let (scene, browser) = (Scene::new(), browser_elsewhere());
    scene.wait_for_light(SALES, "never_authorized");
    let (mut terminal, address) = begin(&scene);
    browser.open(&address);
    sign_in_there(&browser, SALES);
    browser.click("#allow");
    let ended_up = until("the browser can't reach the terminal", SOON, || {
        let mut urls = browser.requests().into_iter().map(|request| request.url);
        urls.find(|url| url.starts_with("http://localhost:"))
    });
    assert!(ended_up.contains("code="), "{ended_up}");

    terminal.type_line("what?");
    terminal.type_line("");
    terminal.type_line(&ended_up);
    assert_eq!(terminal.wait(SOON), Some(0), "{}", terminal.said());
    let said = terminal.said();
    assert!(said.contains("That is not the address"), "{said}");
    assert!(said.contains(&format!("{SALES}: green.")), "{said}");
    assert_eq!(scene.light(SALES), "green");
}

#[test]
fn a_code_is_typed_on_another_device_and_leaving_ends_it_at_the_provider_too() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    let mut terminal = scene.program.start(["authorize", SALES, "--device"]);
    let page = told(&terminal, "On any device, open");
    let code = told(&terminal, "and type the code");
    type_code(&browser, &page, &code);
    sign_in_there(&browser, SALES);
    browser.click("#allow");
    browser.wait_for("#done");
    assert_eq!(terminal.wait(SOON), Some(0), "{}", terminal.said());
    assert_eq!(scene.light(SALES), "green");

    // Leaving from the terminal.
    let told = scene.program.well(["disconnect", SALES, "--yes"]);
    assert!(
        told.contains("the provider has taken its permission back"),
        "{told}"
    );
    assert_disconnected(&scene);
    assert_eq!(scene.program.run(["disconnect", SALES]).code, 1);

    // And back, and leaving from the page.
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));
    assert_light_says(&browser, &["Red", "The mailbox was disconnected."]);
    assert_eq!(buttons(&browser), ["Sign in"]);
    press(&browser, "Sign in");
    browser.wait_for("#allow");
    browser.click("#allow");
    browser.wait_for_url(&scene.page_of(SALES));
    assert_light_says(&browser, &["Green"]);
    scene.openid.forget_requests();
    browser.click(&role("link", "Disconnect…"));
    let meaning = browser.text("main");
    assert!(
        meaning.contains("What it means at the provider"),
        "{meaning}"
    );
    browser.click(&role("link", "Keep it connected"));
    assert_light_says(&browser, &["Green"]);
    browser.click(&role("link", "Disconnect…"));
    press(&browser, "Disconnect");
    assert!(said(&browser).contains("the provider has taken its permission back"));
    assert_light_says(&browser, &["Red", "The mailbox was disconnected."]);
    assert_disconnected(&scene);
    assert_eq!(
        scene.history(SALES),
        [
            "never_authorized",
            "green",
            "disconnected",
            "green",
            "disconnected"
        ]
    );
}

fn type_code(browser: &Browser, page: &str, code: &str) {
    browser.open(page);
    browser.fill("#code", code);
    browser.click("#continue");
    assert_eq!(browser.text("#code"), code);
    browser.click("#continue");
    browser.wait_for("#sign-in");
}

/// Nothing is left here, and nothing is good there any more.
fn assert_disconnected(scene: &Scene) {
    assert_eq!(scene.light(SALES), "disconnected");
    assert!(scene.database.credential(SALES).is_none());
    let requests = scene.openid.requests();
    let revoked = requests
        .iter()
        .filter(|request| request.endpoint == Endpoint::Revocation);
    let became: Vec<_> = revoked.map(|request| request.became).collect();
    assert_eq!(became, [Became::Answered(200)]);
    assert_eq!(scene.openid.revoke_refresh_tokens(SALES), 0);
    assert_eq!(scene.openid.revoke_access_tokens(SALES), 0);
}
