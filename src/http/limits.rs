//! How much one request may take.

use std::time::Duration;

/// Bytes of a body. Our largest form is a few hundred.
pub(super) const BODY: usize = 64 * 1024;

/// Until an answer. Signing in at a provider may ask it three times, each with its own shorter limit.
pub(super) const TIME: Duration = Duration::from_secs(90);
