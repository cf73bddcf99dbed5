//! Who may see and press what, and who may sign in for a mailbox.

use parts::browser;
use parts::http_receiver::{Answer, http_receiver};

use super::super::waiting::until;
use super::scene::{Scene, Setup};
use super::{
    ANNA, LETTER, SALES, SOON, UMA, allow, assert_light_says, buttons, connect, go_to_provider,
    press, said, sign_in_there,
};

#[test]
fn who_is_no_admin_sees_and_presses_for_own_mailboxes_only() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(UMA, "never_authorized");
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, UMA);
    assert_eq!(browser.count("li.mailbox"), 1);
    assert!(browser.text("li.mailbox").contains(UMA));

    let (own, sales) = (scene.page_of(UMA), scene.page_of(SALES));
    for page in [
        sales.clone(),
        format!("{sales}/disconnect"),
        format!("{}/mailboxes/999", scene.site),
    ] {
        browser.open(&page);
        assert_eq!(browser.last_page().status, Some(404), "{page}");
        assert!(!browser.html().contains(SALES), "{page}");
    }
    browser.open(&format!("{}/servers/1", scene.site));
    assert_eq!(browser.last_page().status, Some(403));

    // Her own form, sent elsewhere.
    for action in ["authorize", "try-again", "admin-consent", "disconnect"] {
        browser.open(&own);
        let _ = browser.evaluate(&format!(
            "document.querySelector('.light-panel form').action = '{sales}/{action}'"
        ));
        press(&browser, "Sign in");
        assert_eq!(browser.last_page().status, Some(404), "{action}");
    }
    assert_eq!(scene.history(SALES), ["never_authorized"]);

    browser.open(&own);
    connect(&scene, &browser, UMA);
    assert_light_says(&browser, &["Green"]);
    assert_eq!(scene.light(UMA), "green");
}

#[test]
fn only_our_own_forms_change_something() {
    let (scene, browser) = (Scene::new(), browser());
    scene.wait_for_light(SALES, "never_authorized");
    let elsewhere = http_receiver();
    let page = scene.page_of(SALES);
    elsewhere.answer(
        Answer::status(200)
            .with_header("Content-Type", "text/html")
            .with_body(format!(
                "<title>A prize</title><form method=post action='{page}/try-again'>\
                 <button>Win</button></form>"
            )),
    );
    let begun = || {
        let urls = browser.requests().into_iter().map(|request| request.url);
        let authorization = scene.openid.authorization_endpoint();
        urls.filter(|url| url.starts_with(&authorization)).count()
    };

    scene.sign_in(&browser, ANNA);
    for spoil in ["field.remove()", "field.value = 'guessed'"] {
        browser.open(&page);
        let _ = browser.evaluate(&format!(
            "(() => {{ const field = document.querySelector('.light-panel input[name=token]'); {spoil} }})()"
        ));
        press(&browser, "Sign in");
        assert_eq!(browser.last_page().status, Some(403), "{spoil}");
        assert_eq!(browser.text("h1"), "This form is no longer valid");
    }
    browser.open(&elsewhere.url());
    press(&browser, "Win");
    let refused = browser.last_page();
    assert!(refused.url.starts_with(&page), "{refused:?}");
    assert!(
        matches!(refused.status, Some(401 | 403)),
        "{:?}",
        refused.status
    );
    assert!(!refused.headers.contains_key("cookie"), "{refused:?}");
    assert_eq!(begun(), 0);

    // A page from before signing out is of no use to who comes after.
    browser.open(&page);
    let stale = browser.html();
    press(&browser, "Sign out");
    assert_eq!(browser.text("h1"), "You are signed out");
    browser.back();
    assert_eq!(browser.last_page().status, Some(401));
    assert!(stale.contains(SALES) && !browser.html().contains(SALES));
    let cookies = browser.cookies();
    assert!(!cookies.iter().any(|cookie| cookie.name == "mailroom"));
}

#[test]
fn a_member_with_full_access_opens_the_shared_mailbox_as_a_declared_delegate_only() {
    let undeclared = "kind: shared, members: [uma@ours.example]";
    let scene = Scene::with(&Setup {
        sales: undeclared,
        ..Setup::default()
    });
    let browser = browser();
    scene.openid.give_full_access(UMA, SALES);
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, UMA);
    browser.open(&scene.page_of(SALES));
    connect(&scene, &browser, UMA);
    assert_light_says(
        &browser,
        &[
            "Red",
            "Somebody signed in with another account.",
            &format!("{UMA} signed in, and the mailbox is {SALES}."),
            "list it under the mailbox's delegates",
        ],
    );
    assert_eq!(buttons(&browser), ["Choose another account"]);
    assert!(scene.database.credential(SALES).is_none());

    // The mail server would have let her in; that it is meant is for the admin to say.
    scene.apply(&Setup {
        sales: "kind: shared, members: [uma@ours.example], delegates: [uma@ours.example]",
        ..Setup::default()
    });
    go_to_provider(&browser, "Choose another account");
    sign_in_there(&browser, UMA);
    allow(&scene, &browser);
    assert_eq!(said(&browser), "Connected: the mailbox opens.");
    assert_light_says(&browser, &["Green"]);
    assert_eq!(browser.count(".proofs .held"), 5);
    let account = browser.text("main");
    assert!(account.contains("Who signed in"), "{account}");
    let lead = until("her sign-in reads the shared mailbox", SOON, || {
        scene.database.contents().leads.pop()
    });
    assert_eq!(lead.email, "zoe@elsewhere.example");
    // The changed set-up had it tried once more in between.
    let history = scene.history(SALES);
    assert_eq!(history[..2], ["never_authorized", "wrong_account"]);
    assert_eq!(history.last().unwrap(), "green");
    // Her own mailbox has nothing to do with it.
    assert_eq!(scene.light(UMA), "never_authorized");
}

#[test]
fn a_declared_delegate_signs_in_and_the_mail_server_has_the_last_word() {
    let scene = Scene::with(&Setup {
        sales: "kind: shared, members: [uma@ours.example], delegates: [uma@ours.example]",
        ..Setup::default()
    });
    let browser = browser();
    scene.wait_for_light(SALES, "never_authorized");
    scene.sign_in(&browser, UMA);
    assert_eq!(browser.count("li.mailbox"), 2);
    browser.open(&scene.page_of(SALES));
    go_to_provider(&browser, "Sign in");
    assert_eq!(browser.value("#address"), "", "which member is not known");
    sign_in_there(&browser, UMA);
    allow(&scene, &browser);

    // It is the right person, and the mail server does not let her in there: it says so, not we.
    assert_light_says(
        &browser,
        &[
            "The mail server refuses the access token.",
            "Authentication failed",
        ],
    );
    assert_eq!(scene.light(SALES), "access_token_refused");
    let account = browser.text("main");
    assert!(account.contains("Others who may sign in"), "{account}");
    assert!(account.contains("Who signed in"), "{account}");
    let proofs = browser.text(".proofs");
    assert_eq!(browser.count(".proofs .held"), 3, "{proofs}");
    assert_eq!(browser.count(".proofs .failed"), 1, "{proofs}");
    assert_eq!(buttons(&browser), ["Sign in"]);

    // The mailbox's own account is as good as before.
    go_to_provider(&browser, "Sign in");
    sign_in_there(&browser, SALES);
    allow(&scene, &browser);
    assert_light_says(&browser, &["Green"]);
}
