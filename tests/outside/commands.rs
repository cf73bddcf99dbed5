//! What a person sees: every command's words, its JSON, its exit code.

use std::fs;
use std::time::{Duration, SystemTime};

use insta::{assert_json_snapshot, assert_snapshot};
use parts::Dovecot;
use serde_json::Value;

use super::program::Program;

const SALES: &str = "sales@ours.example";
/// When the first message came: 2026-02-03 04:00 UTC; the others an hour later each.
const FIRST: u64 = 1_770_091_200;

/// A customer, a stranger, the stranger again, a mailing, a delivery report.
const MAIL: [&str; 5] = [
    "From: Ada Rossi <ada@rossi.example>\nTo: sales@ours.example\nSubject: Two more chairs\n\
     Date: Tue, 3 Feb 2026 04:00:00 +0000\nMessage-ID: <1@rossi.example>\n\nThe same as last time, please.\n",
    "From: =?UTF-8?Q?K=C3=A4the_Wei=C3=9F?= <kaethe@weiss.example>\nTo: sales@ours.example\n\
     Subject: =?UTF-8?Q?Angebot_f=C3=BCr_zw=C3=B6lf_St=C3=BChle?=\nDate: Tue, 3 Feb 2026 05:00:00 +0000\n\
     Message-ID: <1@weiss.example>\nContent-Type: text/plain; charset=utf-8\n\nGuten Tag,\nwas kosten zwölf Stühle?\n",
    "From: =?UTF-8?Q?K=C3=A4the_Wei=C3=9F?= <kaethe@weiss.example>\nTo: sales@ours.example\nSubject: Bitte bald\n\
     Date: Tue, 3 Feb 2026 06:00:00 +0000\nMessage-ID: <2@weiss.example>\nReferences: <1@weiss.example>\n\nEs eilt.\n",
    "From: News <news@shop.example>\nTo: sales@ours.example\nSubject: 40% off\x1b[31m\nDate: Tue, 3 Feb 2026 07:00:00 +0000\n\
     Message-ID: <1@shop.example>\nList-Unsubscribe: <https://shop.example/leave>\n\nBuy now.\n",
    "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: sales@ours.example\nSubject: Undelivered Mail Returned to Sender\n\
     Date: Tue, 3 Feb 2026 08:00:00 +0000\nMessage-ID: <1@mx.example>\nAuto-Submitted: auto-replied\n\
     Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt did not arrive.\n--b\n\
     Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n--b--\n",
];

const RULES: &str = r"
rules:
  - name: mailings
    when: {kind: {in: [bulk, bounce]}}
    then: [{ignore: not for us}, {tag: machine}]
    stop: true
  - name: known people
    when: {any: [{sender: {is: known}}, {reply: {is: linked}}]}
    then: [link]
    stop: true
  - name: enquiries
    when: {subject: {word: [offer, Angebot]}}
    then: [{create_lead: {source: mail}}, {tag: [enquiry]}]
";

/// A small mailbox, scanned.
fn scanned() -> (Dovecot, Program) {
    let dovecot = Dovecot::builder().user(SALES, "secret").start();
    for (hours, raw) in (0..).zip(MAIL) {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(FIRST + 3600 * hours);
        dovecot.deliver_received(SALES, "INBOX", raw, received);
    }
    let program = Program::new();
    let (port, ca_file) = (dovecot.imaps_port(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    program.apply(&format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}}}]\n\
         mailboxes: [{{address: {SALES}, server: dovecot, password: secret}}]\n\
         scanners: [{{name: sales, mailbox: {SALES}, schedule: '0 4 * * *'}}]\n{RULES}"
    ));
    program.import_contacts(
        "first name,last name,e-mail,company\nAda,Rossi,ada@rossi.example,Rossi Srl\n",
    );
    assert_eq!(program.scan_all()[0]["counts"]["kept"], MAIL.len());
    (dovecot, program)
}

/// A table with the moments taken out that differ from run to run; those of the mail stay.
fn table(program: &Program, words: &[&str]) -> String {
    let text = program.well(words);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(" UTC") {
        let (before, after) = rest.split_at(at);
        let (before, moment) = before.split_at(before.len() - "2026-02-03 04:00".len());
        out.push_str(before);
        let fixed = moment.starts_with("2026-02-03");
        out.push_str(if fixed { moment } else { "yyyy-mm-dd hh:mm" });
        out.push_str(" UTC");
        rest = &after[" UTC".len()..];
    }
    out + rest
}

fn id_of(program: &Program, subject: &str) -> String {
    let messages = program.json(["messages"]);
    let message = messages.as_array().unwrap().iter();
    let found = message
        .clone()
        .find(|message| message["subject"] == subject);
    found.unwrap_or_else(|| panic!("{messages}"))["id"].to_string()
}

#[test]
fn tables() {
    let (_dovecot, program) = scanned();
    for (name, words) in [
        ("status", &["status"][..]),
        ("messages", &["messages"]),
        (
            "messages_from",
            &["messages", "--from", "ada@rossi.example"],
        ),
        (
            "messages_page",
            &["messages", "--limit", "2", "--before", "4"],
        ),
        ("messages_tagged", &["messages", "--tag", "machine"]),
        ("leads", &["leads"]),
        ("contacts", &["contacts"]),
        ("scan_with_nothing_new", &["scan", "--all"]),
        (
            "message_show",
            &[
                "message",
                "show",
                &id_of(&program, "Angebot für zwölf Stühle"),
            ],
        ),
    ] {
        assert_snapshot!(name, table(&program, words));
    }
}

#[test]
fn lists_as_json() {
    let (_dovecot, program) = scanned();
    assert_json_snapshot!("status_json", program.json(["status"]), {
        "[].light.since" => "[moment]",
        "[].health.since" => "[moment]",
        "[].last_scan.started_at" => "[moment]",
        "[].last_scan.finished_at" => "[moment]",
        "[].next_scan_at" => "[moment]",
    });
    assert_json_snapshot!("messages_json", program.json(["messages"]));
    assert_json_snapshot!("leads_json", program.json(["leads"]), {"[].created_at" => "[moment]"});
    assert_json_snapshot!("contacts_json", program.json(["contacts"]));
    assert_json_snapshot!("scan_json", program.json(["scan", "sales"]));
}

#[test]
fn one_message_as_json() {
    let (_dovecot, program) = scanned();
    for (name, subject) in [
        ("message_of_a_new_lead", "Angebot für zwölf Stühle"),
        ("message_of_a_contact", "Two more chairs"),
    ] {
        let id = id_of(&program, subject);
        assert_json_snapshot!(name, program.json(["message", "show", &id]), {
            ".deliveries[].kept_at" => "[moment]",
            ".deliveries[].uid_validity" => "[number]",
            ".decisions[].decided_at" => "[moment]",
        });
    }
}

#[test]
fn help() {
    let program = Program::new();
    assert_snapshot!("help", program.well(["--help"]));
    for command in [
        "demo",
        "serve",
        "sign-in-link",
        "worker",
        "apply",
        "export",
        "schema",
        "scan",
        "status",
        "import",
        "messages",
        "message",
        "leads",
        "contacts",
    ] {
        let ran = program.run([command, "--help"]);
        assert_eq!(ran.code, 0, "{command}");
        assert!(
            ran.out.contains("Usage: mailroom"),
            "{command}: {}",
            ran.out
        );
    }
    assert!(program.well(["--version"]).starts_with("mailroom "));
}

#[test]
fn wrong_usage_is_2_and_a_failure_is_1() {
    let program = Program::new();
    for wrong in [
        &[][..],
        &["scna"],
        &["scan"],
        &["scan", "sales", "--all"],
        &["messages", "--limit", "0"],
        &["messages", "--linked", "--unlinked"],
        &["message", "show", "first"],
        &["import", "--scanner", "sales"],
        &["apply"],
    ] {
        let ran = program.run(wrong);
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.err);
        assert!(
            ran.err.contains("Usage:") || ran.err.contains("error:"),
            "{wrong:?}: {}",
            ran.err
        );
    }
    for (failing, why) in [
        (&["scan", "sales"][..], "There is no scanner \"sales\""),
        (&["scan", "--all"], "No scanner is set up"),
        (&["message", "show", "7"], "There is no message 7"),
        (
            &["apply", "-f", "/nowhere/setup.yaml"],
            "/nowhere/setup.yaml",
        ),
        (&["status", "--workers", "0"], "workers"),
        (&["status", "--database-url", "mysql://x/y"], "database_url"),
    ] {
        let ran = program.run(failing);
        assert_eq!(ran.code, 1, "{failing:?}: {}", ran.err);
        assert!(ran.err.contains(why), "{failing:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{failing:?}");
    }
}

#[test]
fn the_demo_makes_leads_links_and_leaves_nothing_behind() {
    let program = Program::new();
    let folder = program.path("temporary");
    fs::create_dir(&folder).unwrap();
    let output = program
        .command(["demo", "--once"])
        .env("TMPDIR", &folder)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
    // A machine that is busy with other tests may be slow to write; that alone may be said.
    let complaints: Vec<&str> = err.lines().filter(|line| !line.contains("slow")).collect();
    assert!(complaints.is_empty(), "{err}");
    for told in [
        "new lead by rule “enquiries”",
        "linked to contact ",
        "ignored: ",
    ] {
        assert!(out.contains(told), "{told}: {out}");
    }
    for scanner in ["sales: ", "info: ", "anna: "] {
        let line = out.lines().find(|line| line.starts_with(scanner)).unwrap();
        assert!(
            line.contains(" kept, ") && line.contains(" leads made"),
            "{line}"
        );
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    assert!(
        !program.path("data").exists(),
        "the demo touched the data folder"
    );
}

#[test]
fn nothing_of_a_terminal_s_language_in_mail_gets_through() {
    let (_dovecot, program) = scanned();
    for words in [
        &["messages"][..],
        &["message", "show", &id_of(&program, "40% off\u{1b}[31m")],
    ] {
        assert!(!program.well(words).contains('\u{1b}'), "{words:?}");
    }
    let as_json: Value = program.json(["messages"]);
    assert!(as_json.to_string().contains("40% off"));
}
