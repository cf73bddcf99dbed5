//! The `mailroom` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    mailroom::cli::main()
}
