//! What stands in a signature: name, role, company, telephones, postal address, web site, with and without labels.
//!
//! Every line is looked at by itself; what divides a line (`|`, `•`, a hyphen between blanks) divides what it says.

mod company;
mod name;
mod phone;
mod place;

pub(super) use phone::{Number, in_text as numbers};

use rules::{Address, Detail, DetailName, DetailSource};

use super::super::folded::folded;
use super::super::split::{Split, addresses_in};
use super::detail;
use super::labels::{Meaning, meaning};
use crate::domains::is_free_mail;

/// How many lines are looked at.
const MAX_LINES: usize = 25;
/// A longer line is a sentence.
const MAX_LINE: usize = 160;
/// How many pieces a line may have.
const MAX_PIECES: usize = 10;
/// How many lines at the end of a text may be a signature that nothing announces.
const MAX_TAIL: usize = 8;
/// What is labelled.
const LABELLED: u8 = 85;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: String,
    folded: String,
}

/// What the signature of a text says.
pub(super) fn read(split: &Split, sender: Option<&Address>) -> Vec<Detail> {
    let tail;
    let (lines, less) = if split.signature.is_empty() {
        tail = unannounced(&split.new_text, sender);
        (tail.as_slice(), 5)
    } else {
        (split.signature.as_slice(), 0)
    };
    let pieces: Vec<Piece> = lines
        .iter()
        .take(MAX_LINES)
        .filter(|line| line.len() <= MAX_LINE)
        .flat_map(|line| pieces(line))
        .collect();
    let mut found = Found {
        known: Vec::new(),
        less,
    };
    let mut free: Vec<&Piece> = Vec::new();
    for piece in &pieces {
        if !found.take(piece, sender) {
            free.push(piece);
        }
    }
    place::read(&free, |name, value, sure| {
        found.add(name, value, sure);
    });
    name::read(&free, sender, |name, value, sure| {
        found.add(name, value, sure);
    });
    found.known
}

struct Found {
    known: Vec<Detail>,
    /// How much less sure it is than a signature that something announces.
    less: u8,
}

impl Found {
    fn add(&mut self, name: DetailName, value: &str, confidence: u8) {
        let known = self
            .known
            .iter()
            .any(|known| known.name == name && known.confidence >= confidence);
        let confidence = confidence.saturating_sub(self.less);
        let detail = detail(name, value, confidence, DetailSource::Signature);
        if let Some(detail) = detail.filter(|_| !known) {
            self.known.push(detail);
        }
    }

    /// Takes what a piece says by itself; false where it says nothing.
    fn take(&mut self, piece: &Piece, sender: Option<&Address>) -> bool {
        let mut said = false;
        for number in phone::in_text(&piece.text) {
            let name = if number.mobile {
                DetailName::Mobile
            } else {
                DetailName::Phone
            };
            self.add(name, &number.value, number.confidence);
            said = true;
        }
        for address in addresses_in(&piece.text) {
            self.add(DetailName::Email, &address.email, 70);
            said = true;
        }
        let domain = sender.map_or("", Address::domain);
        if let Some((site, confidence)) = place::website(&piece.text, domain) {
            self.add(DetailName::Website, &site, confidence);
            said = true;
        }
        if let Some((label, value)) = piece.text.split_once(':')
            && let Some(Meaning::Of(name)) = meaning(label)
            && matches!(
                name,
                DetailName::Company | DetailName::Role | DetailName::Address
            )
        {
            self.add(name, value, LABELLED);
            return true;
        }
        let organization = Some(domain)
            .filter(|domain| !is_free_mail(domain))
            .unwrap_or_default();
        let called = sender.map_or("", |sender| sender.name.as_str());
        if let Some((company, confidence)) = company::in_text(&piece.text, organization, called) {
            self.add(DetailName::Company, &company, confidence);
            // `Rossi Srl, Via Roma 1, 40126 Bologna`
            return !piece.text.contains(',');
        }
        said
    }
}

fn pieces(line: &str) -> Vec<Piece> {
    let divided = line
        .replace(" - ", "|")
        .replace(" – ", "|")
        .replace(" — ", "|")
        .replace("   ", "|");
    let pieces = divided
        .split(['|', '•', '·', '\t', '●', '▪'])
        .map(|text| text.trim_matches([' ', '*', '_', '-', '\u{A0}']));
    let pieces = pieces.filter(|text| !text.is_empty()).take(MAX_PIECES);
    pieces
        .map(|text| Piece {
            text: text.to_owned(),
            folded: folded(text),
        })
        .collect()
}

/// The last lines of a text, from one on that has the sender's name.
fn unannounced(text: &str, sender: Option<&Address>) -> Vec<String> {
    let Some(sender) = sender else {
        return Vec::new();
    };
    let mut tail: Vec<&str> = text
        .lines()
        .rev()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(MAX_TAIL)
        .collect();
    tail.reverse();
    let begins = tail.iter().position(|line| name::is_senders(line, sender));
    let lines = begins.and_then(|at| tail.get(at..)).unwrap_or_default();
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
