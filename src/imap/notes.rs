//! What a server tells about itself in passing: what it can do (RFC 3501 §7.2.1) and what people should read.

use std::collections::HashSet;

use imap_proto::{Capability, ResponseCode};

use super::said::Said;

/// Warnings and alerts kept of one session.
pub(crate) const MOST_WARNINGS: usize = 20;

/// Capabilities, upper case, and warnings.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) capabilities: HashSet<String>,
    pub(crate) warnings: Vec<String>,
}

impl Notes {
    /// Learns what comes with a greeting or the answer to a login.
    pub(crate) fn learn_from_code(&mut self, code: Option<&ResponseCode<'_>>) {
        if let Some(ResponseCode::Capabilities(capabilities)) = code {
            self.learn(capabilities);
        }
    }

    /// `ENABLED` comes as capabilities too, so they add up until they are forgotten.
    pub(crate) fn learn(&mut self, capabilities: &[Capability<'_>]) {
        self.capabilities
            .extend(capabilities.iter().map(|capability| match capability {
                Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
                Capability::Atom(atom) => atom.to_ascii_uppercase(),
            }));
    }

    /// Keeps words that must be shown to a person (RFC 3501 §7.1) or that ask us to slow down.
    pub(crate) fn warn_if_alert(&mut self, said: &Said) {
        let alert = matches!(said.code.as_deref(), Some("ALERT" | "THROTTLED"));
        if alert || said.mentions("[throttled]") {
            self.warn(said.words.clone());
        }
    }

    /// Keeps words once.
    pub(crate) fn warn(&mut self, words: String) {
        let room = self.warnings.len() < MOST_WARNINGS;
        if room && !words.is_empty() && !self.warnings.contains(&words) {
            self.warnings.push(words);
        }
    }
}
