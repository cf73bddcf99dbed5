use super::super::fixture::{lines, reader};
use super::*;

#[test]
fn what_leaving_means_is_said_before_the_button() {
    let page = lines(render(
        "info@example.com",
        "/mailboxes/7",
        "The tokens are deleted here.",
        &reader(),
    ));
    insta::assert_snapshot!(page);
}
