//! The `mailroom` program.

fn main() {}
