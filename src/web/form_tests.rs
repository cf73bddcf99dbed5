use super::{Line, Wrong, told};

#[test]
fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let wrong = Wrong::at("email", "There is no `@` in it.");
    let line = Line::email("email", "E-mail address", "anna<")
        .hint("As others write to you.")
        .first()
        .set(&wrong);
    insta::assert_snapshot!(line.into_string().replace("><", ">\n<"));
}

#[test]
fn passwords_are_never_given_back() {
    let line = Line::password("password", "Password", "new-password").set(&Wrong::nothing());
    let line = line.into_string();
    assert!(line.contains("value=\"\""), "{line}");
    assert!(line.contains("autocomplete=\"new-password\""), "{line}");
    assert!(!line.contains("aria-invalid"), "{line}");
}

#[test]
fn the_first_word_about_a_field_stands_and_all_are_counted() {
    let mut wrong = Wrong::nothing();
    assert!(wrong.is_empty() && told(&wrong).into_string().is_empty());
    wrong.add("name", "Empty.");
    wrong.add("name", "Too short.");
    assert!(told(&wrong).into_string().contains("one thing is"));
    wrong.add("email", "Empty.");
    assert!(told(&wrong).into_string().contains("2 things are"));
    let line = Line::text("name", "Name", "").set(&wrong).into_string();
    assert!(line.contains("Empty.") && !line.contains("Too short."));
}
