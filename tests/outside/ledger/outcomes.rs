//! Copies of every outcome in one mailbox: which of them `retry` takes up, and what `find` tells of each.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use parts::Dovecot;
use serde_json::json;

use super::{RECEIVED, SALES, message, setup, still};
use crate::contents::Database;
use crate::program::Program;
use crate::waiting::until;

const LONG: Duration = Duration::from_mins(1);
/// Four rules, two of which fail over one message each.
const RULES: &str = "\
    {name: machines, when: {kind: {is: bulk}}, then: [{ignore: not written by a person}], stop: true},\
    {name: known people, when: {sender: {is: known}}, then: [link], stop: true},\
    {name: prices, when: {subject: {contains: [Größe 2]}}, then: [{create_lead: {title: \"{% if subject == 'Größe 2' %}{{ 1 // 0 }}{% endif %}\"}}]},\
    {name: sizes, when: {subject: {contains: [Größe 3]}}, then: [{create_lead: {title: \"{% if subject == 'Größe 3' %}{{ 1 // 0 }}{% endif %}\"}}]},\
    {name: leads, then: [create_lead]}";

/// By UID: 1 was tried five times in vain and is held, 2 has failed, 3 is too large and held, 4 is linked, 5 is ignored,
/// 6 is a lead.
fn scanned() -> (Dovecot, Program) {
    let dovecot = Dovecot::builder().user(SALES, "secret").start();
    let deliver = |raw: String| {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(RECEIVED);
        dovecot.deliver_received(SALES, "INBOX", raw, received);
    };
    let program = Program::new();
    program
        .apply(&setup(&dovecot, RULES).replace("start_date:", "max_message_mib: 1, start_date:"));
    program.import_contacts("name,e-mail\nAnna Rossi,p1@mail.example\n");
    deliver(message(2));
    assert_eq!(program.run(["scan", "sales"]).code, 1);
    for _ in 0..4 {
        program.well(["retry", "--all", "--yes"]);
        assert_eq!(program.run(["scan", "sales"]).code, 1);
    }
    deliver(message(3));
    deliver(message(4) + &"How much?\n".repeat(150_000));
    deliver(message(1));
    deliver(message(5).replace(
        "Content-Type:",
        "List-Id: <news.mail.example>\nPrecedence: bulk\nContent-Type:",
    ));
    deliver(message(6));
    assert_eq!(program.run(["scan", "sales"]).code, 1);
    (dovecot, program)
}

/// State and tries of what failed or is held, by UID.
fn troubles(program: &Program) -> BTreeMap<u64, (String, u64)> {
    let held = program.json(["held"]);
    let held = held.as_array().unwrap().iter();
    held.map(|line| {
        let state = line["state"].as_str().unwrap().to_owned();
        let tries = line["attempts"].as_u64().unwrap();
        (line["uid"].as_u64().unwrap(), (state, tries))
    })
    .collect()
}

fn are(troubles: [(u64, &str, u64); 3]) -> BTreeMap<u64, (String, u64)> {
    let troubles = troubles.into_iter();
    troubles
        .map(|(uid, state, tries)| (uid, (state.to_owned(), tries)))
        .collect()
}

#[test]
fn what_failed_or_is_held_is_tried_again_by_its_error_by_its_day_and_all_of_it() {
    let (_dovecot, program) = scanned();
    let before = are([(1, "held", 6), (2, "failed", 1), (3, "held", 0)]);
    assert_eq!(troubles(&program), before);
    let worker = program.start(["worker"]);
    let database = Database::open(&program.url());
    let becomes = |expected: [(u64, &str, u64); 3]| {
        let expected = are(expected);
        until("the worker has tried them", LONG, || {
            (troubles(&program) == expected).then_some(())
        });
        // With its end a scan sets when the next one is due.
        until("the scan has ended", LONG, || {
            (!database.is_scanning(worker.process())).then_some(())
        });
    };
    let retry = |words: &[&'static str]| {
        let words = ["retry"].iter().chain(words).copied();
        let outcome = program.json(words);
        let counts = ["tried_again", "asked_again", "decided_anew", "out_of_reach"];
        (
            outcome["chosen"].clone(),
            counts.map(|count| outcome[count].as_u64().unwrap()),
        )
    };
    let of = |state: &str, count: u64| json!({"scanner": "sales", "state": state, "count": count});

    let by_error = ["--error", "RULE `SIZES`"];
    let (chosen, counts) = retry(&[&by_error[..], &["--dry-run"]].concat());
    assert_eq!((chosen, counts), (json!([of("failed", 1)]), [0; 4]));
    assert_eq!(troubles(&program), before, "it was only asked");
    let (chosen, counts) = retry(&[&by_error[..], &["--yes"]].concat());
    assert_eq!((chosen, counts), (json!([of("failed", 1)]), [1, 0, 0, 0]));
    becomes([(1, "held", 6), (2, "failed", 2), (3, "held", 0)]);
    let (chosen, counts) = retry(&["--error", "rule `prices`", "--yes"]);
    assert_eq!((chosen, counts), (json!([of("held", 1)]), [1, 0, 0, 0]));
    becomes([(1, "held", 7), (2, "failed", 2), (3, "held", 0)]);

    // The first was read in February.
    database.run("UPDATE deliveries SET kept_at = '2026-02-03 04:00:00+00:00' WHERE uid = 1");
    let (chosen, counts) = retry(&["--since", "2026-02-04", "--yes"]);
    let both = json!([of("failed", 1), of("held", 1)]);
    assert_eq!((chosen, counts), (both, [1, 1, 0, 0]));
    becomes([(1, "held", 7), (2, "failed", 3), (3, "held", 0)]);

    let (chosen, counts) = retry(&["--all", "--yes"]);
    let all = json!([of("failed", 1), of("held", 2)]);
    assert_eq!((chosen, counts), (all, [2, 1, 0, 0]));
    becomes([(1, "held", 8), (2, "failed", 4), (3, "held", 0)]);
    assert_eq!(worker.terminate(LONG), Some(0));
    assert_eq!(
        program.contents().leads.len(),
        1,
        "nothing else was decided anew"
    );
}

#[test]
fn what_became_of_each_message_is_found() {
    let (_dovecot, program) = scanned();
    let told = |number: u32| {
        let id = format!("{number}@mail.example");
        still(&program.run(["find", "--message-id", &id]).out)
    };
    let told: Vec<String> = [
        ("linked", 1),
        ("held", 2),
        ("failed", 3),
        ("ignored", 5),
        ("a lead", 6),
        ("too large", 4),
        ("never seen", 7),
    ]
    .into_iter()
    .map(|(what, number)| format!("{what}\n{}", told(number)))
    .collect();
    assert_snapshot!("find_each_outcome", told.join("\n"));

    // What is too large was never read: the server knows more of it.
    let answer = program.json(["find", "--server", "--message-id", "4@mail.example"]);
    let copy = &answer["on_server"][0]["copies"][0];
    assert_eq!(copy["state"], "held", "{answer}");
    let says = copy["says"].as_str().unwrap();
    assert!(says.contains("more than the 1048576"), "{says}");
    assert!(says.contains("Raise `max_message_mib`"), "{says}");
}
