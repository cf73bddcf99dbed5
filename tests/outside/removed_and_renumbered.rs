//! What becomes of messages that a real server numbers anew, loses or has moved: nothing is read twice, nothing is lost.

use std::fmt::Write as _;

use entities::deliveries::DeliveryState;
use parts::Dovecot;
use parts::mail::Generator;
use serde_json::Value;

use super::program::Program;

const ADDRESS: &str = "sales@ours.example";
const PASSWORD: &str = "correct horse";
const ARCHIVE: &str = "Archiv/Größe";

fn scanned(dovecot: &Dovecot) -> Program {
    let program = Program::new();
    let (port, ca_file) = (dovecot.imaps_port(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    program.apply(&format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}}}]\n\
         mailboxes: [{{address: {ADDRESS}, server: dovecot, password: {PASSWORD}}}]\n\
         scanners: [{{name: sales, mailbox: {ADDRESS}, folders: [INBOX, {ARCHIVE}]}}]\n\
         rules: [{{name: all, then: [create_lead]}}]\n"
    ));
    program
}

fn count(reports: &[Value], name: &str) -> u64 {
    let counts = reports.iter().map(|report| report["counts"][name].as_u64());
    counts.sum::<Option<u64>>().unwrap()
}

/// Bytes that the server has sent in all sessions that ended, as it logs them.
fn bytes_sent(dovecot: &Dovecot) -> u64 {
    let log = dovecot.log();
    let ends = log.split(" out=").skip(1);
    ends.filter_map(|end| end.split(' ').next()?.trim().parse::<u64>().ok())
        .sum()
}

#[test]
fn two_thousand_messages_numbered_anew_are_recognised_without_being_read_again() {
    let dovecot = Dovecot::builder().user(ADDRESS, PASSWORD).start();
    dovecot.create_folder(ADDRESS, ARCHIVE);
    let mail: Vec<_> = Generator::new(5, ADDRESS)
        .mean_size(9_000)
        .take(2_000)
        .collect();
    dovecot.deliver_all(ADDRESS, "INBOX", &mail);
    let program = scanned(&dovecot);
    let reports = program.scan_all();
    assert_eq!(count(&reports, "kept"), 2_000);
    let first = program.contents();
    let first_bytes = bytes_sent(&dovecot);
    assert!(first_bytes > 10_000_000, "{first_bytes}");

    dovecot.renumber(ADDRESS, "INBOX");
    let reports = program.scan_all();
    let second_bytes = bytes_sent(&dovecot) - first_bytes;
    assert!(
        second_bytes * 10 < first_bytes,
        "{second_bytes} bytes instead of {first_bytes}"
    );
    for (name, expected) in [
        ("new_messages", 0),
        ("leads", 0),
        ("kept", 2_000),
        ("copies", 2_000),
        ("vanished", 0),
    ] {
        assert_eq!(count(&reports, name), expected, "{name}");
    }
    // Generated mail has messages without a Message-ID: those are read again.
    let recognised = count(&reports, "recognised");
    assert!(recognised > 1_800, "{recognised}");
    let second = program.contents();
    assert_eq!(second.messages, first.messages);
    assert_eq!(second.leads, first.leads);
    assert_eq!(second.links, first.links);
    assert_eq!(second.decisions, first.decisions);
    let inbox = second.folder(ADDRESS, "INBOX");
    let ledger = second.ledger(inbox);
    assert_eq!(ledger.len(), 2_000);
    assert!(ledger.values().all(|copy| {
        matches!(copy.state, DeliveryState::Done | DeliveryState::Ignored)
            && copy.vanished_at.is_none()
    }));
    let uids = dovecot.uids(ADDRESS, "INBOX");
    let known: Vec<u32> = ledger
        .keys()
        .map(|uid| u32::try_from(*uid).unwrap())
        .collect();
    assert_eq!(known, uids);
    assert_eq!(count(&program.scan_all(), "announced"), 0);
}

#[test]
fn what_was_removed_or_moved_is_said_of_the_message() {
    let dovecot = Dovecot::builder().user(ADDRESS, PASSWORD).start();
    let raw = |number: u32| {
        format!(
            "Message-ID: <{number}@mail.example>\nFrom: p{number}@mail.example\nTo: {ADDRESS}\nSubject: Number {number}\n\nHello\n"
        )
    };
    for number in 1..=3 {
        dovecot.deliver(ADDRESS, "INBOX", raw(number));
    }
    dovecot.create_folder(ADDRESS, ARCHIVE);
    let program = scanned(&dovecot);
    program.scan_all();
    dovecot.expunge(ADDRESS, "INBOX", "1:2");
    dovecot.deliver(ADDRESS, ARCHIVE, raw(2));
    let reports = program.scan_all();
    assert_eq!(count(&reports, "vanished"), 2);
    assert_eq!(count(&reports, "leads"), 0);

    let mut said = String::new();
    for number in 1..=3 {
        let messages = program.json(["messages", "--from", &format!("p{number}@mail.example")]);
        let id = messages[0]["id"].to_string();
        let shown = program.well(["message", "show", &id]);
        for line in shown.lines().filter(|line| line.starts_with("Copy")) {
            let line = match line.split_once("since ") {
                Some((before, _)) => format!("{before}since …"),
                None => line.to_owned(),
            };
            let _ = writeln!(said, "{number}: {line}");
        }
        let json = program.json(["message", "show", &id]);
        let inbox = &json["deliveries"][0];
        assert_eq!(inbox["vanished_at"].is_string(), number < 3, "{inbox}");
        let moved_to = (number == 2).then_some(ARCHIVE);
        assert_eq!(inbox["moved_to"].as_str(), moved_to, "{inbox}");
        assert_eq!(json["links"].as_array().map(Vec::len), Some(1));
    }
    let mut found = String::new();
    for number in 1..=3 {
        let sender = format!("p{number}@mail.example");
        for line in program.well(["find", "--from", &sender]).lines() {
            let Some((_, said)) = line.split_once(&format!("{ADDRESS} ")) else {
                continue;
            };
            let said = match said.split_once("since ") {
                Some((before, after)) => {
                    let fate = after.split_once("; ").unwrap().1;
                    format!("{before}since …; {fate}")
                }
                None => said.to_owned(),
            };
            let _ = writeln!(found, "{number}: {said}");
        }
    }
    insta::assert_snapshot!(found, @r"
    1: INBOX UID 1: removed on the server since …; made lead 1 p1 (rule all)
    2: INBOX UID 2: moved to Archiv/Größe; made lead 2 p2 (rule all)
    2: Archiv/Größe UID 1: made lead 2 p2 (rule all)
    3: INBOX UID 3: made lead 3 p3 (rule all)
    ");
    let audit = program.well(["audit"]);
    insta::assert_snapshot!(audit, @r"
    sales (sales@ours.example)
      INBOX: 1 on the server, 1 known, 0 missing, 0 doubled, 2 removed on the server since
      Archiv/Größe: 1 on the server, 1 known, 0 missing, 0 doubled
    ");
    insta::assert_snapshot!(said, @r"
    1: Copy     INBOX uid 1 (done), removed on the server since …
    2: Copy     INBOX uid 2 (done), moved to Archiv/Größe
    2: Copy     Archiv/Größe uid 1 (done)
    3: Copy     INBOX uid 3 (done)
    ");
}
