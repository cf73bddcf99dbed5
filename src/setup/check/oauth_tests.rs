use super::super::told::told;

/// One server with these lines in its `oauth` section, and these before it.
fn server(record: &str, oauth: &str) -> String {
    let oauth = oauth.replace('\n', "\n      ");
    format!(
        "service_keys: [{{name: main}}]
mail_servers:
  - name: s
    {record}
    oauth:
      client_id: id
      service_key: main
      {oauth}
"
    )
}

fn all_told(cases: &[(&str, &str)]) -> String {
    let lines: Vec<String> = cases
        .iter()
        .map(|(record, oauth)| {
            let told = told(&server(record, oauth)).replace('\n', "\n  ");
            format!("{record} | {}\n  {told}\n", oauth.replace('\n', ", "))
        })
        .collect();
    lines.concat()
}

#[test]
fn what_each_provider_takes_is_taken() {
    let all = all_told(&[
        ("preset: google", "client_secret: '${env:X}'"),
        ("preset: microsoft", "client_secret: '${env:X}'"),
        (
            "preset: microsoft",
            "client_secret: '${env:X}'\ntenant: contoso.com\nflow: app_only",
        ),
        (
            "preset: outlook_com",
            "client_secret: '${env:X}'\ntenant: consumers",
        ),
        ("preset: yahoo", "client_secret: '${env:X}'"),
        ("preset: aol", "client_secret: '${env:X}'"),
        ("preset: fastmail", ""),
        ("preset: zoho", "client_secret: '${env:X}'\nregion: eu"),
        ("preset: yandex", ""),
        (
            "host: imap.example.com",
            "endpoints: {authorization: 'https://id.example.com/a', token: 'https://id.example.com/t'}",
        ),
        (
            "host: 127.0.0.1\n    tls: none",
            "endpoints: {authorization: 'http://127.0.0.1:9/a', token: 'http://localhost:9/t'}",
        ),
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn what_can_not_work_at_a_provider_is_explained() {
    let secret = "client_secret: '${env:X}'";
    let with = |more: &str| format!("{secret}\n{more}");
    insta::assert_snapshot!(all_told(&[
        ("preset: google", ""),
        ("preset: google", &with("tenant: common")),
        ("preset: google", &with("cloud: china")),
        ("preset: google", &with("region: eu")),
        ("preset: google", &with("flow: app_only")),
        ("preset: google", &with("scopes: [openid, email]")),
        (
            "preset: google",
            &with("scopes: ['https://mail.google.com/ openid']")
        ),
        ("preset: google\n    auth: password", secret),
        ("preset: google\n    tls: none\n    port: 1143", secret),
        ("preset: microsoft", ""),
        ("preset: microsoft", "flow: app_only\ntenant: contoso.com"),
        ("preset: microsoft", &with("flow: app_only")),
        (
            "preset: microsoft",
            &with("flow: app_only\ntenant: consumers")
        ),
        (
            "preset: microsoft",
            &with("flow: app_only\ntenant: organizations")
        ),
        ("preset: microsoft", &with("tenant: 'a/b'")),
        (
            "preset: microsoft",
            &with("tenant: consumers\ncloud: us_gov")
        ),
        (
            "preset: microsoft",
            &with("scopes: [IMAP.AccessAsUser.All, offline_access]")
        ),
        (
            "preset: microsoft",
            &with(
                "scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://graph.microsoft.com/User.Read']"
            )
        ),
        ("preset: microsoft\n    auth: oauthbearer", secret),
        ("preset: outlook_com", &with("flow: app_only\ntenant: x.y")),
        ("preset: outlook_com", &with("cloud: china")),
        ("preset: fastmail", secret),
        ("preset: yahoo", ""),
        ("preset: zoho", ""),
        ("host: imap.example.com", ""),
        (
            "host: imap.example.com",
            "endpoints: {authorization: 'http://id.example.com/a', token: id.example.com/t, issuer: 'ftp://localhost/', revocation: 'https://u:p@id.example.com/'}"
        ),
        (
            "host: imap.example.com",
            "endpoints: {authorisation: 'https://id.example.com/a'}"
        ),
        ("preset: gogle", secret),
        (
            "preset: google",
            &with("client_secret_expires_on: 2026-11-21")
        ),
        ("preset: google", "client_secret: hunter2"),
        (
            "preset: google",
            &with("client_id: ' '").replace("id: ' '", "id_: x")
        ),
    ]));
}

#[test]
fn an_object_id_that_is_another_id_is_told_apart() {
    let app = |flow: &str, id: &str| {
        format!(
            "client_secret: '${{env:X}}'\nflow: {flow}\ntenant: b1a2c3d4-0000-4000-8000-0123456789ab\nservice_principal: {id}"
        )
    };
    let told_of = |flow: &str, id: &str| {
        told(&server("preset: microsoft", &app(flow, id)).replace(
            "client_id: id",
            "client_id: 11111111-2222-4333-8444-555555555555",
        ))
    };
    let all = [
        ("app_only", "99999999-8888-4777-8666-555555555555"),
        ("authorization_code", "99999999-8888-4777-8666-555555555555"),
        ("app_only", "11111111-2222-4333-8444-555555555555"),
        ("app_only", "B1A2C3D4-0000-4000-8000-0123456789AB"),
        ("app_only", "my-app"),
    ]
    .map(|(flow, id)| format!("{flow}, {id}\n  {}\n", told_of(flow, id)));
    insta::assert_snapshot!(all.concat());
}

#[test]
fn a_password_where_passwords_are_switched_off_and_a_token_that_nobody_gives_are_explained() {
    insta::assert_snapshot!(told(
        "mail_servers:
  - {name: a, preset: microsoft, auth: password}
  - {name: b, preset: outlook_com}
  - {name: c, preset: google, auth: xoauth2}
  - {name: d, preset: yahoo}
  - {name: e, preset: google, auth: xoauth2}
mailboxes:
  - {address: b@b.c, server: b}
  - {address: c@b.c, server: c}
  - {address: d@b.c, server: d, password: '${env:X}'}
"
    ));
}

#[test]
fn ports_of_other_services_that_contradict_their_tls_are_explained() {
    insta::assert_snapshot!(told(
        "mail_servers:
  - {name: a, host: h.x, smtp: {host: s.x, port: 465, tls: starttls}, pop3: {host: p.x, port: 995, tls: none}}
  - {name: b, host: h.x, smtp: {host: s.x, port: 587, tls: implicit}, pop3: {host: p.x, port: 110}}
  - {name: c, host: h.x, smtp: {host: s.x, port: 993}, pop3: {host: 'p.x:995', port: 993}}
  - {name: d, host: h.x, smtp: {host: '', port: 0}, domain: 'anna@example.com'}
  - {name: e, host: h.x, smtp: {hots: s.x}}
  - {name: f, domain: example.com}
"
    ));
}

#[test]
fn a_service_key_for_the_api_and_an_unknown_one_are_explained_and_a_closed_one_is_warned_of() {
    insta::assert_snapshot!(
        [
            told(
                "service_keys: [{name: main, type: api}, {name: other}]
mail_servers:
  - {name: a, preset: yandex, oauth: {client_id: x, service_key: main}}
  - {name: b, preset: yandex, oauth: {client_id: x, service_key: othr}}
"
            ),
            told(
                "service_keys: [{name: main, active: false}]
mail_servers:
  - {name: a, preset: yandex, oauth: {client_id: x, service_key: main}}
  - {name: b, preset: yandex, oauth: {client_id: x}}
"
            )
        ]
        .join("\n")
    );
}
