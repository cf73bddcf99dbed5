#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

pub(in crate::setup) const FULL: &str = include_str!("example.yaml");

fn told(text: &str) -> String {
    match read(
        text.as_bytes(),
        "setup.yaml",
        &Stored::default(),
        Surroundings::of_tests(),
    ) {
        Ok(reading) => {
            let warnings: Vec<String> = reading
                .warnings
                .iter()
                .map(|warning| {
                    format!(
                        "warning {}:{}: {}",
                        warning.position.line, warning.position.column, warning.message
                    )
                })
                .collect();
            format!("good\n{}", warnings.join("\n"))
        }
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn a_full_file_is_read_and_what_it_left_out_is_filled_in() {
    let reading = read(
        FULL.as_bytes(),
        "setup.yaml",
        &Stored::default(),
        Surroundings::of_tests(),
    )
    .unwrap();
    insta::assert_debug_snapshot!(reading.document);
    assert_eq!(reading.warnings, []);
}

#[test]
fn unknown_keys_and_sections_are_told_with_the_nearest_known_name() {
    insta::assert_snapshot!(told(
        "mail_server:\n  - name: a\nmail_servers:\n  - name: a\n    hots: x\n    host: imap.example.com\n    prot: 993\n    colour: blue\nusers:\n  - {email: a@b.c, rolle: admin}\nleads: []\n"
    ));
}

#[test]
fn a_fault_under_a_fact_with_dots_is_told_at_its_place() {
    let told = told(
        "rules:\n  - name: R\n    when:\n      all:\n        - sender.domain: {is: [a, ' ']}\n        - header.X.Shop: {contains: ' '}\n    then: [link]\n",
    );
    for place in [
        "setup.yaml:5:35: rules[0].when.all[0].sender.domain.is[1]: an empty text",
        "setup.yaml:6:37: rules[0].when.all[1].header.X.Shop.contains: an empty text",
    ] {
        assert!(told.contains(place), "{told}");
    }
}

#[test]
fn lists_and_exceptions_are_told_with_place_and_cure() {
    insta::assert_snapshot!(told(
        "exceptions: [spam@example.com, not an address]\nlists:\n  partners: ['@example.com', ' ']\nrules:\n  - name: R\n    when: {from: {in: {list: partner}}}\n    then: [link]\n  - name: S\n    when: {from: {domain: {list: [partners, friends and family]}}}\n    then: [link]\n"
    ));
}

#[test]
fn wrong_types_are_told_without_the_value() {
    insta::assert_snapshot!(told(
        "users:\n  - email: [a@b.c]\n  - email: b@b.c\n    active: maybe\n  - anna@b.c\n  -\nmail_servers:\n  - {name: a, host: h.x, port: \"993\"}\n  - {name: b, host: h.x, port: 99999}\n  - {name: c, host: h.x, port: -1}\n  - {name: d, host: h.x, tls: ssl}\n  - {name: e, host: h.x, tls: starttsl}\n  - {host: h.x}\nmailboxes: {address: a@b.c}\nscanners:\n  - {name: s, mailbox: a@b.c, folders: INBOX}\n  - {name: t, mailbox: a@b.c, start_date: 31.01.2026}\n  - {name: u, mailbox: a@b.c, search_fields: [contacts.emial]}\n"
    ));
}

#[test]
fn secrets_are_never_repeated() {
    let shown = told(
        "mailboxes:\n  - {address: a@b.c, server: s, password: [hunter2]}\n  - {address: b@b.c, server: s, password: 12345.678}\n  - {address: c@b.c, server: s, password: \"${hunter2}\"}\n  - {address: d@b.c, server: s, password: \"\"}\n  - {address: e@b.c, server: s, password: }\n  - {address: f@b.c, server: s, pasword: hunter2}\n  - {address: g@b.c, server: s, password: \"${file:relative}\"}\n",
    );
    assert!(
        !shown.contains("hunter2") && !shown.contains("12345"),
        "{shown}"
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn a_secret_of_digits_keeps_its_writing() {
    let text = "mail_servers: [{name: s, host: h.x}]\nmailboxes: [{address: a@b.c, server: s, password: 0012_3.50}]\n";
    let document = read(
        text.as_bytes(),
        "f",
        &Stored::default(),
        Surroundings::of_tests(),
    )
    .unwrap()
    .document;
    assert_eq!(
        document.mailboxes.unwrap()[0].password,
        Some(crate::setup::Secret::Literal("0012_3.50".into()))
    );
}

#[test]
fn dangling_references_are_told_with_the_nearest_name() {
    insta::assert_snapshot!(told(
        "users: [{email: anna@b.c}]\nmail_servers: [{name: google, host: imap.gmail.com}]\nmailboxes:\n  - {address: sales@b.c, server: gogle, password: \"${env:X}\", members: [ana@b.c]}\n  - {address: anna@b.c, server: google, kind: personal, owner: zoe@d.e}\nscanners:\n  - {name: s, mailbox: sale@b.c}\n  - {name: t, mailbox: other@x.y}\n"
    ));
}

#[test]
fn what_a_broken_entry_would_have_defined_is_not_called_missing() {
    insta::assert_snapshot!(told(
        "mail_servers: [{name: google, host: imap.gmail.com, port: many}]\nmailboxes: [{address: sales@b.c, server: google, password: \"${env:X}\"}]\n"
    ));
}

#[test]
fn combinations_that_can_not_work_are_explained() {
    insta::assert_snapshot!(told(
        "users: [{email: anna@b.c}, {email: Anna@b.c}, {email: anna}]
mail_servers:
  - {name: a, host: h.x, port: 993, tls: none}
  - {name: b, host: h.x, port: 993, tls: starttls}
  - {name: c, host: h.x, port: 143}
  - {name: d, host: h.x, port: 465}
  - {name: e, host: h.x, port: 995}
  - {name: f, host: h.x, tls: none, auth: xoauth2}
  - {name: g, host: 'imaps://h.x'}
  - {name: h, host: 'h.x:993'}
  - {name: i, host: 'h x'}
  - {name: j, host: h.x, ca_file: ca.pem}
  - {name: k, host: h.x, ca_file: /ca.pem, verify_certificate: false}
  - {name: k, host: h.x, port: 0}
  - {name: m, host: h.x, trusted_servers: [mx, mx.x, MX.x, '*.x', '*.mx.x']}
  - {name: l, host: h.x, auth: xoauth2}
  - {name: '', host: ''}
mailboxes:
  - {address: a@b.c, server: l, password: '${env:X}'}
  - {address: b@b.c, server: d, access_token: '${env:X}'}
  - {address: c@b.c, server: d, access_token: '${env:X}', password: '${env:X}'}
  - {address: d@b.c, server: d, kind: personal}
  - {address: e@b.c, server: d, owner: anna@b.c}
  - {address: f@b.c, server: d, kind: personal, owner: anna@b.c, members: [anna@b.c]}
  - {address: g@b.c, server: d, members: [anna@b.c, ANNA@b.c]}
search_fields: []
scanners:
  - {name: s, mailbox: a@b.c, schedule: '0 0 31 2 *', time_zone: Europe/Rom}
  - {name: t, mailbox: a@b.c, schedule: '0 0 * *', time_zone: Mars, folders: [], limit_per_scan: 0}
  - {name: u, mailbox: a@b.c, folders: [INBOX, INBOX, ''], search_fields: []}
"
    ));
}

#[test]
fn one_scanner_of_a_mailbox_waits_for_new_mail() {
    let told = told(
        "mail_servers: [{name: d, host: h.x}]
mailboxes: [{address: a@b.c, server: d, password: '${env:X}'}]
scanners:
  - {name: s, mailbox: a@b.c, idle: true}
  - {name: t, mailbox: a@b.c}
  - {name: u, mailbox: A@b.c, idle: true}
",
    );
    assert_eq!(
        told.trim(),
        "setup.yaml:6:37: scanners[2].idle: the scanner \"s\" of this mailbox waits for new mail already, and only one can"
    );
}

#[test]
fn what_can_not_work_over_pop3_is_explained() {
    insta::assert_snapshot!(told(
        "mail_servers:
  - {name: a, protocol: pop3, host: h.x, port: 993}
  - {name: b, protocol: pop3, host: h.x, port: 995, tls: starttls}
  - {name: c, protocol: pop3, host: h.x, port: 110}
  - {name: d, protocol: pop3, host: h.x, port: 587}
  - {name: e, protocol: pop4, host: h.x}
  - {name: f, protocol: pop3}
  - {name: g, protocol: pop3, preset: zoho, auth: xoauth2}
  - {name: h, protocol: pop3, host: h.x, tls: none, auth: xoauth2}
  - {name: i, protocol: pop3, host: h.x}
mailboxes:
  - {address: a@b.c, server: i, password: '${env:X}'}
scanners:
  - {name: s, mailbox: a@b.c, folders: [INBOX, Sent]}
  - {name: t, mailbox: a@b.c, folders: [Archive]}
  - {name: u, mailbox: a@b.c, idle: true}
"
    ));
}

#[test]
fn a_pop3_server_is_filled_in_from_its_preset_or_its_section() {
    let reading = read(
        b"mail_servers:
  - {name: google, preset: google, protocol: pop3}
  - {name: section, protocol: pop3, pop3: {host: pop.h.x, tls: starttls}}
  - {name: own, preset: google, protocol: pop3, host: pop.h.x, tls: none}
",
        "setup.yaml",
        &Stored::default(),
        Surroundings::of_tests(),
    )
    .unwrap();
    let filled: Vec<_> = reading
        .document
        .mail_servers
        .unwrap()
        .into_iter()
        .map(|server| {
            (
                server.host.unwrap(),
                server.port.unwrap(),
                server.tls.as_str(),
            )
        })
        .collect();
    let expected = [
        ("pop.gmail.com", 995, "implicit"),
        ("pop.h.x", 110, "starttls"),
        ("pop.h.x", 110, "none"),
    ];
    assert_eq!(
        filled,
        expected.map(|(host, port, tls)| (host.to_owned(), port, tls))
    );
}

#[test]
fn what_is_allowed_and_unwise_is_a_warning() {
    insta::assert_snapshot!(told(
        "mail_servers:\n  - {name: a, host: h.x, tls: none}\n  - {name: b, host: h.x, verify_certificate: no}\nmailboxes:\n  - {address: a@b.c, server: a, password: literal}\n  - {address: b@b.c, server: a}\n"
    ));
}

#[test]
fn a_file_that_is_a_list_or_a_word_is_told() {
    insta::assert_snapshot!(
        [
            told("- a\n"),
            told("hello"),
            told(""),
            told("users:\nscanners: ~\n")
        ]
        .join("\n")
    );
}

#[test]
fn rules_are_told_by_the_line_of_the_condition() {
    insta::assert_snapshot!(told(
        "scanners: []
rules:
  - name: a
    scanners: [salse]
    when: {all: [{subjct: {contains: x}}]}
  - name: b
    when:
      any:
        - subject:
            conatins: x
  - name: c
    whn: {}
    then: [create_leed]
  - name: d
    when: {subject: {matches: '(('}}
    then: [link]
  - name: d
    then: [{create_lead: {titel: x}}]
  - name: e
    when: {size: {above: many}}
  - {when: {always: true}}
  - name: f
    when:
  - name: g
    then: link
"
    ));
}

#[test]
fn what_a_case_can_not_expect_is_told_at_its_line() {
    let text = "rules:
  - name: offers
    then: [create_contact, {status: done}]
    cases:
      - name: an offer
        message: {from: a@b.example}
        expect:
          matches: true
          contact: {first_nme: A}
  - name: others
    then: [{status: done}]
    cases:
      - name: another
        expect: {matches: true, statsu: done}
";
    let told = told(text);
    for line in [9, 14] {
        assert!(told.contains(&format!(":{line}:")), "{told}");
    }
    assert!(
        told.contains("first_nme") && told.contains("statsu"),
        "{told}"
    );
}

#[test]
fn a_rule_whose_case_fails_is_not_taken() {
    insta::assert_snapshot!(told(
        "rules:
  - name: offers
    when: {subject: {contains: offer}}
    then: [{tag: [sales]}]
    cases:
      - name: an offer
        message: {subject: Our offer}
        expect: {matches: false}
"
    ));
}

#[test]
fn the_schema_takes_the_example_keys() {
    let schema = crate::setup::schema();
    for section in SECTIONS {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    insta::assert_json_snapshot!(schema);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, "f", &Stored::default(), Surroundings::of_tests());
    }

    #[test]
    fn no_change_of_a_good_file_makes_it_panic(at in 0..FULL.len(), len in 0..20_usize, with in "[ \\n\\-\\[\\]{}:,&*!|>'\"#a-z0-9é]{0,6}") {
        let mut bytes = FULL.as_bytes().to_vec();
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, with.into_bytes());
        let _ = read(&bytes, "f", &Stored::default(), Surroundings::of_tests());
    }
}
