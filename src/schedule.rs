//! Which scanners are due.
