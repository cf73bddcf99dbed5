//! Templates for the values of records: what an admin may write between `{{ }}`, compiled once a rule set.
//!
//! minijinja with nothing that can multiply work or memory: no loops, no variables, no `*`, only filters whose
//! output is no longer than their input (`replace` and `join` are capped). Whatever is written, cost grows with the
//! template's length times what the view shows of a message, on top of minijinja's own fuel.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, filters, tests as checks};
use regex::Regex;

use crate::facts::Facts;

use super::view::{sample, view};

/// How many characters a template may have.
pub(crate) const MAX_TEMPLATE: usize = 4_000;
/// How many instructions one template may take.
const FUEL: u64 = 10_000;
/// How long a filter's output may be.
const FILTERED: usize = 1 << 20;

/// What stands between `{%` and `%}`, and what multiplies.
static STATEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{%[-+]?\s*([a-z]*)").ok());
static BLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{[{%](.*?)[%}]\}").ok());
/// The statements that neither repeat nor remember.
const STATEMENTS: &[&str] = &["if", "elif", "else", "endif", "raw", "endraw"];

/// All templates of a rule set.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Default for Templates {
    fn default() -> Self {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.add_filter("lower", filters::lower);
        environment.add_filter("upper", filters::upper);
        environment.add_filter("title", filters::title);
        environment.add_filter("capitalize", filters::capitalize);
        environment.add_filter("trim", filters::trim);
        environment.add_filter("default", filters::default);
        environment.add_filter("d", filters::default);
        environment.add_filter("first", first);
        environment.add_filter("last", last);
        environment.add_filter("length", filters::length);
        environment.add_filter("lines", filters::lines);
        environment.add_filter("split", filters::split);
        environment.add_filter("replace", replace);
        environment.add_filter("join", join);
        environment.add_filter("truncate", truncate);
        environment.add_test("defined", checks::is_defined);
        environment.add_test("undefined", checks::is_undefined);
        Self { environment }
    }
}

impl Templates {
    /// Adds a template and tries it on two sample messages, so that a misspelt name is known now.
    pub(crate) fn add(&mut self, name: &str, source: &str) -> Result<(), String> {
        refuse_work(source)?;
        self.environment
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(|error| format!("the template can't be read: {}", told(&error)))?;
        let trial = |facts: &Facts| self.render(name, &view(facts));
        trial(&sample())
            .map_err(|error| format!("the template can't be filled: {}", told(&error)))?;
        trial(&Facts::default()).map_err(|error| {
            let cause = error.kind();
            format!(
                "the template can't be filled on a message that lacks what it names: {cause}; \
                 write a default, for example `{{{{ date | default(\"\") }}}}`"
            )
        })?;
        Ok(())
    }

    /// Fills a template in. The error says what kind of failure, nothing of the message.
    pub(crate) fn fill(&self, name: &str, view: &Value) -> Result<String, String> {
        self.render(name, view)
            .map_err(|error| error.kind().to_string())
    }

    /// The engine breaks off over a few things that can be written, such as an empty text read backwards.
    fn render(&self, name: &str, view: &Value) -> Result<String, Error> {
        let rendering = || self.environment.get_template(name)?.render(view);
        catch_unwind(AssertUnwindSafe(rendering)).unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::InvalidOperation,
                "the template engine broke off over it",
            ))
        })
    }
}

/// The engine's words with the place in the template, without the name we gave it.
fn told(error: &Error) -> String {
    let words = error.detail().map_or_else(
        || error.kind().to_string(),
        |detail| format!("{}: {detail}", error.kind()),
    );
    let cure = match error.kind() {
        ErrorKind::UndefinedError => {
            "; known are sender, from, reply_to, to, cc, subject, text, new_text, language, form, \
             detail, date, header, kind, conversation, mailbox, folder and message_id"
        }
        ErrorKind::UnknownFilter => {
            "; known are lower, upper, title, capitalize, trim, default, first, last, length, lines, \
             split, replace, join and truncate"
        }
        _ => "",
    };
    match error.line() {
        Some(line) if line > 1 => format!("{words}, line {line} of the template{cure}"),
        _ => format!("{words}{cure}"),
    }
}

/// Refuses what could multiply work or memory before the engine reads it.
fn refuse_work(source: &str) -> Result<(), String> {
    let statements = STATEMENT
        .iter()
        .flat_map(|regex| regex.captures_iter(source));
    for statement in statements.filter_map(|found| found.get(1)) {
        if !STATEMENTS.contains(&statement.as_str()) {
            return Err(format!(
                "`{{% {} %}}` is not available in templates; use filters such as \
                 `{{{{ text | lines | first }}}}` and `{{% if %}}`",
                statement.as_str()
            ));
        }
    }
    let blocks = BLOCK.iter().flat_map(|regex| regex.captures_iter(source));
    if blocks
        .filter_map(|found| found.get(1))
        .any(|block| block.as_str().contains('*'))
    {
        return Err("`*` is not available in templates; write the text out".to_owned());
    }
    Ok(())
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let grows = if from.is_empty() {
        text.chars().count() + 1
    } else {
        text.matches(from).count()
    };
    capped(text.len().saturating_add(grows.saturating_mul(to.len())))?;
    Ok(text.replace(from, to))
}

fn join(list: &Value, joint: Option<&str>) -> Result<String, Error> {
    let joint = joint.unwrap_or_default();
    let mut joined = String::new();
    for (index, member) in list.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(joint);
        }
        joined.push_str(&member.to_string());
        capped(joined.len())?;
    }
    Ok(joined)
}

/// The first member, empty where there is none: an empty text is no mistake of the template's.
fn first(list: &Value) -> Result<Value, Error> {
    filters::first(list).map(or_empty)
}

fn last(list: Value) -> Result<Value, Error> {
    filters::last(list).map(or_empty)
}

fn or_empty(member: Value) -> Value {
    if member.is_undefined() {
        Value::from("")
    } else {
        member
    }
}

fn truncate(text: &str, length: usize) -> String {
    shorten(text, length)
}

fn capped(length: usize) -> Result<(), Error> {
    if length > FILTERED {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "the result is too long",
        ));
    }
    Ok(())
}

/// At most so many characters, the last of them … where something was cut off.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut start: String = text.chars().take(most.saturating_sub(1)).collect();
    start.truncate(start.trim_end().len());
    start.push('…');
    start
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
