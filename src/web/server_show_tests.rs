use entities::mail_servers::Preset;

use super::super::fixture::{client, lines, mailbox, now, reader, server};
use super::*;

fn view(preset: Preset, client: Option<oauth_clients::Model>) -> View {
    let server = server(preset);
    View {
        provider: guide::provider_name(&server),
        checklist: client
            .as_ref()
            .map(|client| guide::checklist(&server, client))
            .unwrap_or_default(),
        server,
        client,
        mailboxes: vec![mailbox()],
        now: now(),
    }
}

#[test]
fn the_redirect_uri_stands_there_exactly() {
    let page = lines(render(
        &view(Preset::Google, Some(client(Flow::AuthorizationCode))),
        &reader(),
    ));
    assert!(
        page.contains(">\nhttps://mail.example.com/oauth/callback/our-key</textarea>"),
        "{page}"
    );
    assert!(!page.contains("admin-consent"));
}

#[test]
fn microsoft_has_a_link_for_its_administrator() {
    let page = lines(render(
        &view(Preset::Microsoft, Some(client(Flow::AuthorizationCode))),
        &reader(),
    ));
    insta::assert_snapshot!(page);
}

#[test]
fn whoever_has_a_page_for_administrators_has_a_link_to_it() {
    let shown = |preset, typed: Option<&str>| {
        let mut client = client(Flow::AuthorizationCode);
        client.tenant = None;
        client.endpoints.admin_consent = typed.map(str::to_owned);
        let page = lines(render(&view(preset, Some(client)), &reader()));
        page.contains("Make the admin-consent link")
    };
    assert!(shown(Preset::Microsoft, None));
    assert!(
        !shown(Preset::OutlookCom, None),
        "nobody administers personal accounts"
    );
    assert!(!shown(Preset::Generic, None));
    assert!(shown(Preset::Generic, Some("https://id.example.com/agree")));
}

#[test]
fn an_app_with_rights_of_its_own_needs_no_redirect_uri() {
    let page = lines(render(
        &view(Preset::Microsoft, Some(client(Flow::AppOnly))),
        &reader(),
    ));
    assert!(page.contains("None is needed: the app signs in with rights of its own"));
}

#[test]
fn a_server_with_passwords_says_how_to_do_without() {
    let page = lines(render(&view(Preset::Generic, None), &reader()));
    assert!(page.contains("Mailboxes on this server are opened with a password."));
}

#[test]
fn a_secret_is_never_shown() {
    let page = lines(render(
        &view(Preset::Google, Some(client(Flow::AuthorizationCode))),
        &reader(),
    ));
    assert!(!page.contains("sealed"));
    assert!(page.contains("Stored encrypted; it is never shown again"));
}
