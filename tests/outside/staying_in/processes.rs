//! A worker beside commands that people run: all need the same new token at once, and one asks for it.

use std::time::{Duration, Instant};

use entities::scans::ScanOutcome;
use parts::openid::{Endpoint, Fault};
use parts::postgres;

use super::company::{Company, light};
use crate::contents::Database;
use crate::program::{Program, Running};
use crate::waiting::until;

const SALES: &str = "sales@ours.example";
const SOON: Duration = Duration::from_mins(1);
/// Time enough for whoever is not held back to get ahead.
const A_WHILE: Duration = Duration::from_secs(2);

/// What runs, in the order in which it comes to need the token.
const ROUNDS: [[&str; 3]; 3] = [
    ["worker", "doctor", "scan"],
    ["doctor", "scan", "worker"],
    ["scan", "worker", "doctor"],
];

fn start(program: &Program, what: &str) -> Running {
    match what {
        "worker" => program.start(["worker", "--name", "worker"]),
        "doctor" => program.start(["doctor", SALES]),
        _ => program.start(["scan", SALES]),
    }
}

/// How many scans a worker has done well.
fn scans_of_worker(database: &Database) -> usize {
    let contents = database.contents();
    let scans = contents
        .scans
        .iter()
        .filter(|scan| scan.worker.starts_with("worker|") && scan.outcome == ScanOutcome::Done);
    scans.count()
}

fn one_request_for_all(program: &Program) {
    let company = Company::new();
    // To use one twice would void the grant.
    company.openid.rotate();
    company.deliver(SALES, 3);
    let inside = company.authorized(program, &[SALES], "* * * * * *");
    let database = Database::open(&program.url());
    for round in ROUNDS {
        company.openid.forget_requests();
        company.openid.fault(Endpoint::Token, &Fault::Hold);
        let scans = scans_of_worker(&database);
        let [first, others @ ..] = round;
        let mut running = vec![start(program, first)];
        company.openid.wait_until_held(1);
        running.extend(others.map(|what| start(program, what)));
        let began = Instant::now();
        until("a while", SOON, || {
            assert_eq!(company.openid.refreshes_of(SALES), 1, "{round:?}");
            for running in &mut running {
                assert_eq!(running.ended(), None, "{round:?}: {}", running.said());
            }
            (began.elapsed() >= A_WHILE).then_some(())
        });
        company.openid.clear_faults();
        until("the worker has scanned", SOON, || {
            (scans_of_worker(&database) > scans).then_some(())
        });
        for (what, mut running) in round.into_iter().zip(running) {
            let code = match what {
                "worker" => running.terminate(SOON),
                _ => running.wait(SOON),
            };
            assert_eq!(code, Some(0), "{round:?}: {what}");
        }
        assert_eq!(company.openid.refreshes_of(SALES), 1, "{round:?}");
        assert_eq!(light(program, SALES), "green", "{round:?}");
        inside.end_access(SALES);
    }
    assert_eq!(program.contents().leads.len(), 3);
}

#[test]
fn one_request_for_a_worker_and_commands_beside_it_on_sqlite() {
    one_request_for_all(&Program::new());
}

#[test]
fn one_request_for_a_worker_and_commands_beside_it_on_postgresql() {
    let postgres = postgres();
    one_request_for_all(&Program::on(postgres.new_database()));
}
