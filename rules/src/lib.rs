//! The rule language: (facts, rule set) → decision.
//!
//! Pure: never does I/O, reads no clock, knows no database, no IMAP and no HTTP. Everything a rule may ask
//! about is in [`Facts`]; everything it wants done is in the [`Decision`], which is data and can be stored,
//! shown and replayed. The manual for admins is `docs/rules.md`.

#[cfg(test)]
mod arbitrary;
mod book;
mod cases;
mod compile;
mod decide;
mod decision;
mod facts;
mod fold;
#[cfg(test)]
#[path = "law_tests.rs"]
mod laws;
mod nearest;
mod person;
mod preset;
mod problem;
mod rule;
mod seen;
mod shadow;
mod shared;
mod subject;
#[cfg(test)]
#[path = "table_tests.rs"]
mod table;
mod words;

pub use book::RuleBook;
pub use cases::{CaseFailure, CaseResult, WrittenCase, check_cases, run_cases, write_case};
pub use compile::RuleSet;
pub use decision::{
    Action, Assignee, ChosenOwner, ContactFields, Decision, Excepted, Held, LeadFields, Notice,
    OrganizationFields, Outcome, OwnerChoice, PassOn, Planned, Reply, TicketFields, Tried, Turn,
};
pub use facts::{
    Address, Attachment, Authentication, Author, Authorless, Candidate, Conversation,
    DeliveryOutcome, DeliveryReport, Detail, DetailName, DetailSource, Details, Direction, Doubt,
    Evidence, Facts, Form, FormField, Header, Identified, Kind, KindReason, MessageFacts, PassedOn,
    PassedOnHow, Place, RecordKind, RecordRef, Role, SameDetail, Spam, Standing, Verdict,
};
pub use fold::fold;
pub use nearest::nearest;
pub use person::{Person, is_title};
pub use preset::{PRESET_PREFIX, Preset, preset_rules};
pub use problem::{DecideError, RuleProblem};
pub use rule::action::{ActionName, ActionSpec, CreateLead, LinkRecords, Ties};
pub use rule::amount::Amount;
pub use rule::case::{Case, CaseMessage, CasePassedOn};
pub use rule::condition::Condition;
pub use rule::decimal::Decimal;
pub use rule::expect::{
    ContactField, Expect, LeadField, OrganizationField, ReplyField, TicketField,
};
pub use rule::fact::{Fact, Flag, Party};
pub use rule::fact_kind::FactKind;
pub use rule::known::{CreateContact, CreateOrganization};
pub use rule::moment::{Moment, Zone};
pub use rule::owner::{ChooseOwner, Kinds, Members, Owner};
pub use rule::period::Period;
pub use rule::sending::{AutoReply, Forward, Notify};
pub use rule::test::{Operator, Test};
pub use rule::texts::Texts;
pub use rule::ticket::{CreateTicket, Priority, TicketChange, TicketStatus};
pub use rule::work::MessageStatus;
pub use rule::{Rule, schema};
pub use shadow::{Shadowed, shadowed};
pub use shared::{EntryProblem, Exceptions, Shared, check_exceptions, check_list};
pub use subject::{SubjectMark, subject_mark};
