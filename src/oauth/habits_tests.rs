use super::{app_scopes, same_scope, scopes_at_exchange, scopes_by_device};
use crate::oauth::client::Provider;
use crate::oauth::script::client;

#[test]
fn microsoft_is_asked_for_one_resource_a_token() {
    let mut client = client(Provider::Microsoft);
    let one = [
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "offline_access",
        "openid",
        "email",
        "profile",
    ];
    assert_eq!(scopes_at_exchange(&client), one);
    assert_eq!(scopes_by_device(&client), one);
    client
        .scopes
        .push("https://outlook.office365.com/SMTP.Send".to_owned());
    assert_eq!(scopes_at_exchange(&client).len(), 6);
}

#[test]
fn others_know_from_the_grant_what_a_token_is_for() {
    for provider in [Provider::Google, Provider::Zoho, Provider::Generic] {
        assert!(
            scopes_at_exchange(&client(provider)).is_empty(),
            "{provider:?}"
        );
    }
    let generic = client(Provider::Generic);
    assert_eq!(scopes_by_device(&generic), generic.scopes);
}

#[test]
fn an_app_asks_for_all_that_it_is_registered_for_at_the_mail_scopes_cloud() {
    let mut client = client(Provider::Microsoft);
    assert_eq!(
        app_scopes(&client),
        ["https://outlook.office365.com/.default"]
    );
    client.mail_scopes = vec!["https://outlook.office365.us/IMAP.AccessAsUser.All".to_owned()];
    assert_eq!(
        app_scopes(&client),
        ["https://outlook.office365.us/.default"]
    );
    client.mail_scopes.clear();
    client.scopes.clear();
    assert_eq!(
        app_scopes(&client),
        ["https://outlook.office365.com/.default"]
    );
    client.scopes = vec!["https://ps.outlook.com/.default".to_owned()];
    assert_eq!(app_scopes(&client), ["https://ps.outlook.com/.default"]);
}

#[test]
fn exchange_online_answers_to_two_names() {
    let same = |one, other| same_scope(Provider::Microsoft, one, other);
    let wanted = "https://outlook.office.com/IMAP.AccessAsUser.All";
    assert!(same(
        "https://outlook.office365.com/IMAP.AccessAsUser.All",
        wanted
    ));
    assert!(same(
        "https://outlook.office.com/imap.accessasuser.all",
        wanted
    ));
    assert!(!same(
        "https://outlook.office.com/POP.AccessAsUser.All",
        wanted
    ));
    // Without a resource it is Graph's, of no use for IMAP.
    assert!(!same("IMAP.AccessAsUser.All", wanted));
    assert!(!same(
        "https://graph.microsoft.com/IMAP.AccessAsUser.All",
        wanted
    ));
}
