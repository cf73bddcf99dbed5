//! Subjects without the marks that mail programs put before them: `Re:`, `AW:`, `Fwd:`, `RE[2]:`.

/// The marks of answers and of mail passed on, of the programs and languages that are met; folded.
const MARKS: &[&str] = &[
    "re",
    "r",
    "ri",
    "rif",
    "rv",
    "res",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "odp",
    "ynt",
    "fw",
    "fwd",
    "wg",
    "i",
    "tr",
    "enc",
    "encaminhado",
    "pd",
    "podaj dalej",
    "ilt",
    "doorst",
    "vl",
    "vb",
    "redir",
    "転送",
    "返信",
    "回复",
    "转发",
    "отв",
    "fs",
];
/// How many marks are taken off; nobody answers more often than a person would read.
const MOST: usize = 50;
/// How many letters a mark may have, with its count.
const LONGEST: usize = 20;

/// The subject as it was before anybody answered or passed it on.
pub(crate) fn without_reply_marks(subject: &str) -> &str {
    let mut rest = subject.trim();
    for _ in 0..MOST {
        match after_mark(rest) {
            Some(after) => rest = after,
            None => break,
        }
    }
    // A subject of nothing but marks says more than none.
    if rest.is_empty() {
        subject.trim()
    } else {
        rest
    }
}

fn after_mark(subject: &str) -> Option<&str> {
    let (end, colon) = subject
        .char_indices()
        .take(LONGEST)
        .find(|(_, letter)| matches!(letter, ':' | '：'))?;
    let mark = crate::fold(without_count(subject.get(..end)?));
    let after = subject.get(end + colon.len_utf8()..)?;
    MARKS.contains(&mark.as_str()).then(|| after.trim_start())
}

/// `RE[2]`, `Re (3)`, `Re^2`: programs that count answers.
fn without_count(mark: &str) -> &str {
    let counted = mark.trim_end().trim_end_matches([']', ')']);
    let before = counted.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if before.len() == counted.len() {
        return mark;
    }
    before.trim_end_matches(['[', '(', '^', ' '])
}

#[cfg(test)]
#[path = "subject_tests.rs"]
mod tests;
