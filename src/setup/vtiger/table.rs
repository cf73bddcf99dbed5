//! The rows of the query, as `mysql --batch` (tabs, with `\n` and `\t` for line ends and tabs) or phpMyAdmin (CSV) writes them.

use std::collections::HashMap;
use std::io::{self, Read};

/// Of larger files nothing is read, in bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Rules of one Vtiger; it has a few dozen.
const MOST_ROWS: usize = 10_000;
/// Letters of one value; Vtiger keeps 255.
const MOST_LETTERS: usize = 2_000;
/// Letters of a name of a scanner; Vtiger keeps 30.
const MOST_NAME: usize = 100;
/// Letters of a comment.
const MOST_COMMENT: usize = 400;

/// Columns that are needed; of others an older Vtiger may have none.
const NEEDED: [&str; 8] = [
    "ruleid",
    "fromaddress",
    "toaddress",
    "subjectop",
    "subject",
    "matchusing",
    "actiontype",
    "module",
];

/// Why there are no rules in a file.
#[derive(Debug, thiserror::Error)]
pub enum VtigerError {
    /// The disk.
    #[error("The file can't be read: {0}")]
    Read(#[source] io::Error),
    /// It is no answer to the query.
    #[error("The file is larger than 16 MiB; give the answer to the query of docs/rules.md alone")]
    TooLarge,
    /// Another character set.
    #[error("The file is not UTF-8; ask with --default-character-set=utf8mb4")]
    NotUtf8,
    /// No rows, or no header.
    #[error("The file is empty; the query gave no rules")]
    Empty,
    /// Not that query.
    #[error(
        "The first line does not name the columns {0}; give the answer to the query of docs/rules.md, with its header"
    )]
    Columns(String),
    /// Rows beyond measure.
    #[error("The file has more than {MOST_ROWS} rows; that many rules no Vtiger has")]
    TooMany,
    /// A row that is broken, by its number.
    #[error("Row {0} can't be read: {1}")]
    Row(usize, String),
    /// A rule that can't be written.
    #[error("A rule can't be written as YAML: {0}")]
    Unwritable(String),
}

/// A rule with one of its actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) scanner: i64,
    pub(super) scanner_name: String,
    pub(super) rule: i64,
    pub(super) sequence: i64,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) subject_operator: String,
    pub(super) subject: String,
    pub(super) body_operator: String,
    pub(super) body: String,
    /// `AND` or `OR`.
    pub(super) matching: String,
    /// `CREATE`, `UPDATE`, `LINK`.
    pub(super) action: String,
    /// `HelpDesk`, `Leads`, `Contacts`, `Accounts`.
    pub(super) module: String,
    /// `FROM`, `TO`, `SUBJECT`.
    pub(super) lookup: String,
    /// The number of the user or group that gets what is made.
    pub(super) assigned_to: String,
    /// That user's address, if it is one and was asked for.
    pub(super) owner: String,
}

/// All rows, in the order of the file.
pub(super) fn read(file: impl Read) -> Result<Vec<Row>, VtigerError> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(VtigerError::Read)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(VtigerError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| VtigerError::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    if header.trim().is_empty() {
        return Err(VtigerError::Empty);
    }
    let records = if header.contains('\t') {
        tabbed(text)
    } else {
        separated(text, header)?
    };
    rows(records)
}

fn rows(records: Vec<Vec<String>>) -> Result<Vec<Row>, VtigerError> {
    let mut records = records.into_iter();
    let header = records.next().ok_or(VtigerError::Empty)?;
    let columns: HashMap<String, usize> = header
        .iter()
        .enumerate()
        .map(|(index, name)| (name.trim().to_lowercase(), index))
        .collect();
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|name| !columns.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        return Err(VtigerError::Columns(missing.join(", ")));
    }
    let mut rows = Vec::new();
    for (index, record) in records.enumerate() {
        if index >= MOST_ROWS {
            return Err(VtigerError::TooMany);
        }
        let number = index + 2;
        if record.len() != header.len() {
            let told = format!("{} values under {} columns", record.len(), header.len());
            return Err(VtigerError::Row(number, told));
        }
        rows.push(row(&record, &columns, number)?);
    }
    if rows.is_empty() {
        return Err(VtigerError::Empty);
    }
    Ok(rows)
}

fn row(
    record: &[String],
    columns: &HashMap<String, usize>,
    number: usize,
) -> Result<Row, VtigerError> {
    let value = |name: &str| -> Result<String, VtigerError> {
        let value = columns.get(name).and_then(|index| record.get(*index));
        let value = value.map(String::as_str).unwrap_or_default();
        if value.chars().nth(MOST_LETTERS).is_some() {
            let told = format!("{name} has more than {MOST_LETTERS} characters");
            return Err(VtigerError::Row(number, told));
        }
        Ok(if value == "NULL" {
            String::new()
        } else {
            decoded(value)
        })
    };
    let whole = |name: &str| -> Result<i64, VtigerError> {
        let value = value(name)?;
        if value.is_empty() {
            return Ok(0);
        }
        let told = |_| VtigerError::Row(number, format!("{name} is no number"));
        value.parse().map_err(told)
    };
    let rule = whole("ruleid")?;
    let name: String = one_line(&value("scannername")?)
        .chars()
        .take(MOST_NAME)
        .collect();
    Ok(Row {
        scanner: whole("scannerid")?,
        scanner_name: name.trim().to_owned(),
        rule,
        sequence: whole("sequence")?,
        from: value("fromaddress")?,
        to: value("toaddress")?,
        cc: value("cc")?,
        bcc: value("bcc")?,
        subject_operator: value("subjectop")?,
        subject: value("subject")?,
        body_operator: value("bodyop")?,
        body: value("body")?.trim().to_owned(),
        matching: value("matchusing")?,
        action: value("actiontype")?,
        module: value("module")?,
        lookup: value("lookup")?,
        assigned_to: value("assigned_to")?,
        owner: value("owner")?,
    })
}

/// Rows of tabs and line ends, which within values are written with a backslash.
fn tabbed(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .take(MOST_ROWS + 2)
        .map(|line| line.split('\t').map(unescaped).collect())
        .collect()
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('0') => {}
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

fn separated(text: &str, header: &str) -> Result<Vec<Vec<String>>, VtigerError> {
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for (index, record) in reader.records().take(MOST_ROWS + 2).enumerate() {
        let record = record.map_err(|error| VtigerError::Row(index + 1, error.to_string()))?;
        records.push(record.iter().map(str::to_owned).collect());
    }
    Ok(records)
}

/// Vtiger keeps what is typed with the entities of HTML.
fn decoded(value: &str) -> String {
    let mut value = value.to_owned();
    for (entity, letter) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        if value.contains(entity) {
            value = value.replace(entity, letter);
        }
    }
    value
}

/// A text for a comment or a name: no line ends, not too long.
pub(super) fn one_line(text: &str) -> String {
    let ends_line = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let plain = |letter: char| if ends_line(letter) { ' ' } else { letter };
    text.chars().map(plain).take(MOST_COMMENT).collect()
}
