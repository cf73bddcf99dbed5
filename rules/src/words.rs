//! Conditions in the words of the file, for the trace of a decision.

use crate::rule::condition::Condition;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

/// How many members of a list are told.
const LISTED: usize = 5;
/// How much of a text is told.
const TEXT: usize = 80;
/// How much of a joined condition is told.
const WHOLE: usize = 400;

/// The condition in words (`subject contains "offer", "quote"`).
pub(crate) fn condition(condition: &Condition) -> String {
    let mut words = String::new();
    write(condition, &mut words);
    if words.chars().nth(WHOLE).is_some() {
        words = words.chars().take(WHOLE).collect();
        words.push('…');
    }
    words
}

fn write(condition: &Condition, words: &mut String) {
    // A condition of a thousand members is cut anyhow.
    if words.len() > WHOLE * 4 {
        return;
    }
    match condition {
        Condition::Always => words.push_str("always"),
        Condition::All(members) => joined(members, " and ", words),
        Condition::Any(members) => joined(members, " or ", words),
        Condition::Not(member) => {
            words.push_str("not ");
            let needs_brackets = !matches!(**member, Condition::All(_) | Condition::Any(_));
            if needs_brackets {
                words.push('(');
            }
            write(member, words);
            if needs_brackets {
                words.push(')');
            }
        }
        Condition::Test(test) => words.push_str(&comparison(test)),
    }
}

fn joined(members: &[Condition], joint: &str, words: &mut String) {
    words.push('(');
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            words.push_str(joint);
        }
        write(member, words);
    }
    words.push(')');
}

fn comparison(test: &Test) -> String {
    let operators: Vec<String> = test.operators.iter().map(operator).collect();
    let mut words = format!("{} {}", test.fact, operators.join(" and "));
    if test.exact {
        words.push_str(" (exact)");
    }
    if test.subdomains {
        words.push_str(" or its subdomains");
    }
    if let Some(zone) = &test.zone {
        words.extend([" (", &zone.to_string(), ")"]);
    }
    words
}

fn operator(operator: &Operator) -> String {
    let name = operator.name();
    match operator {
        Operator::Exists(true) => "exists".to_owned(),
        Operator::Exists(false) => "does not exist".to_owned(),
        Operator::Holds(wanted) => format!("{name} {wanted}"),
        Operator::Above(amount) | Operator::Below(amount) => format!("{name} {amount}"),
        Operator::AboveDecimal(number) | Operator::BelowDecimal(number) => {
            format!("{name} {number}")
        }
        Operator::After(moment) | Operator::Before(moment) => format!("{name} {moment}"),
        other => match other.lists() {
            Some(names) => format!("{name} list {}", list(names)),
            None => format!("{name} {}", other.texts().map(list).unwrap_or_default()),
        },
    }
}

fn list(texts: &Texts) -> String {
    let mut told: Vec<String> = texts.iter().take(LISTED).map(quoted).collect();
    if texts.0.len() > LISTED {
        told.push(format!("and {} more", texts.0.len() - LISTED));
    }
    told.join(", ")
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(TEXT).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
