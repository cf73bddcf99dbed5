use super::Own;

#[test]
fn colleagues_are_at_our_domains_but_not_where_anybody_is() {
    let own = Own::new(["sales@example.com", "we@gmail.com"].map(str::to_owned));
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
    let own = Own::default().trusting(
        ["mx.example.com", "*.mail.example", "*"]
            .map(str::to_owned)
            .into(),
    );
    for (server, trusted) in [
        ("mx.example.com", true),
        ("MX.Example.com", true),
        ("a.mail.example", true),
        ("A.MAIL.example", true),
        ("mail.example", false),
        ("evilmail.example", false),
        ("mx.example.com.evil.example", false),
        // Letters that only look like these are another name's.
        ("mx.exámple.com", false),
        ("a.máil.example", false),
        ("ｍx.example.com", false),
        ("", false),
    ] {
        assert_eq!(own.trusts(server), trusted, "{server}");
    }
}

#[test]
fn forms_come_from_our_domains_and_from_whom_an_admin_named() {
    let senders = [
        "Forms@Portal.example",
        "@shop.example",
        "münchen.example",
        " ",
    ];
    let own = Own::new(["sales@example.com", "we@gmail.com"].map(str::to_owned))
        .with_forms_of(senders.map(str::to_owned));
    for (email, believed) in [
        ("sales@example.com", true),
        ("wordpress@example.com", true),
        ("www-data@web.example.com", true),
        ("we@gmail.com", true),
        ("forms@portal.example", true),
        ("wordpress@shop.example", true),
        ("www@eu.shop.example", true),
        ("form@münchen.example", true),
        ("bo@gmail.com", false),
        ("bo@portal.example", false),
        ("wordpress@evilshop.example", false),
        ("wordpress@example.com.evil.example", false),
        ("", false),
    ] {
        assert_eq!(own.has_forms_of(email), believed, "{email}");
    }
}
