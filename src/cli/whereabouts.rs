//! Where a message lies whose copy has vanished from a folder on the server.

use entities::deliveries::{DeliveryState, Model};
use entities::ids::MailboxId;

use super::output;
use crate::store::deliveries::OF_FILES;

/// A copy with where it lies, or lay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub copy: &'a Model,
    /// Name of the folder, decoded.
    pub folder: &'a str,
    pub mailbox: Option<MailboxId>,
}

impl Place<'_> {
    fn is_present(&self) -> bool {
        self.copy.vanished_at.is_none()
            && self.copy.uid_validity != OF_FILES
            && self.copy.state != DeliveryState::Gone
    }

    /// Whether both are one copy on the server, which two scanners keep.
    fn is_the_same(&self, other: &Self) -> bool {
        let number = |place: &Self| (place.copy.uid_validity, place.copy.uid);
        self.folder == other.folder && number(self) == number(other)
    }
}

/// The folder of its mailbox in which the message lies now, by another of its `copies`; nothing where it is in none, or
/// where this one has not vanished.
pub(super) fn moved_to<'a>(
    place: &Place<'_>,
    copies: impl IntoIterator<Item = Place<'a>>,
) -> Option<String> {
    place.copy.vanished_at?;
    let present = copies.into_iter().filter(|other| {
        other.is_present()
            && other.mailbox.is_some()
            && other.mailbox == place.mailbox
            && !place.is_the_same(other)
    });
    // One that came later was moved there; one that was there before is a copy that was left.
    present
        .max_by_key(|other| other.copy.id)
        .map(|other| other.folder.to_owned())
}

/// The same in words, which follow what else is said of the copy.
pub(super) fn away(place: &Place<'_>, moved_to: Option<&str>) -> Option<String> {
    let since = place.copy.vanished_at?;
    if place.copy.state == DeliveryState::Gone {
        return None;
    }
    Some(match moved_to {
        Some(to) if to == place.folder => "has another number there now".to_owned(),
        Some(to) => format!("moved to {to}"),
        None => format!("removed on the server since {}", output::moment(since)),
    })
}

#[cfg(test)]
#[path = "whereabouts_tests.rs"]
mod tests;
