//! The mailbox as it must be: which message lies where, and since when the program could have seen it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use mailroom::clock::{Clock as _, SystemClock};
use parts::Dovecot;
use parts::dovecot::MailProgram;
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::step::{INBOX, Step};

/// Who writes; the first is known.
const WRITERS: usize = 6;
/// One message in so many is too large to be fetched whole, and one in so many of those for one piece.
const LARGE: u32 = 12;
const LARGER: u32 = 3;
/// What a folder is called while another is made in its place.
const ASIDE: &str = "aside";

/// One message that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) message_id: String,
    pub(super) from: String,
}

/// How long a message lay in one folder of the scanner, under one UIDVALIDITY.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) number: usize,
    from: DateTime<Utc>,
    /// Nothing where it still does.
    to: Option<DateTime<Utc>>,
}

impl Span {
    /// Whether it reaches over all of this time.
    pub(super) fn covers(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.from <= from && self.to.is_none_or(|end| to <= end)
    }
}

/// A mailbox on Dovecot, and what must be in it.
#[derive(Debug)]
pub(super) struct Mailbox {
    seed: u64,
    pub(super) address: String,
    program: MailProgram,
    folders: BTreeMap<String, Vec<usize>>,
    sent: Vec<Sent>,
    /// The scanner's folders.
    scanned: BTreeSet<String>,
    /// What the scanner can see now: folder and message, how often, and since when.
    seen: BTreeMap<(String, usize), (usize, DateTime<Utc>)>,
    spans: Vec<Span>,
}

impl Mailbox {
    /// An empty one of a user that Dovecot knows.
    pub(super) fn new(seed: u64, address: String, dovecot: &Dovecot) -> Self {
        Self {
            seed,
            program: dovecot.mail_program(&address),
            address,
            folders: BTreeMap::from([(INBOX.to_owned(), Vec::new())]),
            sent: Vec::new(),
            scanned: BTreeSet::new(),
            seen: BTreeMap::new(),
            spans: Vec::new(),
        }
    }

    /// Who writes.
    pub(super) fn writers(&self) -> impl Iterator<Item = String> {
        let seed = self.seed;
        (0..WRITERS).map(move |writer| format!("w{writer}@seed{seed}.example"))
    }

    /// The writer that is a contact.
    pub(super) fn known(&self) -> String {
        self.writers().next().unwrap()
    }

    /// What there is.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.keys().map(String::as_str)
    }

    /// The scanner's folders.
    pub(super) fn scanned(&self) -> &BTreeSet<String> {
        &self.scanned
    }

    /// Those of the scanner's that are not there.
    pub(super) fn missing(&self) -> impl Iterator<Item = &str> {
        let missing = |name: &&String| !self.folders.contains_key(*name);
        self.scanned.iter().filter(missing).map(String::as_str)
    }

    /// The messages in a folder; copies of one lie there more than once.
    pub(super) fn numbers_in(&self, folder: &str) -> &[usize] {
        &self.folders[folder]
    }

    /// Everything ever sent, by its number.
    pub(super) fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// Everything that the scanner could see, for how long.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        let past = self
            .spans
            .iter()
            .map(|span| (span.number, span.from, span.to));
        let now = self.seen.iter();
        let now = now.map(|((_, number), (_, from))| (*number, *from, None));
        past.chain(now)
            .map(|(number, from, to)| Span { number, from, to })
    }

    /// From now on the scanner reads these.
    pub(super) fn scan_folders(&mut self, folders: BTreeSet<String>) {
        let before = SystemClock.now();
        self.scanned = folders;
        self.see(before, None);
    }

    /// Does it on the server.
    pub(super) fn act(&mut self, step: &Step, dovecot: &Dovecot, rng: &mut StdRng) {
        let before = SystemClock.now();
        match step {
            Step::Append { folder } => self.append(folder, rng),
            Step::Expunge { folder, number } => {
                let uid = self.uid_of(folder, *number);
                self.program.expunge(folder, uid);
                self.take(folder, *number);
            }
            Step::Move { folder, number, to } => {
                let uid = self.uid_of(folder, *number);
                self.program.move_to(folder, uid, to);
                self.take(folder, *number);
                self.put(to, *number);
            }
            Step::Copy { folder, number, to } => {
                let uid = self.uid_of(folder, *number);
                self.program.copy_to(folder, uid, to);
                self.put(to, *number);
            }
            Step::Flag {
                folder,
                number,
                set,
            } => {
                let uid = self.uid_of(folder, *number);
                self.program.flag(folder, uid, "\\Seen", *set);
            }
            Step::Create { folder } => {
                self.program.create(folder);
                self.folders.insert(folder.clone(), Vec::new());
            }
            Step::Delete { folder } => {
                self.program.delete(folder);
                self.folders.remove(folder);
            }
            Step::Rename { folder, to } => {
                self.program.rename(folder, to);
                let numbers = self.folders.remove(folder).unwrap();
                self.folders.insert(to.clone(), numbers);
            }
            Step::Raise { folder } => dovecot.raise_uid_validity(&self.address, folder),
            Step::Rebuild { folder } => self.rebuild(folder),
        }
        self.see(before, step.renumbers());
    }

    fn append(&mut self, folder: &str, rng: &mut StdRng) {
        let number = self.sent.len();
        let (seed, to) = (self.seed, &self.address);
        let from = self.writers().nth(rng.random_range(0..WRITERS)).unwrap();
        let message_id = format!("{number}@seed{seed}.example");
        let mut raw = format!(
            "Message-ID: <{message_id}>\r\nFrom: {from}\r\nTo: {to}\r\n\
             Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Question {number}\r\n\r\n"
        );
        let lines = match (rng.random_ratio(1, LARGE), rng.random_ratio(1, LARGER)) {
            (true, true) => 20_000,
            (true, false) => 5_000,
            (false, _) => 3,
        };
        for line in 0..lines {
            let _ = write!(
                raw,
                "What is the price of number {number} in colour {line}, please?\r\n"
            );
        }
        self.program.append(folder, raw);
        self.sent.push(Sent { message_id, from });
        self.put(folder, number);
    }

    fn rebuild(&mut self, folder: &str) {
        self.program.rename(folder, ASIDE);
        self.program.create(folder);
        if !self.folders[folder].is_empty() {
            self.program.copy_all_to(ASIDE, folder);
        }
        self.program.delete(ASIDE);
    }

    fn uid_of(&mut self, folder: &str, number: usize) -> u32 {
        let message_id = &self.sent[number].message_id;
        let listed = self.program.list(folder);
        let found = listed.iter().find(|one| one.message_id == *message_id);
        found
            .unwrap_or_else(|| panic!("no {message_id} in {folder}: {listed:?}"))
            .uid
    }

    fn put(&mut self, folder: &str, number: usize) {
        self.folders.get_mut(folder).unwrap().push(number);
    }

    fn take(&mut self, folder: &str, number: usize) {
        let numbers = self.folders.get_mut(folder).unwrap();
        let place = numbers.iter().position(|one| *one == number).unwrap();
        numbers.remove(place);
    }

    /// Notes what the scanner can no longer see since `before` and what it can see from now on.
    fn see(&mut self, before: DateTime<Utc>, renumbered: Option<&str>) {
        let now = SystemClock.now();
        let mut visible: BTreeMap<(String, usize), usize> = BTreeMap::new();
        for folder in &self.scanned {
            for number in self.folders.get(folder).into_iter().flatten() {
                *visible.entry((folder.clone(), *number)).or_default() += 1;
            }
        }
        let spans = &mut self.spans;
        self.seen.retain(|(folder, number), (count, from)| {
            let left = visible
                .get(&(folder.clone(), *number))
                .copied()
                .unwrap_or(0);
            // Which one of several copies went is not known.
            let stays = left >= *count && renumbered != Some(folder);
            if !stays {
                spans.push(Span {
                    number: *number,
                    from: *from,
                    to: Some(before),
                });
            }
            stays
        });
        for (place, count) in visible {
            self.seen.entry(place).or_insert((count, now)).0 = count;
        }
    }
}
