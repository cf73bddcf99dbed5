//! What a person who gets hold of the database, the logs or the list of processes finds of the secrets: nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use parts::browser;
use parts::openid::{CLIENT_ID, CLIENT_SECRET};
use url::Url;

use super::company::{Company, Inside, light};
use crate::contents::Database;
use crate::program::{Program, Running};
use crate::waiting::until;

const SALES: &str = "sales@ours.example";
const OLD: &str = "old@ours.example";
const SOON: Duration = Duration::from_mins(1);

/// Everything that must not be found, by its name.
#[derive(Debug, Default)]
struct Secrets(BTreeMap<String, String>);

impl Secrets {
    fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= 12, "{name} would be found by chance");
        self.0.insert(name.to_owned(), secret.to_owned());
    }

    fn add_tokens(&mut self, when: &str, inside: &Inside) {
        let [refresh, access] = inside.tokens(SALES);
        self.add(&format!("refresh token {when}"), &refresh);
        self.add(&format!("access token {when}"), &access);
    }

    /// Fails if one of them is there, as it is or in base64 of whatever alignment.
    #[track_caller]
    fn assert_none_in(&self, place: &str, bytes: &[u8]) {
        for (name, secret) in &self.0 {
            for form in forms(secret) {
                let found = bytes
                    .windows(form.len())
                    .any(|piece| piece == form.as_slice());
                assert!(!found, "the {name} is in {place}");
            }
        }
    }

    #[track_caller]
    fn assert_none_below(&self, folder: &Path) -> usize {
        let mut files = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files += self.assert_none_below(&path);
            } else {
                self.assert_none_in(&path.display().to_string(), &fs::read(&path).unwrap());
                files += 1;
            }
        }
        files
    }

    /// Command lines and environments of everything that runs, but for what the test itself gave its servers.
    #[track_caller]
    fn assert_none_in_processes(&self, of: &Running) -> usize {
        let mut seen = 0;
        for entry in fs::read_dir("/proc").unwrap() {
            let folder = entry.unwrap().path();
            for file in ["cmdline", "environ"] {
                let path = folder.join(file);
                // Not a process, gone meanwhile, or not ours to read.
                if let Ok(bytes) = fs::read(&path) {
                    self.assert_none_in(&path.display().to_string(), &bytes);
                    seen += 1;
                }
            }
        }
        let own = format!("/proc/{}/environ", of.process());
        assert!(fs::read(own).is_ok(), "the program's own is not readable");
        seen
    }
}

/// A secret as it may stand somewhere. In base64 its ends depend on what is beside it, and are left out.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    for lead in ["", "a", "aa"] {
        let text = format!("{lead}{secret}");
        for engine in [STANDARD, URL_SAFE] {
            let coded = engine.encode(&text);
            forms.push(coded.as_bytes()[4..coded.len() - 4].to_vec());
        }
    }
    forms
}

/// Signs in from a terminal with a browser; notes code and state. What it logs is in `log`.
fn authorize(program: &Program, log: &Path, secrets: &mut Secrets) {
    let mut command = program.command([
        "authorize",
        SALES,
        "--no-browser",
        "--port",
        "0",
        "--log",
        "trace",
    ]);
    let mut terminal = command
        .stdout(Stdio::piped())
        .stderr(File::create(log).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(terminal.stdout.take().unwrap()).lines();
    let url = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Url::parse(line.trim()).ok())
        .unwrap();
    let part = |url: &Url, name: &str| {
        let mut pairs = url.query_pairs();
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    };
    secrets.add("state", &part(&url, "state").unwrap());
    secrets.add("nonce", &part(&url, "nonce").unwrap());

    let browser = browser();
    browser.open(url.as_str());
    browser.fill("#address", SALES);
    browser.fill("#password", "any");
    browser.click("#sign-in");
    browser.click("#allow");
    browser.wait_for_text("Back to the terminal");
    let visited = browser.requests();
    let code = visited
        .iter()
        .filter_map(|request| Url::parse(&request.url).ok())
        .find_map(|url| part(&url, "code"));
    secrets.add("code", &code.unwrap());
    for line in lines.map_while(Result::ok) {
        println!("{line}");
    }
    assert!(terminal.wait().unwrap().success());
}

#[test]
fn nothing_that_opens_anything_is_found_in_the_clear() {
    let mut company = Company::new();
    company.openid.rotate();
    // Other programs of this machine know none of these.
    let [client_secret, password] =
        ["client-secret", "pass-word"].map(|name| format!("{name}-{:x}", rand::random::<u64>()));
    company.openid.set_client_secret(CLIENT_ID, &client_secret);
    company.dovecot.set_password(OLD, &password);
    company.deliver(SALES, 3);
    company.deliver(OLD, 3);
    let mut secrets = Secrets::default();
    secrets.add("client secret", &client_secret);
    secrets.add("password", &password);

    let program = Program::new();
    let (host, port, ca) = (
        company.dovecot.host(),
        company.dovecot.imaps_port(),
        company.dovecot.certificate_authority_file(),
    );
    let schedule = "* * * * * *";
    let setup = company
        .setup(&[SALES], schedule)
        .replace(CLIENT_SECRET, &client_secret)
        .replace(
            "rules:\n",
            &format!(
                "  - {{name: by password, host: {host}, port: {port}, ca_file: {}}}\nrules:\n",
                ca.display()
            ),
        )
        .replace(
            "mailboxes:\n",
            &format!(
                "mailboxes:\n  - {{address: {OLD}, server: by password, password: {password}}}\n"
            ),
        )
        .replace(
            "scanners:\n",
            &format!("scanners:\n  - {{name: {OLD}, mailbox: {OLD}, schedule: '{schedule}'}}\n"),
        );
    // Beside the data folder, whose owner wrote it.
    program.apply(&setup);
    let log = program.path("authorize.log");
    authorize(&program, &log, &mut secrets);
    let inside = Inside::of(&program);
    secrets.add_tokens("of the sign-in", &inside);

    let worker = program.start(["worker", "--log", "trace"]);
    let database = Database::open(&program.url());
    let scans = |address: &str| {
        let contents = database.contents();
        let scanner = contents.scanner(address).id;
        let of = contents
            .scans
            .iter()
            .filter(|scan| scan.scanner_id == scanner);
        of.filter(|scan| scan.finished_at.is_some()).count()
    };
    for turn in 1..=2 {
        inside.end_access(SALES);
        let known = inside.tokens(SALES);
        until("new tokens are there and used", SOON, || {
            (inside.tokens(SALES) != known && scans(SALES) > turn).then_some(())
        });
        secrets.add_tokens(&format!("of turn {turn}"), &inside);
    }
    until("the other one is scanned", SOON, || {
        (scans(OLD) > 0).then_some(())
    });
    assert_eq!([SALES, OLD].map(|one| light(&program, one)), ["green"; 2]);
    let processes = secrets.assert_none_in_processes(&worker);

    // What goes wrong is told, and not with what.
    company
        .openid
        .set_client_secret(CLIENT_ID, "quite-another-client-secret");
    inside.end_access(SALES);
    company.dovecot.set_password(OLD, "quite-another-pass-word");
    until("both are red", SOON, || {
        let red = [SALES, OLD].map(|one| light(&program, one).starts_with("red "));
        (red == [true; 2]).then_some(())
    });
    let told = [SALES, OLD].map(|one| program.status(one)["light"].to_string());
    secrets.assert_none_in("status", told.concat().as_bytes());
    let said = worker.said();
    assert_eq!(worker.terminate(SOON), Some(0));

    secrets.assert_none_in("the worker's log", said.as_bytes());
    secrets.assert_none_in("the log of authorize", &fs::read(&log).unwrap());
    let files = secrets.assert_none_below(&program.path("data"));
    println!(
        "{} secrets, {files} files, {processes} parts of processes, {} bytes of log",
        secrets.0.len(),
        said.len()
    );
    assert!(files >= 2 && processes > 4 && said.len() > 1000);
}
