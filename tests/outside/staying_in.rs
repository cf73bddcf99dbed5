//! A mailbox that was authorized once stays open: through tokens that end in the middle of a scan, through a program
//! that is killed between the provider's answer and its commit, and with several workers. And nobody finds its secrets.

mod company;
mod killed;
mod leaving;
mod long_scan;
mod secrets;
mod workers;
