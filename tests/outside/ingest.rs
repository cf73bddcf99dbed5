//! Mail becomes messages, links and leads, each once, whatever happens to folders between two scans.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use entities::deliveries::DeliveryState;
use parts::mail::Generator;
use serde_json::{Value, json};

use super::office::{FOLDERS, MAILBOXES, Office};
use super::program::Program;

/// Sums one count over reports.
fn sum(reports: &[Value], count: &str) -> u64 {
    reports
        .iter()
        .map(|report| report["counts"][count].as_u64().unwrap())
        .sum()
}

fn set_up(office: &Office, keys: &str) -> Program {
    let program = Program::new();
    program.apply(&office.setup(keys));
    program.import_contacts(&office.contacts_csv());
    program
}

#[test]
fn two_thousand_messages_are_read_once_however_often_they_are_scanned() {
    let mut office = Office::with_messages(2_000);
    let program = set_up(&office, "");

    let reports = program.scan_all();
    assert_eq!(sum(&reports, "kept"), office.copies() as u64);
    assert_eq!(sum(&reports, "new_messages"), 2_000);
    let first = program.contents();
    office.assert_everything_once(&first);
    first.assert_reported();

    let reports = program.scan_all();
    for count in [
        "announced",
        "kept",
        "new_messages",
        "copies",
        "leads",
        "linked",
        "failed",
    ] {
        assert_eq!(sum(&reports, count), 0, "{count} of the second scan");
    }
    program.contents().assert_same(&first);

    // The server forgets every number it gave, in every folder, and has new mail.
    for mailbox in MAILBOXES {
        for folder in FOLDERS {
            office.dovecot.renumber(mailbox, folder);
        }
    }
    office.deliver(Generator::new(3, MAILBOXES[0]).take(12));
    let reports = program.scan_all();
    let second = program.contents();
    assert_eq!(sum(&reports, "new_messages"), 12);
    assert_eq!(sum(&reports, "kept"), office.copies() as u64);
    let ignored = first.deliveries.iter();
    let ignored = ignored.filter(|it| it.state == DeliveryState::Ignored);
    assert_eq!(
        sum(&reports, "copies"),
        (first.deliveries.len() - ignored.count()) as u64,
        "what was ignored stays so"
    );
    office.assert_everything_once(&second);
    assert_eq!(second.messages[..first.messages.len()], first.messages);
    assert_eq!(second.leads[..first.leads.len()], first.leads);
    assert_eq!(second.links[..first.links.len()], first.links);
    assert_eq!(second.decisions[..first.decisions.len()], first.decisions);
    assert_eq!(
        second.deliveries.len(),
        first.deliveries.len() + office.copies(),
        "the old numbers stay on record"
    );
}

#[test]
fn a_limit_is_taken_up_where_the_scan_before_ended() {
    let office = Office::with_messages(130);
    let program = set_up(&office, "limit_per_scan: 30");
    let most = MAILBOXES
        .into_iter()
        .map(|mailbox| office.copies_in(mailbox))
        .max()
        .unwrap();
    for scan in 0..most.div_ceil(30) {
        for (mailbox, report) in MAILBOXES.into_iter().zip(program.scan_all()) {
            let left = office.copies_in(report["scanner"].as_str().unwrap()) - 30 * scan;
            assert_eq!(
                report["counts"]["kept"],
                left.min(30),
                "{mailbox}, scan {scan}"
            );
        }
    }
    office.assert_everything_once(&program.contents());
    assert_eq!(sum(&program.scan_all(), "announced"), 0);
}

/// The same folders for every scanner instead of the office's.
fn reading(setup: &str, folders: &[&str]) -> String {
    let all = serde_json::to_string(&FOLDERS).unwrap();
    assert!(setup.contains(&all), "{setup}");
    setup.replace(&all, &serde_json::to_string(folders).unwrap())
}

#[test]
fn status_tells_how_much_older_mail_is_left_and_how_long_it_takes() {
    let office = Office::with_messages(180);
    let program = set_up(&office, "");
    program.apply(&reading(&office.setup("limit_per_scan: 10"), &["INBOX"]));
    let mailbox = MAILBOXES[0];
    let total = office.dovecot.uids(mailbox, "INBOX").len();
    assert!(total > 20, "{total}");
    assert_eq!(program.status(mailbox)["backfill"], Value::Null);
    for read in [10, 20] {
        program.scan_all();
        let backfill = &program.status(mailbox)["backfill"];
        assert_eq!(
            (&backfill["left"], &backfill["total"]),
            (&json!(total - read), &json!(total))
        );
        let seconds = backfill["seconds_left"].as_u64().unwrap();
        assert!((0..600).contains(&seconds), "{backfill}");
        let said = format!("{mailbox}: backfill: {} of {total} left, ", total - read);
        let text = program.well(["status"]);
        let time = text.lines().find_map(|line| line.strip_prefix(&said));
        let time = time.unwrap_or_else(|| panic!("{said:?} is not in {text}"));
        assert!(
            time == "less than a minute" || (time.starts_with("about ") && time.ends_with(" min")),
            "{time}"
        );
    }
    program.apply(&reading(&office.setup(""), &["INBOX"]));
    program.scan_all();
    assert_eq!(program.status(mailbox)["backfill"], Value::Null);
    let text = program.well(["status"]);
    assert!(!text.contains("backfill"), "{text}");
}

/// Mail of ours is read like any other: it belongs to the people it was written to, and is nobody's enquiry.
#[test]
fn what_we_sent_makes_no_lead() {
    let office = Office::with_messages(0);
    let sales = MAILBOXES[0];
    office.dovecot.create_folder(sales, "Sent");
    let deliver = |folder: &str, number: u32, from: &str, to: &str, more: &str| {
        let raw = format!(
            "From: {from}\nTo: {to}\nMessage-ID: <{number}@mail.example>\n{more}\
             Date: Tue, 3 Feb 2026 04:00:00 +0000\nSubject: Letter {number}\n\nHow much is it?\n"
        );
        office.dovecot.deliver(sales, folder, raw);
    };
    let (anna, own) = ("Anna <anna@their.example>", "Sales <SALES@ours.example>");
    deliver("INBOX", 1, anna, own, "");
    deliver("Sent", 2, own, anna, "In-Reply-To: <1@mail.example>\n");
    deliver("Sent", 3, own, "stranger@else.example", "");
    deliver("Sent", 4, own, "Info <info@ours.example>", "");
    let program = set_up(&office, "");
    program.apply(&reading(&office.setup(""), &["INBOX", "Sent"]));
    let reports = program.run(["scan", sales, "--json"]);
    assert_eq!(reports.code, 0, "{}", reports.err);

    let messages = program.json(["messages"]);
    let mut told: Vec<(&str, &str)> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            let text = |key: &str| message[key].as_str().unwrap();
            (text("subject"), text("direction"))
        })
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("Letter 1", "received"),
            ("Letter 2", "sent"),
            ("Letter 3", "sent"),
            ("Letter 4", "internal"),
        ]
    );
    let contents = program.contents();
    let leads: Vec<&str> = contents.leads.iter().map(|it| it.email.as_str()).collect();
    assert_eq!(leads, ["anna@their.example"]);
    let sent = contents.folder(sales, "Sent");
    assert!(
        contents
            .ledger(sent)
            .values()
            .all(|copy| copy.state == DeliveryState::Done),
        "{:?}",
        contents.deliveries
    );
}

#[test]
fn mail_older_than_the_start_date_is_left_alone() {
    let office = Office::with_messages(0);
    let day = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_hours(24 * days);
    // 2026-03-01 is the 20,513th day.
    for (number, days) in [(1, 20_400), (2, 20_512), (3, 20_513), (4, 20_600)] {
        office.dovecot.deliver_received(
            MAILBOXES[0],
            "INBOX",
            format!("From: a@b.example\nMessage-ID: <{number}@b.example>\nSubject: {number}\n\n"),
            day(days),
        );
    }
    let program = set_up(&office, "start_date: 2026-03-01");
    let reports = program.scan_all();
    assert_eq!(sum(&reports, "too_old"), 2);
    let contents = program.contents();
    let inbox = contents.folder(MAILBOXES[0], "INBOX");
    assert_eq!(
        contents.message_ids_in(inbox.id),
        BTreeSet::from(["3@b.example", "4@b.example"])
    );
    assert_eq!(inbox.last_uid, 4);
    assert_eq!(
        sum(&program.scan_all(), "too_old"),
        0,
        "what is old is looked at once"
    );
}

#[test]
fn a_folder_added_later_is_read_from_its_beginning_and_nothing_else_again() {
    let office = Office::with_messages(60);
    let program = set_up(&office, "");
    let all = office.setup("");
    program.apply(&reading(&all, &["INBOX"]));
    program.scan_all();
    let before = program.contents();
    assert!(before.deliveries.len() < office.copies());

    program.apply(&all);
    let reports = program.scan_all();
    assert_eq!(
        sum(&reports, "announced"),
        (office.copies() - before.deliveries.len()) as u64
    );
    office.assert_everything_once(&program.contents());
}

#[test]
fn mail_that_is_expunged_or_comes_between_scans_disturbs_nothing() {
    let mut office = Office::with_messages(60);
    let program = set_up(&office, "");
    let (mailbox, folder) = (MAILBOXES[0], FOLDERS[1]);
    let unread = office.dovecot.uids(mailbox, folder).len();
    office.dovecot.expunge(mailbox, folder, "2:3");
    let reports = program.scan_all();
    assert_eq!(sum(&reports, "kept"), office.copies() as u64 - 2);
    let before = program.contents();
    let uids: Vec<i64> = before
        .ledger(before.folder(mailbox, folder))
        .into_keys()
        .collect();
    assert_eq!(uids.len(), unread - 2);
    assert_eq!(uids[..2], [1, 4]);

    // What was read stays known, also when the server no longer has it.
    office.dovecot.expunge(mailbox, folder, "1:*");
    program.scan_all();
    let mut removed = program.contents();
    removed.assert_same_records(&before);
    let emptied = removed.folder(mailbox, folder).id;
    for delivery in &mut removed.deliveries {
        let vanished = delivery.vanished_at.take().is_some();
        assert_eq!(vanished, delivery.folder_id == emptied, "{delivery:?}");
    }
    assert_eq!(removed.deliveries, before.deliveries);

    office.deliver(Generator::new(4, mailbox).take(6));
    let reports = program.scan_all();
    assert_eq!(sum(&reports, "new_messages"), 6);
    let after = program.contents();
    assert_eq!(after.messages.len(), before.messages.len() + 6);
}

#[test]
fn a_missing_folder_is_named_and_the_others_are_read() {
    let office = Office::with_messages(12);
    let program = set_up(&office, "");
    office.dovecot.delete_folder(MAILBOXES[1], FOLDERS[2]);
    let ran = program.run(["scan", "--all", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let reports: Value = serde_json::from_str(&ran.out).unwrap();
    let warnings = &reports[0]["warnings"];
    assert!(
        warnings[0].as_str().unwrap().contains(FOLDERS[2]),
        "{reports}"
    );
    assert!(
        reports[0]["counts"]["kept"].as_u64().unwrap() > 0,
        "{reports}"
    );
    let status = program.status(MAILBOXES[1]);
    assert_eq!(status["light"]["state"], "green");
    assert_eq!(status["health"]["state"], "failing");
}
