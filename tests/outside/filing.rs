//! Mail that rules flag and move on a real server: once each, however often the program dies, and nothing is lost where a
//! server can't.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use parts::Dovecot;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::program::Program;
use super::seed::seed;
use super::waiting::until;

const ADDRESS: &str = "sales@ours.example";
const PASSWORD: &str = "correct horse";
const LONG: Duration = Duration::from_mins(1);
const DONE: &str = "Erledigt/Größe";

fn letter(number: usize, subject: &str) -> String {
    format!(
        "From: Anna {number} <anna{number}@example.it>\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\n\
         Message-ID: <{number}@example.it>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\nHello\r\n"
    )
}

fn program(dovecot: &Dovecot, rules: &str) -> Program {
    let program = Program::new();
    let (port, ca_file) = (dovecot.imaps_port(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    program.apply(&format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}}}]\n\
         mailboxes: [{{address: {ADDRESS}, server: dovecot, password: {PASSWORD}}}]\n\
         scanners: [{{name: sales, mailbox: {ADDRESS}, folders: [INBOX, {DONE}]}}]\n\
         rules:\n{rules}"
    ));
    program
}

fn count(reports: &[Value], name: &str) -> u64 {
    let counts = reports.iter().map(|report| report["counts"][name].as_u64());
    counts.sum::<Option<u64>>().unwrap()
}

fn message_ids(dovecot: &Dovecot, folder: &str) -> Vec<String> {
    let listed = dovecot.messages(ADDRESS, folder).into_iter();
    let mut ids: Vec<String> = listed.map(|one| one.message_id).collect();
    ids.sort();
    ids
}

#[test]
fn mail_is_flagged_and_moved_once_and_moved_back_when_the_rule_is_undone() {
    let dovecot = Dovecot::builder().user(ADDRESS, PASSWORD).start();
    dovecot.create_folder(ADDRESS, DONE);
    dovecot.deliver(ADDRESS, "INBOX", letter(1, "Invoice 17"));
    dovecot.deliver(ADDRESS, "INBOX", letter(2, "Hello"));
    let rules = format!(
        "- {{name: invoices, when: {{subject: {{word: invoice}}}}, then: [{{flag: [seen, flagged, $Invoice]}}, {{move: {DONE}}}]}}\n\
         - {{name: others, when: {{not: {{subject: {{word: invoice}}}}}}, then: [{{flag: flagged}}, {{unflag: flagged}}]}}\n"
    );
    let program = program(&dovecot, &rules);
    let reports = program.scan_all();
    assert_eq!(count(&reports, "changed"), 4, "{reports:?}");
    assert_eq!(
        dovecot.flags(ADDRESS, DONE),
        [(
            "1@example.it".to_owned(),
            ["$Invoice", "\\Flagged", "\\Seen"]
                .map(str::to_owned)
                .to_vec()
        )]
    );
    assert_eq!(
        dovecot.flags(ADDRESS, "INBOX"),
        [("2@example.it".to_owned(), Vec::new())]
    );

    let first = program.contents();
    for _ in 0..2 {
        let reports = program.scan_all();
        assert_eq!(count(&reports, "changed"), 0, "{reports:?}");
        assert_eq!(count(&reports, "new_messages"), 0, "{reports:?}");
    }
    assert_eq!(program.contents().messages.len(), first.messages.len());

    let listed = program.json(["messages"]);
    let invoice = listed.as_array().unwrap().iter();
    let mut invoice = invoice.filter(|message| message["subject"] == "Invoice 17");
    let id = invoice.next().unwrap()["id"].to_string();
    let shown = program.json(["message", "show", &id]);
    let moved = &shown["on_server"][1];
    assert_eq!(
        (&moved["change"], &moved["argument"], &moved["error"]),
        (&"move".into(), &DONE.into(), &Value::Null)
    );
    let told = program.well(["message", "show", &id]);
    assert!(
        told.contains(&format!("from INBOX moved to {DONE} by rule invoices")),
        "{told}"
    );

    // Anybody may write a Message-ID once more: that one stays where it is.
    dovecot.deliver(ADDRESS, DONE, letter(1, "Something else"));
    let undone = program.json(["undo", "--rule", "invoices", "--yes"]);
    assert_eq!(undone["counts"]["on_server"], 1, "{undone}");
    program.scan_all();
    assert_eq!(
        message_ids(&dovecot, "INBOX"),
        ["1@example.it", "2@example.it"]
    );
    assert_eq!(message_ids(&dovecot, DONE), ["1@example.it"]);
    let shown = program.well(["message", "show", &id]);
    assert!(shown.contains("Subject  Invoice 17"), "{shown}");
    assert_eq!(dovecot.uids(ADDRESS, DONE), [2]);
}

#[test]
fn a_folder_that_is_not_there_is_told_and_the_mail_waits_for_it() {
    let dovecot = Dovecot::builder().user(ADDRESS, PASSWORD).start();
    dovecot.create_folder(ADDRESS, DONE);
    dovecot.deliver(ADDRESS, "INBOX", letter(1, "Invoice 17"));
    let program = program(
        &dovecot,
        "- {name: away, then: [{move: Invoices}, create_lead]}\n",
    );
    let scanned = program.run(["scan", "sales"]);
    assert_eq!(scanned.code, 1, "{}", scanned.out);
    let said = format!("{}{}", scanned.out, scanned.err);
    assert!(
        said.contains("1 message not moved on the server: There is no folder \"Invoices\""),
        "{said}"
    );
    assert!(said.contains("It is tried again by itself."), "{said}");
    assert_eq!(program.contents().leads.len(), 1);

    dovecot.create_folder(ADDRESS, "Invoices");
    let scanned = program.run(["scan", "sales"]);
    assert_eq!(scanned.code, 0, "{}{}", scanned.out, scanned.err);
    assert_eq!(message_ids(&dovecot, "Invoices"), ["1@example.it"]);
    assert!(message_ids(&dovecot, "INBOX").is_empty());
}

#[test]
fn scans_that_are_killed_while_they_move_mail_leave_each_message_once() {
    const MESSAGES: usize = 120;
    let mut rng = StdRng::seed_from_u64(seed());
    for dovecot in [
        Dovecot::builder().user(ADDRESS, PASSWORD),
        Dovecot::builder().user(ADDRESS, PASSWORD).without_move(),
    ] {
        let dovecot = dovecot.start();
        dovecot.create_folder(ADDRESS, DONE);
        let letters: Vec<String> = (1..=MESSAGES)
            .map(|number| letter(number, &format!("Hello {number}")))
            .collect();
        dovecot.deliver_all(ADDRESS, "INBOX", &letters);
        let program = program(
            &dovecot,
            &format!("- {{name: away, then: [{{flag: seen}}, {{move: {DONE}}}]}}\n"),
        );
        for _ in 0..8 {
            let mut scan = program.start(["scan", "sales"]);
            let (began, moment) = (
                Instant::now(),
                Duration::from_millis(rng.random_range(100..900)),
            );
            until("the moment comes", LONG, || {
                (began.elapsed() >= moment || scan.ended().is_some()).then_some(())
            });
            scan.kill();
        }
        let mut left = MESSAGES;
        for _ in 0..8 {
            if left == 0 {
                break;
            }
            let scanned = program.run(["scan", "sales"]);
            assert_eq!(scanned.code, 0, "{}{}", scanned.out, scanned.err);
            left = message_ids(&dovecot, "INBOX").len();
        }
        let there = message_ids(&dovecot, DONE);
        assert_eq!((left, there.len()), (0, MESSAGES), "{there:?}");
        let distinct: BTreeSet<&String> = there.iter().collect();
        assert_eq!(distinct.len(), MESSAGES);
        assert!(
            dovecot
                .flags(ADDRESS, DONE)
                .iter()
                .all(|(_, flags)| flags == &["\\Seen"])
        );
    }
}
