use crate::setup::check::told::told;

#[test]
fn who_may_not_sign_in_for_a_mailbox_is_explained() {
    insta::assert_snapshot!(told(
        "users: [{email: anna@b.c}]
service_keys: [{name: main}]
mail_servers:
  - {name: google, preset: google, oauth: {client_id: x, client_secret: '${env:X}', service_key: main}}
  - {name: microsoft, preset: microsoft, oauth: {client_id: x, client_secret: '${env:X}', service_key: main}}
  - {name: personal, preset: microsoft, oauth: {client_id: x, client_secret: '${env:X}', service_key: main, tenant: consumers}}
  - {name: outlook, preset: outlook_com, oauth: {client_id: x, client_secret: '${env:X}', service_key: main}}
  - {name: app, preset: microsoft, oauth: {flow: app_only, client_id: x, client_secret: '${env:X}', tenant: b.c}}
  - {name: password, host: imap.b.c}
mailboxes:
  - {address: a@b.c, server: google, delegates: [anna@b.c]}
  - {address: b@b.c, server: microsoft, delegates: [anna@b.c]}
  - {address: c@b.c, server: microsoft, kind: personal, owner: anna@b.c, delegates: [anna@b.c]}
  - {address: d@b.c, server: personal, delegates: [anna@b.c]}
  - {address: e@b.c, server: outlook, delegates: [anna@b.c]}
  - {address: f@b.c, server: app, delegates: [anna@b.c]}
  - {address: g@b.c, server: password, password: '${env:X}', delegates: [anna@b.c]}
  - {address: h@b.c, server: microsoft, delegates: [anna@b.c, ANNA@b.c, h@b.c, anna], aliases: [h@b.c, x@b.c, x@b.c, '']}
  - {address: i@b.c, server: microsoft, password: '${env:X}'}
"
    ));
}

#[test]
fn a_mailbox_that_is_opened_by_signing_in_needs_no_secret() {
    assert_eq!(
        told(
            "service_keys: [{name: main}]
mail_servers:
  - {name: m, preset: microsoft, oauth: {client_id: x, client_secret: '${env:X}', service_key: main}}
mailboxes: [{address: a@b.c, server: m, delegates: [b@b.c]}]
"
        ),
        ""
    );
}
