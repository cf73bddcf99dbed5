//! A real IMAP server (Dovecot 2.3) with the users, mail and troubles that a test asks for.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::configuration::Ports;
use crate::account::Account;
use crate::certificates::Certificates;
use crate::free_port::free_port;
use crate::guard::{Guarded, Signals, new_folder};
use crate::openid::OpenId;

mod configuration;
mod maildir;

const INSTALL: &str =
    "Dovecot is not installed. Install it: apt-get install dovecot-core dovecot-imapd";
const PROGRAM: &str = "/usr/sbin/dovecot";
const STARTS: usize = 3;
const LEARNS_WITHIN: Duration = Duration::from_secs(20);

/// TERM waits for clients, up to seconds.
const SIGNALS: Signals = Signals {
    stop: "TERM",
    end: "KILL",
};

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

/// What Dovecot will be like.
#[derive(Debug)]
pub struct DovecotBuilder<'a> {
    passwords: BTreeMap<String, String>,
    openid: Option<&'a OpenId>,
    require_tls: bool,
    slow_failures: bool,
    connections_per_user: u32,
}

impl Default for DovecotBuilder<'_> {
    fn default() -> Self {
        Self {
            passwords: BTreeMap::new(),
            openid: None,
            require_tls: false,
            slow_failures: false,
            connections_per_user: 100,
        }
    }
}

impl<'a> DovecotBuilder<'a> {
    /// Adds a user who may log in with this password. Mail may be delivered to other users too.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.passwords
            .insert(name.to_lowercase(), password.to_owned());
        self
    }

    /// Offers XOAUTH2 and OAUTHBEARER with this provider's tokens: a token opens the mailbox of its account.
    #[must_use]
    pub fn openid(mut self, openid: &'a OpenId) -> Self {
        self.openid = Some(openid);
        self
    }

    /// Refuses to log in before STARTTLS. It listens on 127.0.0.2 then: Dovecot takes a connection from an address to
    /// itself for secure.
    #[must_use]
    pub fn require_tls(mut self) -> Self {
        self.require_tls = true;
        self
    }

    /// Answers refused logins as slowly as Dovecot does by itself: after 2 s and, repeated, up to 17 s.
    #[must_use]
    pub fn slow_failures(mut self) -> Self {
        self.slow_failures = true;
        self
    }

    /// How many connections one user may have at a time (100 unless told).
    #[must_use]
    pub fn connections_per_user(mut self, most: u32) -> Self {
        self.connections_per_user = most;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When Dovecot is not installed or does not start; the message says what to do and has Dovecot's log.
    #[must_use]
    pub fn start(self) -> Dovecot {
        assert!(Path::new(PROGRAM).is_file(), "{INSTALL}");
        let mut cause = String::new();
        for _ in 0..STARTS {
            match self.try_start() {
                Ok(dovecot) => return dovecot,
                Err(e) => cause = e,
            }
        }
        panic!("Dovecot does not start: {cause}");
    }

    fn host(&self) -> &'static str {
        if self.require_tls {
            "127.0.0.2"
        } else {
            "127.0.0.1"
        }
    }

    fn try_start(&self) -> Result<Dovecot, String> {
        let (folder, host, certificates) =
            (new_folder("dovecot"), self.host(), Certificates::new());
        let ports = Ports {
            imap: free_port(host),
            imaps: free_port(host),
        };
        self.write_files(&folder, &certificates, ports)
            .map_err(|e| format!("its files can't be written into {}: {e}", folder.display()))?;
        let mut command = Account::of_servers().prefix();
        command.extend([PROGRAM, "-F", "-c"].map(Into::into));
        command.push(folder.join("dovecot.conf").into());
        let server = Guarded::start(&folder, SIGNALS, command);
        let passwords = self.passwords.clone();
        let dovecot = Dovecot {
            server,
            folder,
            host,
            ports,
            certificates,
            passwords,
        };
        dovecot.wait()?;
        Ok(dovecot)
    }

    fn write_files(
        &self,
        folder: &Path,
        certificates: &Certificates,
        ports: Ports,
    ) -> std::io::Result<()> {
        let account = Account::of_servers();
        fs::create_dir(folder.join("users"))?;
        account.give(&folder.join("users"));
        let files = [
            (
                "dovecot.conf",
                Some(configuration::configuration(self, folder, ports)),
            ),
            ("oauth2.conf", configuration::introspection(self)),
            ("passwords", Some(password_file(&self.passwords))),
            ("authority.pem", Some(certificates.authority.clone())),
            ("server.pem", Some(certificates.server.clone())),
            ("key.pem", Some(certificates.key.clone())),
            ("log", Some(String::new())),
        ];
        for (name, text) in files {
            if let Some(text) = text {
                let path = folder.join(name);
                fs::write(&path, text)?;
                account.give(&path);
            }
        }
        Ok(())
    }
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

    /// The certificate authority to trust, in PEM.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        &self.certificates.authority
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
    pub fn stop(&mut self) {
        self.server.stop();
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

    fn wait(&self) -> Result<(), String> {
        let listens = |port| TcpStream::connect((self.host, port)).is_ok();
        self.server
            .wait_until(|| listens(self.ports.imap) && listens(self.ports.imaps))
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

/// In base64, as a colon would end the password.
fn password_file(passwords: &BTreeMap<String, String>) -> String {
    let lines: Vec<_> = passwords
        .iter()
        .map(|(user, password)| format!("{user}:{{PLAIN.b64}}{}\n", STANDARD.encode(password)))
        .collect();
    lines.concat()
}
