//! What an admin's file says, against what is stored: read, compare, apply, write out again.
//!
//! A file is YAML with sections, each optional. Reading tells all that is wrong at once, with line, column and cure;
//! comparing is pure; applying needs one transaction. What a file does not name stays as it is. It never knows
//! IMAP or HTTP, and shows no secret.

mod after;
mod apply;
mod book;
mod changes;
mod check;
pub mod contacts_csv;
mod document;
mod export;
mod node;
pub mod one;
mod plan;
mod problem;
mod provider;
mod publish;
mod read;
mod secret;
mod stored;
mod typed;
pub mod vtiger;

pub use after::{book_after, check_after};
pub use apply::apply;
pub use book::{Returning, compare_books, export_book, missing, return_to};
pub use changes::{Change, Changes, Field, Kind};
pub use document::{
    Document, MailServer, Mailbox, OAuth, Scanner, SearchField, Service, ServiceKey, SharedList,
    User, schema,
};
pub use export::export;
pub use plan::{Unnamed, plan};
pub use problem::{Position, Problem, Problems};
pub use read::{Reading, Surroundings, read};
pub use secret::Secret;
pub use stored::Stored;

use crate::rule_books::BookError;
use crate::store::StoreError;

/// Why a setup could not be loaded, applied or written out.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored rule is of another version, or can't be kept.
    #[error(transparent)]
    Book(#[from] BookError),
    /// Something that the plan counted on was removed meanwhile.
    #[error("The {what} \"{name}\" was removed while the file was applied; apply it again")]
    Gone {
        /// What sort of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The file could not be written.
    #[error("The setup can't be written as a file: {0}")]
    Export(String),
}

impl SetupError {
    fn gone(what: &'static str, name: &str) -> Self {
        Self::Gone {
            what,
            name: name.to_owned(),
        }
    }
}
