//! The conversation recorded as text, for snapshots and for a person who wants to see it. Credentials are
//! masked and literals are replaced by their size before a line gets here; it never holds mail bodies.

use std::collections::VecDeque;
use std::fmt;

/// Older lines are forgotten beyond this many.
const KEPT_LINES: usize = 20_000;

/// Who said a recorded line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The program under test.
    Client,
    /// This provider.
    Server,
    /// Nobody: what happened to the connection.
    Event,
}

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number of the connection since the provider was made, from 1.
    pub connection: u64,
    /// Who said it.
    pub speaker: Speaker,
    /// What was said, without the line end, credentials masked, literals as `{n} …`.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.speaker {
            Speaker::Client => "C:",
            Speaker::Server => "S:",
            Speaker::Event => "--",
        };
        write!(f, "{mark} {}", self.text)
    }
}

/// The newest lines of all connections.
#[derive(Debug, Default)]
pub(crate) struct Transcript(VecDeque<Line>);

impl Transcript {
    pub(crate) fn push(&mut self, line: Line) {
        if self.0.len() >= KEPT_LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        self.0.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
