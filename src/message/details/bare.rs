//! Whether a text is nothing but a form: what a program reports, and not a letter with fields in it or a signature with
//! labels below one.

use rules::{DetailName, Form};

use super::super::split::{Line, lines_of};
use super::labels::{Meaning, meaning};

/// How many lines a program writes above the fields, and how many below.
const MAX_ABOVE: usize = 3;
const MAX_BELOW: usize = 3;
/// How long such a line may be, in bytes.
const MAX_LINE: usize = 200;

/// First words of letters, folded; behind one comes no letter of the same word.
const GREETINGS: &[&str] = &[
    "hello",
    "hi",
    "hey",
    "dear",
    "greetings",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "to whom it may concern",
    "buongiorno",
    "buon giorno",
    "buonasera",
    "buona sera",
    "buon pomeriggio",
    "salve",
    "ciao",
    "gentile",
    "gentili",
    "gentilissimo",
    "gentilissima",
    "gentilissimi",
    "gent.mi",
    "egregio",
    "egregia",
    "egregi",
    "spett.le",
    "spettabile",
    "caro",
    "cara",
    "cari",
    "dzien dobry",
    "dobry wieczor",
    "witam",
    "witajcie",
    "szanowni",
    "szanowny",
    "szanowna",
    "czesc",
    "drogi",
    "droga",
    "bom dia",
    "boa tarde",
    "boa noite",
    "ola",
    "oi",
    "exmo",
    "exma",
    "exmos",
    "prezado",
    "prezada",
    "prezados",
    "caros",
    "buna",
    "buna ziua",
    "salut",
    "salutari",
    "stimate",
    "stimata",
    "stimati",
    "draga",
    "dragi",
    "guten",
    "hallo",
    "sehr",
    "liebe",
    "lieber",
    "moin",
    "servus",
    "gruß gott",
    "bonjour",
    "bonsoir",
    "madame",
    "monsieur",
    "cher",
    "chere",
    "chers",
    "hola",
    "buenos dias",
    "buenas",
    "estimado",
    "estimada",
    "estimados",
    "querido",
    "querida",
];

/// Whether the text holds the form's fields and hardly more: no greeting, no closing, few lines around. What stands above
/// has to introduce fields that say what somebody wants, else a short letter is above its signature; `free_mail` senders
/// are people until then.
pub(in super::super) fn is_all_of(text: &str, form: &Form, free_mail: bool) -> bool {
    let lines: Vec<Line<'_>> = lines_of(text).filter(|line| !line.is_blank()).collect();
    let known = form.fields.iter();
    let first = known
        .clone()
        .find(|field| matches!(meaning(&field.label), Some(Meaning::Of(_))));
    let Some(above) = first.and_then(|first| {
        let begins = |line: &Line<'_>| of_field(line.text).starts_with(&first.label);
        lines.iter().position(begins)
    }) else {
        return false;
    };
    let Some(end) = end_of(&lines, form) else {
        return false;
    };
    let (head, tail) = (
        lines.get(..above).unwrap_or_default(),
        lines.get(end + 1..).unwrap_or_default(),
    );
    let wants = form.fields.iter().any(|field| {
        meaning(&field.label) == Some(Meaning::Of(DetailName::Message)) && !field.value.is_empty()
    });
    let around = head.iter().chain(tail);
    let no_letter =
        |line: &Line<'_>| line.text.len() <= MAX_LINE && !greets(line) && !line.closes_letter();
    head.len() <= MAX_ABOVE
        && tail.len() <= MAX_BELOW
        && (head.is_empty() || wants || !free_mail)
        && around.into_iter().all(no_letter)
}

/// The last line of the last field that has a value.
fn end_of(lines: &[Line<'_>], form: &Form) -> Option<usize> {
    let filled = form
        .fields
        .iter()
        .rev()
        .find(|field| !field.value.is_empty());
    let last = filled?.value.lines().next_back()?.trim();
    lines.iter().rposition(|line| line.text.contains(last))
}

/// What of a line may be a label.
fn of_field(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || "*•·>-".contains(c))
}

fn greets(line: &Line<'_>) -> bool {
    GREETINGS.iter().any(|words| {
        line.folded
            .strip_prefix(words)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
#[path = "bare_tests.rs"]
mod tests;
