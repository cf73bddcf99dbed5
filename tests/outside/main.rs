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
mod blob_store;
mod commands;
mod company;
mod contents;
mod crash;
mod decisions;
mod discover;
mod disk_full;
mod doctor;
mod filing;
mod folders;
mod idle;
mod import;
mod import_vtiger;
mod ingest;
mod large_message;
mod late_linking;
mod ledger;
mod model;
mod office;
mod outages;
mod pages;
mod parts_work;
mod pausing;
mod pop3;
mod presets;
mod program;
mod refusals;
mod removed_and_renumbered;
mod rule_lab;
mod seed;
mod sharing;
mod sign_in;
mod staying_in;
mod taking_back;
mod tickets;
mod two_workers;
mod waiting;
mod working;
