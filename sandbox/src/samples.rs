//! Sample mail for the demo: two months at Brightwell Bikes, who share `sales@` and `info@` and whose owner Anna scans
//! her own mailbox too. Each file is named after what it is; the manifest says where copies of it lie.

mod manifest;

use chrono::{DateTime, Utc};
use include_dir::{Dir, include_dir};

use crate::{MailboxLogin, Provider, SandboxError, SpecialUse};
use manifest::MANIFEST;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples");

/// The shared mailbox of the sales team.
pub const SALES: &str = "sales@brightwell.example";
/// The shared mailbox for everything else.
pub const INFO: &str = "info@brightwell.example";
/// The owner's personal mailbox.
pub const ANNA: &str = "anna@brightwell.example";

/// One copy of a sample message in one folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What it is, its file name without ending.
    pub name: &'static str,
    /// The mailbox it lies in.
    pub mailbox: &'static str,
    /// The folder it lies in, decoded.
    pub folder: &'static str,
    /// The message as it came, CRLF line ends.
    pub raw: &'static [u8],
    /// When the provider received it.
    pub received: DateTime<Utc>,
    /// True when it comes only while the demo runs.
    pub later: bool,
}

/// All samples in the order they arrive; those that come later are at the end. A message in two mailboxes is there
/// twice, with the same name and bytes.
pub fn all() -> impl Iterator<Item = Sample> {
    MANIFEST.iter().flat_map(|(file, received, places)| {
        let raw = FILES.get_file(file).map(include_dir::File::contents);
        let received = DateTime::parse_from_rfc3339(received)
            .ok()
            .map(|received| received.to_utc());
        let name = file.trim_start_matches("later/").trim_end_matches(".eml");
        places.iter().filter_map(move |(mailbox, folder)| {
            Some(Sample {
                name,
                mailbox,
                folder,
                raw: raw?,
                received: received?,
                later: file.starts_with("later/"),
            })
        })
    })
}

/// The company's contacts: `first_name,last_name,email,other_emails,organization,phone`, UTF-8, further addresses
/// separated by `;`.
#[must_use]
pub fn contacts_csv() -> &'static [u8] {
    FILES
        .get_file("contacts.csv")
        .map(include_dir::File::contents)
        .unwrap_or_default()
}

/// Makes the three mailboxes with their folders, opened by this login, and delivers all samples but the later ones.
pub fn stage(provider: &Provider, login: &MailboxLogin) -> Result<(), SandboxError> {
    for mailbox in [SALES, INFO, ANNA] {
        provider.add_mailbox(mailbox, login.clone());
    }
    for sample in all() {
        provider.create_folder(sample.mailbox, sample.folder)?;
        if !sample.later {
            deliver(provider, &sample)?;
        }
    }
    provider.set_special_use(SALES, "Sent", SpecialUse::Sent)
}

/// Delivers one sample and returns its UID.
pub fn deliver(provider: &Provider, sample: &Sample) -> Result<u32, SandboxError> {
    provider.deliver(
        sample.mailbox,
        sample.folder,
        sample.raw.to_vec(),
        sample.received,
    )
}

#[cfg(test)]
#[path = "samples_tests.rs"]
mod tests;
