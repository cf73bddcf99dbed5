//! Who writes: people with names from several places, at companies or at free-mail providers.

const FIRST: [&str; 16] = [
    "Ada", "Bruno", "Chiara", "Dmitri", "Élodie", "Fatima", "Grzegorz", "Hanako", "Ingrid", "João",
    "Kwame", "Łucja", "Müge", "Nguyễn", "Ōta", "Søren",
];
const LAST: [&str; 15] = [
    "Almeida",
    "Bäcker",
    "Conti",
    "Dvořák",
    "Eriksen",
    "Fournier",
    "García",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kovács",
    "Lindqvist",
    "Mbeki",
    "Nakamura",
    "O'Brien",
];
const COMPANIES: [&str; 12] = [
    "brightmills",
    "castor-optik",
    "delta-werk",
    "ferrovia",
    "greenharbor",
    "helios-labs",
    "inkwell",
    "jupitrade",
    "korallen",
    "lumenworks",
    "montblanc-sa",
    "northwind",
];
const FREE: [&str; 3] = ["gmail.example", "webmail.example", "freemail.example"];

/// Someone who writes.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) company: String,
    number: u32,
}

impl Person {
    /// The person with this number, always the same.
    pub(super) fn numbered(number: u32) -> Self {
        let branch = number / 180;
        let company = match branch {
            0 => pick(&COMPANIES, number).to_owned(),
            _ => format!("{}-{branch}", pick(&COMPANIES, number)),
        };
        Self {
            first: pick(&FIRST, number),
            last: pick(&LAST, number),
            company,
            number,
        }
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(super) fn domain(&self) -> String {
        if self.number % 5 == 4 {
            pick(&FREE, self.number).to_owned()
        } else {
            format!("{}.example", self.company)
        }
    }

    pub(super) fn email(&self) -> String {
        let (first, last) = (ascii(self.first), ascii(self.last));
        format!("{first}.{last}{}@{}", self.tail(), self.domain())
    }

    pub(super) fn phone(&self) -> String {
        format!("+49 30 {:07}", 1_000_000 + self.number * 37 % 8_999_999)
    }

    /// Tells apart people with one name.
    fn tail(&self) -> String {
        if self.number < 240 {
            String::new()
        } else {
            self.number.to_string()
        }
    }
}

fn pick(list: &[&'static str], number: u32) -> &'static str {
    list.iter()
        .cycle()
        .nth(number as usize % list.len())
        .copied()
        .unwrap_or_default()
}

fn ascii(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect()
}
