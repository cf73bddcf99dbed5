//! One message of 100 MB against a mailbox without it: how much memory the program takes more.

use std::fs;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use chrono::{TimeZone as _, Utc};
use sandbox::{MailboxLogin, Options, Provider};

const ADDRESS: &str = "sales@example.com";
const LARGE: usize = 100 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;

/// The most memory that a process ever had, watched until it ends; and whether it ended well.
fn peak(mut child: Child) -> (u64, bool) {
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = line.and_then(|line| line.trim().strip_suffix(" kB")) {
            peak = kib.trim().parse::<u64>().unwrap() * 1024;
        }
        if let Some(ended) = child.try_wait().unwrap() {
            return (peak, ended.success());
        }
        sleep(Duration::from_millis(2));
    }
}

/// Plain text all the way: the worst for whoever reads it.
fn large() -> Vec<u8> {
    let mut raw = format!(
        "Message-ID: <large@mail.example>\r\nFrom: Anna <anna@mail.example>\r\nTo: {ADDRESS}\r\n\
         Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Large\r\n\r\n"
    )
    .into_bytes();
    let line = b"How much is it? How much is it? How much is it? How much is it?\r\n";
    while raw.len() < LARGE {
        raw.extend_from_slice(line);
    }
    raw
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_100_mb_takes_less_than_64_mib_more() {
    let provider = Provider::new();
    provider.add_mailbox(ADDRESS, MailboxLogin::Password("right".to_owned()));
    let running = sandbox::serve(provider.clone(), Options::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let setup = format!(
        "mail_servers: [{{name: Provider, host: localhost, port: {}, tls: none}}]\n\
         mailboxes: [{{address: {ADDRESS}, server: Provider, password: '${{env:PASSWORD}}'}}]\n\
         scanners: [{{name: Sales, mailbox: {ADDRESS}, folders: [INBOX], schedule: '0 3 * * *', time_zone: UTC}}]\n\
         rules: [{{name: All, then: [create_lead]}}]\n",
        running.addr.port()
    );
    fs::write(folder.path().join("setup.yaml"), setup).unwrap();
    let run = |words: &str| {
        let child = Command::new(env!("CARGO_BIN_EXE_mailroom"))
            .args(words.split_whitespace())
            .current_dir(folder.path())
            .env("MAILROOM_DATA_DIR", folder.path().join("data"))
            .env("MAILROOM_LOG", "error")
            .env("PASSWORD", "right")
            .spawn()
            .unwrap();
        tokio::task::spawn_blocking(move || peak(child))
    };
    assert!(run("apply -f setup.yaml").await.unwrap().1);
    let (idle, well) = run("scan Sales").await.unwrap();
    assert!(well, "an empty mailbox");

    let date = Utc.with_ymd_and_hms(2026, 11, 22, 11, 0, 0).unwrap();
    provider.deliver(ADDRESS, "INBOX", large(), date).unwrap();
    let (peak, well) = run("scan Sales").await.unwrap();
    assert!(well, "the large message");
    let more = peak.saturating_sub(idle) / MIB;
    assert!(
        more < 64,
        "{more} MiB more than the {} of an empty mailbox",
        idle / MIB
    );

    let (_, well) = run("message show 1").await.unwrap();
    assert!(well);
    assert_eq!(running.stop().await, 0);
}
