//! What people and rules do with a message itself: whose it is, how far it is, how soon it has to be done.
//!
//! Knows no rules, no mail formats and no pages.

pub mod working;
