//! What rules share: lists by name and exceptions, from the set-up file to the decision behind a message.

use super::program::Program;

const SETUP: &str = "
exceptions: ['@monitor.example']
lists:
  partners: ['@partner.example', anna@example.it]
mail_servers:
  - {name: away, host: away.invalid, tls: starttls, auth: xoauth2}
mailboxes:
  - {address: sales@ours.example, server: away, access_token: not so secret}
scanners:
  - {name: archive, mailbox: sales@ours.example, exceptions: [spam@example.com]}
  - {name: other, mailbox: sales@ours.example}
rules:
  - name: partners
    when: {from: {in: {list: partners}}}
    then: [{tag: partner}, create_lead]
    stop: true
  - name: the rest
    then: [create_lead]
";

/// Imports a letter for the scanner and says what was made of it.
fn fate(program: &Program, scanner: &str, number: usize, from: &str) -> String {
    let letter = format!(
        "From: {from}\r\nTo: sales@ours.example\r\nSubject: Chairs\r\nMessage-ID: <{number}@x>\r\n\
         Date: Mon, 23 Nov 2026 08:00:00 +0000\r\n\r\nPlease send an offer.\r\n"
    );
    let file = program.file(&format!("{number}.eml"), letter);
    program.well(["import", "--scanner", scanner, &file.display().to_string()]);
    let listed = program.json(["messages"]);
    let newest = listed.as_array().and_then(|all| {
        let ids = all.iter().filter_map(|one| one["id"].as_i64());
        ids.max()
    });
    let id = newest.unwrap().to_string();
    let shown = program.well(["message", "show", &id]);
    let decided = shown.split("Decided  ").nth(1).unwrap();
    let lines = decided.lines().skip(1).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn lists_are_looked_in_and_exceptions_left_alone() {
    let program = Program::new();
    program.apply(SETUP);
    let decisions = [
        ("archive", "Bob <bob@partner.example>"),
        ("archive", "disk@monitor.example"),
        ("archive", "SPAM <Spam@Example.com>"),
        ("other", "spam@example.com"),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (scanner, from))| {
        let decided = fate(&program, scanner, number, from);
        format!("{from} for {scanner}\n{decided}")
    });
    insta::assert_snapshot!(decisions.collect::<Vec<_>>().join("\n\n"));
    let leads = program.json(["leads"]);
    assert_eq!(leads.as_array().map(Vec::len), Some(2), "{leads}");

    // The exceptions of a file take the place of those before.
    let diff = program.well(["apply", "-f", &changed(&program), "--dry-run"]);
    assert!(
        diff.contains("[@monitor.example] → [@other.example]"),
        "{diff}"
    );
    program.well(["apply", "-f", &changed(&program)]);
    let decided = fate(&program, "archive", 9, "cpu@monitor.example");
    assert!(decided.contains("the rest: create lead"), "{decided}");
    let exported = program.well(["export"]);
    assert!(
        exported.contains("'@other.example'") || exported.contains("\"@other.example\""),
        "{exported}"
    );
}

fn changed(program: &Program) -> String {
    let file = program.file("changed.yaml", "exceptions: ['@other.example']\n");
    file.display().to_string()
}
