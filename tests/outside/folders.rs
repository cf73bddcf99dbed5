//! `mailroom folders`: a mailbox's real folders, and what is said of those that are not there.

use insta::assert_snapshot;
use parts::Dovecot;
use serde_json::{Value, json};

use super::program::Program;

const ADA: &str = "ada@ours.example";

fn setup(port: u16, dovecot: &Dovecot, more: &str, folders: &str) -> String {
    let ca_file = dovecot.certificate_authority_file();
    let ca_file = ca_file.display();
    format!(
        "mail_servers: [{{name: dovecot, host: localhost, port: {port}, ca_file: {ca_file}{more}}}]\n\
         mailboxes: [{{address: {ADA}, server: dovecot, password: secret}}]\n\
         scanners:\n\
         - {{name: all, mailbox: {ADA}, schedule: '0 4 * * *', folders: [{folders}]}}\n\
         - {{name: sales, mailbox: {ADA}, schedule: '0 4 * * *'}}\n"
    )
}

#[test]
fn folders_are_listed_as_a_set_up_file_names_them_with_what_they_are_for() {
    let dovecot = Dovecot::builder()
        .user(ADA, "secret")
        .special_folders()
        .start();
    dovecot.create_folder(ADA, "INBOX");
    dovecot.create_folder(ADA, "Kunden/Bestellungen");
    dovecot.create_folder(ADA, "R&D");
    let program = Program::new();
    let port = dovecot.imaps_port();
    let apply = |folders: &str| program.apply(&setup(port, &dovecot, "", folders));
    apply("INBOX, Entwürfe, R&D");
    assert_snapshot!("folders", program.well(["folders", ADA]));

    apply("bestellungen, Sent, Rechnungen");
    let listed = program.json(["folders", ADA]);
    let folder = |name: &str| -> Value {
        let folders = listed["folders"].as_array().unwrap();
        let found = folders.iter().find(|folder| folder["name"] == name);
        found.unwrap_or_else(|| panic!("{listed}")).clone()
    };
    assert_eq!(
        folder("Gesendet"),
        json!({"name": "Gesendet", "special_use": "sent", "can_be_read": true, "scanners": []})
    );
    assert_eq!(
        folder("INBOX"),
        json!({"name": "INBOX", "special_use": null, "can_be_read": true, "scanners": ["sales"]})
    );
    assert_eq!(folder("Kunden")["can_be_read"], false);
    assert_eq!(
        (&listed["protocol"], &listed["more"]),
        (&json!("imap"), &json!(0))
    );
    let scanned = program.run(["scan", "all", "--json"]);
    assert_eq!(scanned.code, 1, "{}", scanned.err);
    let scanned: Value = serde_json::from_str(&scanned.out).unwrap();
    for (name, meant) in [
        ("bestellungen", " Did you mean \"Kunden/Bestellungen\"?"),
        ("Sent", " Did you mean \"Gesendet\"?"),
        ("Rechnungen", ""),
    ] {
        let missing = listed["missing"].as_array().unwrap();
        let missing = missing.iter().find(|missing| missing["folder"] == name);
        let missing = missing.unwrap_or_else(|| panic!("{name}: {listed}"));
        assert_eq!(missing["scanners"], json!(["all"]));
        let begin = format!("There is no folder \"{name}\": ");
        let end = format!("\".{meant} Correct the scanner's `folders` in the set-up file");
        let is_told = |told: &Value| {
            let told = told.as_str().unwrap();
            told.starts_with(&begin) && told.contains(&end)
        };
        assert!(is_told(&missing["error"]), "{listed}");
        let warnings = scanned[0]["warnings"].as_array().unwrap();
        assert!(warnings.iter().any(is_told), "{scanned}");
    }

    let wrong = program.run(["folders", "ada@ours.exmple"]);
    assert_eq!(wrong.code, 1);
    assert!(
        wrong.err.contains("did you mean \"ada@ours.example\"?"),
        "{}",
        wrong.err
    );
}

#[test]
fn over_pop3_there_is_one_folder() {
    let dovecot = Dovecot::builder().user(ADA, "secret").pop3().start();
    let program = Program::new();
    let more = ", protocol: pop3";
    program.apply(&setup(dovecot.pop3s_port(), &dovecot, more, "INBOX"));
    assert_eq!(
        program.well(["folders", ADA]),
        format!("{ADA} is read over POP3, which has one folder: INBOX.\n")
    );
    let listed = program.json(["folders", ADA]);
    assert_eq!(listed["protocol"], "pop3");
    assert_eq!(listed["folders"][0]["scanners"], json!(["all", "sales"]));
}
