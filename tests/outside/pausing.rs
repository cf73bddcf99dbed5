//! Scanners that a person pauses and resumes, beside the schedule, the wait for news, scans by hand and the set-up file.

use std::time::Duration;

use parts::Dovecot;
use serde_json::{Value, json};

use super::contents::Database;
use super::program::Program;
use super::waiting::until;

const SALES: &str = "sales@ours.example";
const INFO: &str = "info@ours.example";
const LONG: Duration = Duration::from_secs(90);

fn dovecot() -> Dovecot {
    let dovecot = Dovecot::builder()
        .user(SALES, "secret")
        .user(INFO, "secret");
    let dovecot = dovecot.start();
    for user in [SALES, INFO] {
        dovecot.create_folder(user, "INBOX");
    }
    dovecot
}

fn setup(dovecot: &Dovecot, more: &str) -> String {
    let (port, ca_file) = (dovecot.imaps_port(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}}}]\n\
         mailboxes:\n\
         - {{address: {SALES}, server: dovecot, password: secret}}\n\
         - {{address: {INFO}, server: dovecot, password: secret}}\n\
         scanners:\n\
         - {{name: sales, mailbox: {SALES}, {more}}}\n\
         - {{name: info, mailbox: {INFO}, {more}}}\n\
         rules: [{{name: leads, then: [create_lead]}}]\n"
    )
}

fn deliver(dovecot: &Dovecot, user: &str, number: usize) {
    dovecot.deliver(
        user,
        "INBOX",
        format!(
            "From: Person {number} <p{number}@their.example>\nMessage-ID: <{number}@their.example>\n\
             Date: Sun, 22 Nov 2026 11:00:00 +0000\nSubject: Question {number}\n\nHow much is it?\n"
        ),
    );
}

fn scanners(reports: &[Value]) -> Vec<&str> {
    reports
        .iter()
        .map(|report| report["scanner"].as_str().unwrap())
        .collect()
}

#[test]
fn a_pause_says_whose_it_is_and_stays_until_it_is_resumed() {
    let (dovecot, mut program) = (dovecot(), Program::new());
    program.set("USER", "anna");
    program.apply(&setup(&dovecot, "schedule: '0 4 * * *'"));
    assert_eq!(scanners(&program.scan_all()), ["info", "sales"]);
    let due = program.status("sales")["next_scan_at"].clone();

    assert_eq!(
        program.json(["pause", "sales"]),
        json!([{"scanner": "sales", "paused_by": "anna", "already": false}])
    );
    program.set("USER", "bert");
    assert_eq!(
        program.well(["pause", "--all"]),
        "info: paused by bert; `mailroom resume info` has the schedule scan it again.\n\
         sales: paused already, by anna.\n"
    );
    assert!(
        program
            .well(["resume", "info"])
            .starts_with("info: resumed, was paused by bert; next scan 2")
    );
    let status = program.status("sales");
    assert_eq!(status["health"]["state"], "paused");
    assert_eq!(status["next_scan_at"], due);
    let text = program.well(["status"]);
    assert!(text.contains("when it is resumed"), "{text}");
    assert!(
        text.contains("sales: paused by anna; `mailroom resume sales`"),
        "{text}"
    );

    // All leaves it out and says so; by name it is scanned.
    deliver(&dovecot, SALES, 1);
    assert_eq!(scanners(&program.scan_all()), ["info"]);
    let said = program.well(["scan", "--all"]);
    assert!(
        said.starts_with(
            "sales: left out, paused by anna; `mailroom scan sales` scans it all the same\n"
        ),
        "{said}"
    );
    assert_eq!(program.contents().leads.len(), 0);
    program.well(["scan", "sales"]);
    assert_eq!(program.contents().leads.len(), 1);
    assert_eq!(program.status("sales")["health"]["state"], "paused");

    // The set-up file neither has it nor takes it back.
    let exported = program.well(["export"]);
    assert!(!exported.contains("paused"), "{exported}");
    program.apply(&setup(&dovecot, "schedule: '0 5 * * *'"));
    assert_eq!(program.status("sales")["health"]["state"], "paused");

    let resumed = program.json(["resume", "sales"]);
    assert_eq!(resumed[0]["was_paused_by"], "anna");
    assert_eq!(
        resumed[0]["next_scan_at"],
        Value::Null,
        "the new schedule begins at once"
    );
    assert_eq!(
        program.well(["resume", "sales"]),
        "sales: was not paused; next scan at once.\n"
    );
    assert_eq!(program.status("sales")["health"]["state"], "ok");

    program.apply(&setup(&dovecot, "schedule: '0 5 * * *', enabled: false"));
    program.well(["pause", "--all"]);
    assert_eq!(
        program.well(["resume", "--all"]),
        "info: resumed, was paused by bert; the schedule leaves it alone all the same: the scanner is disabled.\n\
         sales: resumed, was paused by bert; the schedule leaves it alone all the same: the scanner is disabled.\n"
    );
    for (words, code, error) in [
        (&["pause", "slaes"][..], 1, "did you mean \"sales\"?"),
        (
            &["resume", "sales", "nobody"],
            1,
            "There is no scanner \"nobody\"",
        ),
        (&["pause"], 2, "<NAME>"),
        (&["resume", "sales", "--all"], 2, "--all"),
    ] {
        let ran = program.run(words);
        assert_eq!(ran.code, code, "{words:?}");
        assert!(ran.err.contains(error), "{words:?}: {}", ran.err);
    }
}

#[test]
fn a_worker_leaves_what_is_paused_and_takes_it_up_where_it_is_resumed() {
    let (dovecot, program) = (dovecot(), Program::new());
    program.apply(&setup(&dovecot, "schedule: '0 0 1 1 *', idle: true"));
    let worker = program.start(["worker"]);
    let database = Database::open(&program.url());
    let waiting = |count: usize| {
        until("so many wait", LONG, || {
            let idlings = database.contents().idlings;
            let claimed = idlings.iter().filter(|it| it.owner.is_some()).count();
            (claimed == count).then_some(())
        });
    };
    let leads = |count: usize| {
        until("the leads exist", LONG, || {
            (database.contents().leads.len() == count).then_some(())
        });
    };
    waiting(2);
    program.well(["pause", "sales"]);
    waiting(1);
    let before = database.contents().scans.len();
    deliver(&dovecot, SALES, 1);
    for number in 2..=4 {
        deliver(&dovecot, INFO, number);
        leads(number - 1);
    }
    let info = program.json(["scans", "info"]);
    let sales = program.json(["scans", "sales"]);
    let count = |scans: &Value| scans.as_array().unwrap().len();
    assert!(count(&info) >= 3 && count(&info) + count(&sales) > before);
    let unread = ["find", "--message-id", "1@their.example"];
    assert!(
        program.run(unread).out.contains("paused by"),
        "nobody read it"
    );

    program.well(["resume", "sales"]);
    leads(4);
    waiting(2);
    assert_eq!(worker.terminate(LONG), Some(0));
}
