#![allow(clippy::unwrap_used)]

use entities::mail_servers::{AuthMethod, TlsMode};
use entities::names::Names;

use super::trusted_servers;
use crate::store::fixture::{at, sqlite};
use crate::store::mail_servers::{self, MailServerFields};

#[tokio::test]
async fn an_admins_servers_are_trusted_in_place_of_those_known_of_the_host() {
    let db = sqlite().await;
    let fields = MailServerFields::generic(
        "Google",
        "imap.gmail.com",
        993,
        TlsMode::Implicit,
        AuthMethod::Xoauth2,
    );
    let mut server = mail_servers::insert(&db.store, fields, at(0))
        .await
        .unwrap();
    assert_eq!(trusted_servers(&server), ["mx.google.com"]);
    server.trusted_servers = Some(Names(vec!["mx.example.com".to_owned()]));
    assert_eq!(trusted_servers(&server), ["mx.example.com"]);
    server.trusted_servers = None;
    server.host = "imap.example.com".to_owned();
    assert!(trusted_servers(&server).is_empty());
}
