//! A stand-in mail provider for the demo and for fault tests.
