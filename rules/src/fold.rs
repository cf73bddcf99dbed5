//! Makes two spellings of one text equal: case, Unicode form, invisible characters, white space.
//!
//! Unicode's compatibility caseless matching (Unicode 3.13, D146), then three things that people who write rules
//! expect and Unicode leaves to locales: the four Turkish i's are one letter, Romanian ș and ț are one letter with
//! comma or with cedilla, and a line break within a phrase is a space.

use std::ops::Range;
use std::sync::LazyLock;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The text as it is compared. Words are parted by one space, nothing stands at the edges.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = folded.len();
        if before > 0 {
            folded.push(' ');
        }
        let space = folded.len();
        fold_word(word, &mut folded);
        // A word of invisible characters is no word.
        if folded.len() == space {
            folded.truncate(before);
        }
    }
    folded
}

/// As [`fold`], but space that the admin put at an edge stays: `"re "` is not `"re"`.
#[must_use]
pub(crate) fn fold_keeping_edges(text: &str) -> String {
    let mut folded = fold(text);
    if folded.is_empty() {
        return folded;
    }
    if text.starts_with(char::is_whitespace) {
        folded.insert(0, ' ');
    }
    if text.ends_with(char::is_whitespace) {
        folded.push(' ');
    }
    folded
}

fn fold_word(word: &str, folded: &mut String) {
    // Nine words in ten need no table.
    if word.is_ascii() {
        folded.extend(
            word.bytes()
                .map(|byte| char::from(byte.to_ascii_lowercase())),
        );
        return;
    }
    let start = folded.len();
    for letter in word.chars() {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else if let Some(known) = known(letter) {
            folded.push_str(known);
        } else if stands_alone(letter) {
            folded.push(letter);
        } else {
            folded.truncate(start);
            fold_by_unicode(word, folded);
            return;
        }
    }
}

/// The whole way, for words with letters that may join with their neighbours. Ten times as slow.
fn fold_by_unicode(word: &str, folded: &mut String) {
    let letters = word
        .chars()
        .filter(|letter| !is_invisible(*letter))
        .nfd()
        .default_case_fold()
        .nfkd()
        .default_case_fold()
        .nfkc();
    let mut before = '\0';
    for letter in letters {
        let letter = match letter {
            '\u{0131}' => 'i',
            // What is left of İ: an i with a second dot.
            '\u{0307}' if before == 'i' => continue,
            '\u{015f}' => '\u{0219}',
            '\u{0163}' => '\u{021b}',
            other => other,
        };
        folded.push(letter);
        before = letter;
    }
}

/// Latin, Greek and Cyrillic, and the signs of typesetting, each folded once by itself.
static KNOWN: LazyLock<[Vec<Option<Box<str>>>; 2]> = LazyLock::new(|| {
    [LETTERS, SIGNS].map(|range| {
        range
            .map(|code| {
                let letter = char::from_u32(code)?;
                if is_combining_mark(letter) {
                    return None;
                }
                let mut folded = String::new();
                fold_by_unicode(letter.encode_utf8(&mut [0; 4]), &mut folded);
                Some(folded.into_boxed_str())
            })
            .collect()
    })
});
const LETTERS: Range<u32> = 0x80..0x530;
const SIGNS: Range<u32> = 0x2000..0x20d0;

/// What a letter folds to whatever stands beside it, as long as that is no combining mark.
fn known(letter: char) -> Option<&'static str> {
    let [letters, signs] = &*KNOWN;
    let code = u32::from(letter);
    let entry = match code {
        0x80..0x530 => letters.get(usize::try_from(code - LETTERS.start).ok()?),
        0x2000..0x20d0 => signs.get(usize::try_from(code - SIGNS.start).ok()?),
        _ => None,
    };
    entry?.as_deref()
}

/// Letters without case that are their own normal form and join with no letter of these ranges.
fn stands_alone(letter: char) -> bool {
    matches!(
        letter,
        '\u{05d0}'..='\u{05ea}'       // Hebrew
            | '\u{0621}'..='\u{064a}' // Arabic
            | '\u{3001}'..='\u{3002}'
            | '\u{3041}'..='\u{3096}' // Hiragana
            | '\u{30a1}'..='\u{30fc}' // Katakana
            | '\u{4e00}'..='\u{9fff}' // Han
            | '\u{ac00}'..='\u{d7a3}' // Hangul
    )
}

/// Soft hyphens, joiners, direction marks and selectors: never seen, often put in to get past filters.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
