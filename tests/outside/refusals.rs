//! What the program says, and with which exit code, when it is asked for what it can't do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

/// A folder of its own, with the program to be run in it.
struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path().join(name), text).unwrap();
        self
    }

    /// Runs it with these words and variables; the exit code and all that it said, without what differs each time.
    fn says(&self, words: &str, variables: &[(&str, &str)]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_mailroom"))
            .args(words.split_whitespace())
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("MAILROOM_DATA_DIR", self.path().join("data"))
            .env("MAILROOM_LOG", "error")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let mut text = String::new();
        let variables: Vec<String> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value} "))
            .collect();
        writeln!(text, "$ {}mailroom {words}", variables.concat()).unwrap();
        for part in [&output.stdout, &output.stderr] {
            text += &String::from_utf8_lossy(part);
        }
        writeln!(text, "[{}]\n", output.status.code().unwrap()).unwrap();
        text.replace(self.path().to_str().unwrap(), "FOLDER")
    }
}

const SETUP: &str = "\
mail_servers:
  - name: Provider
    host: localhost
    port: 1
    tls: none
mailboxes:
  - address: sales@example.com
    server: Provider
    password: ${env:SALES_PASSWORD}
scanners:
  - name: Sales
    mailbox: sales@example.com
    folders: [INBOX]
    schedule: '*/5 * * * *'
    time_zone: Europe/Rome
rules:
  - name: Enquiries
    when: {subject: {contains: offer}}
    then: [create_lead]
";

#[test]
fn wrong_usage() {
    let program = Program::new();
    let text: String = [
        "scna --all",
        "scan",
        "scan Sales --all",
        "apply",
        "messages --limit none",
    ]
    .map(|words| program.says(words, &[]))
    .concat();
    assert_snapshot!(text);
}

#[test]
fn settings_that_do_not_fit() {
    let program = Program::new();
    program
        .file("in-the-way", "")
        .file("broken.toml", "workers = \n")
        .file("unknown.toml", "wokers = 3\n")
        .file(
            "damaged.db",
            "this is no database, but it is longer than a hundred bytes: ".repeat(20),
        );
    let text = [
        program.says("status --workers many", &[]),
        program.says("status --config missing.toml", &[]),
        program.says("status --config broken.toml", &[]),
        program.says("status --config unknown.toml", &[]),
        program.says(
            "status",
            &[("MAILROOM_DATABASE_URL", "mysql://localhost/mail")],
        ),
        program.says(
            "status",
            &[(
                "MAILROOM_DATABASE_URL",
                "postgres://nobody@127.0.0.1:1/mail",
            )],
        ),
        program.says(
            "status",
            &[("MAILROOM_DATABASE_URL", "sqlite://damaged.db?mode=rwc")],
        ),
        program.says(
            "status",
            &[("MAILROOM_DATABASE_URL", "sqlite://missing.db")],
        ),
        program.says("status", &[("MAILROOM_DATA_DIR", "in-the-way")]),
        program.says("status", &[("MAILROOM_SECRET_KEY", "short")]),
        program.says("status", &[("MAILROOM_WROKERS", "3")]),
    ];
    assert_snapshot!(text.concat());
}

#[test]
fn set_up_files_that_are_wrong() {
    let program = Program::new();
    program
        .file(
            "broken.yaml",
            "mail_servers:\n  - name: Provider\n   host: localhost\n",
        )
        .file("tabs.yaml", "mail_servers:\n\t- name: Provider\n")
        .file(
            "unknown.yaml",
            SETUP
                .replace("host:", "hots:")
                .replace("scanners:", "scaners:"),
        )
        .file(
            "server.yaml",
            SETUP.replace("server: Provider", "server: Provdier"),
        )
        .file("schedule.yaml", SETUP.replace("*/5 * * * *", "every day"))
        .file("zone.yaml", SETUP.replace("Europe/Rome", "Europe/Rom"))
        .file(
            "rule.yaml",
            SETUP.replace("subject: {contains", "subjct: {contains"),
        )
        .file("twice.yaml", format!("{SETUP}mail_servers: []\n"))
        .file("list.yaml", "- a\n- b\n")
        .file("bytes.yaml", [0xff_u8, 0xfe, 0x00, 0x41])
        .file("empty.yaml", "");
    let text: String = [
        "missing", "broken", "tabs", "unknown", "server", "schedule", "zone", "rule", "twice",
        "list", "bytes", "empty",
    ]
    .map(|name| program.says(&format!("apply -f {name}.yaml"), &[]))
    .concat();
    assert_snapshot!(text);
    assert!(
        program.says("status", &[]).contains("No scanner is set up"),
        "nothing of it was applied"
    );
}

#[test]
fn contacts_that_cannot_be_read() {
    let program = Program::new();
    program
        .file("empty.csv", "")
        .file("columns.csv", "colour,size\nred,4\n")
        .file("binary.csv", [0x50_u8, 0x4b, 0x03, 0x04, 0x00, 0x00, 0xff, 0xfe])
        .file(
            "rows.csv",
            "First name,Last name,E-mail\nAnna,Rossi,anna@example.it\nBob,Brown,not an address\nCarl,\"open quote,carl@example.com\n",
        );
    std::fs::create_dir(program.path().join("folder.csv")).unwrap();
    let text: String = ["missing", "empty", "columns", "binary", "folder", "rows"]
        .map(|name| program.says(&format!("contacts import {name}.csv"), &[]))
        .concat();
    assert_snapshot!(text);
}

#[test]
fn names_that_are_not_there() {
    let program = Program::new();
    program
        .file("setup.yaml", SETUP)
        .file("a.eml", "Subject: x\n\ny\n");
    let applied = program.says("apply -f setup.yaml", &[]);
    assert!(applied.ends_with("[0]\n\n"), "{applied}");
    let text = [
        program.says("scan Salse", &[]),
        program.says("scan Purchasing", &[]),
        program.says("import a.eml --scanner Sale", &[]),
        program.says("import missing.eml --scanner Sales", &[]),
        program.says("message show 99", &[]),
    ];
    assert_snapshot!(text.concat());
}

#[test]
fn a_scan_that_fails_says_why_and_status_tells_it_afterwards() {
    let program = Program::new();
    program.file("setup.yaml", SETUP);
    program.says("apply -f setup.yaml", &[]);
    let no_password = program.says("scan Sales", &[]);
    let closed_port = program.says("scan Sales", &[("SALES_PASSWORD", "x")]);
    assert_snapshot!(format!("{no_password}{closed_port}"));
    let status = program.says("status", &[]);
    assert!(status.contains("nothing listens on port 1"), "{status}");
    assert!(status.ends_with("[0]\n\n"), "{status}");
}
