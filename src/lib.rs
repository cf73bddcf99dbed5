//! Mailroom reads the mail a company receives and puts each message where it belongs in the CRM.
//!
//! `docs/architecture.md` says which room does what and who may import whom; a test keeps that true.

pub mod access;
pub mod accounts;
pub mod app;
pub mod apply;
pub mod audit;
pub mod autoconfig;
pub mod blobs;
pub mod cause;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domains;
pub mod http;
pub mod imap;
pub mod inbox;
pub mod kinds;
pub mod link;
pub mod loopback;
pub mod mail_files;
pub mod message;
pub mod metrics;
pub mod oauth;
pub mod outbox;
pub mod owner;
pub mod pop3;
pub mod records;
pub mod retry_after;
pub mod rule_books;
pub mod scan;
pub mod schedule;
pub mod secrets;
pub mod setup;
pub mod store;
pub mod transport;
pub mod trust;
pub mod web;
pub mod worker;
