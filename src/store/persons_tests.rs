use super::{name_key, phone_key};

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for written in [
        "051 123 4567",
        "+39 051 1234567",
        "0039-051-123.4567",
        "(+39) 051/1234567",
        "+39 051 1234567 int. 12",
        "tel. 051 1234567",
    ] {
        assert_eq!(
            phone_key(written).as_deref(),
            Some("511234567"),
            "{written}"
        );
    }
    assert_eq!(phone_key("+49 (0)30 1234567"), phone_key("030 1234567"));
}

#[test]
fn what_is_no_number_has_no_key() {
    for written in ["", "112", "n/a", "int. 12", "123-45", "---"] {
        assert_eq!(phone_key(written), None, "{written}");
    }
}

#[test]
fn names_are_compared_without_case_and_spare_blanks() {
    assert_eq!(name_key(" Anna ", "ROSSI"), name_key("anna", " Rossi"));
    assert_eq!(name_key("Łukasz", "Żak").as_deref(), Some("łukasz żak"));
    assert_eq!(name_key(" ", ""), None);
}
