//! The real servers that other tests build on do start, answer and go away.

mod application;
mod browser;
mod dovecot;
mod fault_proxy;
mod http_receiver;
mod mail;
mod openid;
mod postgres;
mod smtp;

use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Whether nobody listens there any more, soon.
fn is_gone(address: (&str, u16)) -> bool {
    let started = Instant::now();
    while TcpStream::connect(address).is_ok() {
        if started.elapsed() > Duration::from_secs(10) {
            return false;
        }
    }
    true
}
