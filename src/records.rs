//! What can happen to a contact, organization, lead or ticket; the same for a rule and for a person.
//!
//! Knows no rules, no mail formats and no pages.

mod doubles;
pub mod known;
pub mod leads;
pub mod moving;
pub mod owners;
pub mod relinking;
pub mod tickets;
pub mod undo;
