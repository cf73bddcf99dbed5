//! `mail-server MESSAGES [MEAN-BYTES [SEED [MAILBOXES]]]`: a Dovecot with so many generated messages in the INBOX of each
//! mailbox, of which there is one unless told, for benches and for trying things by hand. Prints one line of JSON when it
//! is ready and ends with its standard input.
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
const USAGE: &str = "usage: mail-server MESSAGES [MEAN-BYTES [SEED [MAILBOXES]]]";

fn main() -> ExitCode {
    let (Some(messages), Some(mean), Some(seed), Some(mailboxes)) = (
        argument(1, None),
        argument(2, Some(31_000)),
        argument(3, Some(1)),
        argument(4, Some(1)),
    ) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let users: Vec<String> = (0..mailboxes).map(user).collect();
    // Dovecot greets a hundred at a time by itself, each in a process of its own until it leaves.
    let dovecot = users
        .iter()
        .fold(Dovecot::builder().one_greeter(), |dovecot, user| {
            dovecot.user(user, PASSWORD)
        })
        .start();
    let mut bytes = 0;
    for (seed, user) in (seed..).zip(&users) {
        let generator = Generator::new(seed, user).mean_size(mean);
        dovecot.deliver_all(
            user,
            "INBOX",
            generator
                .take(messages)
                .inspect(|message| bytes += message.raw.len()),
        );
    }
    let ready = json!({
        "host": dovecot.host(),
        "imap_port": dovecot.imap_port(),
        "imaps_port": dovecot.imaps_port(),
        "certificate_authority_file": dovecot.certificate_authority_file(),
        "user": USER,
        "password": PASSWORD,
        "mailboxes": mailboxes,
        "messages": messages,
        "bytes": bytes,
    });
    println!("{ready}");
    io::stdin().read_to_end(&mut Vec::new()).ok();
    ExitCode::SUCCESS
}

/// The first is [`USER`].
fn user(number: u32) -> String {
    match number {
        0 => USER.to_owned(),
        number => format!("sales{number}@ours.example"),
    }
}

/// None also for a word that is no such number.
fn argument<T: FromStr>(position: usize, default: Option<T>) -> Option<T> {
    match env::args().nth(position) {
        Some(word) => word.parse().ok(),
        None => default,
    }
}
