//! A real IMAP and POP3 server (Dovecot 2.3) with the users, mail and troubles that a test asks for.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use self::builder::password_file;
use self::configuration::Ports;
use crate::account::Account;
use crate::certificates::Certificates;
use crate::guard::Guarded;

mod builder;
mod configuration;
mod mail_program;
mod maildir;

pub use self::builder::DovecotBuilder;
pub use self::mail_program::{Listed, MailProgram};

/// What a folder's UIDs count under, and how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
}

const INSTALL: &str =
    "Dovecot is not installed. Install it: apt-get install dovecot-core dovecot-imapd";
/// More folders than these no test makes.
const RAISE: u32 = 100_000;
const LEARNS_WITHIN: Duration = Duration::from_secs(20);
const DIES_WITHIN: Duration = Duration::from_secs(10);
const GREETS_WITHIN: Duration = Duration::from_secs(2);

/// A running Dovecot; it and its mail are gone when this is dropped.
#[derive(Debug)]
pub struct Dovecot {
    server: Guarded,
    folder: PathBuf,
    host: &'static str,
    ports: Ports,
    certificates: Certificates,
    passwords: BTreeMap<String, String>,
}

impl Dovecot {
    /// Starts to say what Dovecot shall be like.
    #[must_use]
    pub fn builder<'a>() -> DovecotBuilder<'a> {
        DovecotBuilder::default()
    }

    /// The address it listens on; its certificate is good for that and, on 127.0.0.1, for `localhost`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host
    }

    /// The port for plain IMAP and STARTTLS.
    #[must_use]
    pub fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    /// The port for IMAP in TLS from the first byte.
    #[must_use]
    pub fn imaps_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The port for plain POP3 and STLS, if it was built to speak it.
    #[must_use]
    pub fn pop3_port(&self) -> u16 {
        self.ports.pop3
    }

    /// The port for POP3 in TLS from the first byte, if it was built to speak it.
    #[must_use]
    pub fn pop3s_port(&self) -> u16 {
        self.ports.pop3s
    }

    /// The certificate authority to trust, in PEM.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        &self.certificates.authority
    }

    /// Its certificate and who signed it.
    pub(crate) fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// A file with [`Dovecot::certificate_authority`].
    #[must_use]
    pub fn certificate_authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Delivers one message. Folders divide by `/`, may have any characters and are made when they are missing.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn deliver(&self, user: &str, folder: &str, raw: impl AsRef<[u8]>) {
        self.deliver_all(user, folder, [raw]);
    }

    /// Delivers messages, in order, at thousands in a second, and tells how many.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn deliver_all<M: AsRef<[u8]>>(
        &self,
        user: &str,
        folder: &str,
        messages: impl IntoIterator<Item = M>,
    ) -> usize {
        let path = self.made_folder(user, folder);
        let mut count = 0;
        for raw in messages {
            maildir::write(&path, raw.as_ref(), None)
                .unwrap_or_else(|e| panic!("Can't deliver: {e}"));
            count += 1;
        }
        count
    }

    /// Delivers one message with this INTERNALDATE.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn deliver_received(
        &self,
        user: &str,
        folder: &str,
        raw: impl AsRef<[u8]>,
        received: SystemTime,
    ) {
        let path = self.made_folder(user, folder);
        maildir::write(&path, raw.as_ref(), Some(received))
            .unwrap_or_else(|e| panic!("Can't deliver: {e}"));
    }

    /// Makes a folder.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn create_folder(&self, user: &str, folder: &str) {
        self.made_folder(user, folder);
    }

    fn made_folder(&self, user: &str, folder: &str) -> PathBuf {
        maildir::create(&self.users(), &self.home(user), folder)
            .unwrap_or_else(|e| panic!("Can't make folder {folder}: {e}"))
    }

    /// Deletes a folder with its mail.
    ///
    /// # Panics
    /// When there is none.
    pub fn delete_folder(&self, user: &str, folder: &str) {
        fs::remove_dir_all(maildir::folder_path(&self.home(user), folder))
            .unwrap_or_else(|e| panic!("Can't delete folder {folder}: {e}"));
    }

    /// Gives the folder a new UIDVALIDITY and its messages new UIDs from 1 on.
    ///
    /// # Panics
    /// When there is no such folder.
    pub fn renumber(&self, user: &str, folder: &str) {
        maildir::forget_uids(&maildir::folder_path(&self.home(user), folder))
            .unwrap_or_else(|e| panic!("Can't make Dovecot forget the UIDs of {folder}: {e}"));
    }

    /// Expunges the messages with these UIDs (an IMAP sequence set: `3`, `1:5`, `*`).
    ///
    /// # Panics
    /// When Dovecot refuses.
    pub fn expunge(&self, user: &str, folder: &str, uids: &str) {
        self.doveadm(&["expunge", "-u", user, "mailbox", folder, "uid", uids]);
    }

    /// The UIDs of the folder's messages.
    ///
    /// # Panics
    /// When Dovecot refuses.
    #[must_use]
    pub fn uids(&self, user: &str, folder: &str) -> Vec<u32> {
        let text = self.doveadm(&["-f", "flow", "fetch", "-u", user, "uid", "mailbox", folder]);
        text.lines()
            .filter_map(|line| line.strip_prefix("uid=")?.trim().parse().ok())
            .collect()
    }

    /// The folder's messages by UID, as its administrator sees them; nothing where there is no such folder.
    ///
    /// # Panics
    /// When Dovecot refuses.
    #[must_use]
    pub fn messages(&self, user: &str, folder: &str) -> Vec<Listed> {
        let fields = "uid hdr.message-id";
        let text = self.doveadm(&["-f", "tab", "fetch", "-u", user, fields, "mailbox", folder]);
        let mut listed: Vec<Listed> = text
            .lines()
            .filter_map(|line| {
                let (uid, message_id) = line.split_once('\t')?;
                Some(Listed {
                    uid: uid.parse().ok()?,
                    message_id: message_id.trim().trim_matches(['<', '>']).to_owned(),
                })
            })
            .collect();
        listed.sort();
        listed
    }

    /// The flags of each message of a folder, by its Message-ID; sorted.
    ///
    /// # Panics
    /// When Dovecot refuses.
    #[must_use]
    pub fn flags(&self, user: &str, folder: &str) -> Vec<(String, Vec<String>)> {
        let fields = "hdr.message-id flags";
        let text = self.doveadm(&["-f", "tab", "fetch", "-u", user, fields, "mailbox", folder]);
        let mut flags: Vec<(String, Vec<String>)> = text
            .lines()
            .skip(1)
            .filter_map(|line| {
                let (message_id, flags) = line.split_once('\t')?;
                // `\Recent` is the server's own, and tells whether anybody has looked.
                let flags = flags.split_whitespace().filter(|flag| *flag != "\\Recent");
                let mut flags: Vec<String> = flags.map(str::to_owned).collect();
                flags.sort();
                let message_id = message_id.trim().trim_matches(['<', '>']).to_owned();
                Some((message_id, flags))
            })
            .collect();
        flags.sort();
        flags
    }

    /// The folder's UIDVALIDITY and UIDNEXT.
    ///
    /// # Panics
    /// When Dovecot refuses or has no such folder.
    #[must_use]
    pub fn numbers(&self, user: &str, folder: &str) -> Numbers {
        let fields = "uidvalidity uidnext";
        let text = self.doveadm(&[
            "-f", "flow", "mailbox", "status", "-u", user, fields, folder,
        ]);
        let number = |name: &str| -> u32 {
            text.split_whitespace()
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
                .unwrap_or_else(|| panic!("no {name}: {text}"))
        };
        Numbers {
            uid_validity: number("uidvalidity"),
            uid_next: number("uidnext"),
        }
    }

    /// Gives the folder another UIDVALIDITY, a much higher one, while its messages keep their UIDs. Dovecot counts on
    /// from the old one, so that a folder made later would have the next again.
    ///
    /// # Panics
    /// When Dovecot refuses.
    pub fn raise_uid_validity(&self, user: &str, folder: &str) {
        let next = self.numbers(user, folder).uid_validity + RAISE;
        let value = next.to_string();
        self.doveadm(&[
            "mailbox",
            "update",
            "-u",
            user,
            "--uid-validity",
            &value,
            folder,
        ]);
    }

    /// Gives a user another password, or a first one, and waits until Dovecot has noticed.
    ///
    /// # Panics
    /// When it does not notice.
    pub fn set_password(&mut self, user: &str, password: &str) {
        self.passwords
            .insert(user.to_lowercase(), password.to_owned());
        let (new, path) = (
            self.folder.join("passwords.new"),
            self.folder.join("passwords"),
        );
        fs::write(&new, password_file(&self.passwords))
            .and_then(|()| {
                Account::of_servers().give(&new);
                fs::rename(&new, path)
            })
            .unwrap_or_else(|e| panic!("Can't change a password: {e}"));
        let changed = Instant::now();
        while let Err(e) = self.try_doveadm(&["auth", "test", user, password]) {
            assert!(
                changed.elapsed() < LEARNS_WITHIN,
                "Dovecot does not learn the new password: {e}"
            );
        }
    }

    /// Ends every session of a user's, as an admin's kick does.
    ///
    /// # Panics
    /// When Dovecot refuses.
    pub fn kick(&self, user: &str) {
        self.doveadm(&["kick", user]);
    }

    /// Stops it: connections end, and the ports refuse new ones.
    ///
    /// # Panics
    /// When it goes on listening.
    pub fn stop(&mut self) {
        self.server.stop();
        // Its login processes hold the ports until the last of them has died.
        let stopped = Instant::now();
        while self.listens(self.ports.imap) || self.listens(self.ports.imaps) {
            assert!(
                stopped.elapsed() < DIES_WITHIN,
                "Dovecot still listens {DIES_WITHIN:?} after it was stopped"
            );
            sleep(Duration::from_millis(5));
        }
    }

    /// Starts it again on the same ports with the same mail.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        self.server.start_again();
        self.wait()
            .unwrap_or_else(|e| panic!("Dovecot does not start again: {e}"));
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn users(&self) -> PathBuf {
        self.folder.join("users")
    }

    fn home(&self, user: &str) -> PathBuf {
        self.users().join(user.to_lowercase())
    }

    fn listens(&self, port: u16) -> bool {
        TcpStream::connect((self.host, port)).is_ok()
    }

    /// Whether it is a mail server that listens, and not another test's look for a free port.
    fn greets(&self, port: u16) -> bool {
        let greeting = || {
            let mut stream = TcpStream::connect((self.host, port))?;
            stream.set_read_timeout(Some(GREETS_WITHIN))?;
            let mut first = [0; 4];
            stream.read_exact(&mut first)?;
            std::io::Result::Ok(first)
        };
        greeting().is_ok_and(|first| &first == b"* OK")
    }

    fn wait(&self) -> Result<(), String> {
        self.server
            .wait_until(|| self.greets(self.ports.imap) && self.listens(self.ports.imaps))
            .map_err(|e| format!("{e}\n{}", self.log()))
    }

    fn doveadm(&self, words: &[&str]) -> String {
        self.try_doveadm(words)
            .unwrap_or_else(|e| panic!("doveadm {words:?}: {e}"))
    }

    fn try_doveadm(&self, words: &[&str]) -> Result<String, String> {
        let mut command = Account::of_servers().prefix();
        command.extend(["doveadm", "-c"].map(Into::into));
        command.push(self.folder.join("dovecot.conf").into());
        command.extend(words.iter().map(Into::into));
        let (first, rest) = command.split_first().ok_or("no command")?;
        let output = Command::new(first)
            .args(rest)
            .output()
            .map_err(|e| format!("{e}. {INSTALL}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}
