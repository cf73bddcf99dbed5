//! Checks of the cases that a rule carries: how many there are and how long their texts, not what comes of them.

use super::{Compiler, MAX_TEXT};
use crate::rule::case::Case;

/// How many cases a rule may have.
const MAX_CASES: usize = 200;
/// How many cases all rules of a set may have.
const MAX_ALL_CASES: usize = 20_000;
/// How many characters one text of a case's message may have.
const MAX_CASE_TEXT: usize = 65_536;
/// And all that is said of the message.
const MAX_CASE: usize = 4 * MAX_CASE_TEXT;

impl Compiler<'_> {
    /// Cases are tried whenever rules are published: how long that takes has a limit.
    pub(super) fn check_cases(&mut self, cases: &[Case]) {
        let count = cases.len();
        let before = self.cases;
        self.cases += count;
        if count > MAX_CASES {
            self.problem("cases", format!("{count} cases, {MAX_CASES} is the most"));
        } else if before <= MAX_ALL_CASES && self.cases > MAX_ALL_CASES {
            self.problem(
                "cases",
                format!(
                    "with these there are more than {MAX_ALL_CASES} cases in all; that is the most"
                ),
            );
        }
        for (number, case) in cases.iter().take(MAX_CASES).enumerate() {
            let path = format!("cases[{number}]");
            self.length(&format!("{path}.name"), &case.name, MAX_TEXT);
            let message = &case.message;
            let texts = [
                ("subject", Some(&message.subject)),
                ("text", Some(&message.text)),
                ("new_text", message.new_text.as_ref()),
                (
                    "passed_on.text",
                    message.passed_on.as_ref().map(|mail| &mail.text),
                ),
            ];
            // The rest of it is short, or else far too long.
            let whole = serde_json::to_string(message).unwrap_or_default();
            self.length(&format!("{path}.message"), &whole, MAX_CASE);
            for (key, text) in texts {
                if let Some(text) = text {
                    self.length(&format!("{path}.message.{key}"), text, MAX_CASE_TEXT);
                }
            }
        }
    }
}
