//! How an owner is chosen, planned without knowing who is there; once it was carried out, who was chosen and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::facts::RecordRef;

/// How the owner of something is chosen: the first way that finds somebody counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerChoice {
    /// Records whose owner comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<RecordRef>,
    /// In which way one of `among` is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
    /// E-mails of those it may be, in lower case, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub among: Vec<String>,
    /// Who has so many open ones gets no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// E-mail of the user who gets it when nobody else does; empty for nobody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub otherwise: String,
    /// Who was chosen; nothing as long as it was not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<ChosenOwner>,
}

/// In which way one of several is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// One after the other.
    RoundRobin,
    /// Whoever has the fewest that are open.
    LeastBusy,
}

/// Who was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOwner {
    /// E-mail of the user; empty for nobody.
    pub email: String,
    /// Why, as half a sentence.
    pub why: String,
    /// Who was not chosen though they came first, and why: `bob@example.com is absent until 2026-12-01`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
}

impl fmt::Display for OwnerChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(chosen) = &self.chosen {
            return chosen.fmt(f);
        }
        let mut ways: Vec<String> = self
            .of
            .iter()
            .map(|record| format!("the owner of {} {}", record.kind.as_str(), record.id))
            .collect();
        if let Some(turn) = self.turn {
            let turn = match turn {
                Turn::RoundRobin => "round robin",
                Turn::LeastBusy => "the least busy",
            };
            let each = self
                .at_most
                .map(|most| format!(", at most {most} each"))
                .unwrap_or_default();
            ways.push(format!("{turn} among {}{each}", self.among.join(", ")));
        }
        ways.push(match self.otherwise.as_str() {
            "" => "nobody".to_owned(),
            email => email.to_owned(),
        });
        f.write_str(&ways.join(", else "))
    }
}

impl fmt::Display for ChosenOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self.email.as_str() {
            "" => "nobody",
            email => email,
        };
        write!(f, "{who}, {}", self.why)?;
        for passed_over in &self.passed_over {
            write!(f, "; {passed_over}")?;
        }
        Ok(())
    }
}
