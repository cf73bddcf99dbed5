//! Access tokens that end long before the scan does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::company::{Company, NEVER, light};
use crate::program::Program;

const SALES: &str = "sales@ours.example";
const MESSAGES: usize = 2_400;
const LIVES: Duration = Duration::from_secs(4);
/// How much longer than that a scan takes at least.
const TIMES: u32 = 3;

/// A way to the mail server on which so many bytes pass in a second.
pub(super) fn slow_way(to: u16, rate: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            let (from_client, from_server) = (client.try_clone(), server.try_clone());
            thread::spawn(move || pass(from_client.unwrap(), server, usize::MAX));
            thread::spawn(move || pass(from_server.unwrap(), client, rate));
        }
    });
    port
}

fn pass(mut from: TcpStream, mut to: TcpStream, rate: usize) {
    let (began, mut passed) = (Instant::now(), 0_usize);
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
        passed += length;
        let due = Duration::from_millis((passed as u64).saturating_mul(1000) / rate as u64);
        thread::sleep(due.saturating_sub(began.elapsed()));
    }
    // The other direction ends with it.
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[test]
fn a_scan_outlives_its_tokens() {
    let company = Company::new();
    company.openid.rotate();
    company.openid.access_tokens_live(LIVES);
    company.deliver(SALES, MESSAGES);
    // A message is about a kilobyte on its way.
    let rate = MESSAGES * 1_000 / usize::try_from(LIVES.as_secs()).unwrap() / TIMES as usize;
    let way = slow_way(company.dovecot.imaps_port(), rate);
    let program = Program::new();
    program.apply(&company.setup_by(way, &[SALES], NEVER));
    company.authorize(&program, &[SALES]);

    let began = Instant::now();
    let reports = program.scan_all();
    println!("{:?}", began.elapsed());
    assert!(
        began.elapsed() > LIVES * 2,
        "it was too fast to show anything"
    );
    let refreshes = company.openid.refreshes_of(SALES);
    assert!(refreshes > 2, "{refreshes}");
    let report = &reports[0];
    assert_eq!(report["outcome"], "done", "{report}");
    assert_eq!(report["warnings"], serde_json::json!([]), "{report}");
    for count in ["announced", "kept", "new_messages", "leads"] {
        assert_eq!(report["counts"][count], MESSAGES, "{count}: {report}");
    }
    let contents = program.contents();
    assert_eq!(
        (
            contents.messages.len(),
            contents.leads.len(),
            contents.deliveries.len()
        ),
        (MESSAGES, MESSAGES, MESSAGES)
    );
    assert_eq!(light(&program, SALES), "green");

    program.scan_all();
    program.contents().assert_same(&contents);
}
