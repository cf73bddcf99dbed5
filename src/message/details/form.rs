//! What somebody filled in on a web page, read from the mail that reports it: `label: value`, a label with its value
//! below, `--- Label ---`, and the two columns of a table.

use rules::{DetailName, Form, FormField, MessageFacts};

use super::super::split::{Line, is_rule, lines_of};
use super::labels::{Meaning, meaning};
use super::services;

/// How many fields are kept.
const MAX_FIELDS: usize = 200;
/// How long a label may be, in characters, and of how many words.
const MAX_LABEL: usize = 60;
const MAX_LABEL_WORDS: usize = 8;
/// Of how many words a label that is a question may be.
const MAX_QUESTION: usize = 15;
/// How long a value may be, in bytes.
const MAX_VALUE: usize = 20_000;
/// Among how many lines that are not blank the first field of a form stands.
const MAX_INTRODUCTION: usize = 15;

/// The form that a text reports, if it reports one.
pub(in super::super) fn read(facts: &MessageFacts, text: &str) -> Option<Form> {
    let service = services::of(facts, text);
    let mut reading = Reading {
        asks: service.is_some(),
        ..Reading::default()
    };
    for line in lines_of(text) {
        reading.line(&line);
        // Most mail is no form, and is not looked at any further.
        if service.is_none() && reading.first_known.is_none() && reading.lines > MAX_INTRODUCTION {
            return None;
        }
    }
    reading.close();
    let first_known = reading.first_known?;
    let mut fields = reading.fields;
    // A sentence with a colon that introduces the fields.
    let introduces = |field: &&FormField| field.value.is_empty() && meaning(&field.label).is_none();
    let introductions = fields.iter().take_while(introduces).count();
    fields.drain(..introductions);
    let form = Form {
        service: service.map(str::to_owned),
        fields,
    };
    let is_form = if service.is_some() {
        has(&form, |_| true) >= 2
    } else {
        looks_like_one(&form, first_known)
    };
    is_form.then_some(form)
}

/// Whether fields are those of a form, and not a signature's lines: they say how to answer, and who asks or what.
fn looks_like_one(form: &Form, first_known: usize) -> bool {
    let answers = has(form, |name| {
        matches!(
            name,
            DetailName::Email | DetailName::Phone | DetailName::Mobile
        )
    });
    let asks = has(form, |name| {
        matches!(
            name,
            DetailName::Name | DetailName::FirstName | DetailName::LastName | DetailName::Message
        )
    });
    answers >= 1 && asks >= 1 && has(form, |_| true) >= 3 && first_known < MAX_INTRODUCTION
}

fn has(form: &Form, wanted: impl Fn(DetailName) -> bool) -> usize {
    let known = form.fields.iter().filter(|field| {
        matches!(meaning(&field.label), Some(Meaning::Of(name)) if wanted(name) && !field.value.is_empty())
    });
    known.count()
}

#[derive(Default)]
struct Reading {
    /// Whether a service reports it: theirs have questions for labels.
    asks: bool,
    fields: Vec<FormField>,
    open: Option<Open>,
    /// How many lines that are not blank were read.
    lines: usize,
    first_known: Option<usize>,
}

struct Open {
    label: String,
    value: String,
    meaning: Option<Meaning>,
    /// A blank line stands behind what there is of the value.
    parted: bool,
}

impl Open {
    fn is_message(&self) -> bool {
        self.meaning == Some(Meaning::Of(DetailName::Message))
    }
}

impl Reading {
    fn line(&mut self, line: &Line<'_>) {
        if line.is_blank() {
            if let Some(open) = &mut self.open {
                open.parted = true;
            }
            return;
        }
        self.lines += 1;
        if is_rule(&line.folded) || line.folded == "--" || services::is_footer(&line.folded) {
            self.close();
            return;
        }
        if let Some((label, value)) = self.field(line) {
            self.close();
            let meaning = meaning(label);
            if meaning.is_some_and(|meaning| meaning != Meaning::Form) {
                self.first_known.get_or_insert(self.lines - 1);
            }
            self.open = Some(Open {
                label: label
                    .trim_matches(|c: char| c.is_whitespace() || "*:".contains(c))
                    .to_owned(),
                value: value
                    .trim()
                    .trim_start_matches("**")
                    .trim_start()
                    .to_owned(),
                meaning,
                parted: false,
            });
            return;
        }
        self.goes_on(line.text.trim_end());
    }

    /// A line that belongs to the value that is open.
    fn goes_on(&mut self, text: &str) {
        let Some(open) = &mut self.open else { return };
        let parted = std::mem::take(&mut open.parted);
        if parted && !open.value.is_empty() && !open.is_message() {
            self.close();
            return;
        }
        if open.value.len() + text.len() > MAX_VALUE {
            return;
        }
        if !open.value.is_empty() {
            open.value.push_str(if parted { "\n\n" } else { "\n" });
        }
        open.value.push_str(text.trim());
    }

    /// The label and the value of a line that begins a field.
    fn field<'t>(&self, line: &Line<'t>) -> Option<(&'t str, &'t str)> {
        let text = line
            .text
            .trim()
            .trim_start_matches(['*', '•', '·', '>'])
            .trim_start();
        // Inside a message only what is surely a label ends it.
        let strict = self
            .open
            .as_ref()
            .is_some_and(|open| open.is_message() && !open.value.is_empty());
        let may = |label: &str| fits(label) && (!strict || meaning(label).is_some());
        if let Some((label, value)) = text.split_once('\t').filter(|(label, _)| may(label)) {
            return Some((label, value));
        }
        if let Some(label) = text
            .strip_prefix("---")
            .and_then(|text| text.strip_suffix("---"))
        {
            return fits(label).then_some((label.trim(), ""));
        }
        if let Some((label, value)) = text
            .split_once(':')
            .filter(|(label, value)| may(label) && !value.starts_with("//"))
        {
            return Some((label, value));
        }
        // `Label` alone, its value below.
        let awaited = self
            .open
            .as_ref()
            .is_some_and(|open| open.value.is_empty() && open.meaning.is_some());
        if awaited || strict {
            return None;
        }
        if self.asks && is_question(text.trim_end()) && self.may_ask() {
            return Some((text, ""));
        }
        if !is_heading(text) {
            return None;
        }
        matches!(meaning(text), Some(Meaning::Of(_))).then_some((text, ""))
    }

    /// Whether a question here is the form's: what people write stands below a label that is unknown or a message's.
    fn may_ask(&self) -> bool {
        self.open.as_ref().is_none_or(|open| {
            let one_line = open.meaning.is_some() && !open.is_message();
            !open.value.is_empty() && (open.parted || one_line)
        })
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        if self.fields.len() < MAX_FIELDS {
            self.fields.push(FormField {
                label: open.label,
                value: open.value,
            });
        }
    }
}

fn fits(label: &str) -> bool {
    let label = label.trim();
    label.chars().any(char::is_alphabetic)
        && label.chars().count() <= MAX_LABEL
        && label.split_whitespace().count() <= MAX_LABEL_WORDS
        && !label.contains(['@', '<', '='])
        && !label.contains("http")
}

fn is_question(text: &str) -> bool {
    text.ends_with('?')
        && text.split_whitespace().count() <= MAX_QUESTION
        && text.chars().any(char::is_alphabetic)
        && !text.contains(['@', '<', '='])
}

/// Whether a line without a colon may be a label: short, and no sentence.
fn is_heading(text: &str) -> bool {
    text.split_whitespace().count() <= 5 && !text.ends_with(['.', ',', '!'])
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
