//! A mailbox that the doctor looks at before anything of it is saved.

use std::path::PathBuf;

/// What the doctor looks at: mailboxes, or a server as far as its door.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Patient {
    /// Names of scanners or addresses of mailboxes; all mailboxes when nothing is named
    #[arg(value_name = "NAME", conflicts_with_all = ["server", "host"])]
    pub(crate) names: Vec<String>,
    /// A mail server that is set up, without a mailbox
    #[arg(long, value_name = "NAME", conflicts_with = "host")]
    pub(crate) server: Option<String>,
    /// A host that is not set up yet
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// What it speaks
    #[arg(long, value_enum, default_value_t = Spoken::Imap, requires = "host")]
    pub(crate) protocol: Spoken,
    /// Its port; 993 with implicit TLS, otherwise 143; of POP3 995, otherwise 110
    #[arg(long, value_name = "PORT", requires = "host")]
    pub(crate) port: Option<u16>,
    /// How the connection is encrypted
    #[arg(long, value_enum, default_value_t = Encryption::Implicit, requires = "host")]
    pub(crate) tls: Encryption,
    /// A PEM file with the server's own authority
    #[arg(long, value_name = "FILE", requires = "host")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Sign in there as this login, too, and open INBOX; nothing is kept
    #[arg(long, value_name = "LOGIN", requires = "host")]
    pub(crate) login: Option<String>,
    /// How to sign in
    #[arg(long, value_enum, default_value_t = SignIn::Password, requires = "login")]
    pub(crate) auth: SignIn,
    /// Where the password or token is, `env:NAME` or `file:/path`; without it, it is asked for
    #[arg(long, value_name = "REFERENCE", requires = "login")]
    pub(crate) secret: Option<String>,
}

/// How mailboxes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Spoken {
    /// With folders
    Imap,
    /// One mailbox without folders
    Pop3,
}

/// How a login proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SignIn {
    /// A password, or an app password
    Password,
    /// An access token the way Google and Microsoft take it
    Xoauth2,
    /// An access token by RFC 7628
    Oauthbearer,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Encryption {
    /// TLS from the first byte
    Implicit,
    /// Plain at first, then STARTTLS
    Starttls,
    /// Never
    None,
}
