//! What an admin's file says, against what is stored: read, compare, apply, write out again.
//!
//! A file is YAML with sections, each optional. Reading tells all that is wrong at once, with line, column and cure;
//! comparing is pure; applying needs one transaction. What a file does not name stays as it is. It never knows
//! IMAP or HTTP, and shows no secret.

mod changes;
mod check;
mod cron_line;
mod document;
mod node;
mod plan;
mod problem;
mod read;
mod secret;
mod stored;
mod typed;

pub use changes::{Change, Changes, Field, Kind};
pub use document::{Document, MailServer, Mailbox, Scanner, SearchField, User, schema};
pub use plan::{Unnamed, plan};
pub use problem::{Position, Problem, Problems};
pub use read::{Reading, read};
pub use secret::Secret;
pub use stored::Stored;
