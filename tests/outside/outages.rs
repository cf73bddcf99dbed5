//! Twenty mailboxes whose server goes away again and again while mail arrives: hours of it in a minute, as the test
//! ends each wait for the next try.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use entities::deliveries::DeliveryState;
use entities::health::HealthState;
use entities::lights::LightState;
use entities::scans::ScanOutcome;
use parts::Dovecot;
use parts::mail::Generator;

use super::contents::{Contents, Database};
use super::program::{Program, Running};
use super::waiting::until;

const MAILBOXES: usize = 20;
const OUTAGES: usize = 4;
/// While the server is there, and as many while it is away.
const MAIL: usize = 40;
const PASSWORD: &str = "correct horse";
const LONG: Duration = Duration::from_mins(2);
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// The mail server and everything that was sent.
struct Company {
    dovecot: Dovecot,
    mail: Vec<Generator>,
    sent: Vec<String>,
}

fn address(mailbox: usize) -> String {
    format!("m{mailbox}@ours.example")
}

impl Company {
    fn new() -> Self {
        let builder = (0..MAILBOXES).fold(Dovecot::builder(), |builder, mailbox| {
            builder.user(&address(mailbox), PASSWORD)
        });
        let mail =
            |mailbox| Generator::new(100 + mailbox as u64, &address(mailbox)).mean_size(3_000);
        let company = Self {
            dovecot: builder.start(),
            mail: (0..MAILBOXES).map(mail).collect(),
            sent: Vec::new(),
        };
        for mailbox in 0..MAILBOXES {
            company.dovecot.create_folder(&address(mailbox), "INBOX");
        }
        company
    }

    fn setup(&self) -> String {
        let (host, port) = (self.dovecot.host(), self.dovecot.imaps_port());
        let ca_file = self.dovecot.certificate_authority_file();
        let ca_file = ca_file.display();
        let mut yaml = format!(
            "mail_servers: [{{name: dovecot, host: {host}, port: {port}, ca_file: {ca_file}}}]\n\
             rules: [{{name: all, then: [create_lead]}}]\nmailboxes:\n"
        );
        for address in (0..MAILBOXES).map(address) {
            let _ = writeln!(
                yaml,
                "  - {{address: {address}, server: dovecot, password: {PASSWORD}}}"
            );
        }
        yaml.push_str("scanners:\n");
        for address in (0..MAILBOXES).map(address) {
            let _ = writeln!(
                yaml,
                "  - {{name: {address}, mailbox: {address}, folders: [INBOX], schedule: '* * * * * *'}}"
            );
        }
        yaml
    }

    /// One message more, to each mailbox in turn.
    fn deliver(&mut self) {
        let mailbox = self.sent.len() % MAILBOXES;
        let message = self.mail[mailbox].next().unwrap();
        self.dovecot
            .deliver(&address(mailbox), "INBOX", &message.raw);
        let message_id = message.message_id.trim_matches(['<', '>']);
        self.sent.push(message_id.to_owned());
    }

    /// Looks until it is so and this much mail has arrived meanwhile.
    fn deliver_until(&mut self, what: &str, mut is_so: impl FnMut() -> bool) {
        let mut left = MAIL;
        until(what, LONG, || {
            if left > 0 {
                left -= 1;
                self.deliver();
            }
            (is_so() && left == 0).then_some(())
        });
    }
}

fn all_are(database: &Database, state: HealthState) -> bool {
    let health = database.health();
    for one in &health {
        let expected = [HealthState::Ok, HealthState::Retrying];
        assert!(expected.contains(&one.state), "{one:?}");
    }
    health.len() == MAILBOXES && health.iter().all(|one| one.state == state)
}

fn assert_green(database: &Database) {
    for address in (0..MAILBOXES).map(address) {
        let light = database.light(&address).unwrap();
        assert_eq!(light.state, LightState::Green, "{address}: {light:?}");
    }
}

/// The server goes while it is being read, stays away for some tries, and comes back.
fn outage(company: &mut Company, database: &Database, worker: &Running) {
    let before = database.steps();
    company.deliver_until("it reads", || {
        database.steps() > before && database.is_scanning(worker.process())
    });
    company.dovecot.stop();
    company.deliver_until("no turn leads anywhere", || {
        all_are(database, HealthState::Retrying)
    });
    assert_green(database);

    company.dovecot.start_again();
    company.deliver_until("all are well again", || {
        database.end_waits();
        all_are(database, HealthState::Ok)
    });
    assert_green(database);
}

fn assert_everything_once(contents: &Contents, sent: &[String]) {
    let sent: BTreeSet<&str> = sent.iter().map(String::as_str).collect();
    let all = contents.messages.iter();
    let stored: Vec<&str> = all
        .map(|it| it.rfc_message_id.as_deref().unwrap())
        .collect();
    assert_eq!(stored.len(), sent.len(), "messages");
    assert_eq!(
        stored.into_iter().collect::<BTreeSet<_>>(),
        sent,
        "messages"
    );
    assert_eq!(contents.deliveries.len(), sent.len(), "deliveries");
    for delivery in &contents.deliveries {
        assert_eq!(delivery.state, DeliveryState::Done, "{delivery:?}");
    }
    assert_eq!(contents.decisions.len(), sent.len(), "decisions");
    let linked: BTreeSet<_> = contents.links.iter().map(|link| link.message_id).collect();
    assert_eq!(linked.len(), contents.links.len(), "links");
    let leads: BTreeSet<&str> = contents.leads.iter().map(|lead| &*lead.email).collect();
    assert_eq!(leads.len(), contents.leads.len(), "leads");
}

#[test]
fn a_server_that_goes_away_again_and_again_costs_no_message_and_no_light() {
    let mut company = Company::new();
    let program = Program::new();
    program.apply(&company.setup());
    let database = Database::open(&program.url());
    let worker = program.start(["worker"]);
    company.deliver_until("all are scanned", || all_are(&database, HealthState::Ok));
    for number in 1..=OUTAGES {
        outage(&mut company, &database, &worker);
        println!("{number} outages, {} messages", company.sent.len());
    }
    until("everything is decided", LONG, || {
        (database.steps() == 2 * company.sent.len() as u64).then_some(())
    });
    assert_eq!(worker.terminate(STOPS_WITHIN), Some(0));

    let contents = database.contents();
    assert_everything_once(&contents, &company.sent);
    contents.assert_reported();
    for address in (0..MAILBOXES).map(address) {
        let changes = database.light_changes(&address);
        let states: Vec<_> = changes.iter().map(|change| change.state).collect();
        assert!(!states.contains(&LightState::Red), "{address}: {changes:?}");
    }
    let broken = contents
        .scans
        .iter()
        .filter(|scan| scan.outcome == ScanOutcome::Failed);
    println!("{} scans, {} failed", contents.scans.len(), broken.count());
}
