use entities::health::HealthState;
use entities::ids::{LightChangeId, MailboxId, ScannerId};
use entities::light_changes;
use entities::lights::LightState;
use entities::mail_servers::Preset;
use entities::oauth_clients::Flow;

use super::super::fixture::{client, green, lines, mailbox, never_tried, now, reader, red, server};
use super::super::light::Light;
use super::super::proofs::Opening;
use super::super::scanner::Scanner;
use super::*;
use crate::access::guide;
use crate::cause::Cause;
use crate::store::fixture::at;

fn view(light: Light, remedy: Option<Remedy>) -> View {
    View {
        mailbox: mailbox(),
        server: server(Preset::Google),
        light,
        opening: Opening::Granted,
        remedy,
        scanners: vec![Scanner {
            id: ScannerId(1),
            name: "Sales".to_owned(),
            enabled: true,
            health: HealthState::Retrying,
            reason: Some("The server did not answer.".to_owned()),
            next_try_at: Some(at(300)),
            since: None,
            last_scan_at: Some(at(-300)),
            is_scanned: false,
            unheard: None,
        }],
        history: vec![light_changes::Model {
            id: LightChangeId(1),
            mailbox_id: MailboxId(7),
            state: LightState::Red,
            cause: Some("consent_revoked".to_owned()),
            who: Some("mailbox_owner".to_owned()),
            remedy: None,
            provider_words: Some("invalid_grant".to_owned()),
            changed_at: at(-7200),
        }],
        identity: vec!["info@example.com".to_owned()],
        refreshed_at: Some(at(-600)),
        sign_in_ends_on: Some(at(86400 * 180).date_naive()),
        secret_expires_on: None,
        commands: Vec::new(),
        examination: None,
        may_disconnect: true,
        is_admin: true,
        now: now(),
    }
}

#[test]
fn red_says_why_who_what_and_has_one_button() {
    let page = lines(render(
        &view(red(Cause::ConsentRevoked), Some(Remedy::SignIn)),
        &reader(),
    ));
    assert_eq!(page.matches("class=\"primary\"").count(), 1);
    insta::assert_snapshot!(page);
}

#[test]
fn green_is_quiet() {
    let page = lines(render(&view(green(), Some(Remedy::SignInAgain)), &reader()));
    assert!(!page.contains("class=\"primary\""));
    insta::assert_snapshot!(page);
}

#[test]
fn a_new_mailbox_asks_for_its_first_sign_in() {
    let view = View {
        history: Vec::new(),
        scanners: Vec::new(),
        identity: Vec::new(),
        refreshed_at: None,
        sign_in_ends_on: None,
        may_disconnect: false,
        is_admin: false,
        ..view(never_tried(), Some(Remedy::SignIn))
    };
    insta::assert_snapshot!(lines(render(&view, &reader())));
}

#[test]
fn an_app_with_rights_of_its_own_shows_the_commands_for_this_mailbox() {
    let server = server(Preset::Microsoft);
    let commands = guide::app_only_commands(&server, Some(&client(Flow::AppOnly)), &mailbox());
    let view = View {
        commands,
        server,
        opening: Opening::AppOnly,
        ..view(
            red(Cause::MailboxNotReachableForUser),
            Some(Remedy::TryAgain),
        )
    };
    let page = lines(render(&view, &reader()));
    for part in [
        "New-ServicePrincipal -AppId '0f4c2b1e-client'",
        "-Identity 'info@example.com'",
    ] {
        assert!(page.contains(part), "{page}");
    }
    insta::assert_snapshot!(page);
}

#[test]
fn what_a_provider_says_is_text_and_nothing_else() {
    let page = lines(render(&view(red(Cause::ConsentRevoked), None), &reader()));
    assert!(page.contains("&lt;b&gt;Token&lt;/b&gt;") && !page.contains("<b>"));
}

#[test]
fn each_button_goes_where_its_remedy_is() {
    for (remedy, action) in [
        (Remedy::SignIn, "/mailboxes/7/authorize"),
        (Remedy::SignInAgain, "/mailboxes/7/authorize"),
        (Remedy::ChooseAccount, "/mailboxes/7/authorize"),
        (Remedy::AdminConsent, "/mailboxes/7/admin-consent"),
        (Remedy::TryAgain, "/mailboxes/7/try-again"),
    ] {
        let page = lines(render(
            &view(red(Cause::ConsentRevoked), Some(remedy)),
            &reader(),
        ));
        assert!(page.contains(&format!("action=\"{action}\"")), "{remedy:?}");
        let chooses = page.contains("name=\"choose_account\"");
        assert_eq!(chooses, remedy == Remedy::ChooseAccount, "{remedy:?}");
    }
}
