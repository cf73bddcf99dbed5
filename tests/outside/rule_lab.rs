//! Rules tried on stored mail before they decide, told by their versions, and taken back.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::time::Instant;

use parts::mail::Generator;
use serde_json::Value;

use super::contents::Database;
use super::program::Program;

/// How many messages are stored; `scripts/bench-replay` says 10,000.
fn messages() -> usize {
    let said = std::env::var("MAILROOM_REPLAY_MESSAGES").ok();
    said.and_then(|count| count.parse().ok()).unwrap_or(1_000)
}

const COMPANY: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
mail_servers:
  - {name: away, host: away.invalid}
mailboxes:
  - {address: sales@ours.example, server: away, password: not so secret}
scanners:
  - {name: archive, mailbox: sales@ours.example}
  - {name: other, mailbox: sales@ours.example, enabled: false}
";

const RULES: &str = r"
rules:
  - name: machines
    when: {kind: {in: [bulk, auto_reply, bounce, system]}}
    then: [{ignore: not written by a person}]
    stop: true
  - {name: known, then: [link]}
  - name: first
    when: {sender: {is: unknown}}
    then: [create_lead, {tag: [enquiry]}]
    cases:
      - {name: a stranger, message: {from: a@b.example, subject: Hello}, expect: {matches: true, actions: [create_lead, tag]}}
";

/// A company that has so much mail.
fn with_mail(count: usize) -> Program {
    let program = Program::new();
    program.apply(&format!("{COMPANY}{RULES}"));
    import(&program, "mail.mbox", 5, count);
    program
}

fn import(program: &Program, name: &str, seed: u64, count: usize) {
    let path = program.path(name);
    let mut mbox = Vec::new();
    for message in Generator::new(seed, "sales@ours.example").take(count) {
        mbox.extend_from_slice(b"From somebody@away.example Thu Jan  1 00:00:00 2026\n");
        let text = String::from_utf8_lossy(&message.raw).replace("\r\n", "\n");
        mbox.extend_from_slice(text.replace("\nFrom ", "\n>From ").as_bytes());
        mbox.extend_from_slice(b"\n");
    }
    fs::write(&path, mbox).unwrap();
    let words = ["import", "--scanner", "archive"].map(OsStr::new);
    program.well(words.into_iter().chain([path.as_os_str()]));
}

fn replay(program: &Program, words: &[&str]) -> Value {
    let words = ["rules", "replay"].into_iter().chain(words.iter().copied());
    program.json(words)
}

fn rule<'v>(all: &'v Value, name: &str) -> &'v Value {
    let mut rules = all["rules"].as_array().unwrap().iter();
    rules
        .find(|rule| rule["rule"] == name || rule["name"] == name)
        .unwrap_or_else(|| panic!("no rule {name}: {all}"))
}

#[test]
fn a_changed_rule_is_replayed_over_stored_mail_and_nothing_is_written() {
    let count = messages();
    let program = with_mail(count);
    let contents = program.contents();
    let database = Database::open(&program.url());
    let before = database.everything();
    assert!(before.len() > count * 100);

    // The rules that decided come to what they came to, message by message.
    let began = Instant::now();
    let same = replay(&program, &[]);
    let took = began.elapsed();
    assert_eq!(same["different"], 0, "{same:#}");
    let decided = same["messages"].as_u64().unwrap();
    assert_eq!(decided, contents.messages.len() as u64);
    assert_eq!(same["unread"], 0);
    let rate = f64::from(u32::try_from(decided).unwrap()) / took.as_secs_f64();
    println!("{decided} messages replayed in {took:.1?}: {rate:.0} messages/s");
    assert_eq!(same["leads_before"], contents.leads.len());

    // Leads of one domain only.
    let mut domains: BTreeMap<&str, usize> = BTreeMap::new();
    for lead in &contents.leads {
        let (_, domain) = lead.email.rsplit_once('@').unwrap();
        *domains.entry(domain).or_default() += 1;
    }
    let (domain, kept) = domains.iter().max_by_key(|(_, count)| **count).unwrap();
    let draft = program.file(
        "draft.yaml",
        RULES
            .replace(
                "when: {sender: {is: unknown}}",
                &format!("when: {{all: [{{sender: {{is: unknown}}}}, {{sender.domain: {{is: {domain}}}}}]}}"),
            )
            .replace("a@b.example", &format!("a@{domain}"))
            .replace("- {name: known, then: [link]}", "- {name: known, then: [link], stop: true}\n  - {name: late, when: {kind: {is: personal}}, then: [{tag: [late]}]}")
            .replace("  - name: first\n", "  - name: first\n    description: Of one domain only\n"),
    );
    let draft = draft.to_str().unwrap();
    // With `known` stopping before it, `first` has no turn at all.
    let shadowed = replay(&program, &["-f", draft, "--show", "2"]);
    let first = rule(&shadowed, "first");
    assert_eq!(first["after"], 0, "{first}");
    assert!(first["alone"].as_u64().unwrap() >= *kept as u64, "{first}");
    assert_eq!(
        shadowed["shifts"]["create_lead"]["lost"],
        contents.leads.len()
    );

    let text = fs::read_to_string(draft).unwrap();
    program.file("draft.yaml", text.replace(", stop: true}", "}"));
    for against in ["rules", "decisions"] {
        let found = replay(
            &program,
            &["-f", draft, "--against", against, "--show", "2"],
        );
        let lost = contents.leads.len() - kept;
        assert_eq!(
            found["shifts"]["create_lead"]["lost"], lost,
            "{against}: {found:#}"
        );
        assert_eq!(found["shifts"]["create_lead"]["gained"], 0);
        assert_eq!(found["leads_after"], *kept);
        let examples = found["shifts"]["create_lead"]["examples"]
            .as_array()
            .unwrap();
        assert_eq!(examples.len(), 2.min(lost));
        assert!(found["shifts"].get("link").is_none(), "{found:#}");
        let late = rule(&found, "late");
        assert_eq!(
            (&late["before"], &late["alone"]),
            (&Value::from(0), &late["after"])
        );
        assert_eq!(found["shifts"]["tag"]["lost"], 0, "{found:#}");
    }
    let few = replay(
        &program,
        &["-f", draft, "--last", "100", "--scanner", "archive"],
    );
    assert_eq!(few["messages"], 100);
    let none = replay(&program, &["-f", draft, "--scanner", "other"]);
    assert_eq!(none["messages"], 0);
    let future = replay(&program, &["-f", draft, "--since", "2999-01-01"]);
    assert_eq!(future["messages"], 0);
    let told = program.well(["rules", "replay", "-f", draft]);
    assert!(told.contains("Leads no longer made: "), "{told}");

    assert_eq!(database.everything(), before);
}

#[test]
fn rules_are_counted_and_decisions_name_their_version() {
    let program = with_mail(40);
    let leads = program.contents().leads.len();
    let listed = program.json(["rules"]);
    assert_eq!(listed["version"], 1);
    let first = rule(&listed, "first");
    assert!(
        first["matched"].as_u64().unwrap() >= leads as u64,
        "{first}"
    );
    assert!(
        first["done"].as_u64().unwrap() >= 2 * leads as u64,
        "{first}"
    );
    assert_eq!(first["cases"], 1);

    let all = RULES.replace("rules:", "rules:\n  - {name: all, stop: true}");
    program.apply(&all);
    let listed = program.json(["rules"]);
    assert_eq!(listed["version"], 2);
    for name in ["machines", "known", "first"] {
        let warnings = &rule(&listed, name)["warnings"];
        assert_eq!(warnings[0], "never has its turn: \"all\" stops before it");
    }
    import(&program, "more.mbox", 6, 5);
    let contents = program.contents();
    let newest = contents.messages.iter().map(|message| message.id.0).max();
    let id = newest.unwrap().to_string();
    let shown = program.json(["message", "show", &id]);
    assert_eq!(shown["decisions"][0]["version"], 2, "{shown}");
}

#[test]
fn versions_are_listed_shown_compared_and_returned_to() {
    let program = Program::new();
    program.apply(&format!("{COMPANY}{RULES}"));
    let changed = RULES.replace("{tag: [enquiry]}", "{tag: [enquiry, new]}");
    let changed = changed.replace(
        "actions: [create_lead, tag]",
        "actions: [create_lead, tag], skipped: []",
    );
    let file = program.file("changed.yaml", &changed);
    let file = file.to_str().unwrap();
    program.well(["apply", "-f", file, "--note", "a second tag"]);
    // What changes nothing makes no version.
    program.well(["apply", "-f", file]);

    let versions = program.json(["rules", "versions"]);
    let numbers: Vec<i64> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(versions[0]["note"], "a second tag");
    assert_eq!(versions[0]["from"], file);
    assert_eq!(versions[0]["changes"][0]["name"], "first");

    let diff = program.well(["rules", "diff", "1", "2"]);
    assert!(diff.contains("~ first"), "{diff}");
    let shown = program.well(["rules", "show", "1"]);
    let dry = program.well(["rules", "rollback", "1", "--dry-run"]);
    assert!(dry.contains("~ first"), "{dry}");
    assert_eq!(program.json(["rules"])["version"], 2);
    let back = program.well(["rules", "rollback", "1", "--note", "one is enough"]);
    assert!(back.contains("This is version 3 now."), "{back}");
    let same = program.well(["rules", "diff", "1"]);
    assert_eq!(same.trim(), "Nothing to change.");
    // What was printed is what decides now.
    let printed = program.file("printed.yaml", &shown);
    let applied = program.well(["apply", "--prune", "-f", printed.to_str().unwrap()]);
    assert!(applied.contains("Nothing to change."), "{applied}");

    let replayed = replay(&program, &["--version", "2"]);
    assert_eq!(replayed["messages"], 0);
    let unknown = program.run(["rules", "show", "9"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("There is no version 9"),
        "{}",
        unknown.err
    );
}

#[test]
fn cases_are_run_and_made_of_messages() {
    let program = with_mail(20);
    let passed = program.json(["rules", "test"]);
    assert_eq!(
        (&passed["passed"], &passed["failed"]),
        (&Value::from(1), &Value::from(0))
    );
    let wrong = RULES.replace("actions: [create_lead, tag]", "actions: [link]");
    let file = program.file("wrong.yaml", wrong);
    let file = file.to_str().unwrap();
    let failed = program.run(["rules", "test", file]);
    assert_eq!(failed.code, 1, "{}", failed.err);
    insta::assert_snapshot!("failed_case", failed.out);
    assert_eq!(program.run(["rules", "test", file, "--unknown"]).code, 2);
    // Such rules are not published.
    assert_eq!(program.run(["apply", "-f", file]).code, 1);

    let lead = &program.contents().leads[0];
    let message = lead.message_id.unwrap().to_string();
    let case = program.well(["rules", "case", &message, "--rule", "first"]);
    assert!(case.contains("# For the cases of the rule first"), "{case}");
    let lines = case.lines().filter(|line| !line.starts_with('#'));
    let indented: Vec<String> = lines.map(|line| format!("      {line}\n")).collect();
    let rules = format!("{RULES}{}", indented.concat());
    let file = program.file("more.yaml", &rules);
    let tried = program.json(["rules", "test", file.to_str().unwrap()]);
    assert_eq!(
        (&tried["passed"], &tried["failed"]),
        (&Value::from(2), &Value::from(0)),
        "{rules}"
    );
}
