//! `mail-file MESSAGES [MEAN-BYTES [SEED]]`: so many generated messages as an mbox (RFC 4155) on standard output, for
//! benches that want a large archive.
#![expect(
    clippy::print_stderr,
    reason = "a wrong argument is told to whoever typed it"
)]

use std::env;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::str::FromStr;

use parts::mail::Generator;

const TO: &str = "archive@ours.example";
const SENDERS: u32 = 50_000;
const USAGE: &str = "usage: mail-file MESSAGES [MEAN-BYTES [SEED]]";

fn main() -> ExitCode {
    let (Some(messages), Some(mean), Some(seed)) = (
        argument(1, None),
        argument(2, Some(8_000)),
        argument(3, Some(1)),
    ) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let generator = Generator::new(seed, TO).mean_size(mean).senders(SENDERS);
    match write(generator.take(messages)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The mail can't be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(messages: impl Iterator<Item = parts::mail::Message>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for message in messages {
        out.write_all(b"From mail-file Sun Nov 22 11:00:00 2026\n")?;
        for line in message.raw.split_inclusive(|byte| *byte == b'\n') {
            let unquoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            if line
                .get(unquoted..)
                .is_some_and(|rest| rest.starts_with(b"From "))
            {
                out.write_all(b">")?;
            }
            out.write_all(line)?;
        }
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// None also for a word that is no such number.
fn argument<T: FromStr>(position: usize, default: Option<T>) -> Option<T> {
    match env::args().nth(position) {
        Some(word) => word.parse().ok(),
        None => default,
    }
}
