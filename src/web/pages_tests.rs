use super::*;

#[test]
fn an_address_carries_what_was_asked() {
    let address = Address::new("/inbox")
        .with("from", "Anna & Co")
        .with("tag", "")
        .with("after", "7");
    assert_eq!(address.set(), "/inbox?from=Anna+%26+Co&after=7");
    assert_eq!(Address::new("/inbox").with("tag", "").set(), "/inbox");
}

#[test]
fn a_list_of_one_part_has_no_links() {
    assert_eq!(links(None, None).into_string(), "");
    let further = links(None, Some("/inbox?after=7")).into_string();
    assert!(
        further.contains(r#"rel="next" href="/inbox?after=7""#) && !further.contains("beginning")
    );
}
