//! Who we are at a provider, and where it listens.

/// Whose habits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft Entra ID: Exchange Online and Outlook.com.
    Microsoft,
    /// Yahoo Mail.
    Yahoo,
    /// AOL Mail.
    Aol,
    /// Fastmail.
    Fastmail,
    /// Zoho Mail.
    Zoho,
    /// Yandex Mail.
    Yandex,
    /// Any other, taken at the standards' word.
    Generic,
}
