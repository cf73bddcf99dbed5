//! What a file would change, field by field; secrets are said to change and never shown.

use std::fmt::{self, Display};

use entities::ids::{MailServerId, MailboxId, RuleId, RuleListId, ScannerId, ServiceKeyId, UserId};
use rules::Rule;
use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::document::{MailServer, Mailbox, Scanner, ServiceKey, SharedList, User};

/// Values longer than this are compared line by line.
const LINE_WIDTH: usize = 60;

/// Everything a file would change, in the order it is applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Changes {
    /// One a row.
    pub changes: Vec<Change>,
}

/// One row made, changed or removed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Section of the file.
    pub section: &'static str,
    /// Name of the entry.
    pub name: String,
    /// What happens to it.
    pub change: Kind,
    /// What differs.
    pub fields: Vec<Field>,
    #[serde(skip)]
    pub(super) target: Target,
}

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
}

/// One field that differs. A secret has neither value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its key in the file.
    pub field: String,
    /// What is stored; nothing when it was not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What the file wants; nothing when it is no longer set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The row to write.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    User(Option<UserId>, User),
    ServiceKey(Option<ServiceKeyId>, ServiceKey),
    MailServer(Option<MailServerId>, Box<MailServer>),
    Mailbox(Option<MailboxId>, Box<Mailbox>),
    Scanner(Option<ScannerId>, Scanner),
    /// Those of all scanners.
    Exceptions(Vec<String>),
    List(Option<RuleListId>, SharedList),
    Rule(Option<RuleId>, i32, Box<Rule>),
    NoServiceKey(ServiceKeyId),
    NoMailServer(MailServerId),
    NoMailbox(MailboxId),
    NoScanner(ScannerId),
    NoList(RuleListId),
    NoRule(RuleId),
}

impl Changes {
    /// Whether the file says what is stored already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether messages may be decided otherwise now.
    pub(super) fn touch_rules(&self) -> bool {
        self.changes.iter().any(Change::touches_rules)
    }

    /// Those of them that touch what decides.
    pub(super) fn of_rules(&self) -> Vec<&Change> {
        self.changes
            .iter()
            .filter(|change| change.touches_rules())
            .collect()
    }

    fn count(&self, kind: Kind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.change == kind)
            .count()
    }
}

impl Change {
    /// Whether messages may be decided otherwise after it.
    fn touches_rules(&self) -> bool {
        match self.target {
            Target::Rule(..)
            | Target::NoRule(_)
            | Target::List(..)
            | Target::NoList(_)
            | Target::Exceptions(_) => true,
            // A scanner that goes takes its exceptions along.
            Target::Scanner(..) | Target::NoScanner(_) => self.touches(&["exceptions"]),
            _ => false,
        }
    }

    /// Whether a field of another key differs.
    pub(super) fn touches_other_than(&self, keys: &[&str]) -> bool {
        self.fields
            .iter()
            .any(|field| !keys.contains(&field.field.as_str()))
    }

    /// Whether a field of that key differs.
    pub(super) fn touches(&self, keys: &[&str]) -> bool {
        self.fields
            .iter()
            .any(|field| keys.contains(&field.field.as_str()))
    }
}

impl Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("Nothing to change.");
        }
        let mut section = "";
        for change in &self.changes {
            if change.section != section {
                section = change.section;
                writeln!(f, "{section}")?;
            }
            write!(f, "{change}")?;
        }
        write!(
            f,
            "{} to create, {} to change, {} to delete.",
            self.count(Kind::Create),
            self.count(Kind::Update),
            self.count(Kind::Delete)
        )
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.change {
            Kind::Create => '+',
            Kind::Update => '~',
            Kind::Delete => '-',
        };
        writeln!(f, "  {sign} {}", self.name)?;
        for field in &self.fields {
            write_field(f, field, self.change)?;
        }
        Ok(())
    }
}

fn write_field(f: &mut fmt::Formatter<'_>, field: &Field, kind: Kind) -> fmt::Result {
    let name = &field.field;
    match (&field.before, &field.after) {
        (None, None) if kind == Kind::Create => writeln!(f, "      {name}: (secret)"),
        (None, None) => writeln!(f, "      {name}: (changed)"),
        (None, Some(after)) if kind == Kind::Create => write_value(f, name, after),
        (before, after) => {
            let (before, after) = (shown(before.as_ref()), shown(after.as_ref()));
            if before.chars().count() + after.chars().count() <= LINE_WIDTH {
                return writeln!(f, "      {name}: {before} → {after}");
            }
            write_lines(f, field)
        }
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, name: &str, value: &Value) -> fmt::Result {
    let line = shown(Some(value));
    if line.chars().count() <= LINE_WIDTH {
        return writeln!(f, "      {name}: {line}");
    }
    writeln!(f, "      {name}:")?;
    for line in lines(Some(value)).lines() {
        writeln!(f, "        {line}")?;
    }
    Ok(())
}

fn write_lines(f: &mut fmt::Formatter<'_>, field: &Field) -> fmt::Result {
    writeln!(f, "      {}:", field.field)?;
    let (before, after) = (lines(field.before.as_ref()), lines(field.after.as_ref()));
    for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        writeln!(
            f,
            "        {sign} {}",
            change.value().trim_end_matches('\n')
        )?;
    }
    Ok(())
}

/// A value on one line, as it could stand in the file.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => "(none)".to_owned(),
        Some(Value::String(text)) if !text.is_empty() && !text.contains(char::is_control) => {
            text.clone()
        }
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            format!("[{}]", items.join(", "))
        }
        Some(value) => value.to_string(),
    }
}

/// A value over several lines.
fn lines(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => format!("{text}\n"),
        Some(value) => serde_saphyr::to_string(value).unwrap_or_else(|_| value.to_string()),
    }
}
