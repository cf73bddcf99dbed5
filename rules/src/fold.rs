//! Makes two spellings of one text equal: case, Unicode form, invisible characters, white space.
//!
//! Unicode's compatibility caseless matching (Unicode 3.13, D146), then three things that people who write rules
//! expect and Unicode leaves to locales: the four Turkish i's are one letter, Romanian ș and ț are one letter with
//! comma or with cedilla, and a line break within a phrase is a space.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

/// The text as it is compared. Words are parted by one space, nothing stands at the edges.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        fold_word(word, &mut folded);
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
