//! The line above a quote that says who wrote it: `On … Anna Rossi <anna@example.it> wrote:`, cut over up to three lines.

use super::Line;

/// Over how many lines it may be cut.
const MAX_CUT: usize = 3;

/// How it begins, where it begins with a word of its language.
const BEGINS: &[&str] = &[
    "on ",
    "il ",
    "in data ",
    "in date ",
    "w dniu ",
    "dnia ",
    "pon.",
    "wt.",
    "sr.",
    "czw.",
    "pt.",
    "sob.",
    "niedz.",
    "niedziela",
    "em ",
    "a ",
    "as ",
    "no dia ",
    "in ",
    "pe ",
    "la ",
    "am ",
    "le ",
    "el ",
    "op ",
    "den ",
    "at ",
    "lun",
    "mar",
    "quoting ",
];
/// What it ends with before the colon.
const ENDS: &[&str] = &[
    " wrote",
    " writes",
    " ha scritto",
    " scrive",
    " scriveva",
    " napisal(a)",
    " napisala",
    " napisal",
    " pisze",
    " escreveu",
    " a scris",
    " scrie",
    " schrieb",
    " schrieben",
    " a ecrit",
    " ecrit",
    " escribio",
    " ha escrito",
    " schreef",
    " skrev",
    " wrote the following",
    " ha scritto quanto segue",
];
/// What stands in the middle in languages that put the name or the day last.
const INSIDE: &[&str] = &[
    " schrieb ",
    " schreef ",
    " wrote on ",
    " schrieb am ",
    " ha scritto il ",
    " a ecrit le ",
    " escreveu no dia ",
    " escreveu (",
    " ha scritto (",
];

/// How many lines it takes, if it begins in the line at `at`.
pub(super) fn at(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let lines = lines.get(at..(at + MAX_CUT).min(lines.len()))?;
    let whole = lines
        .iter()
        .take_while(|line| !line.is_blank() && !line.folded.starts_with('>'));
    let last = whole.clone().position(|line| line.folded.ends_with(':'))?;
    let words: Vec<&str> = whole
        .take(last + 1)
        .map(|line| line.folded.as_str())
        .collect();
    says_who(&words.join(" ")).then_some(last + 1)
}

fn says_who(line: &str) -> bool {
    let Some(said) = line.strip_suffix(':') else {
        return false;
    };
    let said = said.trim_end();
    let ends = ENDS.iter().any(|verb| said.ends_with(verb));
    let inside = INSIDE.iter().any(|verb| said.contains(verb));
    let digits = said.bytes().filter(u8::is_ascii_digit).count();
    let begins = BEGINS.iter().any(|word| said.starts_with(word));
    (ends || inside) && (said.contains('@') || digits >= 4 || begins && digits >= 2)
}
