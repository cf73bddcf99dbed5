//! Which fields of which records are searched.

use rules::RecordKind;

/// Fields by their names in the set-up file (`contacts.email`); none named means all.
#[derive(Debug, Clone, Default)]
pub struct SearchFields(Vec<String>);

impl SearchFields {
    /// Names as the set-up file has them.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    pub(super) fn allow(&self, kind: RecordKind, field: &str) -> bool {
        let wanted = format!("{}s.{field}", kind.as_str());
        self.0.is_empty() || self.0.contains(&wanted)
    }
}
