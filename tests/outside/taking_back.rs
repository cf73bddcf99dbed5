//! What rules and people did, taken back through the program.

use std::ffi::OsStr;
use std::fs;

use parts::mail::{Generator, Message};

use super::contents::Contents;
use super::program::Program;

const COMPANY: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
mail_servers:
  - {name: away, host: away.invalid}
mailboxes:
  - {address: sales@ours.example, server: away, password: not so secret}
scanners:
  - {name: archive, mailbox: sales@ours.example}
rules:
  - {name: known, then: [link]}
  - {name: first, when: {sender: {is: unknown}}, then: [create_lead, {tag: [enquiry]}]}
";

fn import(program: &Program, name: &str, messages: &[Message]) {
    let folder = program.path(name);
    fs::create_dir(&folder).unwrap();
    for (number, message) in messages.iter().enumerate() {
        fs::write(folder.join(format!("{number:02}.eml")), &message.raw).unwrap();
    }
    let words = ["import", "--scanner", "archive"].map(OsStr::new);
    program.well(words.into_iter().chain([folder.as_os_str()]));
}

/// Everything that rules make of messages.
fn made(contents: &Contents) -> String {
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}",
        contents.leads, contents.links, contents.addresses, contents.tags
    )
}

#[test]
fn a_rule_that_ran_is_taken_back_and_the_database_is_as_before() {
    let program = Program::new();
    program.apply(COMPANY);
    let letters: Vec<Message> = Generator::new(5, "sales@ours.example").take(60).collect();
    import(&program, "before", &letters[..20]);
    let before = program.contents();
    assert!(!before.leads.is_empty());

    let second = COMPANY.lines().last().unwrap().replace("first", "second");
    program.apply(&format!(
        "{}{second}",
        COMPANY.replace("name: first", "name: first, enabled: false")
    ));
    import(&program, "after", &letters[20..]);
    let ran = program.contents();
    assert!(ran.leads.len() > before.leads.len());

    let undo = ["undo", "--rule", "second"];
    let preview = program.json(undo.into_iter().chain(["--dry-run"]));
    assert_eq!(made(&program.contents()), made(&ran));
    let gone = ran.leads.len() - before.leads.len();
    assert_eq!(preview["counts"]["leads"], gone, "{preview}");

    let asked = program.run(undo);
    assert_eq!(asked.code, 1, "{}", asked.out);
    assert!(asked.err.contains("add --yes"), "{}", asked.err);

    let undone = program.json(undo.into_iter().chain(["--yes"]));
    assert_eq!(undone["counts"], preview["counts"]);
    let after = program.contents();
    // What the other rules linked to what is gone goes with it; links of theirs to what was there before stay.
    let old: Vec<_> = after
        .links
        .iter()
        .filter(|link| before.links.contains(link))
        .collect();
    assert_eq!(old.len(), before.links.len());
    assert_eq!(after.leads, before.leads);
    assert_eq!(after.addresses, before.addresses);
    assert_eq!(after.tags, before.tags);
    for link in &after.links {
        assert_ne!(link.author, "second");
    }
    let history = program.json(["undo", "--history"]);
    assert_eq!(history[0]["of"], "rule second");
    assert_eq!(history[0]["counts"], preview["counts"]);
}

#[test]
fn a_lead_becomes_a_contact_with_its_mail_and_a_lead_again() {
    let program = Program::new();
    program.apply(COMPANY);
    let letters: Vec<Message> = Generator::new(5, "sales@ours.example").take(20).collect();
    import(&program, "mail", &letters);
    let before = program.contents();
    let lead = before.leads[0].id.to_string();

    let converted = program.json(["leads", "convert", &lead]);
    let contents = program.contents();
    assert_eq!(contents.contacts.len(), 1);
    let contact = contents.contacts[0].id.0;
    assert_eq!(converted["contact"], contact);
    assert!(contents.links.iter().any(|link| link.record_id == contact));

    let number = converted["move"].to_string();
    let told = program.well(["undo", "--move", &number]);
    let wanted = format!("move {number}: lead {lead} converted to contact {contact}");
    assert_eq!(told.trim(), format!("Taken back: {wanted}"));
    let after = program.contents();
    assert_eq!(made(&after), made(&before));
    assert!(after.contacts.is_empty());
    let again = program.run(["undo", "--move", &number]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("taken back already"), "{}", again.err);
}
