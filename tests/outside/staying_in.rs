//! A mailbox that was authorized once stays open: through tokens that end in the middle of a scan, through a program
//! that is killed between the provider's answer and its commit, and with several workers. Whoever must act when it does not stay
//! open is told, and nobody finds its secrets.

mod announcements;
mod company;
mod doctor;
mod killed;
mod leaving;
mod long_scan;
mod processes;
mod secrets;
mod workers;
