//! What makes a message nobody's work: said by an earlier rule, or of mail that may be forged.

use crate::facts::{Conversation, Facts, Identified};
use crate::rule::action::ActionName;

/// The first rule that says something of the message itself counts.
pub(super) fn said_already(action: ActionName, rule: &str) -> String {
    match action {
        ActionName::Assign => format!("rule `{rule}` assigns it already"),
        other => format!("rule `{rule}` gives it a {} already", other.as_str()),
    }
}

/// A message that may be forged changes nothing for those who work on what it claims to belong to.
pub(super) fn doubtful(facts: &Facts, action: ActionName) -> Option<String> {
    let message = &facts.message;
    let belongs = !facts.candidates.is_empty() || message.conversation == Conversation::Reply;
    if message.authentication.identity() != Identified::Weak || !belongs {
        return None;
    }
    let not = match action {
        ActionName::Assign => "it is assigned to nobody",
        ActionName::Status => "its status stays as it is",
        _ => "its priority stays as it is",
    };
    Some(format!(
        "it may not be from whom it says and belongs to what there is, so {not}"
    ))
}
