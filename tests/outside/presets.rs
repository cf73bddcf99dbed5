//! What is ticked at a scanner as in `YetiForce`, through the program: the same comes of the same mail.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use entities::record_kind::RecordKind;
use serde_json::Value;

use super::program::Program;

const COMPANY: &str = r#"
users:
  - {email: maria@ours.example, name: Maria, role: admin}
mail_servers:
  - {name: away, host: away.invalid}
mailboxes:
  - {address: maria@ours.example, server: away, password: not so secret, kind: personal, owner: maria@ours.example}
  - {address: info@ours.example, server: away, password: not so secret}
scanners:
  - name: maria
    mailbox: maria@ours.example
    presets: [create_ticket, create_email, bind, open_ticket]
    exceptions: ["@noise.example"]
  - {name: bind, mailbox: info@ours.example, presets: [bind], search_fields: [contacts.email]}
  - {name: nothing, mailbox: info@ours.example}
"#;

const CONTACTS: &str = "external_id,first_name,last_name,email,other_emails,organization,organization_domains\n\
    1,Carla,Bianchi,carla@example.com,carla@home.example,Example Ltd,example.com\n\
    2,Paolo,Verdi,paolo@verdi.example,,,\n\
    3,Lucia,Neri,office@shared.example,,,\n\
    4,Marco,Neri,office@shared.example,,,\n";

/// Imports a letter to Maria.
fn letter(program: &Program, scanner: &str, id: &str, head: &str) {
    let raw = format!(
        "Message-ID: <{id}@mail.example>\r\nDate: Mon, 9 Nov 2026 10:00:00 +0100\r\nTo: maria@ours.example\r\n{head}\r\n\r\nThe left arm came off.\r\n"
    );
    let file = program.file(&format!("{id}.eml"), raw);
    let words = ["import", "--scanner", scanner].map(OsStr::new);
    program.well(words.into_iter().chain([file.as_os_str()]));
}

/// The kinds and keys of the records that a message is linked to by this rule.
fn linked(program: &Program, id: &str, rule: &str) -> BTreeSet<(&'static str, i64)> {
    let contents = program.contents();
    let message_id = format!("{id}@mail.example");
    let message = contents
        .messages
        .iter()
        .find(|message| message.rfc_message_id.as_deref() == Some(&message_id))
        .unwrap();
    contents
        .links
        .iter()
        .filter(|link| link.message_id == message.id && link.author == rule)
        .map(|link| {
            let kind = match link.record_kind {
                RecordKind::Contact => "contact",
                RecordKind::Organization => "organization",
                RecordKind::Lead => "lead",
                RecordKind::Ticket => "ticket",
            };
            (kind, link.record_id)
        })
        .collect()
}

fn company() -> Program {
    let program = Program::new();
    program.apply(COMPANY);
    program.import_contacts(CONTACTS);
    program
}

fn tickets(program: &Program) -> Value {
    program.json(["tickets"])
}

#[test]
fn mail_is_bound_to_all_that_have_one_of_its_addresses() {
    let program = company();
    letter(
        &program,
        "maria",
        "all",
        "From: Carla <carla@home.example>\r\nCc: paolo@verdi.example, office@shared.example, someone@example.com\r\nSubject: Chairs",
    );
    let bound = linked(&program, "all", "preset: bind");
    let contacts: Vec<_> = bound
        .iter()
        .filter(|(kind, _)| *kind == "contact")
        .collect();
    assert_eq!(
        contacts.len(),
        4,
        "the two that share an address too: {bound:?}"
    );
    assert!(
        bound.contains(&("organization", 1)),
        "by a domain of its own: {bound:?}"
    );

    // Only in the fields that are ticked.
    letter(
        &program,
        "bind",
        "fields",
        "From: Carla <carla@home.example>\r\nCc: paolo@verdi.example, someone@example.com\r\nSubject: Tables",
    );
    assert_eq!(linked(&program, "fields", "preset: bind").len(), 1);
    assert_eq!(
        tickets(&program).as_array().unwrap().len(),
        1,
        "nothing else is ticked there"
    );

    // With nothing ticked it is kept, and no more.
    letter(
        &program,
        "nothing",
        "kept",
        "From: carla@example.com\r\nSubject: Lamps",
    );
    assert!(linked(&program, "kept", "preset: bind").is_empty());
}

#[test]
fn a_question_becomes_a_ticket_of_the_contact_and_its_number_opens_it_again() {
    let program = company();
    letter(
        &program,
        "maria",
        "question",
        "From: Carla <carla@example.com>\r\nSubject: A chair is broken",
    );
    let made = tickets(&program);
    let ticket = &made[0];
    assert_eq!(ticket["title"], "A chair is broken", "{made}");
    assert_eq!(ticket["status"], "open");
    assert_eq!(
        (
            &ticket["contact"],
            &ticket["organization"],
            &ticket["owner"]
        ),
        (
            &"Carla Bianchi".into(),
            &"Example Ltd".into(),
            &"maria@ours.example".into()
        ),
        "of whom it is, and whose mailbox it came to"
    );
    let id = ticket["id"].to_string();
    assert!(
        linked(&program, "question", "preset: create_ticket")
            .contains(&("ticket", id.parse().unwrap())),
        "the mail is the ticket's"
    );

    program.well(["tickets", "set", &id, "--status", "closed"]);
    let number = ticket["number"].as_str().unwrap();
    let still = format!("From: Carla <carla@example.com>\r\nSubject: Still broken [{number}]");
    letter(&program, "maria", "still", &still);
    let after = tickets(&program);
    assert_eq!(after.as_array().unwrap().len(), 1, "no second one: {after}");
    assert_eq!(after[0]["status"], "open");
    assert!(linked(&program, "still", "preset: bind").contains(&("ticket", id.parse().unwrap())));

    // Who is answered by a machine is not asked.
    program.well(["tickets", "set", &id, "--status", "closed"]);
    let away = format!(
        "From: Carla <carla@example.com>\r\nAuto-Submitted: auto-replied\r\nSubject: Away [{number}]"
    );
    letter(&program, "maria", "away", &away);
    assert_eq!(tickets(&program)[0]["status"], "closed");
}

#[test]
fn an_exception_is_kept_and_nothing_else() {
    let program = company();
    letter(
        &program,
        "maria",
        "noise",
        "From: bot@noise.example\r\nCc: carla@example.com\r\nSubject: Down again",
    );
    assert!(tickets(&program).as_array().unwrap().is_empty());
    let contents = program.contents();
    assert_eq!((contents.messages.len(), contents.links.len()), (1, 0));
}

#[test]
fn what_is_ticked_comes_out_as_it_went_in() {
    let program = company();
    let exported = program.well(["export"]);
    assert!(
        exported.contains("- create_email\n") && exported.contains("- open_ticket\n"),
        "{exported}"
    );
    assert!(
        program.apply(COMPANY).contains("Nothing to change"),
        "applied twice"
    );

    let file = program.file(
        "wrong.yaml",
        "scanners:\n  - {name: s, mailbox: info@ours.example, presets: [bind, bind, open_tickets]}\n",
    );
    let ran = program.run([OsStr::new("apply"), OsStr::new("-f"), file.as_os_str()]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("open_tickets") && ran.err.contains("open_ticket"),
        "{}",
        ran.err
    );
    let file = program.file(
        "named.yaml",
        "rules:\n  - {name: 'preset: bind', then: [link]}\n",
    );
    let ran = program.run([OsStr::new("apply"), OsStr::new("-f"), file.as_os_str()]);
    assert!(ran.err.contains("those of presets"), "{}", ran.err);
}

#[test]
fn of_a_shared_mailbox_the_ticket_is_whose_the_scanner_says() {
    let program = company();
    let named = "scanners: [{name: nothing, mailbox: info@ours.example, presets: [create_ticket], preset_owner: Maria@ours.example}]";
    program.apply(named);
    for scanner in ["nothing", "maria"] {
        letter(
            &program,
            scanner,
            scanner,
            "From: Eve <eve@else.example>\r\nSubject: A chair",
        );
    }
    let tickets = tickets(&program);
    let owners: Vec<_> = tickets
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| ticket["owner"].as_str())
        .collect();
    assert_eq!(owners, [Some("maria@ours.example"); 2], "{tickets}");
    // It is written out, and a user has to be named.
    let exported = program.well(["export"]);
    assert!(
        exported.contains("preset_owner: maria@ours.example"),
        "{exported}"
    );
    let wrong = program.file("wrong.yaml", named.replace("Maria", "mario"));
    let refused = program.run(["apply", "-f", wrong.to_str().unwrap()]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("preset_owner"), "{}", refused.err);
}

#[test]
fn what_is_ticked_is_listed_with_its_scanner_and_told_to_be_in_no_version() {
    let program = company();
    program.apply("rules: [{name: tagged, then: [{tag: [x]}]}]");
    letter(
        &program,
        "maria",
        "first",
        "From: Eve <eve@else.example>\r\nSubject: A chair",
    );
    letter(
        &program,
        "bind",
        "second",
        "From: Eve <eve@else.example>\r\nSubject: A table",
    );
    let listed = program.json(["rules"]);
    let rules: Vec<_> = listed["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let scanner = rule["scanners"][0].as_str().unwrap_or_default();
            let name = rule["name"].as_str().unwrap();
            (
                name,
                scanner,
                rule["preset"] == true,
                rule["matched"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        rules,
        [
            ("tagged", "", false, 2),
            ("preset: bind", "bind", true, 1),
            ("preset: bind", "maria", true, 1),
            ("preset: open_ticket", "maria", true, 0),
            ("preset: create_ticket", "maria", true, 1),
        ]
    );
    let told = "Presets are settings of their scanners and in no version; ticked now: bind (bind), maria (";
    for words in [
        &["rules", "versions"][..],
        &["rules", "show", "1"],
        &["rules", "diff", "1"],
        &["rules", "rollback", "1", "--dry-run"],
    ] {
        let said = program.well(words);
        assert!(said.contains(told), "{words:?}: {said}");
    }

    // A case of what a preset decided comes with a rule that has a place for it.
    let lead = program.contents().messages[0].id.to_string();
    let words = ["rules", "case", &lead, "--rule", "preset: create_ticket"];
    let case = program.well(words);
    assert!(
        case.contains("# This is the preset create_ticket of the scanner maria"),
        "{case}"
    );
    let file = program.file("case.yaml", format!("rules:\n{case}"));
    let tried = program.json(["rules", "test", file.to_str().unwrap()]);
    assert_eq!(tried["passed"], 1, "{case}\n{tried}");
}
