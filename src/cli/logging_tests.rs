use tracing::Level;

use super::harmless;

#[test]
fn no_filter_brings_what_other_crates_trace_of_mail_and_secrets() {
    for target in [
        "async_imap::imap_stream",
        "async_imap::client",
        "imap_proto::parser",
        "html5ever::tree_builder",
        "mail_parser",
        "sqlx::query",
        "sea_orm::driver",
    ] {
        assert!(!harmless().would_enable(target, &Level::DEBUG), "{target}");
        assert!(!harmless().would_enable(target, &Level::TRACE), "{target}");
    }
}

#[test]
fn own_lines_and_tls_handshakes_can_be_asked_for() {
    assert!(harmless().would_enable("mailroom::imap::wire", &Level::TRACE));
    assert!(harmless().would_enable("rustls::client::hs", &Level::DEBUG));
}
