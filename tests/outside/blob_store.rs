//! Where large messages are kept: what a killed program leaves there, and a bucket of a real service.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::contents::Database;
use super::program::{Program, Ran};
use super::waiting::until;

const LONG: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// A scanner of a mailbox that nobody reaches: files need no server.
const SETUP: &str = "\
mail_servers: [{name: away, host: away.invalid, tls: starttls}]
mailboxes: [{address: sales@ours.example, server: away, password: not so secret}]
scanners: [{name: archive, mailbox: sales@ours.example, folders: [INBOX], schedule: '0 3 * * *', time_zone: UTC}]
rules: [{name: all, then: [create_lead]}]
";

/// A message that can't be made smaller.
fn noise(name: usize, bytes: usize) -> Vec<u8> {
    let mut raw = format!(
        "Message-ID: <{name}@mail.example>\r\nFrom: p{name}@mail.example\r\nSubject: Noise {name}\r\n\r\n"
    )
    .into_bytes();
    let mut noise = 0x9E37_79B9_u32 ^ u32::try_from(name).unwrap();
    while raw.len() < bytes {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        raw.push(b' ' + u8::try_from(noise % 95).unwrap());
    }
    raw
}

fn import(program: &Program, file: &Path) -> Ran {
    let words = ["import", "--scanner", "archive"].map(OsStr::new);
    program.run(words.into_iter().chain([file.as_os_str()]))
}

/// The bytes that `mailroom message raw` prints, and whether it did well.
fn raw(program: &Program, message: &str) -> (Vec<u8>, bool, String) {
    let output = program
        .command(["message", "raw", message])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.stdout, output.status.success(), said)
}

/// The objects in a data folder.
fn objects(program: &Program) -> Vec<PathBuf> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let shelves = files(&program.data_dir().join("blobs"));
    shelves
        .iter()
        .filter(|shelf| !shelf.ends_with("incoming"))
        .flat_map(|shelf| files(shelf))
        .collect()
}

fn killed_between_object_and_row(program: &Program) {
    program.apply(SETUP);
    let message = noise(1, 6_000_000);
    let file = program.file("large.eml", &message);
    let database = Database::open(&program.url());
    let incoming = program.data_dir().join("blobs/incoming");
    let running = program.start(["import", "--scanner", "archive", file.to_str().unwrap()]);
    until("it is being written", LONG, || {
        let mut entries = fs::read_dir(&incoming).ok()?;
        entries.next().map(drop)
    });
    database.holding_blobs(|| {
        until("it is written", LONG, || {
            (objects(program).len() == 1).then_some(())
        });
        running.kill();
    });
    let orphan = objects(program).remove(0);
    assert_eq!(database.steps(), 0, "nobody has named it");

    let ran = import(program, &file);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(objects(program).len(), 2);
    for object in objects(program) {
        let file = File::options().write(true).open(object).unwrap();
        let written = file.metadata().and_then(|file| file.modified()).unwrap();
        file.set_modified(written - 3 * DAY).unwrap();
    }
    let worker = program.start(["worker"]);
    until("it is found", LONG, || {
        (database.orphans() == 1).then_some(())
    });
    worker.kill();
    assert!(orphan.exists(), "found is not yet needless");
    database.age_orphans();
    let worker = program.start(["worker"]);
    until("it is removed", LONG, || (!orphan.exists()).then_some(()));
    worker.kill();
    assert_eq!(objects(program).len(), 1);
    let (printed, well, said) = raw(program, "1");
    assert!(well, "{said}");
    assert!(printed == message);
    program.well(["blobs", "check"]);
}

#[test]
fn an_object_that_a_killed_program_left_is_removed_and_its_message_is_there_once() {
    killed_between_object_and_row(&Program::new());
}

#[test]
fn the_same_on_postgresql() {
    let postgres = parts::postgres();
    killed_between_object_and_row(&Program::on(postgres.new_database()));
}

/// A program whose large messages go into a bucket.
fn with_bucket(service: &parts::S3) -> Program {
    let mut program = Program::new();
    program.set("MAILROOM_BLOBS_URL", "s3://mailroom/large");
    program.set("MAILROOM_BLOBS_ENDPOINT", service.endpoint());
    program.set("MAILROOM_BLOBS_ACCESS_KEY_ID", parts::s3::ACCESS_KEY_ID);
    let secret = program.file("s3-secret", format!("{}\n", parts::s3::SECRET_ACCESS_KEY));
    let reference = format!("${{file:{}}}", secret.display());
    program.set("MAILROOM_BLOBS_SECRET_ACCESS_KEY", reference);
    program.apply(SETUP);
    program
}

#[test]
fn a_bucket_takes_large_messages_and_its_outage_loses_nothing() {
    let service = parts::s3();
    let program = with_bucket(&service);
    // In one part and in several.
    let messages = [noise(1, 400_000), noise(2, 20_000_000)];
    let files: Vec<PathBuf> = messages
        .iter()
        .enumerate()
        .map(|(number, message)| program.file(&format!("{number}.eml"), message))
        .collect();
    let ran = import(&program, &files[0]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(service.objects().len(), 1);
    assert!(objects(&program).is_empty());

    service.stop();
    let ran = import(&program, &files[1]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let told = "The blob store s3://mailroom/large can't be used: ";
    assert!(ran.out.contains(told), "{} {}", ran.out, ran.err);
    let (_, well, said) = raw(&program, "1");
    assert!(!well && said.contains(told), "{said}");
    service.start_again();

    let ran = import(&program, &files[1]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(service.objects().len(), 2);
    for (message, id) in messages.iter().zip(["1", "2"]) {
        let (printed, well, said) = raw(&program, id);
        assert!(well && printed == *message, "{id}: {said}");
    }
    assert!(
        program
            .well(["blobs", "check"])
            .contains("2 kept messages read (19 MiB), 0 damaged")
    );
}

#[test]
fn a_damaged_object_is_named_by_the_check_and_not_given_out_as_whole() {
    let service = parts::s3();
    let program = with_bucket(&service);
    let message = noise(1, 3_000_000);
    assert_eq!(import(&program, &program.file("1.eml", &message)).code, 0);
    let object = service.objects().remove(0);
    let file = service.file_of(&object);
    let mut bytes = fs::read(&file).unwrap();
    let late = bytes.len() - 1_000;
    bytes[late] ^= 0x40;
    fs::write(&file, bytes).unwrap();

    let (printed, well, said) = raw(&program, "1");
    assert!(!well && printed.len() < message.len());
    assert!(said.contains("not the whole message"), "{said}");
    let ran = program.run(["blobs", "check", "--json"]);
    assert_eq!(ran.code, 1);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(found["checked"], 1);
    assert_eq!(found["damaged"][0]["messages"], serde_json::json!([1]));
    let error = found["damaged"][0]["error"].as_str().unwrap();
    assert!(
        error.contains(&format!("(the object s3://mailroom/{object}): ")),
        "{error}"
    );
    let ran = program.run(["blobs", "check", "--sample", "3"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("Message 1, blob "), "{}", ran.out);
}

#[test]
fn a_secret_never_stands_on_a_command_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_mailroom"))
        .args(["status", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(!help.contains("access-key"), "{help}");
}
