use super::{Picked, key, pick, same};

#[test]
fn the_legal_form_and_how_it_is_written_tell_no_two_companies_apart() {
    for written in [
        "ACME",
        "Acme Srl",
        "acme S.R.L.",
        "Acme s.r.l",
        "Acme, Inc.",
        "ACME sp. z o.o.",
        "Acme Spółka z o.o.",
        " acme ",
    ] {
        assert_eq!(key(written).as_deref(), Some("acme"), "{written}");
    }
    assert_eq!(key("Sp").as_deref(), Some("sp"));
    assert_eq!(key(" .- "), None);
    assert_ne!(key("Acme Italia"), key("Acme"));
}

#[test]
fn two_legal_forms_are_two_companies() {
    assert!(same("Acme", "ACME S.p.A."));
    assert!(same("Acme Spa", "ACME S.p.A."));
    assert!(!same("Acme S.r.l.", "Acme S.p.A."));
    assert!(!same("", ""));
}

#[test]
fn who_is_written_so_is_meant_before_who_may_be() {
    let known = ["Acme S.r.l.", "ACME S.p.A.", "acme s.p.a."];
    let pick = |name: &str| {
        let all = known.iter().enumerate();
        pick(all.map(|(at, known)| ((*known).to_owned(), at)), name)
    };
    for (name, picked) in [
        ("ACME S.p.A.", Picked::One(1)),
        ("acme s.p.a.", Picked::One(2)),
        ("ACME S.R.L.", Picked::One(0)),
        ("Acme srl", Picked::One(0)),
        ("Acme", Picked::Several(vec![0, 1, 2])),
        ("Acme GmbH", Picked::Nobody),
    ] {
        assert_eq!(pick(name), picked, "{name}");
    }
}
