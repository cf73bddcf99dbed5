//! The company of the set, one language of its mail, and what the program makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use entities::ids::MessageId;
use entities::record_kind::RecordKind;

use super::super::contents::Contents;
use super::super::program::Program;
use super::expected::{Expected, Fields, read as expected};
use super::outcome::Outcome;

/// Shared mailboxes, and those of the staff.
const MAILBOXES: [&str; 7] = [
    "info",
    "sales",
    "support",
    "maria.bianchi",
    "tom.baker",
    "ewa.nowak",
    "andrei.popa",
];

/// What these rules make of the mail of one language.
pub(super) fn read(folder: &Path, language: &'static str, rules: &str) -> Vec<Outcome> {
    let folder = folder.join(language);
    let expected = expected(&folder);
    let program = Program::new();
    program.apply(&format!("{}{rules}", company()));
    program.import_contacts(&contacts(&folder));
    for one in &expected {
        let path = folder.join(&one.file);
        let words = ["import", "--scanner", &one.mailbox].map(OsStr::new);
        program.well(words.into_iter().chain([path.as_os_str()]));
    }
    let contents = program.contents();
    let names = names(&contents);
    expected
        .iter()
        .map(|one| outcome(&folder, language, one, &expected, &contents, &names))
        .collect()
}

/// The known people, each with a key of its own: two may share an address.
fn contacts(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("contacts.csv")).unwrap();
    let mut lines = text.lines();
    let head = format!("external_id,{}\n", lines.next().unwrap());
    let keyed = lines
        .enumerate()
        .map(|(number, line)| format!("{number},{line}\n"));
    std::iter::once(head).chain(keyed).collect()
}

fn company() -> String {
    let each = |line: &dyn Fn(usize, &str) -> String| -> String {
        let mailboxes = MAILBOXES.iter().enumerate();
        mailboxes
            .map(|(number, mailbox)| line(number, mailbox))
            .collect()
    };
    // The first three are shared, the fourth is the admin's.
    let users = each(&|number, mailbox| match number {
        0..3 => String::new(),
        3 => format!("  - {{email: {mailbox}@lumina.example, name: {mailbox}, role: admin}}\n"),
        _ => format!("  - {{email: {mailbox}@lumina.example, name: {mailbox}}}\n"),
    });
    let mailboxes = each(&|_, mailbox| {
        format!(
            "  - {{address: {mailbox}@lumina.example, server: away, password: not so secret}}\n"
        )
    });
    let scanners =
        each(&|_, mailbox| format!("  - {{name: {mailbox}, mailbox: {mailbox}@lumina.example}}\n"));
    format!(
        "users:\n{users}mail_servers:\n  - {{name: away, host: away.invalid, trusted_servers: [mx.lumina.example]}}\n\
         mailboxes:\n{mailboxes}scanners:\n{scanners}"
    )
}

/// Every record by all names that the set may call it: its addresses, and an organization's name.
fn names(contents: &Contents) -> BTreeMap<(RecordKind, i64), BTreeSet<String>> {
    let mut names: BTreeMap<(RecordKind, i64), BTreeSet<String>> = BTreeMap::new();
    for address in &contents.addresses {
        let kind = address.record_kind;
        names
            .entry((kind, address.record_id))
            .or_default()
            .insert(format!("{} {}", kind.as_str(), address.email));
    }
    for organization in &contents.organizations {
        let kind = RecordKind::Organization;
        names
            .entry((kind, organization.id.0))
            .or_default()
            .insert(format!("{} {}", kind.as_str(), organization.name));
    }
    names
}

fn outcome(
    folder: &Path,
    language: &'static str,
    one: &Expected,
    all: &[Expected],
    contents: &Contents,
    names: &BTreeMap<(RecordKind, i64), BTreeSet<String>>,
) -> Outcome {
    let id = message_id(folder, one);
    let message = contents
        .messages
        .iter()
        .find(|message| message.rfc_message_id.as_deref() == Some(&id))
        .unwrap_or_else(|| panic!("{language}/{}: no message {id}", one.file));
    // A message in two mailboxes is one; its lead counts where it came first.
    let first = all.iter().find(|other| message_id(folder, other) == id);
    let is_first = first.is_some_and(|first| first.file == one.file);
    let lead = contents
        .leads
        .iter()
        .find(|lead| lead.message_id == Some(message.id));
    let own_lead =
        |kind, id| is_first && kind == RecordKind::Lead && lead.is_some_and(|lead| lead.id.0 == id);
    let links = contents
        .links
        .iter()
        .filter(|link| link.message_id == message.id)
        // The set asks for no tickets.
        .filter(|link| link.record_kind != RecordKind::Ticket)
        .filter(|link| !own_lead(link.record_kind, link.record_id))
        .map(|link| names[&(link.record_kind, link.record_id)].clone())
        .collect();
    Outcome {
        language,
        expected: one.clone(),
        lead: lead.filter(|_| is_first).map(|lead| Fields {
            email: lead.email.clone(),
            first_name: lead.first_name.clone(),
            last_name: lead.last_name.clone(),
            company: lead.company.clone(),
            phone: lead.phone.clone(),
        }),
        links,
        doubt: doubts(message.id, &one.mailbox, contents, names),
    }
}

/// The records that a person is to be asked about; two that have one name are asked about once.
fn doubts(
    message: MessageId,
    scanner: &str,
    contents: &Contents,
    names: &BTreeMap<(RecordKind, i64), BTreeSet<String>>,
) -> Vec<BTreeSet<String>> {
    let scanner = contents.scanner(scanner).id;
    let decision = contents
        .decisions
        .iter()
        .find(|decision| decision.message_id == message && decision.scanner_id == scanner);
    let body = decision
        .map(|decision| decision.body.clone())
        .unwrap_or_default();
    let decision: rules::Decision = serde_json::from_value(body).unwrap_or_default();
    let in_doubt = decision
        .candidates
        .iter()
        .filter(|one| !one.is_sure() && one.record.kind != rules::RecordKind::Ticket);
    let asked: BTreeSet<BTreeSet<String>> = in_doubt
        .map(|one| {
            let kind = mailroom::kinds::stored_record_kind(one.record.kind);
            names[&(kind, one.record.id)].clone()
        })
        .collect();
    asked.into_iter().collect()
}

/// The Message-ID that a file has, without its brackets.
fn message_id(folder: &Path, one: &Expected) -> String {
    let raw = fs::read(folder.join(&one.file)).unwrap();
    let text = format!("\n{}", String::from_utf8_lossy(&raw));
    let at = text.to_ascii_lowercase().find("\nmessage-id:").unwrap();
    // It may stand on the next line.
    let (_, rest) = text[at..].split_once('<').unwrap();
    let (id, _) = rest.split_once('>').unwrap();
    id.to_owned()
}
