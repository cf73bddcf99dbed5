use super::unflow;

#[test]
fn a_line_that_ends_in_a_blank_goes_on() {
    assert_eq!(unflow("one \ntwo\nthree\n", false), "one two\nthree\n");
}

#[test]
fn the_blank_may_belong_to_the_break() {
    assert_eq!(unflow("日本 \n語\n", true), "日本語\n");
}

#[test]
fn a_quote_goes_on_only_at_its_depth() {
    assert_eq!(unflow("> a \n> b\n>> c \nd\n", false), "> a b\n>> c \nd\n");
}

#[test]
fn the_mark_of_a_signature_is_no_soft_break() {
    assert_eq!(unflow("bye \n-- \nAnna\n", false), "bye \n-- \nAnna\n");
}

#[test]
fn stuffed_blanks_are_taken_out() {
    assert_eq!(
        unflow(" >no quote\n From me\n", false),
        ">no quote\nFrom me\n"
    );
}
