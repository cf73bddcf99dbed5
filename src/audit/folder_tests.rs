use super::Uids;

#[test]
fn uids_are_named_as_a_sequence_set() {
    let mut uids = Uids::default();
    assert_eq!((uids.to_string().as_str(), uids.hull()), ("", None));
    for uid in [3, 5, 6, 7, 9, 4_294_967_295] {
        uids.push(uid);
    }
    assert_eq!(uids.to_string(), "3,5:7,9,4294967295");
    assert_eq!(uids.hull(), Some((3, 4_294_967_295)));
    assert_eq!(
        serde_json::to_string(&uids).ok().as_deref(),
        Some("\"3,5:7,9,4294967295\"")
    );
}
