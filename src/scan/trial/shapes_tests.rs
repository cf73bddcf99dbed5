#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::sync::Arc;

use parts::fault_proxy::{Act, Encryption, Fault, Phase};

use super::table::{Case, Row, is_unnoticed, passes};
use super::way::{Post, lifted};

/// How one line of an answer is written instead.
type Rewrite = fn(&str) -> Option<String>;

/// What lines of real servers look like that are not as RFC 3501 has them, and lines that come unasked.
enum Shape {
    /// A scan must not notice.
    Harmless(Phase, Rewrite),
    /// It fails in words, and nothing is lost.
    Fails(Phase, Rewrite),
}

async fn run(post: Arc<Post>, shape: Shape) -> Row {
    let (Shape::Harmless(phase, rewrite) | Shape::Fails(phase, rewrite)) = shape;
    let (trial, proxy) = post.trial(Encryption::None).await;
    proxy.inject(Fault::at(phase, Act::Rewrite(rewrite)));
    let seen = trial.turn().await;
    assert!(proxy.struck() > 0, "no line was rewritten");
    match shape {
        Shape::Harmless(..) => is_unnoticed(&trial, &seen, "a shape").await,
        Shape::Fails(..) => passes(&seen, "a shape"),
    }
    lifted(trial, &proxy, &seen).await
}

/// Another line before each that has this in it.
fn before(line: &str, mark: &str, other: &str) -> Option<String> {
    line.contains(mark).then(|| format!("{other}\r\n{line}"))
}

/// One text in the place of another, where it stands.
fn with(line: &str, old: &str, new: &str) -> Option<String> {
    line.contains(old).then(|| line.replacen(old, new, 1))
}

/// A number behind these words, replaced.
fn number(line: &str, words: &str, other: &str) -> Option<String> {
    let (head, tail) = line.split_once(words)?;
    let rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    Some(format!("{head}{words}{other}{rest}"))
}

/// Shapes of lines, phase by phase.
pub(super) fn cases(post: &Arc<Post>) -> Vec<Case> {
    [
        greetings(),
        capabilities(),
        folders(),
        unasked(),
        sizes(),
        bodies(),
        endings(),
    ]
    .into_iter()
    .flatten()
    .map(|(name, shape)| Case::new("shape", name, run(Arc::clone(post), shape)))
    .collect()
}

type Named = (&'static str, Shape);

fn greetings() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Greeting;
    vec![
        (
            "greeting without a word",
            Harmless(at, |_| Some("* OK\r\n".to_owned())),
        ),
        (
            "greeting of SMTP",
            Fails(at, |_| Some("220 mail ESMTP\r\n".to_owned())),
        ),
        (
            "greeting of POP3",
            Fails(at, |_| Some("+OK POP3 ready\r\n".to_owned())),
        ),
        (
            "greeting of the web",
            Fails(at, |_| Some("HTTP/1.1 400 Bad Request\r\n\r\n".to_owned())),
        ),
        (
            "greeting that ends the session",
            Fails(at, |_| Some("* BYE Too many connections\r\n".to_owned())),
        ),
        (
            "greeting of a session that is open",
            Fails(at, |line| with(line, "* OK", "* PREAUTH")),
        ),
        (
            "greeting after a blank line",
            Harmless(at, |line| Some(format!("\r\n{line}"))),
        ),
    ]
}

fn capabilities() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Capability;
    vec![
        (
            "capability in odd case",
            Harmless(at, |line| with(line, "IMAP4rev1", "imap4Rev1")),
        ),
        (
            "capability of the newer IMAP too",
            Harmless(at, |line| with(line, "IMAP4rev1", "IMAP4rev1 IMAP4rev2")),
        ),
        (
            "capability of the newer IMAP only",
            Fails(at, |line| with(line, "IMAP4rev1", "IMAP4rev2")),
        ),
        (
            "capability with spaces behind",
            Harmless(at, |line| {
                line.starts_with("* CAPABILITY")
                    .then(|| line.replace("\r\n", "  \r\n"))
            }),
        ),
        (
            "capability torn in two (LITERAL +)",
            Harmless(at, |line| with(line, "LITERAL+", "LITERAL +")),
        ),
    ]
}

fn folders() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Examine;
    vec![
        (
            "EXISTS counted up (Zimbra)",
            Harmless(at, |line| {
                line.contains("EXISTS")
                    .then(|| format!("* 500 EXISTS\r\n* 1000 EXISTS\r\n{line}"))
            }),
        ),
        (
            "EXISTS left out",
            Harmless(at, |line| line.contains("EXISTS").then(String::new)),
        ),
        (
            "EXISTS beyond all numbers",
            Fails(at, |line| {
                line.contains("EXISTS")
                    .then(|| "* 4294967296 EXISTS\r\n".to_owned())
            }),
        ),
        (
            "UIDVALIDITY left out",
            Fails(at, |line| line.contains("UIDVALIDITY").then(String::new)),
        ),
        (
            "UIDVALIDITY 0",
            Harmless(at, |line| number(line, "UIDVALIDITY ", "0")),
        ),
        (
            "UIDVALIDITY beyond all numbers",
            Fails(at, |line| number(line, "UIDVALIDITY ", "99999999999")),
        ),
        (
            "UIDNEXT beyond all numbers",
            Harmless(at, |line| number(line, "UIDNEXT ", "99999999999")),
        ),
        (
            "UIDNEXT far too high",
            Harmless(at, |line| number(line, "UIDNEXT ", "4294967295")),
        ),
        (
            "HIGHESTMODSEQ 0",
            Harmless(at, |line| number(line, "HIGHESTMODSEQ ", "0")),
        ),
        (
            "NOMODSEQ",
            Harmless(at, |line| {
                line.contains("HIGHESTMODSEQ")
                    .then(|| "* OK [NOMODSEQ] no mod-sequences\r\n".to_owned())
            }),
        ),
        (
            "a warning that the mailbox is nearly full",
            Harmless(at, |line| {
                before(line, "EXISTS", "* NO [ALERT] Mailbox is at 98% of quota")
            }),
        ),
        (
            "a flag of its own kind (Zoho)",
            Harmless(at, |line| with(line, "(\\Answered", "(\\* \\Answered")),
        ),
        (
            "no flags",
            Harmless(at, |line| {
                line.starts_with("* FLAGS")
                    .then(|| "* FLAGS ()\r\n".to_owned())
            }),
        ),
    ]
}

/// Untagged lines that nobody asked for, while sizes are told.
fn unasked() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Announce;
    vec![
        (
            "unasked EXISTS and RECENT",
            Harmless(at, |line| before(line, " OK ", "* 6 EXISTS\r\n* 1 RECENT")),
        ),
        (
            "unasked FETCH without UID",
            Harmless(at, |line| {
                before(line, " OK ", "* 2 FETCH (FLAGS (\\Seen))")
            }),
        ),
        (
            "unasked FETCH of another message",
            Harmless(at, |line| {
                before(line, " OK ", "* 9 FETCH (UID 4000000000 RFC822.SIZE 7)")
            }),
        ),
        (
            "unasked VANISHED",
            Harmless(at, |line| {
                before(line, " OK ", "* VANISHED (EARLIER) 900:910")
            }),
        ),
        (
            "unasked SEARCH",
            Harmless(at, |line| before(line, " OK ", "* SEARCH 1 2 3 ")),
        ),
        (
            "unasked ESEARCH",
            Harmless(at, |line| {
                before(line, " OK ", "* ESEARCH (TAG \"M9\") UID")
            }),
        ),
        (
            "unasked STATUS, empty (163.com)",
            Harmless(at, |line| before(line, " OK ", "* STATUS \"INBOX\" ()")),
        ),
        (
            "unasked STATUS with SIZE",
            Harmless(at, |line| {
                before(line, " OK ", "* STATUS \"INBOX\" (SIZE 7)")
            }),
        ),
        (
            "unasked NAMESPACE",
            Harmless(at, |line| {
                before(line, " OK ", "* NAMESPACE ((\"\" \"/\")) NIL NIL")
            }),
        ),
        (
            "a line without a star (Exchange)",
            Fails(at, |line| before(line, " OK ", "Server Unavailable. 15")),
        ),
        (
            "a blank line (before the end)",
            Harmless(at, |line| before(line, " OK ", "")),
        ),
        (
            "lines that end in LF only",
            Fails(at, |line| Some(line.replace("\r\n", "\n"))),
        ),
        (
            "BYE in the middle",
            Fails(at, |line| before(line, " OK ", "* BYE Session timed out")),
        ),
    ]
}

fn sizes() -> Vec<Named> {
    use Shape::Harmless;
    let at = Phase::Announce;
    vec![
        (
            "a size that is too small",
            Harmless(at, |line| number(line, "RFC822.SIZE ", "1")),
        ),
        (
            "a size of 0",
            Harmless(at, |line| number(line, "RFC822.SIZE ", "0")),
        ),
        (
            "a size below 0",
            Harmless(at, |line| number(line, "RFC822.SIZE ", "-1")),
        ),
        (
            "a size beyond all numbers",
            Harmless(at, |line| number(line, "RFC822.SIZE ", "99999999999")),
        ),
        (
            "no date (INTERNALDATE NIL)",
            Harmless(at, |line| {
                let (head, tail) = line.split_once("INTERNALDATE \"")?;
                let (_, tail) = tail.split_once('"')?;
                Some(format!("{head}INTERNALDATE NIL{tail}"))
            }),
        ),
        (
            "a date of no calendar",
            Harmless(at, |line| {
                let (head, tail) = line.split_once("INTERNALDATE \"")?;
                let (_, tail) = tail.split_once('"')?;
                Some(format!(
                    "{head}INTERNALDATE \"31-Feb-0000 99:99:99 +9999\"{tail}"
                ))
            }),
        ),
        (
            "two spaces between attributes",
            Harmless(at, |line| with(line, " RFC822.SIZE", "  RFC822.SIZE")),
        ),
        (
            "spaces before the closing parenthesis",
            Harmless(at, |line| {
                line.contains("RFC822.SIZE")
                    .then(|| line.replace(")\r\n", "  )\r\n"))
            }),
        ),
        (
            "an attribute that is not known",
            Harmless(at, |line| with(line, "(UID", "(X-OWN 7 UID")),
        ),
        (
            "one message told twice",
            Harmless(at, |line| {
                line.contains("RFC822.SIZE")
                    .then(|| format!("{line}{line}"))
            }),
        ),
    ]
}

fn bodies() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Fetch;
    vec![
        (
            "a literal that says less than it has",
            Fails(at, |line| {
                let (head, _) = line.split_once("BODY[] {")?;
                Some(format!("{head}BODY[] {{10}}\r\n"))
            }),
        ),
        (
            "a literal that says more than it has",
            Fails(at, |line| {
                let (head, _) = line.split_once("BODY[] {")?;
                Some(format!("{head}BODY[] {{30000000}}\r\n"))
            }),
        ),
        (
            "a literal beyond all bounds",
            Fails(at, |line| {
                let (head, _) = line.split_once("BODY[] {")?;
                Some(format!("{head}BODY[] {{4294967296}}\r\n"))
            }),
        ),
        (
            "a literal of the kind that only clients send",
            Fails(at, |line| {
                line.contains("BODY[] {")
                    .then(|| line.replace("}\r\n", "+}\r\n"))
            }),
        ),
        (
            "flags in between",
            Harmless(at, |line| {
                with(line, "BODY[]", "FLAGS (\\Seen \\Recent) BODY[]")
            }),
        ),
        (
            "another message's body",
            Harmless(at, |line| {
                before(line, " OK ", "* 9 FETCH (UID 4000000000 BODY[] {3}\r\nabc)")
            }),
        ),
    ]
}

fn endings() -> Vec<Named> {
    use Shape::{Fails, Harmless};
    let at = Phase::Announce;
    vec![
        (
            "an end without words",
            Harmless(at, |line| {
                let (tag, _) = line.split_once(" OK ")?;
                Some(format!("{tag} OK\r\n"))
            }),
        ),
        (
            "an end in small letters",
            Harmless(at, |line| with(line, " OK ", " ok ")),
        ),
        (
            "an end that was told to slow down",
            Harmless(at, |line| with(line, " OK ", " OK [THROTTLED] ")),
        ),
        (
            "an end of somebody else's command",
            Fails(at, |line| with(line, " OK ", "7 OK ")),
        ),
        (
            "an end without a status",
            Fails(at, |line| with(line, " OK ", " FINE ")),
        ),
        (
            "an end that is no end (PREAUTH)",
            Fails(at, |line| with(line, " OK ", " PREAUTH ")),
        ),
    ]
}
