//! One message of 200 MB against none: how much memory the program takes more to read it from a mailbox, from files of
//! every sort, and to give it back.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use chrono::{TimeZone as _, Utc};
use sandbox::{MailboxLogin, Options, Provider};

const ADDRESS: &str = "sales@example.com";
const LARGE: usize = 200 * 1000 * 1000;
pub(super) const MIB: u64 = 1024 * 1024;
pub(super) const MOST: u64 = 64;

/// The most memory that a process ever had, watched until it ends; and whether it ended well.
pub(super) fn peak(mut child: Child) -> (u64, bool) {
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
pub(super) fn large(name: &str) -> Vec<u8> {
    let mut raw = format!(
        "Message-ID: <{name}@mail.example>\r\nFrom: Anna <anna@mail.example>\r\nTo: {ADDRESS}\r\n\
         Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: {name}\r\n\r\n"
    )
    .into_bytes();
    let line = b"How much is it? How much is it? How much is it? How much is it?\r\n";
    while raw.len() < LARGE {
        raw.extend_from_slice(line);
    }
    raw
}

fn write_mbox(path: &Path) {
    let mut mbox = BufWriter::new(File::create(path).unwrap());
    for message in [&b"Subject: first\r\n\r\none\r\n"[..], &large("mbox")] {
        mbox.write_all(b"From anna@mail.example Sun Nov 22 11:00:00 2026\r\n")
            .unwrap();
        mbox.write_all(message).unwrap();
        mbox.write_all(b"\r\n").unwrap();
    }
    mbox.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_200_mb_takes_less_than_64_mib_more_wherever_it_comes_from_and_goes() {
    let provider = Provider::new();
    provider.add_mailbox(ADDRESS, MailboxLogin::Password("right".to_owned()));
    let running = sandbox::serve(provider.clone(), Options::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let setup = format!(
        "mail_servers: [{{name: Provider, host: localhost, port: {}, tls: none}}]\n\
         mailboxes: [{{address: {ADDRESS}, server: Provider, password: '${{env:PASSWORD}}'}}]\n\
         scanners: [{{name: Sales, mailbox: {ADDRESS}, folders: [INBOX], schedule: '0 3 * * *', time_zone: UTC}}]\n\
         rules: [{{name: All, then: [create_lead]}}]\n",
        running.addr.port()
    );
    fs::write(path.join("setup.yaml"), setup).unwrap();
    let run = |words: &str| {
        let child = Command::new(env!("CARGO_BIN_EXE_mailroom"))
            .args(words.split_whitespace())
            .current_dir(path)
            .env("MAILROOM_DATA_DIR", path.join("data"))
            .env("MAILROOM_LOG", "error")
            .env("PASSWORD", "right")
            .stdout(File::create(path.join("said")).unwrap())
            .spawn()
            .unwrap();
        tokio::task::spawn_blocking(move || peak(child))
    };
    assert!(run("apply -f setup.yaml").await.unwrap().1);
    let (idle, well) = run("scan Sales").await.unwrap();
    assert!(well, "an empty mailbox");

    let date = Utc.with_ymd_and_hms(2026, 11, 22, 11, 0, 0).unwrap();
    let of_imap = large("imap");
    provider
        .deliver(ADDRESS, "INBOX", of_imap.clone(), date)
        .unwrap();
    fs::write(path.join("one.eml"), large("eml")).unwrap();
    write_mbox(&path.join("archive"));
    fs::create_dir_all(path.join("Maildir/cur")).unwrap();
    fs::create_dir_all(path.join("Maildir/new")).unwrap();
    fs::write(path.join("Maildir/cur/1:2,S"), large("maildir")).unwrap();
    for words in [
        "scan Sales",
        "message show 1",
        "blobs check",
        "message raw 1",
        "import one.eml --scanner Sales",
        "import archive --scanner Sales",
        "import Maildir --scanner Sales",
    ] {
        let (peak, well) = run(words).await.unwrap();
        assert!(well, "{words}");
        let more = peak.saturating_sub(idle) / MIB;
        println!("{words}: {more} MiB more than {}", idle / MIB);
        assert!(
            more < MOST,
            "{words}: {more} MiB more than the {} of an empty mailbox",
            idle / MIB
        );
        let same = fs::read(path.join("said")).unwrap() == of_imap;
        assert_eq!(same, words == "message raw 1", "{words}");
    }
    let kept = run_to_text(path, "messages --json");
    assert_eq!(kept.matches("\"subject\"").count(), 5, "{kept}");
    assert_eq!(running.stop().await, 0);
}

fn run_to_text(path: &Path, words: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mailroom"))
        .args(words.split_whitespace())
        .env("MAILROOM_DATA_DIR", path.join("data"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
