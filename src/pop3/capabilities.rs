//! What a server says it can do (CAPA, RFC 2449 §5), in the words that IMAP has for ways to sign in: `AUTH=PLAIN`.

use std::collections::BTreeSet;
use std::time::Duration;

/// Capabilities kept of one server.
const MOST: usize = 200;

/// What the server can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    words: BTreeSet<String>,
    /// The least time between two sign-ins (RFC 2449 §6.5).
    pub(crate) login_delay: Option<Duration>,
    /// Whether it answered CAPA at all; else nothing is known.
    pub(crate) told: bool,
}

impl Capabilities {
    /// Learns a line of the answer.
    pub(crate) fn learn(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line).to_ascii_uppercase();
        let mut words = text.split_whitespace();
        match words.next() {
            Some("SASL") => {
                for mechanism in words {
                    self.keep(format!("AUTH={mechanism}"));
                }
            }
            Some("LOGIN-DELAY") => {
                let seconds = words.next().and_then(|word| word.parse().ok());
                self.login_delay = seconds.map(Duration::from_secs);
                self.keep("LOGIN-DELAY".to_owned());
            }
            Some(word) => self.keep(word.to_owned()),
            None => {}
        }
    }

    fn keep(&mut self, word: String) {
        let plain = word.bytes().all(|byte| byte.is_ascii_graphic());
        if plain && word.len() <= 100 && self.words.len() < MOST {
            self.words.insert(word);
        }
    }

    /// Whether the server has this (upper case).
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Everything, sorted.
    pub(crate) fn all(&self) -> Vec<String> {
        self.words.iter().cloned().collect()
    }

    /// Its ways to sign in, for a person.
    pub(crate) fn ways_in(&self) -> String {
        let mut ways: Vec<&str> = self
            .words
            .iter()
            .filter_map(|word| word.strip_prefix("AUTH="))
            .collect();
        if self.has("USER") {
            ways.push("USER");
        }
        if ways.is_empty() {
            "nothing else".to_owned()
        } else {
            ways.join(", ")
        }
    }
}

#[cfg(test)]
#[path = "capabilities_tests.rs"]
mod tests;
