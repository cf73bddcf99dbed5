//! `mail-server MESSAGES [MEAN-BYTES [SEED]]`: a Dovecot with so many generated messages in one INBOX, for the bench and
//! for trying things by hand. Prints one line of JSON when it is ready and ends with its standard input.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is what it is for"
)]

use std::env;
use std::io::{self, Read};
use std::process::ExitCode;
use std::str::FromStr;

use parts::Dovecot;
use parts::mail::Generator;
use serde_json::json;

const USER: &str = "sales@ours.example";
const PASSWORD: &str = "open-sesame";
const USAGE: &str = "usage: mail-server MESSAGES [MEAN-BYTES [SEED]]";

fn main() -> ExitCode {
    let (Some(messages), Some(mean), Some(seed)) = (
        argument(1, None),
        argument(2, Some(31_000)),
        argument(3, Some(1)),
    ) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let dovecot = Dovecot::builder().user(USER, PASSWORD).start();
    let generator = Generator::new(seed, USER).mean_size(mean);
    let mut bytes = 0;
    dovecot.deliver_all(
        USER,
        "INBOX",
        generator
            .take(messages)
            .inspect(|message| bytes += message.raw.len()),
    );
    let ready = json!({
        "host": dovecot.host(),
        "imap_port": dovecot.imap_port(),
        "imaps_port": dovecot.imaps_port(),
        "certificate_authority_file": dovecot.certificate_authority_file(),
        "user": USER,
        "password": PASSWORD,
        "messages": messages,
        "bytes": bytes,
    });
    println!("{ready}");
    io::stdin().read_to_end(&mut Vec::new()).ok();
    ExitCode::SUCCESS
}

/// None also for a word that is no such number.
fn argument<T: FromStr>(position: usize, default: Option<T>) -> Option<T> {
    match env::args().nth(position) {
        Some(word) => word.parse().ok(),
        None => default,
    }
}
