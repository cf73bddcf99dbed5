//! Sample mail.
