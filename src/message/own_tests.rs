use super::Own;

#[test]
fn colleagues_are_at_our_domains_but_not_where_anybody_is() {
    let own = Own {
        addresses: ["sales@example.com".to_owned(), "we@gmail.com".to_owned()].into(),
        ..Own::default()
    };
    for (email, colleague) in [
        ("sales@example.com", true),
        ("max@example.com", true),
        ("we@gmail.com", true),
        ("bo@gmail.com", false),
        ("max@sub.example.com", false),
        ("nobody", false),
        ("", false),
    ] {
        assert_eq!(own.is_colleague(email), colleague, "{email}");
    }
}

#[test]
fn servers_are_trusted_by_name_or_by_what_they_end_with() {
    let own = Own {
        trusted_servers: ["mx.example.com", "*.mail.example", "*"]
            .map(str::to_owned)
            .into(),
        ..Own::default()
    };
    for (server, trusted) in [
        ("mx.example.com", true),
        ("MX.Example.com", true),
        ("a.mail.example", true),
        ("mail.example", false),
        ("evilmail.example", false),
        ("mx.example.com.evil.example", false),
        ("", false),
    ] {
        assert_eq!(own.trusts(server), trusted, "{server}");
    }
}
