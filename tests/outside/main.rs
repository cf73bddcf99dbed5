//! The program and its neighbours from outside, with real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod disk_full;
mod large_message;
mod parts_work;
mod refusals;
