//! As much mail as a test asks for, like a company's: letters and replies in several languages, web forms, newsletters,
//! notices, auto-replies and bounces, some with attachments. The same seed gives the same bytes.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use self::body::Body;
use self::header::Header;
use self::people::Person;
use self::phrases::{LANGUAGES, Language};

mod body;
mod header;
mod people;
mod phrases;

/// What a generated message is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Written by a person, not an answer.
    Letter,
    /// An answer to an earlier message of the same generator.
    Reply,
    /// Sent by a website's contact form, with the sender in `Reply-To` and in the text.
    Form,
    /// With `List-Unsubscribe` and `Precedence: bulk`.
    Newsletter,
    /// With `Auto-Submitted: auto-generated`, from a noreply address.
    Notice,
    /// With `Auto-Submitted: auto-replied`.
    AutoReply,
    /// A delivery report from MAILER-DAEMON.
    Bounce,
}

/// Of a hundred messages; the rest are letters.
const SHARES: [(Kind, u32); 6] = [
    (Kind::Reply, 25),
    (Kind::Newsletter, 18),
    (Kind::Form, 8),
    (Kind::Notice, 8),
    (Kind::AutoReply, 4),
    (Kind::Bounce, 2),
];

/// One generated message, with CR LF line ends.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// With its angle brackets.
    pub message_id: String,
    /// The `From` address.
    pub from: String,
    /// As a person reads it.
    pub subject: String,
    /// What it is meant to be.
    pub kind: Kind,
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        &self.raw
    }
}

/// Makes messages without end.
#[derive(Debug)]
pub struct Generator {
    rng: StdRng,
    seed: u64,
    to: String,
    mean_size: usize,
    senders: u32,
    number: u64,
    /// What a reply may answer.
    recent: Vec<Answerable>,
}

#[derive(Debug, Clone)]
struct Answerable {
    message_id: String,
    references: Vec<String>,
    subject: String,
    person: Person,
    language: &'static Language,
}

const REMEMBERED: usize = 200;
const REFERENCES: usize = 12;

impl Generator {
    /// Mail to `to` of 8 KB in the mean, from about 400 people.
    #[must_use]
    pub fn new(seed: u64, to: &str) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            seed,
            to: to.to_owned(),
            mean_size: 8_000,
            senders: 400,
            number: 0,
            recent: Vec::new(),
        }
    }

    /// How large messages shall be in the mean, in bytes; attachments make up what text does not.
    #[must_use]
    pub fn mean_size(mut self, bytes: usize) -> Self {
        self.mean_size = bytes;
        self
    }

    /// How many people write.
    #[must_use]
    pub fn senders(mut self, count: u32) -> Self {
        self.senders = count.max(1);
        self
    }

    fn kind(&mut self) -> Kind {
        let mut ticket = self.rng.random_range(0..100);
        for (kind, share) in SHARES {
            if ticket < share && (kind != Kind::Reply || !self.recent.is_empty()) {
                return kind;
            }
            ticket = ticket.saturating_sub(share);
        }
        Kind::Letter
    }

    fn new_thread(&mut self) -> Answerable {
        let language = LANGUAGES.choose(&mut self.rng).unwrap_or(&LANGUAGES[0]);
        let person = Person::numbered(self.rng.random_range(0..self.senders));
        let subject = phrases::one(&mut self.rng, language.subjects);
        let subject = format!("{subject} {}", self.rng.random_range(1000..9999));
        Answerable {
            message_id: String::new(),
            references: Vec::new(),
            subject,
            person,
            language,
        }
    }

    fn answer(&mut self) -> Answerable {
        let Some(mut thread) = self.recent.choose(&mut self.rng).cloned() else {
            return self.new_thread();
        };
        thread
            .references
            .push(std::mem::take(&mut thread.message_id));
        let spare = thread.references.len().saturating_sub(REFERENCES);
        thread.references.drain(..spare);
        if !thread.subject.starts_with("Re: ") {
            thread.subject.insert_str(0, "Re: ");
        }
        thread
    }

    fn message(&mut self) -> Message {
        let kind = self.kind();
        let mut thread = if kind == Kind::Reply {
            self.answer()
        } else {
            self.new_thread()
        };
        thread.message_id = format!(
            "<{}.{:x}@{}>",
            self.number,
            self.seed,
            thread.person.domain()
        );
        let header = Header {
            kind,
            number: self.number,
            person: &thread.person,
            to: &self.to,
            subject: &thread.subject,
            message_id: &thread.message_id,
            references: &thread.references,
        };
        let mut raw = header.text().into_bytes();
        let body = Body {
            kind,
            person: &thread.person,
            to: &self.to,
            language: thread.language,
        };
        raw.extend(body.bytes(&mut self.rng, self.mean_size));

        let message = Message {
            raw,
            from: header.from().1,
            message_id: thread.message_id.clone(),
            subject: thread.subject.clone(),
            kind,
        };
        self.number += 1;
        if matches!(kind, Kind::Letter | Kind::Reply) {
            if self.recent.len() == REMEMBERED {
                self.recent.remove(0);
            }
            self.recent.push(thread);
        }
        message
    }
}

impl Iterator for Generator {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        Some(self.message())
    }
}
