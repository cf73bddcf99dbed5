//! What no honest server sends.

use std::fmt;

/// Why a server was cut off: it sent something that no honest server sends, or more than we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// A literal (a message, as a rule) of more bytes than allowed.
    BigLiteral {
        /// Bytes announced.
        announced: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// A response that never ends.
    LongLine {
        /// Bytes allowed.
        limit: usize,
    },
    /// Too many parentheses.
    DeepNesting {
        /// Parentheses allowed.
        limit: usize,
    },
    /// More bytes than allowed in answer to one command.
    LongAnswer {
        /// Bytes allowed.
        limit: u64,
    },
    /// More messages than allowed in one listing.
    LongListing {
        /// Messages allowed.
        limit: usize,
    },
    /// A literal where none belongs.
    StrayLiteral,
    /// A quoted string or list that is not closed.
    Unfinished,
    /// A line that ends in a bare CR or LF.
    LineEnd,
}

impl std::error::Error for Violation {}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BigLiteral { announced, limit } => {
                write!(
                    f,
                    "it announced {announced} bytes in one piece where at most {limit} are taken"
                )
            }
            Self::LongLine { limit } => write!(f, "it sent a line of more than {limit} bytes"),
            Self::DeepNesting { limit } => {
                write!(f, "it sent more than {limit} parentheses in one response")
            }
            Self::LongAnswer { limit } => write!(
                f,
                "it sent more than {limit} bytes in answer to one command"
            ),
            Self::LongListing { limit } => {
                write!(f, "it listed more than {limit} messages in one mailbox")
            }
            Self::StrayLiteral => write!(f, "it sent a literal where none belongs"),
            Self::Unfinished => write!(
                f,
                "it left a quoted string or a list open at the end of a response"
            ),
            Self::LineEnd => write!(f, "it ended a line in a bare CR or LF"),
        }
    }
}
