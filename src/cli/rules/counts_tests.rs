use super::never_hit;
use crate::store::fixture::at;

const DAY: i64 = 86_400;

#[test]
fn a_rule_is_warned_of_after_many_messages_or_a_long_time_with_some() {
    let told = |messages: i64, days: i64| never_hit(messages, at(0), at(days * DAY)).is_some();
    assert!(!told(999, 29));
    assert!(told(1_000, 1));
    assert!(told(1, 30));
    assert!(!told(0, 300));
}
