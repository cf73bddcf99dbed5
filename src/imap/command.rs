//! One command as it goes over the wire (RFC 3501 §4.3, §9): refuses whatever could smuggle in a second one.

use std::collections::VecDeque;

pub(crate) use super::sasl::SecretBytes;
use crate::transport::ServerError;

/// A command without its tag; what follows a literal's announcement waits for the server's `+`.
pub(crate) struct Command {
    verb: &'static str,
    line: SecretBytes,
    literals: VecDeque<SecretBytes>,
}

impl Command {
    /// A command that consists of its verb.
    pub(crate) fn new(verb: &'static str) -> Self {
        Self {
            verb,
            line: verb.as_bytes().to_vec().into(),
            literals: VecDeque::new(),
        }
    }

    /// The command's name, for messages.
    pub(crate) fn verb(&self) -> &'static str {
        self.verb
    }

    /// Adds a word as it is.
    pub(crate) fn word(mut self, word: &str) -> Result<Self, ServerError> {
        refuse_line_breaks(word)?;
        self.push(b" ");
        self.push(word.as_bytes());
        Ok(self)
    }

    /// Adds a string: quoted if it is ASCII, else a literal.
    pub(crate) fn string(mut self, text: &str) -> Result<Self, ServerError> {
        refuse_line_breaks(text)?;
        if text.is_ascii() {
            self.push(b" \"");
            for byte in text.bytes() {
                if matches!(byte, b'"' | b'\\') {
                    self.push(b"\\");
                }
                self.push(&[byte]);
            }
            self.push(b"\"");
        } else {
            self.push(format!(" {{{}}}", text.len()).as_bytes());
            self.literals.push_back(text.as_bytes().to_vec().into());
        }
        Ok(self)
    }

    fn push(&mut self, bytes: &[u8]) {
        self.literals
            .back_mut()
            .unwrap_or(&mut self.line)
            .extend_from_slice(bytes);
    }

    /// The first line and what is to be sent for each `+` after it.
    pub(crate) fn into_parts(self) -> (SecretBytes, VecDeque<SecretBytes>) {
        (self.line, self.literals)
    }
}

fn refuse_line_breaks(text: &str) -> Result<(), ServerError> {
    if text.contains(['\r', '\n', '\0']) {
        return Err(ServerError::BadSetting {
            what: "a name or password has a line break or a NUL in it, which IMAP can't carry"
                .to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
