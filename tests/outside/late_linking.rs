//! Mail that is older than its record is linked when the record appears, by a worker that may die at any moment; what a
//! person says of a link stays.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::time::Duration;

use entities::late_links;
use entities::record_kind::RecordKind;
use parts::postgres;
use serde_json::Value;

use super::contents::{Contents, Database};
use super::program::{Program, Running};
use super::waiting::until;

const SETUP: &str = r"
users: [{email: anna@ours.example, name: Anna, role: admin}]
mail_servers: [{name: away, host: away.invalid, tls: starttls, auth: xoauth2}]
mailboxes: [{address: sales@ours.example, server: away, members: [anna@ours.example], access_token: not so secret}]
scanners: [{name: archive, mailbox: sales@ours.example, schedule: '0 0 1 1 *'}]
rules:
  - name: newsletters
    when: {subject: {contains: newsletter}}
    then: [{ignore: not for us}]
    stop: true
  - name: everything else
    then: [link]
";
const LONG: Duration = Duration::from_mins(1);
/// Mail of ten persons, and of them so many messages each.
const PERSONS: usize = 10;
const EACH: usize = 120;
const KILLS: usize = 30;

/// Letters with their senders, subjects and further headers.
fn mbox(messages: &[(&str, &str, &str)]) -> String {
    let mut mbox = String::new();
    for (number, (from, subject, more)) in messages.iter().enumerate() {
        write!(
            mbox,
            "From x@away.example Thu Jan  1 00:00:00 2026\nFrom: {from}\nTo: sales@ours.example\nSubject: {subject}\n\
             Message-ID: <{number}@mail.example>\nDate: Thu, 1 Jan 2026 10:00:00 +0000\n{more}\nHello {number}.\n\n"
        )
        .unwrap();
    }
    mbox
}

fn import(program: &Program, messages: &[(&str, &str, &str)]) {
    let file = program.file("mail.mbox", mbox(messages));
    let words = ["import", "--scanner", "archive"].map(OsStr::new);
    program.well(words.into_iter().chain([file.as_os_str()]));
}

fn worker(program: &Program) -> Running {
    program.start(["worker", "--name", "late"])
}

/// Lets a worker link what is to be linked late.
fn link_late(program: &Program) {
    let worker = worker(program);
    let database = Database::open(&program.url());
    until("nothing waits to be linked", LONG, || {
        (database.waiting_links() == 0).then_some(())
    });
    worker.kill();
}

/// The message of this subject, as `mailroom messages` has it.
#[track_caller]
fn message(program: &Program, subject: &str) -> Value {
    let all = program.json(["messages", "--limit", "1000"]);
    let all = all.as_array().unwrap().iter();
    let mut found = all.filter(|message| message["subject"] == subject);
    found
        .next()
        .unwrap_or_else(|| panic!("no {subject}"))
        .clone()
}

fn linked(message: &Value) -> Vec<String> {
    let links = message["links"].as_array().unwrap().iter();
    links
        .map(|link| format!("{} {}", link["kind"], link["name"]).replace('"', ""))
        .collect()
}

#[test]
fn mail_that_is_older_than_its_record_is_linked_when_the_record_appears() {
    let postgres = postgres();
    for program in [Program::new(), Program::on(postgres.new_database())] {
        program.apply(SETUP);
        import(
            &program,
            &[
                ("Anna Rossi <anna@example.it>", "first", ""),
                ("Bruno <bruno@mail.example.it>", "colleague", ""),
                ("Info <info@shared.example>", "shared", ""),
                ("Anna Rossi <anna@example.it>", "newsletter", ""),
                (
                    "Mallory <anna@example.it>",
                    "spoofed",
                    "References: <0@mail.example>\n",
                ),
                ("Gina <gina@gmail.com>", "free mail", ""),
            ],
        );
        assert!(linked(&message(&program, "first")).is_empty());
        program.import_contacts(
            "first name,last name,email,organization,organization domains\n\
             Anna,Rossi,anna@example.it,Example S.r.l.,example.it;gmail.com\n\
             Carla,Bianchi,info@shared.example,,\n\
             Dario,Verdi,dario@shared.example,,\n",
        );
        program.import_contacts(
            "external id,name,email\nD1,Dario Verdi,info@shared.example\nD2,Elena Neri,info@shared.example\n",
        );
        link_late(&program);

        assert_eq!(
            linked(&message(&program, "first")),
            ["contact Anna Rossi", "organization Example S.r.l."]
        );
        assert_eq!(
            linked(&message(&program, "colleague")),
            ["organization Example S.r.l."]
        );
        for subject in ["newsletter", "free mail", "shared"] {
            assert!(linked(&message(&program, subject)).is_empty(), "{subject}");
        }
        assert!(program.contents().leads.is_empty());

        // Of the shared address a person says whose it is, and it stays so.
        let tied = program.json(["messages", "--tied"]);
        assert_eq!(tied.as_array().unwrap().len(), 1, "{tied}");
        let doubtful = tied[0]["in_doubt"].as_array().unwrap();
        assert!(doubtful.len() > 1, "{tied}");
        let (id, who) = (tied[0]["id"].to_string(), doubtful[1]["id"].to_string());
        let to = format!("contact:{who}");
        let by = ["--by", "anna@ours.example"];
        let said = program.json(["relink", &id, "--to", &to, by[0], by[1]]);
        assert_eq!(said["linked"][0]["name"], doubtful[1]["name"], "{said}");
        assert_eq!(
            program.json(["messages", "--tied"]),
            Value::Array(Vec::new())
        );
        let first = message(&program, "first");
        let anna = format!("contact:{}", first["links"][0]["id"]);
        program.well(["relink", &first["id"].to_string(), "--not", &anna]);
        program.well(["retry", "--state", "done", "--scanner", "archive", "--yes"]);
        // Later mail of the shared address goes the same way; the scan that reads it decides the others anew.
        import(&program, &[("Info <info@shared.example>", "later", "")]);
        assert_eq!(
            linked(&message(&program, "first")),
            ["organization Example S.r.l."]
        );
        assert_eq!(linked(&message(&program, "shared")).len(), 1);

        assert_eq!(
            linked(&message(&program, "later")),
            linked(&message(&program, "shared"))
        );
        assert_eq!(
            program.json(["messages", "--tied"]),
            Value::Array(Vec::new())
        );
    }
}

fn of_persons(contents: &Contents) -> usize {
    let links = contents.links.iter();
    links
        .filter(|link| link.record_kind == RecordKind::Contact)
        .count()
}

#[test]
fn a_worker_killed_while_it_links_late_is_followed_by_one_that_goes_on() {
    kill_while_linking(&Program::new(), 1);
}

#[test]
fn of_two_workers_that_link_late_both_may_be_killed() {
    let postgres = postgres();
    kill_while_linking(&Program::on(postgres.new_database()), 2);
}

fn kill_while_linking(program: &Program, workers: usize) {
    program.apply(SETUP);
    let senders: Vec<(String, String)> = (0..PERSONS * EACH)
        .map(|number| {
            let person = number % PERSONS;
            (format!("p{person}@example.it"), format!("letter {number}"))
        })
        .collect();
    let messages: Vec<(&str, &str, &str)> = senders
        .iter()
        .map(|(from, subject)| (from.as_str(), subject.as_str(), ""))
        .collect();
    import(program, &messages);
    let mut csv = "name,email,organization,domain\n".to_owned();
    for person in 0..PERSONS {
        writeln!(
            csv,
            "Person {person},p{person}@example.it,Example,example.it"
        )
        .unwrap();
    }
    program.import_contacts(&csv);

    let database = Database::open(&program.url());
    let mut cut = 0;
    for kill in 0..KILLS {
        let (left, links) = (database.waiting_links(), of_persons(&database.contents()));
        if left == 0 {
            break;
        }
        let running: Vec<Running> = (0..workers).map(|_| worker(program)).collect();
        // Now before the first batch, now in the middle of some.
        if kill % 3 > 0 {
            until("something is linked", LONG, || {
                let more = of_persons(&database.contents()) > links;
                (more || database.waiting_links() < left).then_some(())
            });
        }
        running.into_iter().for_each(Running::kill);
        cut += 1;
    }
    println!("{cut} times everybody was killed");
    assert!(cut > 5, "{cut}");
    link_late(program);

    let contents = program.contents();
    assert_eq!(of_persons(&contents), PERSONS * EACH);
    assert_eq!(
        contents.links.len(),
        2 * PERSONS * EACH,
        "each once, and once to the organization"
    );
    assert!(contents.leads.is_empty());
    for decided in &contents.decisions {
        assert_eq!(decided.body["actions"][0]["outcome"], "do", "{decided:?}");
        assert_eq!(decided.body["candidates"].as_array().unwrap().len(), 2);
    }
}

impl Database {
    /// How many addresses wait for their mail to be linked.
    fn waiting_links(&self) -> usize {
        self.rows::<late_links::Entity>().len()
    }
}
