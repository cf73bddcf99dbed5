//! Tickets from mail, through the program: made, answered, opened again, and by whom not.

use std::ffi::OsStr;

use serde_json::Value;

use super::program::Program;

const COMPANY: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
mail_servers:
  - {name: away, host: away.invalid, trusted_servers: [mx.ours.example]}
mailboxes:
  - {address: support@ours.example, server: away, password: not so secret}
scanners:
  - {name: support, mailbox: support@ours.example}
rules:
  - name: our answers
    when: {all: [{direction: {is: sent}}, {candidates: {is: ticket}}]}
    then: [link, {ticket: answered}]
    stop: true
  - name: answers to tickets
    when: {candidates: {is: ticket}}
    then: [link, {ticket: open}]
    stop: true
  - name: questions
    then: [link, {create_ticket: {priority: high, owner: anna@ours.example}}]
";

const CARLA: &str = "Carla <carla@example.com>";

/// Imports a letter and gives the tickets there are then.
fn letter(program: &Program, id: &str, from: &str, to: &str, more: &str) -> Value {
    let raw = format!(
        "Message-ID: <{id}@mail.example>\r\nDate: Mon, 9 Nov 2026 10:00:00 +0100\r\nFrom: {from}\r\nTo: {to}\r\n{more}\r\n\r\nThe left arm came off.\r\n"
    );
    let file = program.file(&format!("{id}.eml"), raw);
    let words = ["import", "--scanner", "support"].map(OsStr::new);
    program.well(words.into_iter().chain([file.as_os_str()]));
    program.json(["tickets"])
}

fn statuses(tickets: &Value) -> Vec<&str> {
    let all = tickets.as_array().unwrap();
    all.iter()
        .map(|ticket| ticket["status"].as_str().unwrap())
        .collect()
}

#[test]
fn a_question_becomes_a_ticket_that_answers_and_their_answers_move() {
    let program = Program::new();
    program.apply(COMPANY);
    program.import_contacts(
        "first_name,last_name,email,organization,organization_domains\nCarla,Bianchi,carla@example.com,Example Ltd,example.com\n",
    );
    let ours = "support@ours.example";
    let made = letter(
        &program,
        "question",
        CARLA,
        ours,
        "Subject: A chair is broken",
    );
    let ticket = &made[0];
    assert_eq!(ticket["title"], "A chair is broken", "{made}");
    assert_eq!(ticket["contact"], "Carla Bianchi");
    assert_eq!(ticket["organization"], "Example Ltd");
    assert_eq!(
        (&ticket["priority"], &ticket["owner"]),
        (&"high".into(), &"anna@ours.example".into())
    );
    let number = ticket["number"].as_str().unwrap().to_owned();

    let thread = "Subject: Re: A chair is broken\r\nIn-Reply-To: <question@mail.example>";
    let answered = letter(&program, "answer", ours, CARLA, thread);
    assert_eq!(statuses(&answered), ["answered"]);
    let again = letter(&program, "again", CARLA, ours, thread);
    assert_eq!(statuses(&again), ["open"]);

    // Closed by a person; opened again by the number, which only counts from whom the ticket is of.
    let id = ticket["id"].to_string();
    program.well(["tickets", "set", &id, "--status", "closed"]);
    let subject = format!("Subject: Still broken ({number})");
    let stranger = letter(
        &program,
        "stranger",
        "Eve <eve@other.example>",
        ours,
        &subject,
    );
    assert_eq!(
        statuses(&stranger),
        ["open", "closed"],
        "a ticket of her own"
    );
    let forged = format!(
        "{subject}\r\nAuthentication-Results: mx.ours.example; dmarc=fail header.from=example.com"
    );
    let forged = letter(&program, "forged", CARLA, ours, &forged);
    assert_eq!(statuses(&forged), ["open", "closed"]);
    let opened = letter(&program, "still", CARLA, ours, &subject);
    assert_eq!(statuses(&opened), ["open", "open"]);

    let shown = program.json(["tickets", "show", &id]);
    let changes: Vec<&str> = shown["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["after"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["answered", "open", "closed", "open"], "{shown}");

    // Decided once more nothing is made twice; taken back, what a person touched stays.
    let same = letter(
        &program,
        "question",
        CARLA,
        ours,
        "Subject: A chair is broken",
    );
    assert_eq!(statuses(&same), ["open", "open"]);
    let undone = program.json(["undo", "--rule", "questions", "--yes"]);
    assert_eq!(undone["counts"]["tickets"], 1, "{undone}");
    assert_eq!(undone["kept"][0]["id"], ticket["id"], "{undone}");
    assert_eq!(statuses(&program.json(["tickets"])), ["open"]);
}
