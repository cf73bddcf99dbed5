use std::time::Duration;

use super::Capabilities;

fn told(lines: &[&str]) -> Capabilities {
    let mut capabilities = Capabilities::default();
    for line in lines {
        capabilities.learn(line.as_bytes());
    }
    capabilities
}

#[test]
fn ways_to_sign_in_and_the_delay_are_read() {
    let gmail = told(&[
        "USER",
        "RESP-CODES",
        "EXPIRE 0",
        "LOGIN-DELAY 300",
        "TOP",
        "UIDL",
        "sasl plain XOAUTH2 OAuthBearer",
    ]);
    assert!(gmail.has("AUTH=XOAUTH2") && gmail.has("AUTH=PLAIN") && gmail.has("UIDL"));
    assert_eq!(gmail.login_delay, Some(Duration::from_mins(5)));
    assert_eq!(gmail.ways_in(), "OAUTHBEARER, PLAIN, XOAUTH2, USER");
}

#[test]
fn nonsense_is_not_kept() {
    let nonsense = told(&["", "LOGIN-DELAY soon", "X\u{7}Y", "ÄÖ", &"A".repeat(101)]);
    assert_eq!(nonsense.all(), ["LOGIN-DELAY"]);
    assert_eq!(nonsense.login_delay, None);
    assert_eq!(nonsense.ways_in(), "nothing else");
    let many: Vec<String> = (0..1_000).map(|number| format!("X-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(told(&many).all().len(), super::MOST);
}
