//! Says what a Dovecot shall be like, and starts it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::configuration::{self, Ports};
use super::{Dovecot, INSTALL};
use crate::account::Account;
use crate::certificates::Certificates;
use crate::free_port::free_port;
use crate::guard::{Guarded, Signals, new_folder};
use crate::openid::OpenId;

const PROGRAM: &str = "/usr/sbin/dovecot";
const POP3: &str = "/usr/lib/dovecot/pop3";
const INSTALL_POP3: &str = "Dovecot does not speak POP3. Install it: apt-get install dovecot-pop3d";
const STARTS: usize = 3;

/// TERM waits for clients, up to seconds.
const SIGNALS: Signals = Signals {
    stop: "TERM",
    end: "KILL",
};

/// What Dovecot will be like.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each switches one thing of Dovecot's, whatever the others say"
)]
pub struct DovecotBuilder<'a> {
    passwords: BTreeMap<String, String>,
    pub(super) openid: Option<&'a OpenId>,
    pub(super) full_access: bool,
    pub(super) require_tls: bool,
    pub(super) slow_failures: bool,
    pub(super) pop3: bool,
    pub(super) special_folders: bool,
    pub(super) without_move: bool,
    pub(super) connections_per_user: u32,
    pub(super) greeters: Option<u32>,
}

impl Default for DovecotBuilder<'_> {
    fn default() -> Self {
        Self {
            passwords: BTreeMap::new(),
            openid: None,
            full_access: false,
            require_tls: false,
            slow_failures: false,
            pop3: false,
            special_folders: false,
            without_move: false,
            connections_per_user: 100,
            greeters: None,
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

    /// Lets a token into the one mailbox more that the provider names in it ([`OpenId::give_full_access`]).
    #[must_use]
    pub fn full_access(mut self) -> Self {
        self.full_access = true;
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

    /// Speaks POP3 too, which has INBOX only. A message's UIDL is made of UIDVALIDITY and UID.
    #[must_use]
    pub fn pop3(mut self) -> Self {
        self.pop3 = true;
        self
    }

    /// Gives every user the folders Gesendet (for sent mail), Entwürfe (drafts), Spam (junk), Papierkorb (trash) and Archiv.
    #[must_use]
    pub fn special_folders(mut self) -> Self {
        self.special_folders = true;
        self
    }

    /// Does not offer MOVE (RFC 6851), only UIDPLUS (RFC 4315), as older servers.
    #[must_use]
    pub fn without_move(mut self) -> Self {
        self.without_move = true;
        self
    }

    /// How many connections one user may have at a time (100 unless told).
    #[must_use]
    pub fn connections_per_user(mut self, most: u32) -> Self {
        self.connections_per_user = most;
        self
    }

    /// Has one process greet everybody, as large installations do: only so are TLS sessions taken up again.
    #[must_use]
    pub fn one_greeter(mut self) -> Self {
        self.greeters = Some(1);
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When Dovecot is not installed or does not start; the message says what to do and has Dovecot's log.
    #[must_use]
    pub fn start(self) -> Dovecot {
        assert!(Path::new(PROGRAM).is_file(), "{INSTALL}");
        assert!(!self.pop3 || Path::new(POP3).is_file(), "{INSTALL_POP3}");
        let mut cause = String::new();
        for _ in 0..STARTS {
            match self.try_start() {
                Ok(dovecot) => return dovecot,
                Err(e) => cause = e,
            }
        }
        panic!("Dovecot does not start: {cause}");
    }

    pub(super) fn host(&self) -> &'static str {
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
            pop3: free_port(host),
            pop3s: free_port(host),
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
            ("oauth2.conf", configuration::introspection(self, "sub")),
            (
                "full_access.conf",
                configuration::introspection(self, "full_access"),
            ),
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

/// In base64, as a colon would end the password.
pub(super) fn password_file(passwords: &BTreeMap<String, String>) -> String {
    let lines: Vec<_> = passwords
        .iter()
        .map(|(user, password)| format!("{user}:{{PLAIN.b64}}{}\n", STANDARD.encode(password)))
        .collect();
    lines.concat()
}
