//! A PostgreSQL cluster for one run of `scripts/test`: prints the value of `MAILROOM_TEST_POSTGRES` when it is ready and
//! ends with its standard input.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::io::{self, Read};

use parts::postgres::own_postgres;

fn main() {
    let postgres = own_postgres();
    println!("{}", postgres.url());
    io::stdin().read_to_end(&mut Vec::new()).ok();
}
