use super::plain;

#[test]
fn a_company_is_the_same_however_it_is_incorporated_and_spelt() {
    for written in [
        "ACME",
        "Acme S.r.l.",
        "acme srl",
        "ACME Sp. z o.o.",
        "A-cme, GmbH & Co. KG",
    ] {
        assert_eq!(plain(written), "acme", "{written}");
    }
    assert_eq!(plain("Sp"), "sp");
    assert_eq!(plain(" "), "");
    assert_ne!(plain("Acme Italia"), plain("Acme"));
}
