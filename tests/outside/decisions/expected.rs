//! What must come of each message, as somebody wrote it down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What must come of one message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// Name of its file.
    pub(super) file: String,
    /// Which mailbox it lies in.
    pub(super) mailbox: String,
    /// What sort of mail it is, for the report.
    pub(super) category: String,
    /// The lead that must be made of it.
    pub(super) lead: Option<Fields>,
    /// Records that it must be linked to.
    #[serde(default)]
    pub(super) links: BTreeSet<String>,
    /// Records that a person must be asked about.
    #[serde(default)]
    pub(super) doubt: BTreeSet<String>,
    /// Why that is right.
    pub(super) because: String,
}

/// The fields of a lead; those left out are not told by the message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fields {
    /// Address.
    pub(super) email: String,
    /// Given name.
    pub(super) first_name: String,
    /// Family name.
    pub(super) last_name: String,
    /// Company.
    pub(super) company: String,
    /// Telephone.
    pub(super) phone: String,
}

impl Fields {
    /// The fields by name; of a telephone the digits, as people write it in many ways.
    pub(super) fn values(&self) -> [(&'static str, String); 5] {
        let phone = self.phone.chars().filter(char::is_ascii_digit).collect();
        [
            ("email", self.email.to_lowercase()),
            ("first_name", self.first_name.clone()),
            ("last_name", self.last_name.clone()),
            ("company", self.company.clone()),
            ("phone", phone),
        ]
    }
}

/// Everything that must come of a language's mail, in its order.
pub(super) fn read(folder: &Path) -> Vec<Expected> {
    let path = folder.join("expected.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let expected: Vec<Expected> =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let named: BTreeSet<String> = expected.iter().map(|one| one.file.clone()).collect();
    assert_eq!(files, named, "{}", folder.display());
    assert_eq!(expected.len(), named.len(), "a file is named twice");
    for one in &expected {
        assert!(!one.because.is_empty(), "{}", one.file);
    }
    expected
}
