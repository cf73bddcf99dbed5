//! A mailbox opens by password and by token, and its light says truly whether it will.

use std::fmt::Write as _;
use std::time::Duration;

use entities::scans::{ScanOutcome, ScanTrigger};
use parts::{Dovecot, OpenId, openid};
use serde_json::Value;

use super::contents::Database;
use super::program::Program;
use super::waiting::until;

const PASSWORD: &str = "pass: word €";
const SOON: Duration = Duration::from_mins(1);

/// One account for each way to sign in.
struct Way {
    auth: &'static str,
    tls: &'static str,
}

const WAYS: [Way; 6] = [
    Way {
        auth: "password",
        tls: "implicit",
    },
    Way {
        auth: "password",
        tls: "starttls",
    },
    Way {
        auth: "xoauth2",
        tls: "implicit",
    },
    Way {
        auth: "xoauth2",
        tls: "starttls",
    },
    Way {
        auth: "oauthbearer",
        tls: "implicit",
    },
    Way {
        auth: "oauthbearer",
        tls: "starttls",
    },
];

impl Way {
    fn name(&self) -> String {
        format!("{}-{}", self.auth, self.tls)
    }

    fn address(&self) -> String {
        format!("{}@ours.example", self.name())
    }

    fn kind(&self) -> &'static str {
        match self.auth {
            "password" => "password",
            _ => "access_token",
        }
    }

    fn good(&self, openid: &OpenId) -> String {
        match self.auth {
            "password" => PASSWORD.to_owned(),
            _ => openid.mail_token(&self.address()),
        }
    }

    fn cause(&self) -> &'static str {
        match self.auth {
            "password" => "password_refused",
            _ => "access_token_refused",
        }
    }
}

/// A server that takes no sign-in before TLS, with one message in every account.
fn dovecot(openid: &OpenId) -> Dovecot {
    let builder = Dovecot::builder().openid(openid).require_tls();
    let dovecot = WAYS
        .iter()
        .fold(builder, |builder, way| {
            builder.user(&way.address(), PASSWORD)
        })
        .start();
    for way in &WAYS {
        let raw = format!("From: a@b.example\nSubject: {}\n\nHello\n", way.name());
        dovecot.deliver(&way.address(), "INBOX", raw);
    }
    dovecot
}

fn setup<'a>(dovecot: &Dovecot, ways: impl Iterator<Item = (&'a Way, String)>) -> String {
    let (host, ca_file) = (dovecot.host(), dovecot.certificate_authority_file());
    let ca_file = ca_file.display();
    let [mut servers, mut mailboxes, mut scanners] = [const { String::new() }; 3];
    for (way, secret) in ways {
        let Way { auth, tls } = way;
        let (name, address, kind) = (way.name(), way.address(), way.kind());
        let port = match *tls {
            "implicit" => dovecot.imaps_port(),
            _ => dovecot.imap_port(),
        };
        let secret = serde_json::to_string(&secret).unwrap();
        let _ = writeln!(
            servers,
            "  - {{name: {name}, host: {host}, port: {port}, tls: {tls}, auth: {auth}, ca_file: {ca_file}}}"
        );
        let _ = writeln!(
            mailboxes,
            "  - {{address: {address}, server: {name}, {kind}: {secret}}}"
        );
        let _ = writeln!(
            scanners,
            "  - {{name: {name}, mailbox: {address}, schedule: '* * * * * *'}}"
        );
    }
    format!("mail_servers:\n{servers}mailboxes:\n{mailboxes}scanners:\n{scanners}")
}

fn light(program: &Program, way: &Way) -> Value {
    program.status(&way.name())["light"].clone()
}

#[test]
fn every_way_to_sign_in_opens_the_mailbox() {
    let openid = openid();
    let dovecot = dovecot(&openid);
    let program = Program::new();
    program.apply(&setup(
        &dovecot,
        WAYS.iter().map(|way| (way, way.good(&openid))),
    ));

    let reports = program.scan_all();
    assert_eq!(reports.len(), WAYS.len());
    for report in reports {
        assert_eq!(report["outcome"], "done", "{report}");
        assert_eq!(report["counts"]["kept"], 1, "{report}");
    }
    for way in &WAYS {
        assert_eq!(light(&program, way)["state"], "green", "{}", way.name());
    }
    let subjects = program.json(["messages"]);
    assert_eq!(subjects.as_array().unwrap().len(), WAYS.len());
}

#[test]
fn a_refused_credential_turns_the_light_red_until_a_good_one_is_given() {
    let openid = openid();
    let dovecot = dovecot(&openid);
    let program = Program::new();
    let strangers = openid.mail_token("eve@elsewhere.example");
    program.apply(&setup(
        &dovecot,
        WAYS.iter().map(|way| (way, strangers.clone())),
    ));

    let ran = program.run(["scan", "--all"]);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
    assert!(
        !ran.out.contains(&strangers) && !ran.err.contains(&strangers),
        "a token is shown"
    );
    for way in &WAYS {
        let light = light(&program, way);
        assert_eq!(light["state"], "red", "{light}");
        assert_eq!(light["cause"], way.cause());
        assert_eq!(light["who"], "mailbox_owner");
        let remedy = light["remedy"].as_str().unwrap();
        assert!(remedy.contains("mailroom apply"), "{remedy}");
        assert!(
            light["words"]
                .as_str()
                .unwrap()
                .contains("Authentication failed"),
            "{light}"
        );
    }
    let table = program.well(["status"]);
    assert!(table.contains("red: password_refused"), "{table}");

    program.apply(&setup(
        &dovecot,
        WAYS.iter().map(|way| (way, way.good(&openid))),
    ));
    for way in &WAYS {
        assert_eq!(light(&program, way)["state"], "unknown", "{}", way.name());
    }
    program.scan_all();
    for way in &WAYS {
        let light = light(&program, way);
        assert_eq!(light["state"], "green", "{light}");
        assert_eq!(light["cause"], Value::Null);
    }
}

#[test]
fn the_schedule_leaves_red_mailboxes_alone() {
    let openid = openid();
    let dovecot = dovecot(&openid);
    let program = Program::new();
    let (red, green) = (&WAYS[0], &WAYS[2]);
    let ways = |secret: &str| {
        setup(
            &dovecot,
            [(red, secret.to_owned()), (green, green.good(&openid))].into_iter(),
        )
    };
    program.apply(&ways("wrong"));
    let worker = program.start(["worker"]);
    let database = Database::open(&program.url());
    let count = |way: &Way, outcome: ScanOutcome| {
        let contents = database.contents();
        let scanner = contents.scanner(&way.name()).id;
        let scans = contents.scans.iter().filter(|scan| {
            assert_eq!(scan.trigger, ScanTrigger::Schedule);
            scan.scanner_id == scanner && scan.outcome == outcome
        });
        scans.count()
    };
    until("the green one is scanned again and again", SOON, || {
        (count(green, ScanOutcome::Done) >= 4).then_some(())
    });
    assert_eq!(count(red, ScanOutcome::Failed), 1, "{}", worker.said());
    assert_eq!(count(red, ScanOutcome::Done), 0);

    program.apply(&ways(PASSWORD));
    until("the schedule takes it up by itself", SOON, || {
        (count(red, ScanOutcome::Done) >= 1).then_some(())
    });
    assert_eq!(light(&program, red)["state"], "green");
    assert_eq!(worker.terminate(SOON), Some(0));
}

#[test]
fn a_provider_that_is_down_turns_no_light_red() {
    let openid = openid();
    let dovecot = dovecot(&openid);
    let program = Program::new();
    let way = &WAYS[2];
    program.apply(&setup(&dovecot, [(way, way.good(&openid))].into_iter()));
    program.scan_all();
    openid.stop();
    let ran = program.run(["scan", "--all"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let status = program.status(&way.name());
    assert_eq!(status["light"]["state"], "green", "{status}");
    assert_eq!(status["health"]["state"], "retrying", "{status}");
}
