//! Any bytes are a message: read without a panic, the same each time, within the limits, fit for a database.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mailroom_fuzz::message::{MAX_TEXT, Own, read, safe_html};

static OWN: LazyLock<Own> = LazyLock::new(|| Own::new(["sales@example.com".to_owned()])
        .trusting(vec!["mx.google.com".to_owned()]));

fuzz_target!(|raw: &[u8]| {
    let mail = read(raw, &OWN);
    let facts = &mail.facts;
    // The whole note: the fuzzer learned to write a part of it into a Date header, which is quoted in a note.
    let panicked = "The message could not be taken apart; its text is shown as it came.";
    assert!(!facts.notes.iter().any(|note| note == panicked), "something panicked inside");
    assert!(facts.text.len() <= MAX_TEXT);
    assert!(facts.headers.len() <= 1_000 && facts.attachments.len() <= 1_000);
    assert!(!facts.text.contains('\0') && !facts.subject.contains('\0'));
    assert!(facts.from.iter().all(|from| from.email.contains('@')));
    assert!(facts.text.is_empty() || !facts.new_text.is_empty());
    assert!(facts.new_text.len() <= facts.text.len() && facts.passed_on.len() <= 40 && facts.reports.len() <= 50);
    assert!(facts.details.known.len() <= 100 && facts.details.known.iter().all(|one| one.confidence <= 100));
    if let Some(html) = &mail.html {
        assert!(!safe_html(html).html.contains("<script"));
    }
    assert_eq!(mail, read(raw, &OWN));
});
