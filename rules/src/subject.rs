//! Subjects without the marks that mail programs put before them: `Re:`, `AW:`, `Fwd:`, `RE[2]:`.

/// What a mark before a subject says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectMark {
    /// It is an answer.
    Reply,
    /// It is mail passed on.
    Forward,
}

/// The marks of answers, of the programs and languages that are met; folded.
const REPLIES: &[&str] = &[
    "re", "r", "ri", "rif", "ref", "res", "resp", "rsp", "aw", "antw", "antwort", "sv", "odp",
    "ynt", "raspuns", "răspuns", "回复", "返信", "отв",
];
/// The marks of mail passed on.
const FORWARDS: &[&str] = &[
    "fw",
    "fwd",
    "wg",
    "i",
    "inoltro",
    "inoltra",
    "tr",
    "enc",
    "encaminhado",
    "rv",
    "pd",
    "podaj dalej",
    "ilt",
    "doorst",
    "vs",
    "vl",
    "vb",
    "redir",
    "fs",
    "转发",
    "転送",
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
            Some((_, after)) => rest = after,
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

/// What the first mark of a subject says, if it begins with one.
#[must_use]
pub fn subject_mark(subject: &str) -> Option<SubjectMark> {
    after_mark(subject.trim_start()).map(|(mark, _)| mark)
}

fn after_mark(subject: &str) -> Option<(SubjectMark, &str)> {
    let (end, colon) = subject
        .char_indices()
        .take(LONGEST)
        .find(|(_, letter)| matches!(letter, ':' | '：'))?;
    let mark = crate::fold(without_count(subject.get(..end)?));
    let after = subject.get(end + colon.len_utf8()..)?;
    let known = |marks: &[&str]| marks.contains(&mark.as_str());
    let says = if known(REPLIES) {
        SubjectMark::Reply
    } else if known(FORWARDS) {
        SubjectMark::Forward
    } else {
        return None;
    };
    Some((says, after.trim_start()))
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
