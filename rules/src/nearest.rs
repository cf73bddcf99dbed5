//! The nearest known name to a misspelt one, for errors that carry their cure.
//!
//! Knows the words that people bring from other systems (`equals`, `body`, `bind_mail`) as well as typing slips.

/// Words of other systems and what they are called here.
const SYNONYMS: &[(&str, &str)] = &[
    ("and", "all"),
    ("or", "any"),
    ("none", "not"),
    ("body", "text"),
    ("content", "text"),
    ("title", "subject"),
    ("recipients", "recipient"),
    ("attachments.name", "attachment"),
    ("attachment.name", "attachment"),
    ("attachment.names", "attachment"),
    ("mime_type", "attachment.type"),
    ("from.email", "from"),
    ("sender.address", "sender.email"),
    ("reply-to", "reply_to"),
    ("equals", "is"),
    ("equal", "is"),
    ("eq", "is"),
    ("has", "contains"),
    ("include", "contains"),
    ("begins", "starts"),
    ("begins_with", "starts"),
    ("starts_with", "starts"),
    ("ends_with", "ends"),
    ("name_ends", "ends"),
    ("matches", "regex"),
    ("pattern", "regex"),
    ("gt", "above"),
    ("greater", "above"),
    ("more", "above"),
    ("over", "above"),
    ("lt", "below"),
    ("less", "below"),
    ("under", "below"),
    ("present", "exists"),
    ("whole_word", "word"),
    ("bind", "link"),
    ("bind_mail", "link"),
    ("bind_email", "link"),
    ("lead", "create_lead"),
    ("discard", "ignore"),
    ("skip", "ignore"),
    ("newsletter", "bulk"),
    ("auto", "auto_reply"),
    ("incoming", "received"),
    ("outgoing", "sent"),
    ("account", "organization"),
    ("company", "organization"),
    ("lang", "language"),
    ("forwarded", "passed_on"),
    ("original_sender", "passed_on"),
    ("received_at", "arrived"),
    ("sent_at", "date"),
    ("day", "weekday"),
    ("time", "hour"),
    ("since", "after"),
    ("from_date", "after"),
    ("until", "before"),
    ("free_mail", "sender.free_mail"),
    ("first_contact", "sender.first_contact"),
    ("spam_score", "spam.score"),
    ("employee", "colleague"),
    ("user", "colleague"),
    ("references", "in_reply_to"),
];

/// The known name that was probably meant, if one is near enough.
#[must_use]
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let wanted = given.trim().to_lowercase().replace([' ', '-'], "_");
    let meant = SYNONYMS
        .iter()
        .find(|(word, _)| *word == wanted || word.replace('-', "_") == wanted)
        .map(|(_, here)| *here);
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        if meant == Some(name) {
            return Some(name);
        }
        let nearness = strsim::jaro_winkler(&wanted, name);
        if nearness > best.map_or(0.82, |(most, _)| most) {
            best = Some((nearness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// `unknown fact `subjct`; did you mean `subject`?`, or all known names where none is near.
pub(crate) fn unknown(what: &str, given: &str, known: &[&str]) -> String {
    let shown: String = given.chars().take(60).collect();
    match nearest(given, known.iter().copied()) {
        Some(name) => format!("unknown {what} `{shown}`; did you mean `{name}`?"),
        None => format!("unknown {what} `{shown}`; known are {}", listed(known)),
    }
}

/// `` `a`, `b` and `c` ``
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
#[path = "nearest_tests.rs"]
mod tests;
