//! What is wrong with a setup file, at which line, in a sentence that carries its cure.

use std::fmt::{self, Display};

/// A place in a file: line and column, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column, in characters.
    pub column: u64,
}

/// The way from the top of a document to one value: `mailboxes[0].server`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    pub(super) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// Goes on by a way written as text: `when.all[1].subject`.
    pub(super) fn joined(&self, written: &str) -> Self {
        let mut path = self.clone();
        for piece in written.split(['.', '[']).filter(|piece| !piece.is_empty()) {
            path = match piece.strip_suffix(']').and_then(|index| index.parse().ok()) {
                Some(index) => path.index(index),
                None => path.key(piece),
            };
        }
        path
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub position: Position,
    /// The way to the value from the top of the document (`scanners[0].schedule`); empty for the whole.
    pub path: String,
    /// What, with the path of the value and the cure. Never holds a secret.
    pub message: String,
}

impl Problem {
    /// What it says without its path, for where that is shown already.
    #[must_use]
    pub fn told(&self) -> &str {
        let after = self.message.strip_prefix(self.path.as_str());
        after
            .and_then(|after| after.strip_prefix(": "))
            .unwrap_or(&self.message)
    }

    pub(super) fn new(position: Position, path: &Path, message: impl Display) -> Self {
        let message = if path.steps().is_empty() {
            message.to_string()
        } else {
            format!("{path}: {message}")
        };
        Self {
            position,
            path: path.to_string(),
            message,
        }
    }
}

/// All that is wrong with one file, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file's name as it was given.
    pub file: String,
    /// The problems; never empty.
    pub list: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(file: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| problem.position);
        Self {
            file: file.to_owned(),
            list,
        }
    }
}

impl Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (
            at,
            Problem {
                position, message, ..
            },
        ) in self.list.iter().enumerate()
        {
            if at > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{}:{}:{}: {message}",
                self.file, position.line, position.column
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
