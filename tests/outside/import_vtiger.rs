//! Rules of Vtiger's Mail Converter, through the program: asked for, printed, applied, and at work.

use std::ffi::OsStr;

use super::program::Program;

const COMPANY: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
mail_servers:
  - {name: away, host: away.invalid}
mailboxes:
  - {address: support@ours.example, server: away, password: not so secret}
scanners:
  - {name: Support, mailbox: support@ours.example}
";

/// As `mysql --batch` answers.
const ANSWER: &str = "scannername\truleid\tscannerid\tfromaddress\ttoaddress\tsubjectop\tsubject\tbodyop\tbody\tmatchusing\tsequence\tassigned_to\tcc\tbcc\tactiontype\tmodule\tlookup\towner\n\
    Support\t1\t1\t\t\tHas Ticket Number\t\t\t\tAND\t1\t5\tNULL\tNULL\tUPDATE\tHelpDesk\tSUBJECT\tanna@ours.example\n\
    Support\t2\t1\t\t\tContains\toffer\t\t\tAND\t2\t5\tNULL\tNULL\tCREATE\tLeads\tFROM\tanna@ours.example\n\
    Support\t3\t1\t\t\t\t\t\t\tOR\t3\t5\tNULL\tNULL\tCREATE\tHelpDesk\tFROM\tanna@ours.example\n";

fn letter(program: &Program, id: &str, from: &str, subject: &str) {
    let raw = format!(
        "Message-ID: <{id}@mail.example>\r\nDate: Mon, 9 Nov 2026 10:00:00 +0100\r\nFrom: {from}\r\nTo: support@ours.example\r\nSubject: {subject}\r\n\r\nHello.\r\n"
    );
    let file = program.file(&format!("{id}.eml"), raw);
    let words = ["import", "--scanner", "Support"].map(OsStr::new);
    program.well(words.into_iter().chain([file.as_os_str()]));
}

#[test]
fn vtiger_s_rules_are_printed_applied_and_decide_as_there() {
    let program = Program::new();
    program.apply(COMPANY);
    let answer = program.file("vtiger.tsv", ANSWER);
    let printed = program.well([
        OsStr::new("rules"),
        OsStr::new("import-vtiger"),
        answer.as_os_str(),
    ]);
    program.apply(&printed);

    letter(
        &program,
        "lead",
        "Carla <carla@example.com>",
        "Your offer please",
    );
    letter(
        &program,
        "ticket",
        "Dora <dora@example.net>",
        "A chair is broken",
    );
    let leads = program.json(["leads"]);
    assert_eq!(leads[0]["email"], "carla@example.com", "{leads}");
    let tickets = program.json(["tickets"]);
    assert_eq!(tickets.as_array().unwrap().len(), 1, "{tickets}");
    assert_eq!(tickets[0]["owner"], "anna@ours.example");

    let id = tickets[0]["id"].to_string();
    let number = tickets[0]["number"].as_str().unwrap();
    program.well(["tickets", "set", &id, "--status", "closed"]);
    letter(
        &program,
        "again",
        "Dora <dora@example.net>",
        &format!("Still broken {number}"),
    );
    let tickets = program.json(["tickets"]);
    assert_eq!(tickets.as_array().unwrap().len(), 1, "{tickets}");
    assert_eq!(tickets[0]["status"], "open");
}

#[test]
fn another_file_is_refused() {
    let program = Program::new();
    let file = program.file(
        "other.csv",
        "first name,last name,email\nAnna,Rossi,a@b.example\n",
    );
    let ran = program.run([
        OsStr::new("rules"),
        OsStr::new("import-vtiger"),
        file.as_os_str(),
    ]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("does not name the columns ruleid"),
        "{}",
        ran.err
    );
}
