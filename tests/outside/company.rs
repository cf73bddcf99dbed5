//! Users sign in at the company's own identity provider, with a real one and a real browser.

use std::time::Duration;

use parts::browser::role;
use parts::openid::{CLIENT_ID, CLIENT_SECRET};
use parts::{Browser, OpenId, browser, free_port, openid};

use super::program::{Program, Running};
use super::waiting::until;

const SOON: Duration = Duration::from_secs(30);
const STARTS: usize = 3;
const USERS: &str = "users: [{email: anna@ours.example, name: Anna Rossi, role: admin},
    {email: gone@ours.example, active: false}]";

/// The program, whose users may sign in at the provider.
struct Company {
    _serving: Running,
    /// Its folder goes with it.
    _program: Program,
    openid: OpenId,
    site: String,
}

impl Company {
    fn new() -> Self {
        let openid = openid();
        for _ in 0..STARTS {
            let mut program = Program::new();
            let port = free_port("127.0.0.1");
            // Another site to browsers than the provider.
            let site = format!("http://localhost:{port}");
            program.set("MAILROOM_LISTEN", format!("127.0.0.1:{port}"));
            program.set("MAILROOM_PUBLIC_URL", &site);
            program.set("MAILROOM_SSO_ISSUER", openid.issuer());
            program.set("MAILROOM_SSO_CLIENT_ID", CLIENT_ID);
            program.set("MAILROOM_SSO_CLIENT_SECRET", CLIENT_SECRET);
            program.set("MAILROOM_SSO_NAME", "Ours");
            program.set("MAILROOM_SSO_DOMAINS", "new.ours.example");
            program.apply(USERS);
            let mut serving = program.start(["serve"]);
            let shown = until("the pages are shown", SOON, || {
                let shown = serving.said().contains("Showing the web pages");
                (shown || serving.ended().is_some()).then_some(shown)
            });
            if shown {
                let callback = format!("{site}/sign-in/company/callback");
                openid.allow_redirect(CLIENT_ID, &callback);
                return Self {
                    _serving: serving,
                    _program: program,
                    openid,
                    site,
                };
            }
        }
        panic!("the pages can't be shown");
    }

    fn sign_in(&self, browser: &Browser, address: &str) {
        browser.open(&format!("{}/sign-in?next=/account", self.site));
        browser.click(&role("button", "Sign in with Ours"));
        browser.fill("#address", address);
        browser.fill("#password", "anything");
        browser.click("#sign-in");
        browser.click("#allow");
        browser.wait_for_url(&self.site);
    }
}

#[test]
fn who_has_an_account_at_the_company_is_the_user_with_that_address() {
    let (company, anna) = (Company::new(), browser());
    company.sign_in(&anna, "anna@ours.example");
    anna.wait_for("#name");
    assert_eq!(anna.url(), format!("{}/account", company.site));
    assert_eq!(anna.value("#name"), "Anna Rossi");
    assert!(!anna.html().contains("code="));
    // The provider's name for the account counts from now on; it is not asked to be vouched for again.
    anna.click(&role("button", "Sign out"));
    anna.open(&format!("{}/sign-in", company.site));
    anna.click(&role("button", "Sign in with Ours"));
    anna.wait_for("nav.ways");
    assert_eq!(anna.url(), format!("{}/", company.site));
}

#[test]
fn strangers_and_who_was_switched_off_are_told_why_they_are_not_let_in() {
    let company = Company::new();
    for (address, told) in [
        (
            "zoe@elsewhere.example",
            "Nobody here has the address zoe@elsewhere.example.",
        ),
        (
            "gone@ours.example",
            "An admin has switched gone@ours.example off here.",
        ),
    ] {
        let browser = browser();
        company.sign_in(&browser, address);
        assert!(
            browser.text("main").contains(told),
            "{}",
            browser.text("main")
        );
        browser.open(&format!("{}/account", company.site));
        assert!(
            browser.title().contains("not signed in"),
            "{}",
            browser.title()
        );
    }
}

#[test]
fn colleagues_of_a_domain_that_the_operator_named_get_a_user_at_once() {
    let (company, uma) = (Company::new(), browser());
    company.sign_in(&uma, "uma@new.ours.example");
    uma.wait_for("#name");
    assert!(uma.text("main").contains("uma@new.ours.example"));
}

#[test]
fn an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
    let (company, stranger) = (Company::new(), browser());
    let callback = format!("{}/sign-in/company/callback", company.site);
    for query in ["?code=abc&state=def", "?error=access_denied&state=", ""] {
        stranger.open(&format!("{callback}{query}"));
        let told = stranger.text("main");
        assert!(told.contains("was not begun here"), "{told}");
    }
    company.openid.stop();
    stranger.open(&format!("{}/sign-in", company.site));
    stranger.click(&role("button", "Sign in with Ours"));
    assert!(stranger.text("main").contains("Signing in did not work"));
}
