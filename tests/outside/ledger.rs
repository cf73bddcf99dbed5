//! What people do with the ledger: held messages, re-processing, audits, "where is my mail?", reports.

mod outcomes;

use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use parts::Dovecot;
use serde_json::{Value, json};

use super::contents::Database;
use super::office::{FOLDERS, MAILBOXES, Office};
use super::program::Program;

const SALES: &str = "sales@ours.example";
/// 2026-02-03 04:00 UTC.
const RECEIVED: u64 = 1_770_091_200;

/// A customer, a stranger, and one over whom the rule fails.
fn message(number: u32) -> String {
    format!(
        "From: Person {number} <p{number}@mail.example>\nTo: {SALES}\nSubject: Größe {number}\n\
         Date: Tue, 3 Feb 2026 04:00:00 +0000\nMessage-ID: <{number}@mail.example>\nContent-Type: text/plain; charset=utf-8\n\n\
         How much?\n"
    )
}

fn setup(dovecot: &Dovecot, rule: &str) -> String {
    let (port, ca_file) = (dovecot.imaps_port(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}}}]\n\
         mailboxes: [{{address: {SALES}, server: dovecot, password: secret}}]\n\
         scanners: [{{name: sales, mailbox: {SALES}, schedule: '0 4 * * *', start_date: 2026-01-01}}]\n\
         rules: [{rule}]\n"
    )
}

const FAILING: &str = "{name: leads, then: [{create_lead: {title: \"{% if subject == 'Größe 2' %}{{ 1 // 0 }}{% endif %}\"}}]}";
const MENDED: &str = "{name: leads, then: [create_lead, {tag: mended}]}";

/// Three messages, the second of which fails.
fn scanned() -> (Dovecot, Program) {
    let dovecot = Dovecot::builder().user(SALES, "secret").start();
    for number in 1..=3 {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(RECEIVED);
        dovecot.deliver_received(SALES, "INBOX", message(number), received);
    }
    let mut program = Program::new();
    program.set("USER", "anna");
    program.apply(&setup(&dovecot, FAILING));
    assert_eq!(program.run(["scan", "sales"]).code, 1);
    (dovecot, program)
}

/// Without moments, which differ from run to run.
fn still(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        while let Some(at) = line.find(" UTC") {
            let fixed = line[..at].ends_with("2026-02-03 04:00");
            let moment = if fixed {
                "2026-02-03 04:00 utc"
            } else {
                "yyyy-mm-dd hh:mm utc"
            };
            line.replace_range(at - "2026-02-03 04:00".len()..at + " UTC".len(), moment);
        }
        words.push(line);
    }
    words.join("\n")
}

fn held_id(program: &Program) -> String {
    program.json(["held"])[0]["id"].to_string()
}

#[test]
fn a_held_message_is_listed_discarded_taken_back_and_done() {
    let (dovecot, program) = scanned();
    let held = program.json(["held", "--scanner", "sales", "--error", "RULE `LEADS`"]);
    assert_eq!(held.as_array().unwrap().len(), 1, "{held}");
    assert_eq!(
        (&held[0]["subject"], &held[0]["from"], &held[0]["attempts"]),
        (&json!("Größe 2"), &json!("p2@mail.example"), &json!(1))
    );
    let id = held_id(&program);
    let text = program.well(["held"]);
    assert!(text.contains("p2@mail.example"), "{text}");
    assert!(text.contains("mailroom retry ID"), "{text}");
    let status = program.well(["status"]);
    assert!(
        status.contains("`mailroom retry --scanner sales`"),
        "{status}"
    );

    let words = ["discard", &id, "--reason", "not for us"];
    assert_snapshot!("discard", program.well(words));
    let again = program.run(words);
    assert_eq!(again.code, 1);
    assert!(
        again.err.contains("it is discarded already"),
        "{}",
        again.err
    );
    assert_eq!(program.json(["held"]), json!([]));
    let discarded = program.json(["held", "--state", "discarded"]);
    assert_eq!(
        (
            &discarded[0]["discarded"]["by"],
            &discarded[0]["discarded"]["reason"]
        ),
        (&json!("anna"), &json!("not for us"))
    );
    program.apply(&setup(&dovecot, MENDED));
    assert!(program.run(["scan", "sales"]).code == 0, "it is left alone");
    assert_eq!(program.contents().leads.len(), 2);

    assert_snapshot!("retry", program.well(["retry", &id]));
    assert_eq!(program.scan_all()[0]["counts"]["leads"], 1);
    assert_eq!(program.contents().leads.len(), 3);
    assert_eq!(program.json(["held", "--state", "discarded"]), json!([]));
}

#[test]
fn what_was_done_is_decided_anew_by_filter_after_a_look_and_nothing_is_doubled() {
    let (dovecot, program) = scanned();
    program.apply(&setup(&dovecot, MENDED));
    program.scan_all();
    let before = program.contents();
    let done = ["retry", "--scanner", "sales", "--state", "done"];
    let with = |more: &'static str| done.into_iter().chain([more]);
    assert_snapshot!("retry_dry_run", program.well(with("--dry-run")));
    let unasked = program.run(done);
    assert_eq!(unasked.code, 1);
    assert!(unasked.err.contains("add --yes"), "{}", unasked.err);
    program.contents().assert_same(&before);

    let outcome = program.json(with("--yes"));
    assert_eq!(outcome["decided_anew"], 3, "{outcome}");
    assert_eq!(program.status("sales")["deliveries"]["pending"], 3);
    program.scan_all();
    let after = program.contents();
    assert_eq!(after.leads, before.leads);
    assert_eq!(after.links, before.links);
    assert_eq!(after.messages, before.messages);
    assert_eq!(after.decisions.len(), 3);
    let tagged = program.json(["messages", "--tag", "mended"]);
    assert_eq!(tagged.as_array().unwrap().len(), 3, "what is new is added");
}

#[test]
fn wrong_usage_unknown_names_and_numbers_are_told() {
    let (_dovecot, program) = scanned();
    for wrong in [
        &["retry"][..],
        &["retry", "7", "--all"],
        &["retry", "--state", "lost"],
        &["retry", "--since", "yesterday"],
        &["discard", "7"],
        &["discard", "--reason", "x"],
        &["find"],
        &["find", "--limit", "0", "x"],
        &["scans", "--limit", "0"],
    ] {
        assert_eq!(program.run(wrong).code, 2, "{wrong:?}");
    }
    for (failing, why) in [
        (&["retry", "99"][..], "There is no copy 99"),
        (&["discard", "99", "--reason", "x"], "There is no copy 99"),
        (&["discard", "99", "--reason", "  "], "A reason of blanks"),
        (&["held", "--scanner", "sale"], "did you mean \"sales\"?"),
        (
            &["retry", "--scanner", "nobody"],
            "There is no scanner \"nobody\"",
        ),
        (&["scans", "nobody"], "There is no scanner \"nobody\""),
        (&["audit", "nobody"], "There is no scanner \"nobody\""),
    ] {
        let ran = program.run(failing);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (1, ""),
            "{failing:?}: {}",
            ran.err
        );
        assert!(ran.err.contains(why), "{failing:?}: {}", ran.err);
    }
    let nothing = program.well(["retry", "--error", "no such words", "--yes"]);
    assert_eq!(nothing, "No message fits; nothing is tried again.\n");
}

#[test]
fn scans_are_listed_with_what_they_did() {
    let (_dovecot, program) = scanned();
    program.run(["scan", "sales"]);
    let scans = program.json(["scans", "sales", "--limit", "1"]);
    let last = scans[0]["id"].as_i64().unwrap();
    assert_eq!(
        (
            &scans[0]["trigger"],
            &scans[0]["outcome"],
            &scans[0]["cause"]
        ),
        (&json!("manual"), &json!("done"), &Value::Null)
    );
    let before = program.json(["scans", "--before", &last.to_string()]);
    assert_eq!(before.as_array().unwrap().len(), 1);
    assert_eq!(before[0]["counts"]["kept"], 3);
    assert_eq!(before[0]["cause"], "messages");
    assert!(
        before[0]["error"].as_str().unwrap().contains("failed"),
        "{before}"
    );
    assert!(before[0]["seconds"].as_f64().is_some());
    let text = program.well(["scans"]);
    assert!(text.contains("manual") && !text.contains("Größe"), "{text}");
    assert_eq!(
        program.well(["scans", "--before", "1"]),
        "No scan has been run yet; `mailroom scan` runs one.\n"
    );
}

#[test]
fn where_is_my_mail() {
    let (dovecot, program) = scanned();
    let id = held_id(&program);
    program.well(["discard", &id, "--reason", "spam"]);
    let find = |words: &[&str]| {
        let words = ["find"].iter().chain(words);
        still(&program.run(words).out)
    };
    assert_snapshot!(
        "find",
        [
            find(&["grösse"]),
            find(&["--message-id", "<1@mail.example>", "--until", "2026-02-03"]),
            find(&["--from", "P2@mail.example"]),
            find(&["--message-id", "4@mail.example", "--until", "2025-06-30"]),
        ]
        .join("\n")
    );
    let found = program.json(["find", "person 3"]);
    assert_eq!(found["found"][0]["copies"][0]["state"], "done");

    // The server knows more: mail that came since, a folder that nobody reads, mail from before the start date.
    dovecot.deliver(SALES, "INBOX", message(4));
    dovecot.deliver(SALES, "Spam", message(4));
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    dovecot.deliver_received(SALES, "INBOX", message(5), old);
    let there = |number: &str| {
        let id = format!("{number}@mail.example");
        let answer = program.json(["find", "--server", "--message-id", &id]);
        let there = answer["on_server"].as_array().unwrap().clone();
        let mut said: Vec<String> = there
            .iter()
            .map(|one| format!("{}: {}", one["folder"], one["why_not"]))
            .collect();
        said.sort();
        said.join("\n")
    };
    let said = there("4");
    assert!(said.contains("it came after the last scan"), "{said}");
    assert!(said.contains("no scanner reads this folder"), "{said}");
    let said = there("5");
    assert!(said.contains("it is older than 2026-01-01"), "{said}");
    let known = program.json(["find", "--server", "--subject", "größe 1"]);
    assert_eq!(
        known["on_server"][0]["copies"][0]["state"], "done",
        "{known}"
    );

    let never = program.run(["find", "--server", "--message-id", "nobody@x.example"]);
    assert_eq!(never.code, 1);
    assert!(never.out.contains("Never seen"), "{}", never.out);
}

/// Rows that go behind our back are missed, and come back with a repair.
#[test]
fn an_audit_proves_that_nothing_is_lost_and_repairs_what_is() {
    let office = Office::with_messages(240);
    let program = Program::new();
    program.apply(&office.setup(""));
    program.import_contacts(&office.contacts_csv());
    program.scan_all();
    let audits = program.json(["audit"]);
    let sum = |audits: &Value, field: &str| -> u64 {
        let folders = audits.as_array().unwrap().iter();
        folders
            .flat_map(|audit| audit["folders"].as_array().unwrap())
            .map(|folder| folder[field].as_u64().unwrap())
            .sum()
    };
    assert_eq!(sum(&audits, "on_server"), office.copies() as u64);
    assert_eq!(sum(&audits, "known"), office.copies() as u64);
    assert_eq!((sum(&audits, "missing"), sum(&audits, "doubled")), (0, 0));
    let before = program.contents();

    let folder = before.folder(MAILBOXES[0], FOLDERS[1]).id;
    let database = Database::open(&program.url());
    database.run(&format!(
        "DELETE FROM deliveries WHERE folder_id = {folder} AND uid IN (2, 3, 5)"
    ));
    office.dovecot.expunge(MAILBOXES[0], FOLDERS[1], "7");
    let found = program.run(["audit", MAILBOXES[0]]);
    assert_eq!(found.code, 1, "{}", found.err);
    assert!(
        found
            .out
            .contains("3 missing, 0 doubled, 1 removed on the server since"),
        "{}",
        found.out
    );
    assert!(found.out.contains("Missing: UID 2:3,5"), "{}", found.out);
    assert!(found.out.contains("--repair"), "{}", found.out);

    let repaired = program.run(["audit", MAILBOXES[0], "--repair"]);
    assert_eq!(repaired.code, 0, "{}\n{}", repaired.out, repaired.err);
    let audits = program.json(["audit"]);
    assert_eq!(sum(&audits, "missing"), 0);
    let after = program.contents();
    assert_eq!(after.deliveries.len(), before.deliveries.len());
    assert_eq!((&after.leads, &after.links), (&before.leads, &before.links));
    assert_eq!(after.messages, before.messages);
}
