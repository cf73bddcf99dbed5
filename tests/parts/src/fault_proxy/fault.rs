//! What goes wrong on the way, where and how often.

use std::time::Duration;

/// A part of an IMAP session, as the program's commands divide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// From the connection to the first byte, of TLS too.
    Connection,
    /// The server's first line.
    Greeting,
    /// CAPABILITY.
    Capability,
    /// STARTTLS, up to the beginning of TLS.
    StartTls,
    /// LOGIN and AUTHENTICATE.
    SignIn,
    /// LIST.
    List,
    /// SELECT and EXAMINE.
    Examine,
    /// FETCH of sizes and dates.
    Announce,
    /// FETCH of whole messages.
    Fetch,
    /// FETCH of a part of a message.
    Piece,
    /// LOGOUT.
    Logout,
    /// Any other command.
    Other,
}

/// What is done to the server's answer; the number of bytes is that of the answer that still comes through.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// The connection closes (FIN), without a goodbye of TLS.
    Cut(usize),
    /// The connection is reset (RST).
    Reset(usize),
    /// Nothing more comes; for so long, or until the program goes or the fault is lifted.
    Stall(usize, Option<Duration>),
    /// The server's side is gone and nobody tells the program: what it says is lost.
    HalfOpen(usize),
    /// The program is told that nothing more comes (FIN), and is still listened to.
    HalfClosed(usize),
    /// These bytes come in between.
    Garbage(usize, &'static [u8]),
    /// The answer comes in pieces of so many bytes.
    Pieces(usize),
    /// The same with a pause after each.
    Drip(usize, Duration),
    /// Each line of the answer, its end included, is replaced by what this makes of it; nothing leaves it as it is.
    Rewrite(fn(&str) -> Option<String>),
}

/// Harm in one phase: each time, unless told otherwise.
#[derive(Debug, Clone)]
pub struct Fault {
    phase: Phase,
    act: Act,
    skip: u32,
    left: Option<u32>,
}

impl Phase {
    /// The phase that a line of the program begins; nothing for what continues a command.
    pub(super) fn of(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (_, verb) = (words.next()?, words.next()?.to_ascii_uppercase());
        Some(match &*verb {
            "CAPABILITY" => Self::Capability,
            "STARTTLS" => Self::StartTls,
            "LOGIN" | "AUTHENTICATE" => Self::SignIn,
            "LIST" => Self::List,
            "SELECT" | "EXAMINE" => Self::Examine,
            "LOGOUT" => Self::Logout,
            "UID" | "FETCH" if line.contains("BODY.PEEK[]<") => Self::Piece,
            "UID" | "FETCH" if line.contains("BODY.PEEK[]") => Self::Fetch,
            "UID" | "FETCH" if line.contains("RFC822.SIZE") => Self::Announce,
            _ => Self::Other,
        })
    }
}

impl Fault {
    /// Does this in that phase.
    #[must_use]
    pub fn at(phase: Phase, act: Act) -> Self {
        Self {
            phase,
            act,
            skip: 0,
            left: None,
        }
    }

    /// Lets so many pass first.
    #[must_use]
    pub fn after(mut self, passes: u32) -> Self {
        self.skip = passes;
        self
    }

    /// So many times, then no more.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// What is to be done in this phase, counted.
    pub(super) fn meet(&mut self, phase: Phase) -> Option<Act> {
        if phase != self.phase || self.left == Some(0) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.left = self.left.map(|left| left - 1);
        Some(self.act)
    }
}

impl Act {
    /// After how many bytes of the answer it comes; nothing for what is done to all of it.
    pub(super) fn comes_after(self) -> Option<usize> {
        match self {
            Self::Cut(bytes)
            | Self::Reset(bytes)
            | Self::Stall(bytes, _)
            | Self::HalfOpen(bytes)
            | Self::HalfClosed(bytes)
            | Self::Garbage(bytes, _) => Some(bytes),
            Self::Pieces(_) | Self::Drip(..) | Self::Rewrite(_) => None,
        }
    }
}
