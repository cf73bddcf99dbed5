//! By what contacts and leads are found besides their addresses: the telephone number and the name, each as it is
//! compared. Written with every row.

/// With fewer digits a number is an extension, or no number.
const FEWEST_DIGITS: usize = 7;
/// Country codes and the zero before an area differ by who writes: so many digits at the end tell the number.
const DIGITS: usize = 9;

/// `+39 (0)51 123 45 67` → `511234567`; nothing where it is no telephone number.
#[must_use]
pub fn phone_key(written: &str) -> Option<String> {
    // `+39 051 1234567 int. 12`: the digits of the extension are no part of the number.
    let number = written
        .split(|letter: char| letter.is_alphabetic() || letter == ';' || letter == ',')
        .find(|piece| digits(piece).count() >= FEWEST_DIGITS)?;
    let all: Vec<char> = digits(number).collect();
    let last = all.len().saturating_sub(DIGITS);
    all.get(last..).map(|last| last.iter().collect())
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    // `(0)` is left out by those who dial the country code.
    text.split("(0)")
        .flat_map(str::chars)
        .filter(char::is_ascii_digit)
}

/// `Anna  ROSSI` → `anna rossi`; nothing where there is no name.
#[must_use]
pub fn name_key(first_name: &str, last_name: &str) -> Option<String> {
    let name = format!("{first_name} {last_name}").to_lowercase();
    let words: Vec<&str> = name.split_whitespace().collect();
    let key = super::text::key(&words.join(" "));
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
#[path = "persons_tests.rs"]
mod tests;
