//! PostgreSQL.

use std::process::Command;

use parts::postgres;
use parts::postgres::own_postgres;

use super::is_gone;

fn says_yes(url: &str, statement: &str) -> bool {
    Command::new("psql")
        .args(["-X", "-q", "-d", url, "-c", statement])
        .output()
        .unwrap()
        .status
        .success()
}

fn port(url: &str) -> u16 {
    url.rsplit(':')
        .next()
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn each_database_is_apart() {
    let postgres = postgres();
    let (one, other) = (postgres.new_database(), postgres.new_database());
    assert_ne!(one, other);
    assert!(says_yes(&one, "CREATE TABLE only_here (id int)"));
    assert!(says_yes(&one, "SELECT * FROM only_here"));
    assert!(!says_yes(&other, "SELECT * FROM only_here"));
}

#[test]
fn a_cluster_of_the_tests_own_stops_starts_and_ends_with_the_test() {
    let mut postgres = own_postgres();
    let url = postgres.new_database();
    assert!(says_yes(&url, "CREATE TABLE kept (id int)"));

    postgres.stop();
    assert!(!says_yes(&url, "SELECT * FROM kept"));
    postgres.start_again();
    assert!(says_yes(&url, "SELECT * FROM kept"));

    drop(postgres);
    assert!(
        is_gone(("127.0.0.1", port(&url))),
        "PostgreSQL outlives the test"
    );
}
