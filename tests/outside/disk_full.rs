//! A disk that is really full: a data folder on a file system of three megabytes, in a mount namespace of its own.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;

const SETUP: &str = "\
mail_servers: [{name: Provider, host: localhost, port: 1, tls: none}]
mailboxes: [{address: sales@example.com, server: Provider, password: '${env:PASSWORD}'}]
scanners: [{name: Sales, mailbox: sales@example.com, folders: [INBOX], schedule: '0 3 * * *', time_zone: UTC}]
rules: [{name: All, then: [create_lead]}]
";

/// A large message for the data folder, many small ones for the database; then room is made and both come again.
const STEPS: &str = r#"
mount -t tmpfs -o size=3m tmpfs disk || exit 99
"$MAILROOM" apply -f setup.yaml >/dev/null
"$MAILROOM" import large.eml --scanner Sales; echo "[$?]"
ls disk/data/blobs/incoming | wc -l
"$MAILROOM" import small --scanner Sales; echo "[$?]"
mount -o remount,size=60m disk
"$MAILROOM" import small large.eml --scanner Sales; echo "[$?]"
"$MAILROOM" import small large.eml --scanner Sales; echo "[$?]"
"#;

/// Text that can't be made smaller, as attachments can't.
fn noise(name: usize, bytes: usize) -> Vec<u8> {
    let mut raw = format!(
        "Message-ID: <{name}@mail.example>\r\nFrom: p{name}@mail.example\r\nSubject: Noise {name}\r\n\r\n"
    )
    .into_bytes();
    let mut noise = 0x9E37_79B9_u32 ^ u32::try_from(name).unwrap();
    while raw.len() < bytes {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        raw.push(b' ' + u8::try_from(noise % 95).unwrap());
    }
    raw
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("disk")).unwrap();
    fs::create_dir(path.join("small")).unwrap();
    fs::write(path.join("setup.yaml"), SETUP).unwrap();
    fs::write(path.join("large.eml"), noise(0, 5_000_000)).unwrap();
    for name in 1..=60 {
        fs::write(path.join(format!("small/{name}.eml")), noise(name, 60_000)).unwrap();
    }
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", STEPS])
        .current_dir(path)
        .env("MAILROOM", env!("CARGO_BIN_EXE_mailroom"))
        .env("MAILROOM_DATA_DIR", path.join("disk/data"))
        .env("MAILROOM_LOG", "off")
        .env("PASSWORD", "right")
        .output()
        .expect("unshare is not installed. Install it: apt-get install util-linux");
    assert!(
        output.status.success(),
        "No file system can be mounted in a namespace of the test's own; allow it \
         (sysctl kernel.unprivileged_userns_clone=1) or run the tests as root: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}
