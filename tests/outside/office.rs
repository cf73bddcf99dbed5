//! A company with two mailboxes of three folders each, generated mail in them, and what must come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use mail_parser::MessageParser;
use parts::Dovecot;
use parts::mail::{Generator, Kind, Message};

use super::contents::Contents;

/// Its mailboxes.
pub(crate) const MAILBOXES: [&str; 2] = ["sales@ours.example", "info@ours.example"];
/// The folders of each: the usual one, a nested one, one in another script.
pub(crate) const FOLDERS: [&str; 3] = ["INBOX", "Kunden/Größe & Preis", "Заявки"];
const PASSWORD: &str = "correct horse";
/// One message in so many lies in both mailboxes.
const IN_BOTH: usize = 10;

/// Rules that make leads of strangers.
const RULES: &str = r"
rules:
  - name: machines
    when: {kind: {in: [bulk, auto_reply, bounce, system]}}
    then: [{ignore: not written by a person}]
    stop: true
  - name: known people
    when: {any: [{sender: {is: known}}, {reply: {is: linked}}]}
    then: [link]
    stop: true
  - name: enquiries
    then: [create_lead, {tag: enquiry}]
";

/// The mail server, what lies on it, and who is known.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) dovecot: Dovecot,
    messages: Vec<Message>,
    /// Where each message lies: mailbox and folder, by its number in `messages`.
    placed: BTreeMap<(&'static str, &'static str), Vec<usize>>,
    /// Addresses of contacts.
    contacts: BTreeSet<String>,
}

impl Office {
    /// With so many messages.
    pub(crate) fn with_messages(count: usize) -> Self {
        let dovecot = MAILBOXES
            .iter()
            .fold(Dovecot::builder(), |builder, mailbox| {
                builder.user(mailbox, PASSWORD)
            })
            .start();
        let mut office = Self {
            dovecot,
            messages: Vec::new(),
            placed: BTreeMap::new(),
            contacts: BTreeSet::new(),
        };
        for (mailbox, folder) in places() {
            office.dovecot.create_folder(mailbox, folder);
        }
        office.deliver(Generator::new(2, MAILBOXES[0]).mean_size(6_000).take(count));
        office.contacts = office.writers().into_values().step_by(3).collect();
        office
    }

    /// Spreads more messages over the folders.
    pub(crate) fn deliver(&mut self, messages: impl IntoIterator<Item = Message>) {
        let mut new: BTreeMap<(&'static str, &'static str), Vec<usize>> = BTreeMap::new();
        let places: Vec<_> = places().collect();
        for message in messages {
            let number = self.messages.len();
            new.entry(places[number % places.len()])
                .or_default()
                .push(number);
            if number.is_multiple_of(IN_BOTH) {
                // Three places on is the same folder of the other mailbox.
                new.entry(places[(number + 3) % places.len()])
                    .or_default()
                    .push(number);
            }
            self.messages.push(message);
        }
        for ((mailbox, folder), numbers) in new {
            let raw = numbers.iter().map(|number| &self.messages[*number]);
            self.dovecot.deliver_all(mailbox, folder, raw);
            self.placed
                .entry((mailbox, folder))
                .or_default()
                .extend(numbers);
        }
    }

    /// A set-up file of a scanner for each mailbox, named after it, with `keys` more in each.
    pub(crate) fn setup(&self, keys: &str) -> String {
        let scanners = MAILBOXES.map(|mailbox| (mailbox.to_owned(), mailbox, &FOLDERS[..]));
        self.setup_of(&scanners, keys)
    }

    /// The same with several scanners for each mailbox, one for each folder.
    pub(crate) fn setup_by_folder(&self, keys: &str) -> String {
        let scanners: Vec<_> = MAILBOXES
            .into_iter()
            .flat_map(|mailbox| {
                FOLDERS
                    .chunks(1)
                    .map(move |folders| (format!("{mailbox} {}", folders[0]), mailbox, folders))
            })
            .collect();
        self.setup_of(&scanners, keys)
    }

    fn setup_of(&self, scanners: &[(String, &str, &[&str])], keys: &str) -> String {
        let mut yaml = self.mailboxes();
        yaml.push_str("scanners:\n");
        for (name, mailbox, folders) in scanners {
            let folders = serde_json::to_string(folders).unwrap();
            let _ = writeln!(
                yaml,
                "  - {{name: {name}, mailbox: {mailbox}, folders: {folders}, {keys}}}"
            );
        }
        yaml + RULES
    }

    /// The part of a set-up file that comes before the scanners.
    fn mailboxes(&self) -> String {
        let (host, port) = (self.dovecot.host(), self.dovecot.imaps_port());
        let ca_file = self.dovecot.certificate_authority_file();
        let ca_file = ca_file.display();
        let mut yaml = format!(
            "mail_servers:\n  - {{name: dovecot, host: {host}, port: {port}, ca_file: {ca_file}}}\nmailboxes:\n"
        );
        for mailbox in MAILBOXES {
            let _ = writeln!(
                yaml,
                "  - {{address: {mailbox}, server: dovecot, password: {PASSWORD}}}"
            );
        }
        yaml
    }

    /// A file of everybody who is known.
    pub(crate) fn contacts_csv(&self) -> String {
        let mut csv = String::from("name,e-mail\n");
        for address in &self.contacts {
            let name = address.split('@').next().unwrap().replace('.', " ");
            let _ = writeln!(csv, "{name},{address}");
        }
        csv
    }

    /// How many copies lie in all folders.
    pub(crate) fn copies(&self) -> usize {
        self.placed.values().map(Vec::len).sum()
    }

    /// How many messages lie in a mailbox.
    pub(crate) fn copies_in(&self, mailbox: &str) -> usize {
        self.placed
            .iter()
            .filter(|((of, _), _)| *of == mailbox)
            .map(|(_, numbers)| numbers.len())
            .sum()
    }

    /// Each message written by a person, by its Message-ID, with the address an answer would go to.
    fn writers(&self) -> BTreeMap<&str, String> {
        self.messages
            .iter()
            .filter(|message| matches!(message.kind, Kind::Letter | Kind::Reply | Kind::Form))
            .map(|message| (message_id(message), answer_address(message)))
            .collect()
    }

    /// Fails unless every message, every copy, every lead and every link is there, and each once.
    #[track_caller]
    pub(crate) fn assert_everything_once(&self, contents: &Contents) {
        self.assert_messages(contents);
        self.assert_ledger(contents);
        let writers = self.writers();
        let mut strangers: Vec<&str> = writers
            .values()
            .map(String::as_str)
            .filter(|address| !self.contacts.contains(*address))
            .collect();
        strangers.sort_unstable();
        strangers.dedup();
        let mut leads: Vec<&str> = contents
            .leads
            .iter()
            .map(|lead| lead.email.as_str())
            .collect();
        leads.sort_unstable();
        assert_eq!(leads, strangers, "leads");

        let linked = contents.linked();
        let expected: BTreeMap<&str, BTreeSet<&str>> = writers
            .iter()
            .map(|(message, address)| (*message, BTreeSet::from([address.as_str()])))
            .collect();
        assert_eq!(linked, expected, "links");
        assert_eq!(contents.links.len(), expected.len(), "links");
    }

    fn assert_messages(&self, contents: &Contents) {
        let mut stored: Vec<&str> = contents
            .messages
            .iter()
            .map(|message| message.rfc_message_id.as_deref().unwrap())
            .collect();
        let mut sent: Vec<&str> = self.messages.iter().map(message_id).collect();
        stored.sort_unstable();
        sent.sort_unstable();
        assert_eq!(stored, sent, "messages");
    }

    /// Every UID that the server has is in the ledger, decided, and the cursor is behind the last one.
    fn assert_ledger(&self, contents: &Contents) {
        for ((mailbox, name), numbers) in &self.placed {
            let folder = contents.folder(mailbox, name);
            let ledger = contents.ledger(folder);
            let uids: Vec<i64> = self
                .dovecot
                .uids(mailbox, name)
                .into_iter()
                .map(i64::from)
                .collect();
            assert_eq!(
                ledger.keys().copied().collect::<Vec<_>>(),
                uids,
                "{mailbox} {name}"
            );
            assert_eq!(Some(&folder.last_uid), uids.last(), "{mailbox} {name}");
            assert_eq!(folder.backlog_first, None, "{mailbox} {name}: {folder:?}");
            for delivery in ledger.values() {
                assert!(
                    matches!(delivery.state.as_str(), "done" | "ignored"),
                    "{delivery:?}"
                );
            }
            let expected: BTreeSet<&str> = numbers
                .iter()
                .map(|number| message_id(&self.messages[*number]))
                .collect();
            assert_eq!(
                contents.message_ids_in(folder.id),
                expected,
                "{mailbox} {name}"
            );
        }
    }
}

fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    MAILBOXES
        .into_iter()
        .flat_map(|mailbox| FOLDERS.into_iter().map(move |folder| (mailbox, folder)))
}

fn message_id(message: &Message) -> &str {
    message.message_id.trim_matches(['<', '>'])
}

fn answer_address(message: &Message) -> String {
    if message.kind != Kind::Form {
        return message.from.to_lowercase();
    }
    let parsed = MessageParser::default().parse(&message.raw).unwrap();
    let reply_to = parsed.reply_to().unwrap().first().unwrap();
    reply_to.address().unwrap().to_lowercase()
}
