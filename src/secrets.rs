//! Keeps credentials encrypted.
