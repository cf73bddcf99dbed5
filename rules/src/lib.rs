//! The rule language: (facts, rule set) → decision.
//!
//! Pure: never does I/O, reads no clock, knows no database, no IMAP and no HTTP. Everything a rule may ask
//! about is in [`Facts`]; everything it wants done is in the [`Decision`], which is data and can be stored,
//! shown and replayed.

mod decision;
mod facts;

pub use decision::{Action, Decision, Held, LeadFields, Outcome, Planned, Tried};
pub use facts::{
    Address, Attachment, Candidate, Direction, Evidence, Facts, Header, Kind, KindReason,
    MessageFacts, Place, RecordKind, RecordRef, Role,
};
