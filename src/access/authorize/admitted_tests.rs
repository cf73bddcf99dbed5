use super::is_allowed;

#[test]
fn an_address_is_allowed_alone_in_a_block_or_by_an_empty_list() {
    for (allowed, remote, holds) in [
        (&[][..], "203.0.113.9", true),
        (&["203.0.113.9"], "203.0.113.9", true),
        (&["203.0.113.9"], "203.0.113.8", false),
        (&["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.77", true),
        (&["10.0.0.0/8"], "192.0.2.77", false),
        // A dual-stack listener sees IPv4 as mapped addresses (RFC 4291 §2.5.5.2).
        (&["10.0.0.0/8"], "::ffff:10.1.2.3", true),
        (&["2001:db8::/32"], "2001:db8::1", true),
        (&["2001:db8::/32"], "2001:db9::1", false),
        (&["nonsense"], "192.0.2.77", false),
    ] {
        let allowed: Vec<String> = allowed.iter().map(|&entry| entry.to_owned()).collect();
        assert_eq!(
            is_allowed(&allowed, remote.parse().unwrap()),
            holds,
            "{allowed:?} {remote}"
        );
    }
}
