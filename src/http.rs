//! What pages and the API share: who calls, from where, whether they may, and what went wrong.
//!
//! Sessions lie in the database and are named by a cookie; every change asks for a token that only our own pages know.
//! Knows no page, no mail and no rule. Cookies: RFC 6265bis; `Sec-Fetch-Site`: W3C Fetch Metadata.

pub mod cookies;
mod csrf;
mod forwarded;
mod guard;
mod headers;
mod limits;
mod log;
mod problem;
mod session;
mod site;
mod submitted;
mod ticket;
mod token;
mod visitor;

pub use guard::{Dressing, dress};
pub use log::RequestId;
pub use problem::Problem;
pub use session::{Begun, FRESH, IDLE, LONGEST, OWING, Session};
pub use site::Site;
pub use submitted::{Nothing, Submitted, SubmittedHalfway};
pub use ticket::{TICKET_LIFE, Ticket, life};
pub use token::Token;
pub use visitor::{Halfway, Remote, Visitor};

use std::sync::Arc;

use crate::clock::Clock;
use crate::store::Store;

/// What every request needs.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where sessions and users are.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where we are called.
    pub site: Arc<Site>,
}
