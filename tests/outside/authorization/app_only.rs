//! An app with rights of its own: nobody signs in, and an administrator lets it into each mailbox.

use parts::browser;
use parts::openid::CLIENT_SECRET;

use super::super::waiting::until;
use super::scene::{Scene, Setup};
use super::{ANNA, LETTER, SALES, SOON, UMA, assert_light_says, buttons, press};

/// What an admin writes down for an app that is to open mailboxes by itself.
pub(super) const APP_ONLY: Setup = Setup {
    key: "active: true",
    sales: "kind: shared",
    client_secret: CLIENT_SECRET,
    server: "preset: microsoft",
    oauth: "flow: app_only\n      tenant: ours.example",
    identity: true,
};

#[test]
fn an_app_goes_from_the_set_up_file_to_green_and_says_what_lets_it_in_elsewhere() {
    let scene = Scene::with(&APP_ONLY);
    let browser = browser();
    scene.wait_for_light(SALES, "access_token_refused");
    scene.wait_for_light(UMA, "access_token_refused");
    scene.sign_in(&browser, ANNA);
    browser.open(&scene.page_of(SALES));

    // The provider gives a token, and the mail server does not let it into the mailbox.
    assert_light_says(
        &browser,
        &[
            "Red",
            "The mail server refuses the access token.",
            "The administrator at the mail provider",
            "check what stands on this page for app-only access",
            "Add-MailboxPermission with FullAccess",
            "Authentication failed",
        ],
    );
    assert_eq!(buttons(&browser), ["Try again"]);
    assert_eq!(browser.count(".proofs .held"), 1);
    assert_eq!(browser.count(".proofs .failed"), 1);
    let commands: Vec<String> = (0..6)
        .map(|number| {
            browser
                .value(&format!("#command-{number}"))
                .trim()
                .to_owned()
        })
        .collect();
    assert_eq!(browser.count(".steps li"), 6);
    for (command, begins) in commands.iter().zip([
        "Install-Module ExchangeOnlineManagement",
        "Connect-ExchangeOnline -Organization 'ours.example'",
        "$app = '",
        "New-ServicePrincipal -AppId 'mailroom'",
        "Add-MailboxPermission -Identity 'sales@ours.example' -User $app -AccessRights FullAccess",
        "Set-CASMailbox -Identity 'sales@ours.example' -ImapEnabled $true",
    ]) {
        assert!(command.starts_with(begins), "{command}");
    }

    // The administrator has run them.
    scene.openid.app_tokens_open(Some(SALES));
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    // A token that was given just now is not asked for again.
    scene.database.age_token(SALES);
    press(&browser, "Try again");
    scene.wait_for_light(SALES, "green");
    let lead = until("the next scan makes a lead", SOON, || {
        scene.database.contents().leads.pop()
    });
    assert_eq!(lead.email, "zoe@elsewhere.example");
    browser.reload();
    assert_light_says(&browser, &["Green"]);
    assert_eq!(browser.count(".proofs .held"), 3);
    assert_eq!(
        scene.light(UMA),
        "access_token_refused",
        "it was for one mailbox"
    );
    assert_eq!(scene.history(SALES), ["access_token_refused", "green"]);
    assert_eq!(scene.openid.token_requests("authorization_code"), 0);
    scene.assert_kept_secret(&[CLIENT_SECRET.to_owned()]);
}

#[test]
fn an_app_that_is_let_in_is_green_without_anybody() {
    let scene = Scene::before(&APP_ONLY, |openid| openid.app_tokens_open(Some(SALES)));
    scene.dovecot.deliver(SALES, "INBOX", LETTER);
    scene.wait_for_light(SALES, "green");
    until("the first scan makes a lead", SOON, || {
        scene.database.contents().leads.pop()
    });
    assert_eq!(scene.history(SALES), ["green"]);
    let status = scene.program.status("Sales");
    assert_eq!(status["light"]["state"], "green", "{status}");
    assert!(scene.openid.token_requests("client_credentials") > 0);
}
