//! The program with its pages, the provider that gives tokens, and the mail server that asks the provider about them.
//!
//! Browsers reach the program under another name (`localhost`) than the provider (127.0.0.1), so that the two are
//! different sites to them.

use std::path::Path;

use entities::light_changes;
use entities::lights::{self, LightState};
use parts::browser::role;
use parts::openid::{CLIENT_ID, CLIENT_SECRET, Endpoint};
use parts::{Browser, Dovecot, OpenId, free_port, openid};

use super::super::contents::Database;
use super::super::program::{Program, Running};
use super::super::waiting::until;
use super::{ANNA, BERT, SALES, SOON, UMA};

const STARTS: usize = 3;

/// What differs from a set-up in which all is well.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    /// More keys of the service key.
    pub(super) key: &'static str,
    /// More keys of the mailbox of all.
    pub(super) sales: &'static str,
    /// The client secret.
    pub(super) client_secret: &'static str,
    /// More keys of the mail server.
    pub(super) server: &'static str,
    /// More keys of its section `oauth`.
    pub(super) oauth: &'static str,
    /// Whether the program knows how to check whose account signed in.
    pub(super) identity: bool,
}

/// Of [`Setup::oauth`]: people sign in and grant this provider's own mail scope.
pub(super) const PEOPLE_SIGN_IN: &str = "scopes: [openid, email, offline_access, mail]";

impl Default for Setup {
    fn default() -> Self {
        Self {
            key: "active: true",
            sales: "kind: shared",
            client_secret: CLIENT_SECRET,
            server: "preset: generic",
            oauth: PEOPLE_SIGN_IN,
            identity: true,
        }
    }
}

/// Everything.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) serving: Running,
    pub(super) program: Program,
    pub(super) database: Database,
    pub(super) dovecot: Dovecot,
    pub(super) openid: OpenId,
    /// The program's address for browsers, without a slash at its end.
    pub(super) site: String,
}

impl Scene {
    pub(super) fn new() -> Self {
        Self::with(&Setup::default())
    }

    pub(super) fn with(setup: &Setup) -> Self {
        Self::before(setup, |_| ())
    }

    /// The same, after something was done at the provider.
    pub(super) fn before(setup: &Setup, done: impl FnOnce(&OpenId)) -> Self {
        let openid = openid();
        done(&openid);
        let dovecot = Dovecot::builder().openid(&openid).full_access().start();
        for mailbox in [SALES, UMA] {
            dovecot.create_folder(mailbox, "INBOX");
        }
        for _ in 0..STARTS {
            let mut program = Program::new();
            let port = free_port("127.0.0.1");
            let site = format!("http://localhost:{port}");
            program.set("MAILROOM_LISTEN", format!("127.0.0.1:{port}"));
            program.set("MAILROOM_PUBLIC_URL", &site);
            program.set("MAILROOM_LOG", "debug");
            program.apply(&document(setup, &openid, &dovecot));
            let mut serving = program.start(["serve"]);
            let shown = until("the pages are shown", SOON, || {
                let shown = serving.said().contains("Showing the web pages");
                (shown || serving.ended().is_some()).then_some(shown)
            });
            if shown {
                let callback = format!("{site}/oauth/callback/the-callback");
                openid.allow_redirect(CLIENT_ID, &callback);
                openid.allow_redirect(CLIENT_ID, &format!("{callback}/admin-consent"));
                let database = Database::open(&program.url());
                return Self {
                    serving,
                    program,
                    database,
                    dovecot,
                    openid,
                    site,
                };
            }
        }
        panic!("the pages can't be shown");
    }

    /// Changes the set-up.
    pub(super) fn apply(&self, setup: &Setup) {
        self.program
            .apply(&document(setup, &self.openid, &self.dovecot));
    }

    /// Signs in to the program with a link from the terminal.
    pub(super) fn sign_in(&self, browser: &Browser, user: &str) {
        let link = self.program.well(["sign-in-link", "--user", user]);
        browser.open(link.trim());
        browser.click(&role("button", "Sign in"));
        assert_eq!(browser.url(), format!("{}/", self.site));
    }

    /// The address of a mailbox's page.
    pub(super) fn page_of(&self, mailbox: &str) -> String {
        let id = self.database.mailbox(mailbox).id;
        format!("{}/mailboxes/{id}", self.site)
    }

    /// Waits until a light shows this: a state, or the cause of a red one.
    #[track_caller]
    pub(super) fn wait_for_light(&self, mailbox: &str, shows: &str) -> lights::Model {
        until(&format!("{mailbox} is {shows}"), SOON, || {
            let light = self.database.light(mailbox)?;
            (shown(&light) == shows).then_some(light)
        })
    }

    /// What a light shows: a state, or the cause of a red one.
    pub(super) fn light(&self, mailbox: &str) -> String {
        let light = self.database.light(mailbox);
        light.map_or_else(|| "unknown".to_owned(), |light| shown(&light).to_owned())
    }

    /// All that a light has shown, in order.
    pub(super) fn history(&self, mailbox: &str) -> Vec<String> {
        let changes = self.database.light_changes(mailbox);
        let shown = |change: light_changes::Model| match change.cause {
            Some(cause) => cause,
            None => change.state.as_str().to_owned(),
        };
        changes.into_iter().map(shown).collect()
    }

    /// Fails when one of these stands in the database, in the log, or in what others see of the process.
    #[track_caller]
    pub(super) fn assert_kept_secret(&self, secrets: &[String]) {
        let process = Path::new("/proc").join(self.serving.process().to_string());
        let seen = [
            self.serving.said().into_bytes(),
            read(&process.join("cmdline")),
        ];
        let kept = std::fs::read_dir(self.program.data_dir())
            .unwrap()
            .map(|entry| read(&entry.unwrap().path()));
        for bytes in seen.into_iter().chain(kept) {
            for secret in secrets {
                assert!(secret.len() >= 10, "{secret} is no secret");
                let secret = secret.as_bytes();
                let stands = bytes.windows(secret.len()).any(|window| window == secret);
                assert!(!stands, "{}", String::from_utf8_lossy(secret));
            }
        }
    }
}

fn read(path: &Path) -> Vec<u8> {
    if path.is_dir() {
        return Vec::new();
    }
    std::fs::read(path).unwrap()
}

fn shown(light: &lights::Model) -> &str {
    match (&light.cause, light.state) {
        (Some(cause), LightState::Red) => cause,
        (_, state) => state.as_str(),
    }
}

fn document(setup: &Setup, openid: &OpenId, dovecot: &Dovecot) -> String {
    let Setup {
        key,
        sales,
        client_secret,
        server,
        oauth,
        identity,
    } = setup;
    let (host, port) = (dovecot.host(), dovecot.imaps_port());
    let ca_file = dovecot.certificate_authority_file();
    let ca_file = ca_file.display();
    let authorization = openid.authorization_endpoint();
    let admin_consent = openid.admin_consent_endpoint();
    let [token, device, revocation, keys] = [
        Endpoint::Token,
        Endpoint::Device,
        Endpoint::Revocation,
        Endpoint::Keys,
    ]
    .map(|endpoint| openid.endpoint(endpoint));
    let identity = if *identity {
        format!("issuer: {}\n        jwks: {keys}", openid.issuer())
    } else {
        String::new()
    };
    format!(
        "users:
  - {{email: {ANNA}, name: Anna, role: admin}}
  - {{email: {BERT}, name: Bert, role: admin}}
  - {{email: {UMA}, name: Uma}}
service_keys:
  - {{name: The callback, {key}}}
mail_servers:
  - name: Office
    host: {host}
    port: {port}
    ca_file: {ca_file}
    auth: xoauth2
    {server}
    oauth:
      client_id: {CLIENT_ID}
      client_secret: {client_secret}
      service_key: The callback
      {oauth}
      endpoints:
        authorization: {authorization}
        token: {token}
        device: {device}
        revocation: {revocation}
        admin_consent: {admin_consent}
        {identity}
mailboxes:
  - {{address: {SALES}, server: Office, {sales}}}
  - {{address: {UMA}, server: Office, kind: personal, owner: {UMA}}}
scanners:
  - {{name: Sales, mailbox: {SALES}, schedule: '* * * * * *'}}
  - {{name: Uma, mailbox: {UMA}, schedule: '* * * * * *'}}
rules:
  - {{name: enquiries, then: [create_lead]}}
"
    )
}
