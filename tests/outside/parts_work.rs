//! The real servers that other tests build on do start, answer and go away.

use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use parts::postgres;

fn host_and_port(url: &str) -> String {
    url.split('@')
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn postgres_gives_databases_that_are_apart() {
    let postgres = postgres();
    let (one, other) = (postgres.new_database(), postgres.new_database());
    assert_ne!(one, other);
    let made = Command::new("psql")
        .args([
            "-X",
            "-q",
            "-d",
            &one,
            "-c",
            "CREATE TABLE only_here (id int)",
        ])
        .status()
        .unwrap();
    assert!(made.success());
    let read = Command::new("psql")
        .args(["-X", "-q", "-d", &other, "-c", "SELECT * FROM only_here"])
        .output()
        .unwrap();
    assert!(
        !read.status.success(),
        "a table of one database is seen in the other"
    );
}

#[test]
fn a_cluster_of_the_tests_own_ends_with_it() {
    let postgres = parts::postgres::own_postgres();
    let address = host_and_port(&postgres.new_database());
    assert!(TcpStream::connect(&address).is_ok());
    drop(postgres);
    let started = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "PostgreSQL is still there"
        );
    }
}
