//! Every row of the table from the provider's real answer bytes to cause, who must act, remedy and colour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use url::form_urlencoded;

use super::table::Row;
use super::{Provider, Signal, Stage, google, judge, microsoft, row, standard, zoho};
use crate::cause::{Cause, Who};
use crate::oauth::OAuthError;
use crate::oauth::answer::{self, Refusal, Said};
use crate::oauth::wire::Answer;

/// What a refusal must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Red(Cause, Who),
    /// The attempt is over, the light as it was.
    Cancelled,
    /// Tried again by itself, the light as it was.
    Health,
}

/// One answer as the provider sends it.
pub(super) struct Case {
    provider: Provider,
    stage: Stage,
    status: u16,
    /// A JSON body, or the query of a callback.
    bytes: String,
    colour: Colour,
    /// What the remedy, or with no remedy the words, must not be without.
    decisive: &'static str,
}

pub(super) fn case(
    provider: Provider,
    stage: Stage,
    status: u16,
    bytes: impl Into<String>,
    colour: Colour,
    decisive: &'static str,
) -> Case {
    Case {
        provider,
        stage,
        status,
        bytes: bytes.into(),
        colour,
        decisive,
    }
}

/// A refusal in its provider's words, or what an answer that is none comes to.
enum Heard {
    Refusal(Refusal),
    Nothing(OAuthError),
}

impl Case {
    /// Reads the bytes as the program does.
    fn heard(&self) -> Heard {
        if self.stage == Stage::Authorize {
            return Heard::Refusal(self.callback());
        }
        let answer = Answer {
            status: self.status,
            retry_after: None,
            body: self.bytes.clone().into_bytes(),
        };
        match answer::read(&answer) {
            Ok(Said::Refused(refusal)) => Heard::Refusal(refusal),
            Ok(Said::Granted(granted)) => panic!("{} was granted {granted:?}", self.bytes),
            Err(error) => Heard::Nothing(error),
        }
    }

    fn callback(&self) -> Refusal {
        let pairs: BTreeMap<_, _> = form_urlencoded::parse(self.bytes.as_bytes()).collect();
        let part = |name: &str| pairs.get(name).map(ToString::to_string);
        Refusal {
            error: part("error").unwrap_or_default(),
            description: part("error_description").unwrap_or_default(),
            codes: Vec::new(),
            suberror: part("error_subcode"),
            status: 0,
            retry_after: None,
        }
    }

    fn judged(&self) -> OAuthError {
        match self.heard() {
            Heard::Refusal(refusal) => refusal.judged(self.provider, self.stage),
            Heard::Nothing(error) => error,
        }
    }

    /// The row of the table that decides, and the numbers it can decide by.
    fn decided_by(&self) -> Option<(&'static Row, Vec<u32>)> {
        let Heard::Refusal(refusal) = self.heard() else {
            return None;
        };
        let mut numbers = super::codes_in(&refusal.description);
        numbers.extend(&refusal.codes);
        let row = row(&Signal {
            provider: self.provider,
            stage: self.stage,
            error: &refusal.error,
            description: &refusal.description,
            codes: &refusal.codes,
            suberror: refusal.suberror.as_deref(),
            status: refusal.status,
            retry_after: None,
        })?;
        Some((row, numbers))
    }
}

fn all() -> Vec<Case> {
    let mut cases = google::tests::cases();
    cases.extend(microsoft::tests::cases());
    cases.extend(zoho::tests::cases());
    cases.extend(standard::tests::cases());
    cases
}

#[test]
fn every_answer_comes_to_its_cause_its_person_its_remedy_and_its_colour() {
    let (mut text, mut last) = (String::new(), String::new());
    for case in all() {
        let judged = case.judged();
        let (colour, words, remedy) = match judged {
            OAuthError::Red(red) => (Colour::Red(red.cause, red.who), red.words, red.remedy),
            OAuthError::Cancelled { words } => (Colour::Cancelled, words.clone(), words),
            OAuthError::Transient { words, .. } => (Colour::Health, words.clone(), words),
        };
        assert_eq!(colour, case.colour, "{}", case.bytes);
        assert!(
            remedy.contains(case.decisive),
            "{}: {remedy} lacks {}",
            case.bytes,
            case.decisive
        );
        assert!(
            words.ends_with('.') && remedy.ends_with('.'),
            "{words} {remedy}"
        );
        let (words, _) = words.split_once(" Trace ID").unwrap_or((&words, ""));
        writeln!(text, "{:?} {:?}: {words}", case.provider, case.stage).unwrap();
        let told = if remedy == last { "the same" } else { &remedy };
        match colour {
            Colour::Red(cause, who) => {
                let (cause, who) = (cause.as_str(), who.as_str());
                writeln!(text, "  red {cause} ({who}): {told}")
            }
            Colour::Cancelled => writeln!(text, "  cancelled"),
            Colour::Health => writeln!(text, "  health"),
        }
        .unwrap();
        last = remedy;
    }
    insta::assert_snapshot!(text);
}

/// A row, and a number in a row, that no answer leads to is not shown to be right.
#[test]
fn every_row_and_every_number_has_an_answer_that_leads_to_it() {
    let mut met = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for case in all() {
        if let Some((row, codes)) = case.decided_by() {
            met.insert(std::ptr::from_ref(row));
            numbers.extend(codes);
        }
    }
    for (table, rows) in [
        ("google", google::ROWS),
        ("microsoft", microsoft::ROWS),
        ("zoho", zoho::ROWS),
        ("standard", standard::ROWS),
    ] {
        for (at, row) in rows.iter().enumerate() {
            assert!(
                met.contains(&std::ptr::from_ref::<Row>(row)),
                "{table} {at}: {row:?}"
            );
            for code in row.codes {
                assert!(numbers.contains(code), "AADSTS{code}");
            }
        }
    }
}

#[test]
fn no_number_stands_in_two_rows_that_could_both_be_meant() {
    let mut seen = BTreeSet::new();
    for row in microsoft::ROWS {
        for code in row.codes {
            // 65001 means one thing in a browser and another afterwards, 70000 is told apart by its words.
            assert!(
                seen.insert(*code) || [65001, 70000].contains(code),
                "AADSTS{code}"
            );
        }
    }
}

#[test]
fn the_servers_own_trouble_is_health_whatever_it_says_and_its_wish_is_kept() {
    for status in [408, 425, 429, 500, 502, 503, 504, 599] {
        let judged = judge(&Signal {
            provider: Provider::Microsoft,
            stage: Stage::Token,
            error: "invalid_grant",
            description: "AADSTS50173: The provided grant has expired due to it being revoked.",
            codes: &[50173],
            suberror: Some("bad_token"),
            status,
            retry_after: Some(Duration::from_secs(17)),
        });
        let OAuthError::Transient { retry_after, .. } = judged else {
            panic!("{status}: {judged:?}");
        };
        assert_eq!(retry_after, Some(Duration::from_secs(17)));
    }
}

#[test]
fn numbers_are_found_in_a_description_where_there_are_no_others() {
    let numbers =
        super::codes_in("AADSTS7000222: The client secret … AADSTS50173 AADSTS: AADSTS99999999999");
    assert_eq!(numbers, [7_000_222, 50173]);
}
