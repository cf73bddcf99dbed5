//! A mailbox that is read over POP3: each message once, left where it lies, by whichever way it is opened.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use parts::{Dovecot, openid};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::contents::{Contents, Database};
use super::large_message::{MIB, MOST, large, peak};
use super::program::Program;
use super::seed::seed;
use super::waiting::until;

const ADA: &str = "ada@ours.example";
const PASSWORD: &str = "pass: word";
const LONG: Duration = Duration::from_mins(2);

fn dovecot() -> Dovecot {
    let dovecot = Dovecot::builder().user(ADA, PASSWORD).pop3().start();
    dovecot.create_folder(ADA, "INBOX");
    dovecot
}

/// A letter of a stranger's, which becomes a lead.
fn letter(number: usize) -> String {
    format!(
        "From: Person {number} <person{number}@else.example>\r\nTo: {ADA}\r\n\
         Message-ID: <{number}@else.example>\r\nDate: Sun, 22 Nov 2026 11:00:00 +0000\r\n\
         Subject: Offer {number}\r\n\r\nHow much is it?\r\n.\r\n..two dots\r\n"
    )
}

fn deliver(dovecot: &Dovecot, numbers: impl IntoIterator<Item = usize>) {
    dovecot.deliver_all(ADA, "INBOX", numbers.into_iter().map(letter));
}

fn setup(server: &str, secret: &str, keys: &str) -> String {
    format!(
        "mail_servers:
  - {{name: Office, protocol: pop3, {server}}}
mailboxes:
  - {{address: {ADA}, server: Office, {secret}}}
scanners:
  - {{name: Sales, mailbox: {ADA}, schedule: '0 0 1 1 *', time_zone: UTC{keys}}}
rules:
  - {{name: All, then: [create_lead]}}
"
    )
}

/// The server by TLS from the first byte, by STLS, and without encryption.
fn ways(dovecot: &Dovecot) -> [String; 3] {
    let host = dovecot.host();
    let (plain, tls) = (dovecot.pop3_port(), dovecot.pop3s_port());
    let ca_file = dovecot.certificate_authority_file();
    let ca_file = ca_file.display();
    [
        format!("host: {host}, port: {tls}, ca_file: {ca_file}"),
        format!("host: {host}, port: {plain}, tls: starttls, ca_file: {ca_file}"),
        format!("host: {host}, port: {plain}, tls: none"),
    ]
}

fn by_password() -> String {
    format!("password: '{PASSWORD}'")
}

fn program(dovecot: &Dovecot, keys: &str) -> Program {
    let program = Program::new();
    program.apply(&setup(&ways(dovecot)[0], &by_password(), keys));
    program
}

#[track_caller]
fn scan(program: &Program) -> Value {
    program.scan_all().remove(0)
}

fn count(report: &Value, count: &str) -> u64 {
    report["counts"][count].as_u64().unwrap()
}

#[track_caller]
fn assert_each_once(contents: &Contents, numbers: impl IntoIterator<Item = usize>) {
    let expected: BTreeSet<String> = numbers
        .into_iter()
        .map(|number| format!("person{number}@else.example"))
        .collect();
    let leads: Vec<&str> = contents
        .leads
        .iter()
        .map(|lead| lead.email.as_str())
        .collect();
    assert_eq!(leads.len(), expected.len(), "{leads:?}");
    let leads: BTreeSet<String> = leads.into_iter().map(str::to_owned).collect();
    assert_eq!(leads, expected);
    assert_eq!(contents.messages.len(), expected.len());
}

#[test]
fn messages_become_leads_once_and_stay_on_the_server() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..30);
    let program = program(&dovecot, "");
    let report = scan(&program);
    assert_eq!((count(&report, "kept"), count(&report, "leads")), (30, 30));
    let first = program.contents();
    assert_each_once(&first, 0..30);
    assert_eq!(dovecot.uids(ADA, "INBOX").len(), 30, "nothing is removed");
    assert_eq!(program.status("Sales")["light"]["state"], "green");

    let report = scan(&program);
    assert_eq!(
        (count(&report, "announced"), count(&report, "kept")),
        (0, 0)
    );
    program.contents().assert_same(&first);

    deliver(&dovecot, 30..33);
    let report = scan(&program);
    assert_eq!(
        (count(&report, "announced"), count(&report, "kept")),
        (3, 3)
    );
    assert_each_once(&program.contents(), 0..33);

    // A server that names every message anew has copies, no new messages.
    dovecot.renumber(ADA, "INBOX");
    let report = scan(&program);
    assert_eq!((count(&report, "kept"), count(&report, "leads")), (33, 0));
    assert_eq!(count(&report, "vanished"), 33);
    assert_each_once(&program.contents(), 0..33);

    // What is removed there stays known here.
    dovecot.expunge(ADA, "INBOX", "1:*");
    let report = scan(&program);
    assert_eq!(
        (count(&report, "announced"), count(&report, "vanished")),
        (0, 33)
    );
    assert_each_once(&program.contents(), 0..33);
}

#[test]
fn each_way_of_encrypting_leads_in() {
    let dovecot = dovecot();
    for (number, way) in ways(&dovecot).into_iter().enumerate() {
        deliver(&dovecot, [number]);
        let program = Program::new();
        program.apply(&setup(&way, &by_password(), ""));
        assert_eq!(count(&scan(&program), "kept"), number as u64 + 1, "{way}");
    }
}

#[test]
fn a_limit_takes_the_newest_first_and_the_rest_follows() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..50);
    let program = program(&dovecot, ", limit_per_scan: 20");
    for (kept, all) in [(20, 20), (20, 40), (10, 50), (0, 50)] {
        assert_eq!(count(&scan(&program), "kept"), kept);
        let contents = program.contents();
        assert_eq!(contents.messages.len(), all);
        let newest: Vec<usize> = (50 - all..50).collect();
        let read: BTreeSet<_> = contents
            .messages
            .iter()
            .filter_map(|message| message.rfc_message_id.clone())
            .collect();
        let expected: BTreeSet<_> = newest
            .iter()
            .map(|number| format!("{number}@else.example"))
            .collect();
        assert_eq!(read, expected);
    }
}

#[test]
fn mail_older_than_the_start_date_is_left_alone_and_looked_at_once() {
    let dovecot = dovecot();
    let dated = |number: usize, trace: &str, date: &str| {
        format!(
            "{trace}From: a{number}@b.example\r\nMessage-ID: <{number}@b.example>\r\n\
             Date: {date}\r\nSubject: {number}\r\n\r\nhello\r\n"
        )
    };
    let received = "Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\r\n";
    let old = "Received: from a by b; Sat, 28 Feb 2026 23:00:00 +0000\r\n";
    for raw in [
        dated(1, "", "Mon, 5 Jan 2026 10:00:00 +0000"),
        dated(2, received, "Mon, 5 Jan 2026 10:00:00 +0000"),
        dated(3, old, "Mon, 1 Jun 2026 10:00:00 +0000"),
        dated(4, "", "Mon, 1 Jun 2026 10:00:00 +0000"),
        dated(5, "", "soon"),
    ] {
        dovecot.deliver(ADA, "INBOX", raw);
    }
    let program = program(&dovecot, ", start_date: 2026-03-01");
    let report = scan(&program);
    assert_eq!((count(&report, "too_old"), count(&report, "kept")), (2, 3));
    let report = scan(&program);
    assert_eq!((count(&report, "too_old"), count(&report, "kept")), (0, 0));

    let before = ", start_date: 2026-01-01";
    program.apply(&setup(&ways(&dovecot)[0], &by_password(), before));
    let report = scan(&program);
    assert_eq!((count(&report, "too_old"), count(&report, "kept")), (0, 2));
    assert_eq!(program.contents().messages.len(), 5);
}

#[test]
fn an_audit_counts_the_server_beside_the_ledger_and_find_says_what_it_can_not_know() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..12);
    let program = program(&dovecot, "");
    scan(&program);
    let inbox = |program: &Program| program.json(["audit"])[0]["folders"][0].clone();
    let numbers = |folder: &Value| {
        [
            "exists",
            "on_server",
            "known",
            "missing",
            "doubled",
            "to_read",
            "removed",
        ]
        .map(|key| folder[key].as_u64().unwrap())
    };
    assert_eq!(numbers(&inbox(&program)), [12, 12, 12, 0, 0, 0, 0]);
    let nowhere = program.run(["find", "--server", "--subject", "no such words", "--json"]);
    let answer: Value = serde_json::from_str(&nowhere.out).unwrap();
    assert_eq!(answer["unasked"].as_array().unwrap().len(), 0, "{answer}");

    deliver(&dovecot, 12..15);
    dovecot.expunge(ADA, "INBOX", "1:2");
    assert_eq!(numbers(&inbox(&program)), [13, 13, 10, 0, 0, 3, 2]);
    let maybe = program.run(["find", "--server", "--subject", "Offer 14"]);
    assert!(
        maybe
            .out
            .contains("of the 13 messages there 3 are not in the ledger"),
        "{}",
        maybe.out
    );
    scan(&program);
    assert_eq!(numbers(&inbox(&program)), [13, 13, 13, 0, 0, 0, 2]);

    // Copies that went behind our back are missed, and come back with a repair; nothing is made twice.
    let database = Database::open(&program.url());
    database.run("DELETE FROM deliveries WHERE id IN (SELECT max(id) FROM deliveries UNION SELECT max(id) - 1 FROM deliveries)");
    let [_, on_server, known, missing, _, to_read, _] = numbers(&inbox(&program));
    assert_eq!((on_server, known, missing + to_read), (13, 11, 2));
    program.run(["audit", ADA, "--repair"]);
    scan(&program);
    assert_eq!(numbers(&inbox(&program)), [13, 13, 13, 0, 0, 0, 2]);
    assert_each_once(&program.contents(), 0..15);
}

#[test]
fn a_mailbox_that_moves_to_imap_and_back_loses_and_doubles_nothing() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..10);
    let program = program(&dovecot, "");
    scan(&program);
    let by_imap = setup(
        &format!(
            "host: {}, port: {}, tls: none",
            dovecot.host(),
            dovecot.imap_port()
        ),
        &by_password(),
        "",
    )
    .replace("protocol: pop3", "protocol: imap");
    program.apply(&by_imap);
    deliver(&dovecot, 10..12);
    assert_eq!(count(&scan(&program), "leads"), 2);
    assert_each_once(&program.contents(), 0..12);
    program.apply(&setup(&ways(&dovecot)[0], &by_password(), ""));
    deliver(&dovecot, 12..13);
    scan(&program);
    assert_each_once(&program.contents(), 0..13);
}

#[test]
fn killed_in_the_middle_nothing_is_lost_or_doubled() {
    let mut rng = StdRng::seed_from_u64(seed());
    let dovecot = dovecot();
    deliver(&dovecot, 0..1_500);
    let program = program(&dovecot, "");
    let database = Database::open(&program.url());
    let mut killed = 0;
    for _ in 0..8 {
        let before = database.steps();
        let more = rng.random_range(1..200);
        let mut scanning = program.start(["scan", "--all"]);
        let ended = until("the scan comes further", LONG, || {
            if let Some(status) = scanning.ended() {
                return Some(Some(status));
            }
            (database.steps() >= before + more).then_some(None)
        });
        if ended.is_some() {
            break;
        }
        scanning.kill();
        killed += 1;
    }
    assert!(killed > 0, "no scan was hit");
    scan(&program);
    let contents = program.contents();
    assert_each_once(&contents, 0..1_500);
    contents.assert_reported();
    scan(&program);
    program.contents().assert_same(&contents);
    println!("{killed} scans were killed");
}

/// Passes connections on to a port; the first one breaks after so many bytes from there.
fn breaking_once(port: u16, after: u64) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap().port();
    let mut limits = [after].into_iter().chain(std::iter::repeat(u64::MAX));
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || io::copy(&mut from, &mut to));
            let limit = limits.next().unwrap();
            thread::spawn(move || {
                let _ = io::copy(&mut (&mut server).take(limit), &mut client);
                let _ = client.shutdown(Shutdown::Both);
                let _ = server.shutdown(Shutdown::Both);
            });
        }
    });
    own
}

#[test]
fn a_connection_that_breaks_in_a_message_blames_none_and_the_next_scan_goes_on() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..300);
    let port = breaking_once(dovecot.pop3_port(), 70_000);
    let program = Program::new();
    let server = format!("host: 127.0.0.1, port: {port}, tls: none");
    program.apply(&setup(&server, &by_password(), ""));
    let broken = program.run(["scan", "--all", "--json"]);
    assert_eq!(broken.code, 1, "{}", broken.out);
    let kept = program.contents().messages.len();
    assert!(0 < kept && kept < 300, "{kept}");
    let report = scan(&program);
    assert_eq!(count(&report, "kept"), 300 - kept as u64);
    assert_eq!((count(&report, "failed"), count(&report, "held")), (0, 0));
    assert_each_once(&program.contents(), 0..300);
}

#[test]
fn a_message_of_200_mb_takes_less_than_64_mib_more() {
    let dovecot = dovecot();
    let program = program(&dovecot, "");
    let scan = || {
        let mut command = program.command(["scan", "Sales"]);
        let (peak, well) = peak(command.stdout(Stdio::null()).spawn().unwrap());
        assert!(well);
        peak
    };
    let idle = scan();
    dovecot.deliver(ADA, "INBOX", large("pop3"));
    let more = scan().saturating_sub(idle) / MIB;
    println!("{more} MiB more than {}", idle / MIB);
    assert!(more < MOST, "{more} MiB more than {}", idle / MIB);
    assert_eq!(program.contents().messages.len(), 1);
}

#[test]
fn a_token_opens_it_until_it_is_revoked() {
    let openid = openid();
    let dovecot = Dovecot::builder().openid(&openid).pop3().start();
    dovecot.create_folder(ADA, "INBOX");
    deliver(&dovecot, 0..2);
    let mut program = Program::new();
    let token = openid.mail_token(ADA);
    program.set("ADAS_TOKEN", &token);
    for auth in ["xoauth2", "oauthbearer"] {
        let server = format!("{}, auth: {auth}", ways(&dovecot)[0]);
        program.apply(&setup(&server, "access_token: '${env:ADAS_TOKEN}'", ""));
        scan(&program);
        assert_eq!(program.status("Sales")["light"]["state"], "green", "{auth}");
    }
    assert_each_once(&program.contents(), 0..2);

    openid.revoke(&token);
    let refused = program.run(["scan", "--all", "--json"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    let light = &program.status("Sales")["light"];
    assert_eq!(light["state"], "red");
    assert_eq!(light["cause"], "access_token_refused");
    assert!(!refused.err.contains(&token) && !refused.out.contains(&token));

    program.set("ADAS_TOKEN", openid.mail_token(ADA));
    deliver(&dovecot, 2..3);
    let server = format!("{}, auth: xoauth2", ways(&dovecot)[0]);
    program.apply(&setup(&server, "access_token: '${env:ADAS_TOKEN}'", ""));
    scan(&program);
    assert_eq!(program.status("Sales")["light"]["state"], "green");
    assert_each_once(&program.contents(), 0..3);
}

#[test]
fn a_wrong_password_is_red_and_the_doctor_says_where_the_way_ends() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..2);
    let program = Program::new();
    program.apply(&setup(&ways(&dovecot)[0], "password: wrong", ""));
    assert_eq!(program.run(["scan", "--all"]).code, 1);
    let status = program.status("Sales");
    assert_eq!(status["light"]["cause"], "password_refused", "{status}");

    let steps = |examined: &Value| -> Vec<(String, String)> {
        examined[0]["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                let text = |key: &str| step[key].as_str().unwrap().to_owned();
                (text("name"), text("outcome"))
            })
            .collect()
    };
    let ran = program.run(["doctor", "Sales", "--json"]);
    let examined: Value = serde_json::from_str(&ran.out).unwrap();
    let told = steps(&examined);
    let last = told
        .iter()
        .map(|(name, outcome)| (name.as_str(), outcome.as_str()));
    let last: Vec<_> = last.skip(told.len() - 3).collect();
    assert_eq!(
        last,
        [
            ("Credential", "ok"),
            ("SASL", "failed"),
            ("STAT", "skipped")
        ],
        "{examined}"
    );

    let (host, port) = (dovecot.host().to_owned(), dovecot.pop3_port().to_string());
    let mut words = vec![
        "doctor",
        "--host",
        &host,
        "--protocol",
        "pop3",
        "--port",
        &port,
        "--tls",
        "none",
    ];
    let door = program.json(words.iter().copied());
    assert_eq!(door[0]["well"], true, "{door}");
    let secret = program.file("secret", PASSWORD);
    let secret = format!("file:{}", secret.display());
    words.extend(["--login", ADA, "--secret", &secret]);
    let inside = program.json(words);
    let told = steps(&inside);
    assert_eq!(told.last().unwrap().0, "STAT");
    assert_eq!(inside[0]["well"], true, "{inside}");
}

/// One line sent and one line read, as a person at a terminal would.
#[test]
fn the_part_speaks_pop3() {
    let dovecot = dovecot();
    deliver(&dovecot, 0..1);
    let stream = TcpStream::connect((dovecot.host(), dovecot.pop3_port())).unwrap();
    let mut stream = BufReader::new(stream);
    let mut said = String::new();
    stream.read_line(&mut said).unwrap();
    for line in [
        format!("USER {ADA}"),
        format!("PASS {PASSWORD}"),
        "STAT".to_owned(),
        "QUIT".to_owned(),
    ] {
        stream
            .get_mut()
            .write_all(format!("{line}\r\n").as_bytes())
            .unwrap();
        stream.read_line(&mut said).unwrap();
    }
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.iter().all(|line| line.starts_with("+OK")), "{said}");
    assert!(lines[3].starts_with("+OK 1 "), "{said}");
}
