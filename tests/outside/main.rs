//! The program and its neighbours from outside, with real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

mod authorization;
mod commands;
mod contents;
mod crash;
mod discover;
mod disk_full;
mod doctor;
mod import;
mod ingest;
mod large_message;
mod ledger;
mod model;
mod office;
mod outages;
mod pages;
mod parts_work;
mod program;
mod refusals;
mod seed;
mod sign_in;
mod staying_in;
mod two_workers;
mod waiting;
