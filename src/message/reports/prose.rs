//! Bounces in words: qmail, Exim, Gmail, Exchange, Postfix, Yahoo, GMX, in the languages their servers speak.

use std::sync::LazyLock;

use regex::Regex;
use rules::{DeliveryOutcome, DeliveryReport, MessageFacts};

use super::super::Own;
use super::super::folded::folded;
use super::super::split::{Line, addresses_in, lines_of};
use super::super::{addresses, kind_signs, threads};

/// How long a diagnosis may be, in characters.
const MAX_DIAGNOSIS: usize = 300;
/// How many lines of words belong to one receiver.
const MAX_WORDS: usize = 6;
/// Within how many lines the other server's words are looked for.
const MAX_ABOUT: usize = 25;

/// How lines begin below which the returned mail stands.
const RETURNED: &[&str] = &[
    "--- below this line is a copy",
    "------ this is a copy of",
    "--- the header of the original",
    "----- original message",
    "----- message header follows",
    "original message headers",
    "ursprungliche nachrichtenkopfzeilen",
    "intestazioni messaggio originale",
    "oryginalne naglowki wiadomosci",
    "cabecalhos de mensagem originais",
    "en-tetes de message d'origine",
    "encabezados de mensajes originales",
    "return-path:",
    "received: ",
];
/// Of what lines speak that name a receiver in a sentence.
const DELIVERING: &[&str] = &[
    "deliver",
    "recipient",
    "reach",
    "zustell",
    "empfanger",
    "recapit",
    "destinat",
    "consegn",
    "dostarcz",
    "odbiorc",
    "entreg",
    "remis",
    "livr",
    "message to",
    "messaggio a ",
    "mailbox",
    "address",
    "wiadomosci do",
    "mensaje a ",
    "mensagem para",
    "mesajul catre",
    "nachricht an ",
    "message a ",
    "said:",
];
/// That a mailbox has no room.
const FULL: &[&str] = &[
    "mailbox full",
    "mailbox is full",
    "over quota",
    "quota exceeded",
    "exceeded its quota",
    "exceeds quota",
    "insufficient storage",
    "out of storage",
    "over the quota",
    "casella piena",
    "postfach voll",
    "postfach ist voll",
    "skrzynka jest pelna",
    "przepelnion",
    "caixa cheia",
    "caixa de correio cheia",
    "boite pleine",
    "boite aux lettres pleine",
    "buzon lleno",
    "casuta plina",
    "mailbox size limit",
];
/// That the same mail may get in later, whatever code stands before it.
const PASSING: &[&str] = &[
    "try again later",
    "temporarily",
    "greylist",
    "graylist",
    "deferred",
    "rate limit",
];
/// That the server goes on trying.
const LATE: &[&str] = &[
    "has been delayed",
    "is delayed",
    "delivery delayed",
    "(delay)",
    "not yet been delivered",
    "not been delivered yet",
    "will continue to try",
    "will keep trying",
    "will retry",
    "still being retried",
    "will be retried",
    "retry for",
    "warning: message",
    "warning: could not send",
    "no action is required",
    "wird weiterhin versuch",
    "verzogert",
    "in ritardo",
    "opoznion",
    "atrasad",
    "retarde",
    "retrasad",
    "intarziat",
];

static STATUS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b").ok());
static CODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^0-9.])([45])[0-9]{2}(?:[ -]|$)").ok());

/// The receivers that a bounce without a report names.
pub(super) fn read(facts: &MessageFacts, own: &Own) -> Vec<DeliveryReport> {
    let lines: Vec<Line<'_>> = lines_of(&facts.text).collect();
    let end = lines
        .iter()
        .position(|line| RETURNED.iter().any(|words| line.folded.starts_with(words)));
    let lines = lines.get(..end.unwrap_or(lines.len())).unwrap_or_default();
    let late =
        says(&folded(&facts.subject), LATE) || lines.iter().any(|line| says(&line.folded, LATE));
    let named = facts
        .header("x-failed-recipients")
        .map(addresses_in)
        .unwrap_or_default();
    let mut reports: Vec<DeliveryReport> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for email in receivers_in(line) {
            if reports.len() >= super::MAX_REPORTS {
                break;
            }
            let ours = own.has(&email) || facts.from.iter().any(|from| from.email == email);
            let asked = named.is_empty() || named.iter().any(|named| named.email == email);
            if ours || !asked || reports.iter().any(|report| report.email == email) {
                continue;
            }
            reports.push(report(email, lines, at, late));
        }
    }
    for named in named {
        if !reports.iter().any(|report| report.email == named.email) {
            reports.push(report(named.email, lines, lines.len(), late));
        }
    }
    // With one receiver every word is about it.
    if let [only] = reports.as_mut_slice()
        && only.status.is_empty()
        && only.outcome != DeliveryOutcome::Delayed
    {
        only.status = lines
            .iter()
            .map(|line| status_in(line.text))
            .find(|status| !status.is_empty())
            .unwrap_or_default();
        let words = lines
            .iter()
            .map(|line| line.folded.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        only.outcome = outcome(&only.status, &words);
    }
    reports
}

/// The addresses that a line is about: at its beginning, or in a sentence on delivery.
fn receivers_in(line: &Line<'_>) -> Vec<String> {
    if !line.text.contains('@') || line.folded.starts_with("message-id") {
        return Vec::new();
    }
    let begins = line
        .text
        .trim_start_matches(|c: char| c.is_whitespace() || "<>*-•\"'(".contains(c));
    let found = addresses_in(line.text)
        .into_iter()
        .map(|address| address.email);
    let found = found
        .filter(|email| !kind_signs::is_post_office(email.split('@').next().unwrap_or_default()));
    if says(&line.folded, DELIVERING) {
        return found.collect();
    }
    let first = begins
        .split(|c: char| c.is_whitespace() || "<>:,;()[]\"".contains(c))
        .next()
        .unwrap_or_default();
    let first = addresses::normal(first);
    found
        .filter(|email| first.as_ref() == Some(email))
        .collect()
}

fn report(email: String, lines: &[Line<'_>], at: usize, late: bool) -> DeliveryReport {
    let others = |line: &Line<'_>| receivers_in(line).iter().any(|other| *other != email);
    let about = lines.iter().skip(at).filter(|line| !line.is_blank());
    let about: Vec<&str> = about
        .enumerate()
        .take_while(|(count, line)| *count == 0 || !others(line))
        .map(|(_, line)| line.text.trim())
        .take(MAX_ABOUT)
        .collect();
    let near = about
        .iter()
        .take(MAX_WORDS)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    // What the other server said, rather than what ours says of it.
    let has_code = |line: &&&str| {
        !status_in(line).is_empty() || CODE.as_ref().is_some_and(|code| code.is_match(line))
    };
    let said = about.iter().find(has_code).copied().unwrap_or(&near);
    let mark = |c: char| c.is_whitespace() || "<>:*-".contains(c);
    let said = said.trim_start_matches(mark);
    let behind = said
        .get(email.len()..)
        .filter(|_| folded(said).starts_with(&email));
    let status = status_in(said);
    DeliveryReport {
        outcome: if late {
            DeliveryOutcome::Delayed
        } else {
            outcome(&status, if has_code(&&said) { said } else { &near })
        },
        status,
        diagnosis: one_line(behind.unwrap_or(said).trim_start_matches(mark)),
        email,
        message_id: None,
    }
}

/// Whether an address failed for good or for now, by the enhanced code (RFC 3463), the SMTP code, else the words.
pub(super) fn outcome(status: &str, words: &str) -> DeliveryOutcome {
    let words_folded = folded(words);
    let passes = says(&words_folded, FULL) || says(&words_folded, PASSING);
    let code = || {
        let found = CODE.as_ref().and_then(|code| code.captures(words));
        found
            .and_then(|found| found.get(1))
            .map(|digit| digit.as_str().to_owned())
    };
    match status.get(..1).map(str::to_owned).or_else(code).as_deref() {
        Some("4") => DeliveryOutcome::Soft,
        Some("2") => DeliveryOutcome::Delivered,
        // No room in the mailbox (RFC 3463 §3.3).
        Some("5") if status == "5.2.2" || passes => DeliveryOutcome::Soft,
        Some("5") => DeliveryOutcome::Hard,
        _ if passes => DeliveryOutcome::Soft,
        _ => DeliveryOutcome::Hard,
    }
}

/// The first enhanced status code in a text, or nothing.
pub(super) fn status_in(text: &str) -> String {
    let Some(status) = STATUS.as_ref() else {
        return String::new();
    };
    // An address of a machine has one number more.
    let of_a_machine = |found: &regex::Match<'_>| {
        let before = text.get(..found.start()).unwrap_or_default();
        let after = text.get(found.end()..).unwrap_or_default();
        let digit = |letter: char| letter.is_ascii_digit();
        before.ends_with('.')
            || after
                .strip_prefix('.')
                .is_some_and(|rest| rest.starts_with(digit))
    };
    let found = status.find_iter(text).find(|found| !of_a_machine(found));
    found.map_or_else(String::new, |found| found.as_str().to_owned())
}

pub(super) fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(MAX_DIAGNOSIS).collect()
}

/// The Message-ID in a header that is given back within the text.
pub(super) fn returned_id(text: &str) -> Option<String> {
    let line = text.lines().take(2_000).find(|line| {
        line.trim_start()
            .get(..11)
            .is_some_and(|name| name.eq_ignore_ascii_case("message-id:"))
    })?;
    let (_, id) = line.split_once(':')?;
    threads::id_of(id.as_bytes())
}

fn says(folded: &str, any: &[&str]) -> bool {
    any.iter().any(|words| folded.contains(words))
}
