//! Who may import whom: the table of `docs/architecture.md`, written once.

/// A room of `src/` and the rooms and crates it may name.
pub(crate) struct Room {
    pub(crate) name: &'static str,
    pub(crate) may_name: &'static [&'static str],
}

const fn room(name: &'static str, may_name: &'static [&'static str]) -> Room {
    Room { name, may_name }
}

/// May name everything.
pub(crate) const TOP: [&str; 4] = ["app", "cli", "lib", "main"];

/// May be named by every room, and name each other.
pub(crate) const GROUND: [&str; 8] = [
    "clock",
    "config",
    "domains",
    "loopback",
    "owner",
    "retry_after",
    "secrets",
    "trust",
];

pub(crate) const ROOMS: [Room; 35] = [
    room("clock", &[]),
    room("config", &[]),
    room("domains", &[]),
    room("secrets", &[]),
    room("owner", &[]),
    room("loopback", &[]),
    room("retry_after", &[]),
    room("trust", &[]),
    room("cause", &[]),
    room("transport", &[]),
    room("imap", &["transport"]),
    room("pop3", &["transport"]),
    room("oauth", &["cause"]),
    room("autoconfig", &["oauth"]),
    room("message", &["rules"]),
    room("mail_files", &[]),
    room("kinds", &["rules", "entities", "oauth"]),
    room("store", &["migrations"]),
    room("rule_books", &["store", "rules"]),
    room("blobs", &["store"]),
    room(
        "access",
        &[
            "transport",
            "imap",
            "pop3",
            "oauth",
            "store",
            "cause",
            "kinds",
        ],
    ),
    room("accounts", &["store", "oauth"]),
    room("audit", &["access", "imap", "pop3", "transport", "store"]),
    room("records", &["store"]),
    room("inbox", &["store"]),
    room("link", &["rules", "store", "message", "kinds"]),
    room(
        "apply",
        &["rules", "records", "inbox", "store", "message", "kinds"],
    ),
    room(
        "scan",
        &[
            "access",
            "transport",
            "imap",
            "pop3",
            "message",
            "link",
            "apply",
            "rules",
            "store",
            "kinds",
            "mail_files",
            "blobs",
            "rule_books",
        ],
    ),
    room(
        "worker",
        &["scan", "store", "schedule", "access", "audit", "blobs"],
    ),
    room("schedule", &["scan", "store"]),
    room("outbox", &["store", "access", "cause"]),
    room("metrics", &["store", "cause"]),
    room(
        "setup",
        &["store", "rules", "rule_books", "schedule", "oauth", "kinds"],
    ),
    room("http", &["store", "access", "cause"]),
    room(
        "web",
        &[
            "http", "store", "accounts", "access", "cause", "metrics", "records", "inbox", "rules",
            "setup", "schedule",
        ],
    ),
];

/// Whoever may name `store` may name these: the rows and connections that it gives and takes.
pub(crate) const WITH_STORE: [&str; 2] = ["entities", "sea_orm"];

/// Crates of this workspace, and crates from outside that only their room may name.
pub(crate) const CRATES: [&str; 14] = [
    "entities",
    "migrations",
    "rules",
    "sandbox",
    "parts",
    "sea_orm",
    "async_imap",
    "imap_proto",
    "oauth2",
    "mail_parser",
    "ammonia",
    "cron",
    "chacha20poly1305",
    "object_store",
];

/// Which room owns an outside crate.
pub(crate) const OWNERS: [(&str, &str); 8] = [
    ("async_imap", "imap"),
    ("imap_proto", "imap"),
    ("oauth2", "oauth"),
    ("mail_parser", "message"),
    ("ammonia", "message"),
    ("cron", "schedule"),
    ("chacha20poly1305", "secrets"),
    ("object_store", "blobs"),
];

/// What a member crate must not depend on.
pub(crate) const MEMBERS: [(&str, &[&str]); 5] = [
    (
        "entities",
        &["migrations", "rules", "sandbox", "parts", "mailroom"],
    ),
    (
        "migrations",
        &["entities", "rules", "sandbox", "parts", "mailroom"],
    ),
    (
        "rules",
        &[
            "entities",
            "migrations",
            "sandbox",
            "parts",
            "mailroom",
            "sea-orm",
            "tokio",
            "async-imap",
            "mail-parser",
            "rand",
        ],
    ),
    (
        "sandbox",
        &[
            "entities",
            "migrations",
            "rules",
            "parts",
            "mailroom",
            "async-imap",
            "imap-proto",
        ],
    ),
    (
        "tests/parts",
        &["entities", "migrations", "rules", "sandbox", "mailroom"],
    ),
];

/// Whether a module of `room` may name `named`, a room or one of [`CRATES`].
pub(crate) fn may_name(room: &str, named: &str) -> bool {
    if room == named || TOP.contains(&room) || GROUND.contains(&named) {
        return true;
    }
    let listed = ROOMS
        .iter()
        .find(|r| r.name == room)
        .map_or(&[][..], |r| r.may_name);
    listed.contains(&named)
        || OWNERS.contains(&(named, room))
        || (WITH_STORE.contains(&named) && (room == "store" || listed.contains(&"store")))
}
