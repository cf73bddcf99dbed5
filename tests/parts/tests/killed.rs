//! A server outlives no test, however the test ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

#[test]
fn a_killed_test_leaves_no_server_and_no_folder() {
    let mut test = Command::new(env!("CARGO_BIN_EXE_mail-server"))
        .arg("3")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(test.stdout.take().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let port = u16::try_from(ready["imap_port"].as_u64().unwrap()).unwrap();
    let authority = Path::new(ready["certificate_authority_file"].as_str().unwrap());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert!(fs::exists(authority).unwrap());

    test.kill().unwrap();
    test.wait().unwrap();

    let killed = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_ok() || authority.parent().unwrap().exists() {
        assert!(
            killed.elapsed() < Duration::from_secs(10),
            "the server outlives its test"
        );
    }
}
