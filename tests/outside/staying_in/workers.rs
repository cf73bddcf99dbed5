//! Two workers whose mailboxes' tokens end together.

use std::time::Duration;

use entities::scans::ScanOutcome;
use parts::postgres;

use super::company::{Company, light};
use crate::contents::Database;
use crate::program::Program;
use crate::waiting::until;

const ADDRESSES: [&str; 6] = [
    "one@ours.example",
    "two@ours.example",
    "three@ours.example",
    "four@ours.example",
    "five@ours.example",
    "six@ours.example",
];
const SOON: Duration = Duration::from_mins(1);

#[test]
fn one_request_for_each_mailbox_whose_token_ends() {
    let company = Company::new();
    // To use one twice would void the grant.
    company.openid.rotate();
    for address in ADDRESSES {
        company.deliver(address, 3);
    }
    let postgres = postgres();
    let program = Program::on(postgres.new_database());
    let inside = company.authorized(&program, &ADDRESSES, "* * * * * *");
    let database = Database::open(&program.url());
    let workers = ["left", "right"].map(|name| program.start(["worker", "--name", name]));
    for turn in 1..=3 {
        let before = database.contents().scans.len();
        until("every mailbox is scanned anew", SOON, || {
            let contents = database.contents();
            let anew = &contents.scans[before..];
            let all = ADDRESSES.iter().all(|address| {
                let of = |scan: &&entities::scans::Model| {
                    scan.scanner_id == contents.scanner(address).id
                        && scan.outcome == ScanOutcome::Done
                };
                anew.iter().filter(of).count() >= 2
            });
            all.then_some(())
        });
        for address in ADDRESSES {
            let refreshes = company.openid.refreshes_of(address);
            assert_eq!(refreshes, turn, "{address}: {}", workers[0].said());
        }
        for address in ADDRESSES {
            inside.end_access(address);
        }
    }
    for address in ADDRESSES {
        assert_eq!(light(&program, address), "green", "{address}");
    }
    let contents = database.contents();
    for name in ["left|", "right|"] {
        let scanned = contents
            .scans
            .iter()
            .any(|scan| scan.worker.starts_with(name));
        assert!(scanned, "{name} never had a mailbox");
    }
    assert_eq!(contents.leads.len(), 3);
    for worker in workers {
        assert_eq!(worker.terminate(SOON), Some(0));
    }
}
