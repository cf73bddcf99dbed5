//! Raw bytes to facts; never fails on bad mail, knows no database and no IMAP.
