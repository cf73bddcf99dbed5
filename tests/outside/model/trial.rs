//! One seed: a mailbox, a program, and what happens to both until everything is quiet.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use mailroom::clock::{Clock as _, SystemClock};
use parts::Dovecot;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::super::contents::Database;
use super::super::program::{Program, Running};
use super::agreement::{assert_agreed, assert_kept};
use super::gate::Gate;
use super::mailbox::Mailbox;
use super::step::{INBOX, Reader, Step};
use super::{PASSWORD, address};

const ROUNDS: u32 = 6;
const SCANNER: &str = "Model";
const LONG: Duration = Duration::from_mins(1);
/// A worker that is not due within this time does not have to be waited for.
const SOON: chrono::TimeDelta = chrono::TimeDelta::seconds(2);

const RULES: &str = "
rules:
  - name: known people
    when: {sender: {is: known}}
    then: [link]
    stop: true
  - name: enquiries
    then: [create_lead]
";

/// How a scan is disturbed.
#[derive(Debug)]
struct Disturbance {
    /// Of a hundred commands, before how many something happens.
    busy: u32,
    /// After so many commands nothing waits any more, and so much happens as fast as it can.
    storm: Option<(u32, u32)>,
    /// The program dies before its so-many-th command.
    dies: Option<u32>,
}

/// A mailbox and its program.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    rng: StdRng,
    dovecot: &'a Dovecot,
    mailbox: Mailbox,
    gate: Gate,
    program: Program,
    told: Vec<String>,
}

impl<'a> Trial<'a> {
    /// Nothing has happened yet.
    pub(super) fn new(seed: u64, dovecot: &'a Dovecot, database_url: Option<String>) -> Self {
        let server = SocketAddr::new(dovecot.host().parse().unwrap(), dovecot.imap_port());
        Self {
            rng: StdRng::seed_from_u64(seed),
            dovecot,
            mailbox: Mailbox::new(seed, address(seed), dovecot),
            gate: Gate::before(server),
            program: database_url.map_or_else(Program::new, Program::on),
            told: Vec::new(),
        }
    }

    /// What happened, a line each.
    pub(super) fn told(&self) -> String {
        self.told.join("\n")
    }

    /// Everything.
    pub(super) fn run(&mut self) {
        self.configure(BTreeSet::from([INBOX, "Kunden", "Neu"].map(str::to_owned)));
        let contacts = format!("name,e-mail\nKnown,{}\n", self.mailbox.known());
        self.program.import_contacts(&contacts);
        let database = Database::open(&self.program.url());
        for folder in ["Kunden", "Neu"] {
            self.act(&Step::Create {
                folder: folder.to_owned(),
            });
        }
        self.act_quietly(12);

        let mut before = database.contents();
        for round in 0..ROUNDS {
            self.tell(&format!("round {round}"));
            let steps = self.rng.random_range(0..6);
            self.act_quietly(steps);
            if self.rng.random_ratio(1, 3) {
                self.configure_what_is_there();
            }
            if self.rng.random_ratio(1, 4) {
                self.work(&database);
            } else {
                self.scan();
            }
            let now = database.contents();
            assert_kept(&now, &before);
            before = now;
        }

        self.scan_what_is_missing();
        self.configure_what_is_there();
        // The look after a renumbered folder's first one is the one that ends it.
        self.scan_quietly(0);
        self.scan_quietly(0);
        let contents = database.contents();
        assert_kept(&contents, &before);
        assert_agreed(&contents, &self.mailbox, self.dovecot);
        self.audit();
        self.scan_quietly(0);
        database.contents().assert_same(&contents);
    }

    /// A folder gets another name, and later the scanner learns it.
    pub(super) fn run_a_rename(&mut self) {
        let folder = "Kunden".to_owned();
        self.act(&Step::Create {
            folder: folder.clone(),
        });
        for _ in 0..3 {
            self.act(&Step::Append {
                folder: folder.clone(),
            });
        }
        self.configure_what_is_there();
        self.scan_quietly(0);
        let before = self.program.contents();
        assert_eq!(before.messages.len(), 3);

        let to = "Archiv 2026".to_owned();
        self.act(&Step::Rename { folder, to });
        self.scan_what_is_missing();
        self.program.contents().assert_same(&before);

        self.configure_what_is_there();
        self.scan_quietly(0);
        let contents = self.program.contents();
        contents.assert_same_records(&before);
        let folder = contents.folder(&self.mailbox.address, "Archiv 2026");
        assert_eq!(contents.ledger(folder).len(), 3);
    }

    fn tell(&mut self, line: &str) {
        self.told.push(line.to_owned());
    }

    fn act_quietly(&mut self, steps: u32) {
        for _ in 0..steps {
            let step = Step::any(&self.mailbox, Reader::Gone, &mut self.rng);
            self.act(&step);
        }
    }

    /// While it is being read.
    fn act_meanwhile(&mut self, reader: Reader) {
        let step = Step::any(&self.mailbox, reader, &mut self.rng);
        self.act(&step);
    }

    fn act(&mut self, step: &Step) {
        self.told.push(step.to_string());
        if step.needs_quiet() {
            self.gate.settle();
        }
        self.mailbox.act(step, self.dovecot, &mut self.rng);
    }

    /// Has the scanner read these folders.
    fn configure(&mut self, folders: BTreeSet<String>) {
        self.tell(&format!("scan {folders:?}"));
        let (address, port) = (&self.mailbox.address, self.gate.port());
        let names = serde_json::to_string(&folders).unwrap();
        self.program.apply(&format!(
            "mail_servers: [{{name: dovecot, host: 127.0.0.1, port: {port}, tls: none}}]\n\
             mailboxes: [{{address: {address}, server: dovecot, password: {PASSWORD}}}]\n\
             scanners: [{{name: {SCANNER}, mailbox: {address}, folders: {names}, schedule: '* * * * * *'}}]\n\
             {RULES}"
        ));
        self.mailbox.scan_folders(folders);
    }

    fn configure_what_is_there(&mut self) {
        let there = self.mailbox.folders().map(str::to_owned).collect();
        self.configure(there);
    }

    /// A person's scan, disturbed.
    fn scan(&mut self) {
        let storm = self.rng.random_bool(0.4);
        let disturbance = Disturbance {
            busy: if storm { 0 } else { 25 },
            storm: storm.then(|| (self.rng.random_range(2..12), self.rng.random_range(4..20))),
            dies: self
                .rng
                .random_bool(0.35)
                .then(|| self.rng.random_range(1..24)),
        };
        self.tell(&format!("a scan: {disturbance:?}"));
        let mut scan = self.program.start(["scan", SCANNER]);
        let mut commands = 0;
        let ended = loop {
            if let Some(ended) = scan.ended() {
                break ended;
            }
            let Some(waiting) = self.gate.next() else {
                continue;
            };
            commands += 1;
            self.tell(&format!("> {}", waiting.command));
            if disturbance.dies == Some(commands) {
                self.tell("killed");
                scan.kill();
                return;
            }
            if self.rng.random_ratio(disturbance.busy, 100) {
                self.act_meanwhile(Reader::Halted);
            }
            drop(waiting);
            if let Some((after, steps)) = disturbance.storm
                && after == commands
            {
                self.storm(&mut scan, steps);
                if disturbance.dies.is_some() {
                    self.tell("killed");
                    scan.kill();
                    self.gate.close();
                    return;
                }
            }
        };
        self.gate.close();
        let said = scan.said();
        self.tell(&format!("{ended}: {said}"));
        assert!(matches!(ended.code(), Some(0 | 1)), "{ended}: {said}");
        assert!(!said.contains("report this"), "{said}");
    }

    /// Lets the program run and acts meanwhile.
    fn storm(&mut self, scan: &mut Running, steps: u32) {
        self.tell("storm");
        self.gate.open();
        for _ in 0..steps {
            if scan.ended().is_some() {
                break;
            }
            self.act_meanwhile(Reader::Running);
        }
    }

    /// A worker, disturbed until it has said enough.
    fn work(&mut self, database: &Database) {
        let (most, dies) = (self.rng.random_range(8..20), self.rng.random_bool(0.5));
        self.tell(&format!("a worker: {most} commands, dies: {dies}"));
        let worker = self.program.start(["worker"]);
        let mut commands = 0;
        while commands < most {
            let Some(waiting) = self.gate.next() else {
                // After a broken connection the next try is some time away.
                let due = database.next_scan(SCANNER);
                if commands > 0 && due.is_some_and(|due| due > SystemClock.now() + SOON) {
                    break;
                }
                continue;
            };
            commands += 1;
            self.tell(&format!("> {}", waiting.command));
            if self.rng.random_ratio(1, 4) {
                self.act_meanwhile(Reader::Halted);
            }
        }
        self.gate.open();
        if dies {
            self.tell("killed");
            worker.kill();
        } else {
            self.tell("stopped");
            assert_eq!(worker.terminate(LONG), Some(0));
        }
        self.gate.close();
    }

    /// Scans while nothing happens.
    #[track_caller]
    fn scan_quietly(&mut self, code: i32) -> Value {
        self.gate.open();
        let ran = self.program.run(["scan", SCANNER, "--json"]);
        self.gate.close();
        self.tell(&format!("a quiet scan: {}{}", ran.out, ran.err));
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }

    /// The program itself finds nothing missing and nothing doubled.
    #[track_caller]
    fn audit(&mut self) {
        self.gate.open();
        let ran = self.program.run(["audit", SCANNER, "--json"]);
        self.gate.close();
        self.tell(&format!("an audit: {}{}", ran.out, ran.err));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let audits: Value = serde_json::from_str(&ran.out).unwrap();
        let folders = audits[0]["folders"].as_array().unwrap();
        assert_eq!(folders.len(), self.mailbox.scanned().len(), "{audits}");
        for folder in folders {
            let there = self.mailbox.numbers_in(folder["folder"].as_str().unwrap());
            for count in ["exists", "on_server", "known"] {
                assert_eq!(folder[count], there.len(), "{count}: {folder}");
            }
            for count in ["missing", "to_read", "doubled", "waiting", "failed", "held"] {
                assert_eq!(folder[count], 0, "{count}: {folder}");
            }
        }
    }

    /// Every folder that was renamed or deleted is named, and nothing else is wrong.
    fn scan_what_is_missing(&mut self) {
        let missing: Vec<String> = self.mailbox.missing().map(str::to_owned).collect();
        if missing.is_empty() {
            return;
        }
        let reports = self.scan_quietly(1);
        assert_eq!(reports[0]["outcome"], "done", "{reports}");
        let warnings = reports[0]["warnings"].as_array().unwrap();
        assert_eq!(warnings.len(), missing.len(), "{reports}");
        for name in missing {
            let named = |it: &&Value| it.as_str().is_some_and(|said| said.contains(&name));
            assert!(warnings.iter().any(|it| named(&it)), "{name}: {reports}");
        }
    }
}
