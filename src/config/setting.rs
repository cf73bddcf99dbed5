//! The closed set of settings, their names, and a value as it was given.

use std::fmt::{self, Debug};

use super::problem::Origin;

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    DataDir,
    DatabaseUrl,
    Log,
    LogFormat,
    SecretKey,
    SecretKeyFile,
    Workers,
    IdleSessions,
    LeaseSeconds,
    ImapConnectSeconds,
    ImapGreetingSeconds,
    ImapCommandSeconds,
    ImapMaxMessageMib,
    Listen,
    PublicUrl,
    TrustedProxies,
    CaFile,
    AnnounceWebhookUrl,
    AnnounceWebhookSecret,
    AnnounceSmtpUrl,
    AnnounceSmtpUser,
    AnnounceSmtpPassword,
    AnnounceFrom,
    AnnounceTo,
    BlobsUrl,
    BlobsEndpoint,
    BlobsRegion,
    BlobsAccessKeyId,
    BlobsSecretAccessKey,
    SsoIssuer,
    SsoClientId,
    SsoClientSecret,
    SsoName,
    SsoDomains,
}

impl Setting {
    pub(super) const ALL: [Self; 34] = [
        Self::DataDir,
        Self::DatabaseUrl,
        Self::Log,
        Self::LogFormat,
        Self::SecretKey,
        Self::SecretKeyFile,
        Self::Workers,
        Self::IdleSessions,
        Self::LeaseSeconds,
        Self::ImapConnectSeconds,
        Self::ImapGreetingSeconds,
        Self::ImapCommandSeconds,
        Self::ImapMaxMessageMib,
        Self::Listen,
        Self::PublicUrl,
        Self::TrustedProxies,
        Self::CaFile,
        Self::AnnounceWebhookUrl,
        Self::AnnounceWebhookSecret,
        Self::AnnounceSmtpUrl,
        Self::AnnounceSmtpUser,
        Self::AnnounceSmtpPassword,
        Self::AnnounceFrom,
        Self::AnnounceTo,
        Self::BlobsUrl,
        Self::BlobsEndpoint,
        Self::BlobsRegion,
        Self::BlobsAccessKeyId,
        Self::BlobsSecretAccessKey,
        Self::SsoIssuer,
        Self::SsoClientId,
        Self::SsoClientSecret,
        Self::SsoName,
        Self::SsoDomains,
    ];

    /// The name in the settings file; a dot stands for a table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DataDir => "data_dir",
            Self::DatabaseUrl => "database_url",
            Self::Log => "log",
            Self::LogFormat => "log_format",
            Self::SecretKey => "secret_key",
            Self::SecretKeyFile => "secret_key_file",
            Self::Workers => "workers",
            Self::IdleSessions => "idle_sessions",
            Self::LeaseSeconds => "lease_seconds",
            Self::ImapConnectSeconds => "imap.connect_seconds",
            Self::ImapGreetingSeconds => "imap.greeting_seconds",
            Self::ImapCommandSeconds => "imap.command_seconds",
            Self::ImapMaxMessageMib => "imap.max_message_mib",
            Self::Listen => "listen",
            Self::PublicUrl => "public_url",
            Self::TrustedProxies => "trusted_proxies",
            Self::CaFile => "ca_file",
            Self::AnnounceWebhookUrl => "announce.webhook_url",
            Self::AnnounceWebhookSecret => "announce.webhook_secret",
            Self::AnnounceSmtpUrl => "announce.smtp_url",
            Self::AnnounceSmtpUser => "announce.smtp_user",
            Self::AnnounceSmtpPassword => "announce.smtp_password",
            Self::AnnounceFrom => "announce.from",
            Self::AnnounceTo => "announce.to",
            Self::BlobsUrl => "blobs.url",
            Self::BlobsEndpoint => "blobs.endpoint",
            Self::BlobsRegion => "blobs.region",
            Self::BlobsAccessKeyId => "blobs.access_key_id",
            Self::BlobsSecretAccessKey => "blobs.secret_access_key",
            Self::SsoIssuer => "sso.issuer",
            Self::SsoClientId => "sso.client_id",
            Self::SsoClientSecret => "sso.client_secret",
            Self::SsoName => "sso.name",
            Self::SsoDomains => "sso.domains",
        }
    }

    /// The environment variable that sets it.
    pub(super) fn variable(self) -> String {
        format!(
            "MAILROOM_{}",
            self.name().replace('.', "_").to_ascii_uppercase()
        )
    }

    /// Whether it takes several values: a list in the file, parted by commas elsewhere.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::TrustedProxies | Self::AnnounceTo | Self::SsoDomains
        )
    }

    /// Whether nobody else may read it.
    pub(super) fn is_secret(self) -> bool {
        matches!(
            self,
            Self::SecretKey
                | Self::AnnounceWebhookSecret
                | Self::AnnounceSmtpPassword
                | Self::BlobsSecretAccessKey
                | Self::SsoClientSecret
        )
    }

    /// Finds a setting by its name in the file.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }
}

/// A value as it was written, and where.
#[derive(Clone)]
pub(super) struct Given {
    /// Its text; may be a secret.
    pub(super) text: String,
    /// Where it was written.
    pub(super) origin: Origin,
}

impl Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given(… from {})", self.origin)
    }
}
