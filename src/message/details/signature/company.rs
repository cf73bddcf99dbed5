//! The company in a line: by its legal form, or since it is called as its domain is.

use super::super::super::folded::folded;

/// How sure a name with a legal form is, one that is the domain's, and one that begins as the domain does.
const BY_FORM: u8 = 80;
const BY_DOMAIN: u8 = 75;
const LIKE_DOMAIN: u8 = 65;
/// How long a company's name may be, in words.
const MAX_WORDS: usize = 9;

/// Legal forms without their dots, in lower case.
const FORMS: &[&str] = &[
    "srl", "srls", "spa", "snc", "sas", "sapa", "scarl", "coop", "gmbh", "mbh", "ag", "kg", "ohg",
    "gbr", "ug", "ek", "se", "kgaa", "sarl", "sasu", "eurl", "sa", "lda", "ltda", "sl", "slu",
    "slp", "sau", "ltd", "limited", "llc", "llp", "inc", "corp", "plc", "bv", "nv", "aps", "a/s",
    "mbb", "scpa", "sca", "ac", "ev", "eg", "rl", "as", "oy", "oyj", "ab", "doo", "sro", "kft",
    "pfa", "zoo", "pty", "pte", "bvba",
];
/// Words as well as forms: these count in capitals only, or with their dots.
const WORDS_TOO: &[&str] = &[
    "spa", "sas", "ag", "kg", "se", "sa", "sl", "as", "ab", "ug", "ek", "coop", "inc", "nv", "bv",
    "ac", "ev", "eg", "rl", "sca", "oy", "limited", "doo", "slu", "sau", "zoo",
];

/// The company that a line names; `domain` is the sender's, or empty, and `sender` what the sender is called.
pub(super) fn in_text(text: &str, domain: &str, sender: &str) -> Option<(String, u8)> {
    by_form(text)
        .map(|name| (name, BY_FORM))
        .or_else(|| by_domain(text, domain, sender))
}

fn by_form(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(MAX_WORDS + 1).collect();
    let at = (1..words.len()).find(|at| is_form(&words, *at))?;
    let mut end = at + 1;
    // `GmbH & Co. KG`, `S.r.l. unipersonale`, `Sp. z o.o. sp. k.`
    if words.get(end) == Some(&"&")
        && words
            .get(end + 1)
            .is_some_and(|word| word.to_lowercase().starts_with("co"))
    {
        end += 2;
        if words
            .get(end)
            .is_some_and(|word| word.trim_matches([',', ';']) == "KG")
        {
            end += 1;
        }
    }
    let name = words.get(..end)?.join(" ");
    let name = name.trim_end_matches([',', ';', ':']);
    // A label or a word of courtesy in front.
    let name = name.rsplit_once(": ").map_or(name, |(_, name)| name);
    let name = ["presso ", "c/o ", "at ", "bei "]
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(name);
    // What stands before the name in its line, as `Sales Manager, Rossi Srl`.
    let name = match name.rsplit_once(", ") {
        Some((_, behind)) if behind.contains(' ') => behind,
        _ => name,
    };
    let letters = name.chars().any(char::is_alphabetic);
    (letters && name.split_whitespace().count() >= 2 && !name.contains('@'))
        .then(|| name.to_owned())
}

fn is_form(words: &[&str], at: usize) -> bool {
    let Some(word) = words
        .get(at)
        .map(|word| word.trim_matches(|c: char| ",;:()\"".contains(c)))
    else {
        return false;
    };
    let bare = word.replace('.', "").to_lowercase();
    // `Sp. z o.o.`, `Sp. z o. o.`
    let before = words.get(at - 1).map(|word| word.to_lowercase());
    if bare == "oo" && before.as_deref() == Some("z") {
        return true;
    }
    if !FORMS.contains(&bare.as_str()) {
        return false;
    }
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let dotted = word.trim_end_matches('.').contains('.');
    !WORDS_TOO.contains(&bare.as_str())
        || dotted
        || capitals >= 2
        || matches!(word, "Inc" | "Inc." | "Oy" | "Limited" | "Coop")
}

fn by_domain(text: &str, domain: &str, sender: &str) -> Option<(String, u8)> {
    let main = main_label(domain)?;
    let bare = |text: &str| {
        folded(text)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let main = bare(main);
    let name = bare(text);
    let words = text.split_whitespace().count();
    // A person's own domain is no company.
    if main.len() < 3
        || words > 6
        || name == bare(sender)
        || text.contains(['@', ':', '/'])
        || text.contains("www.")
    {
        return None;
    }
    if name == main {
        return Some((text.to_owned(), BY_DOMAIN));
    }
    let begins = main.len() >= 5 && name.starts_with(&main) && name.len() <= 2 * main.len() + 10;
    begins.then(|| (text.to_owned(), LIKE_DOMAIN))
}

/// `rossi-mobili` of `mail.rossi-mobili.it` and of `rossi-mobili.co.uk`.
fn main_label(domain: &str) -> Option<&str> {
    let mut labels = domain.rsplit('.').skip(1);
    let first = labels.next()?;
    if matches!(first, "co" | "com" | "org" | "net") {
        return labels.next().or(Some(first));
    }
    Some(first)
}
