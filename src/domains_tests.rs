use super::{is_free_mail, listed, names_of, registered, site};

#[test]
fn a_domain_is_told_from_the_suffix_under_which_everybody_registers() {
    for (domain, expected) in [
        ("example.it", Some("example.it")),
        ("mail.example.co.uk", Some("example.co.uk")),
        ("co.uk", None),
        ("com", None),
        ("localhost", None),
        ("10.0.0.1", None),
        ("", None),
        ("..", None),
        ("żółw.pl", Some("żółw.pl")),
        ("poczta.żółw.com.pl", Some("żółw.com.pl")),
    ] {
        assert_eq!(registered(domain), expected, "{domain}");
    }
}

#[test]
fn free_mail_tells_no_organization() {
    for domain in [
        "gmail.com",
        "poczta.onet.pl",
        "libero.it",
        "outlook.com.br",
        "a.wp.pl",
    ] {
        assert!(is_free_mail(domain), "{domain}");
        assert_eq!(site(domain), None, "{domain}");
        assert!(names_of(domain).is_empty(), "{domain}");
    }
    assert!(!is_free_mail("example.it"));
}

#[test]
fn a_domain_is_listed_as_itself_or_as_one_above_it() {
    assert_eq!(
        names_of("eu.mail.example.co.uk"),
        [
            "eu.mail.example.co.uk",
            "mail.example.co.uk",
            "example.co.uk"
        ]
    );
    let deep = format!("{}example.it", "a.".repeat(500));
    assert!(names_of(&deep).len() <= 10);
}

#[test]
fn what_people_write_for_a_domain_is_taken() {
    for (written, expected) in [
        ("Example.IT", Some("example.it")),
        (" @example.it ", Some("example.it")),
        ("https://www.example.it/contatti?x=1", Some("example.it")),
        ("info@example.it", Some("example.it")),
        ("xn--w-uga1v8h.pl", Some("żółw.pl")),
        ("gmail.com", None),
        ("co.uk", None),
        ("Example", None),
        ("", None),
    ] {
        assert_eq!(listed(written).as_deref(), expected, "{written}");
    }
}
