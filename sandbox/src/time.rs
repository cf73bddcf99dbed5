//! The provider's time: where it is read is the test's or the demo's business. It never knows the machine's clock.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};

/// Tells the time.
#[derive(Clone)]
pub(crate) struct Time(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Time {
    pub(crate) fn new(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn standing_at(now: DateTime<Utc>) -> Self {
        Self::new(move || now)
    }

    /// In whole seconds: IMAP's date-time has no fractions.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        without_subseconds((self.0)())
    }
}

impl Default for Time {
    /// Stands at 2 November 2026, 08:00 UTC.
    fn default() -> Self {
        let start = Utc.with_ymd_and_hms(2026, 11, 2, 8, 0, 0);
        Self::standing_at(start.single().unwrap_or_default())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.now())
    }
}

pub(crate) fn without_subseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}
