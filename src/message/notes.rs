//! What could not be read, in plain words for a person; each thing said once.

/// How many notes one message may have.
const MAX_NOTES: usize = 50;

/// The notes of one message.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    /// Adds a note unless it was made already.
    pub(super) fn add(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.0.len() < MAX_NOTES && !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    pub(super) fn into_list(self) -> Vec<String> {
        self.0
    }
}

/// A piece of a header for use inside a note: one line, at most 80 characters.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}
