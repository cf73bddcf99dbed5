//! What comes from files: messages, contacts, the set-up, and what goes out again.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use parts::mail::{Generator, Message};
use serde_json::Value;

use super::program::Program;

/// A scanner of a mailbox that nobody reaches: files need no server.
const SETUP: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
mail_servers:
  - {name: away, host: away.invalid, tls: starttls, auth: xoauth2}
mailboxes:
  - {address: sales@ours.example, server: away, members: [anna@ours.example], access_token: not so secret}
  - {address: info@ours.example, server: away, active: false, access_token: '${env:INFO_TOKEN}'}
scanners:
  - {name: archive, mailbox: sales@ours.example, folders: [INBOX, Wysłane/2026], schedule: '*/7 8-18 * * mon-fri', time_zone: Europe/Rome, start_date: 2026-01-01, limit_per_scan: 500}
rules:
  - name: machines
    when: {kind: {in: [bulk, auto_reply, bounce, system]}}
    then: [{ignore: not written by a person}]
    stop: true
  - name: enquiries
    scanners: [archive]
    when: {any: [{sender: {is: unknown}}, {not: {subject: {regex: '^re: .*', exact: true}}}]}
    then: [{create_lead: {title: '{{ subject | upper }}'}}, {tag: [enquiry]}]
    cases:
      - {name: a stranger, message: {from: a@b.example, subject: Hello}, expect: {matches: true}}
";

fn set_up() -> Program {
    let program = Program::new();
    program.apply(SETUP);
    program
}

fn letters(count: usize) -> Vec<Message> {
    Generator::new(9, "sales@ours.example")
        .take(count)
        .collect()
}

fn import(program: &Program, paths: &[PathBuf]) -> (i32, Value) {
    let words = ["import", "--scanner", "archive", "--json"].map(OsStr::new);
    let ran = program.run(
        words
            .into_iter()
            .chain(paths.iter().map(|path| path.as_os_str())),
    );
    let report = serde_json::from_str(&ran.out);
    (
        ran.code,
        report.unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err)),
    )
}

fn write_mbox(path: &Path, messages: &[Message]) {
    let mut mbox = Vec::new();
    for message in messages {
        mbox.extend_from_slice(b"From somebody@away.example Thu Jan  1 00:00:00 2026\n");
        let text = String::from_utf8_lossy(&message.raw).replace("\r\n", "\n");
        mbox.extend_from_slice(text.replace("\nFrom ", "\n>From ").as_bytes());
        mbox.extend_from_slice(b"\n");
    }
    fs::write(path, mbox).unwrap();
}

/// `cur`, `new` and a subfolder of it; an unfinished delivery in `tmp` is none.
fn write_maildir(path: &Path, messages: &[Message]) {
    for (folder, message) in ["cur", "new", "tmp", ".Sent/cur"].iter().zip(messages) {
        fs::create_dir_all(path.join(folder)).unwrap();
        fs::write(path.join(folder).join("1.M1P1.host:2,S"), &message.raw).unwrap();
    }
}

#[test]
fn files_of_every_sort_are_imported_once_however_often_they_are_given() {
    let program = set_up();
    let letters = letters(14);
    let (eml, mbox, maildir) = (
        program.path("eml"),
        program.path("2026.mbox"),
        program.path("Maildir"),
    );
    fs::create_dir(&eml).unwrap();
    for (number, letter) in letters[..5].iter().enumerate() {
        fs::write(eml.join(format!("{number}.eml")), &letter.raw).unwrap();
    }
    // The fifth is in the folder and in the mbox.
    write_mbox(&mbox, &letters[4..10]);
    write_maildir(&maildir, &letters[10..]);
    let paths = [eml, mbox, maildir];

    let (code, report) = import(&program, &paths);
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["counts"]["announced"], 14, "{report}");
    assert_eq!(report["counts"]["kept"], 14, "{report}");
    assert_eq!(report["counts"]["new_messages"], 13, "{report}");
    assert_eq!(report["counts"]["copies"], 1, "{report}");
    let first = program.contents();
    assert!(!first.leads.is_empty());
    assert_eq!(report["counts"]["leads"], first.leads.len());

    let (code, report) = import(&program, &paths);
    assert_eq!(code, 0, "{report}");
    for count in ["kept", "new_messages", "leads", "copies"] {
        assert_eq!(report["counts"][count], 0, "{count}: {report}");
    }
    program.contents().assert_same(&first);
    assert_eq!(program.status("archive")["light"]["state"], "unknown");
}

#[test]
fn a_path_that_cannot_be_read_is_named_and_the_others_are_imported() {
    let program = set_up();
    let good = program.file("good.eml", &letters(1)[0].raw);
    let (missing, empty) = (program.path("nowhere.mbox"), program.file("empty.eml", ""));
    let (code, report) = import(&program, &[missing.clone(), empty.clone(), good]);
    assert_eq!(code, 1, "{report}");
    assert_eq!(report["counts"]["new_messages"], 1, "{report}");
    let warnings = report["warnings"].to_string();
    for path in [missing, empty] {
        assert!(warnings.contains(path.to_str().unwrap()), "{warnings}");
    }
}

#[test]
fn an_import_without_its_scanner_says_which_there_are() {
    let program = set_up();
    let ran = program.run(["import", "x.eml", "--scanner", "archiv"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("did you mean \"archive\""), "{}", ran.err);
}

#[test]
fn wrong_rows_of_contacts_are_named_and_the_others_imported() {
    let program = set_up();
    let file = program.file(
        "contacts.csv",
        "Nome;Cognome;E-mail;Altre e-mail;Azienda;Responsabile;Compleanno\n\
         Ada;Rossi;ada@rossi.example;a.rossi@casa.example;Rossi Srl;anna@ours.example;1 May\n\
         Bruno;Bianchi;bruno at bianchi;;;;\n\
         Carla;Verdi;carla@verdi.example;;Rossi Srl;ana@ours.example;\n\
         Dario;Neri;dario@neri.example;;;;\n",
    );
    let words = ["contacts", "import", file.to_str().unwrap(), "--json"];
    let ran = program.run(words);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["created"], 2, "{report}");
    let skipped = &report["skipped"];
    assert_eq!(
        (&skipped[0]["line"], &skipped[1]["line"]),
        (&3.into(), &4.into()),
        "{report}"
    );
    assert!(
        skipped[0]["reason"]
            .as_str()
            .unwrap()
            .contains("\"bruno\" is not an e-mail address"),
        "{report}"
    );
    assert!(
        skipped[1]["reason"]
            .as_str()
            .unwrap()
            .contains("anna@ours.example"),
        "{report}"
    );
    assert_eq!(report["ignored_columns"][0], "Compleanno");

    let contacts = program.json(["contacts"]);
    assert_eq!(
        contacts[1]["emails"].as_array().unwrap().len(),
        2,
        "{contacts}"
    );
    assert_eq!(contacts[1]["organization"], "Rossi Srl");
    let again: Value = serde_json::from_str(&program.run(words).out).unwrap();
    assert_eq!(
        (&again["created"], &again["unchanged"]),
        (&0.into(), &2.into()),
        "{again}"
    );
    assert_eq!(program.json(["contacts"]), contacts);
}

#[test]
fn a_file_that_is_no_csv_is_refused_with_what_to_do() {
    let program = set_up();
    let file = program.file("contacts.xlsx", b"PK\x03\x04 and so on");
    let ran = program.run([
        OsStr::new("contacts"),
        OsStr::new("import"),
        file.as_os_str(),
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("CSV UTF-8"), "{}", ran.err);
}

#[test]
fn what_is_exported_can_be_applied_and_changes_nothing() {
    let program = set_up();
    let exported = program.well(["export"]);
    assert!(!exported.contains("not so secret"), "{exported}");
    let file = program.file("exported.yaml", &exported);
    let apply = ["apply", "-f", file.to_str().unwrap()];
    let dry = program.well(apply.into_iter().chain(["--dry-run", "--prune"]));
    assert_eq!(dry.trim(), "Nothing to change.");
    let changes = program.json(apply.into_iter().chain(["--dry-run"]));
    assert_eq!(changes, serde_json::json!({"changes": []}));

    let elsewhere = Program::new();
    let planned = elsewhere.json(apply.into_iter().chain(["--dry-run"]));
    assert_eq!(planned["changes"].as_array().unwrap().len(), 7, "{planned}");
    assert_eq!(
        elsewhere.json(["status"]),
        serde_json::json!([]),
        "a dry run changes nothing"
    );
    elsewhere.well(apply);
    let without_comments = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(|line| line.split(" #").next().unwrap().trim_end().to_owned());
        lines.collect()
    };
    assert_eq!(
        without_comments(&elsewhere.well(["export"])),
        without_comments(&exported)
    );
}

#[test]
fn a_wrong_set_up_file_is_refused_with_place_and_cure_and_changes_nothing() {
    let program = set_up();
    let before = program.well(["export"]);
    let file = program.file(
        "wrong.yaml",
        "mail_servers:\n  - {name: new, host: mail.example, tsl: implicit}\nscanners:\n  - {name: archive, mailbox: sale@ours.example}\n",
    );
    let ran = program.run(["apply", "-f", file.to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    let place = format!("{}:2:", file.display());
    assert!(
        ran.err.contains(&place) && ran.err.contains("did you mean"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("sales@ours.example"), "{}", ran.err);
    assert_eq!(program.well(["export"]), before);
}

#[test]
fn the_schema_is_one() {
    let schema: Value = serde_json::from_str(&Program::new().well(["schema"])).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for section in [
        "users",
        "mail_servers",
        "mailboxes",
        "search_fields",
        "scanners",
        "rules",
    ] {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false);
    assert_is_schema(&schema, &schema);
}

/// Fails where a part is none: a reference to nothing, a type that JSON does not have, a broken keyword.
fn assert_is_schema(part: &Value, whole: &Value) {
    let Some(part) = part.as_object() else {
        assert!(part.is_boolean(), "{part}");
        return;
    };
    for (keyword, value) in part {
        match keyword.as_str() {
            "$ref" => {
                let pointer = value.as_str().unwrap().strip_prefix('#').unwrap();
                assert!(whole.pointer(pointer).is_some(), "{value}");
            }
            "type" => {
                let types = value
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![value.clone()]);
                let known = [
                    "null", "boolean", "object", "array", "number", "string", "integer",
                ];
                assert!(
                    types
                        .iter()
                        .all(|one| known.contains(&one.as_str().unwrap())),
                    "{value}"
                );
            }
            "properties" | "$defs" | "patternProperties" => {
                let parts = value.as_object().unwrap().values();
                parts.for_each(|part| assert_is_schema(part, whole));
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                assert!(!value.as_array().unwrap().is_empty());
                value
                    .as_array()
                    .unwrap()
                    .iter()
                    .for_each(|part| assert_is_schema(part, whole));
            }
            "items" | "additionalProperties" | "not" | "propertyNames" | "contains" => {
                assert_is_schema(value, whole);
            }
            "enum" | "required" | "examples" => assert!(value.is_array(), "{value}"),
            "description" | "title" | "pattern" | "format" | "$schema" | "$id" => {
                assert!(value.is_string(), "{value}");
            }
            "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "minProperties" | "maxProperties" => assert!(value.is_number(), "{value}"),
            "default" | "const" | "uniqueItems" => {}
            _ => panic!("{keyword} is no keyword of JSON Schema"),
        }
    }
}
