use serde_json::json;

use super::*;

#[test]
fn an_entry_becomes_fields_and_numbers_come_back_as_such() {
    let entry = json!({
        "name": "info", "idle": true, "limit": 5, "folders": ["INBOX", "Sent"],
        "oauth": {"client_id": "x", "tenant": null},
    });
    let sent = Sent::of_entry(entry.as_object().unwrap());
    assert_eq!(sent.text("name"), "info");
    assert!(sent.is_ticked("idle"));
    assert_eq!(sent.lines("folders"), ["INBOX", "Sent"]);
    assert_eq!(sent.text("oauth.client_id"), "x");
    assert_eq!(sent.number("limit"), json!(5));
    assert_eq!(
        sent.number("name"),
        json!("info"),
        "refused where it is read"
    );
    assert_eq!(sent.value("tenant"), Value::Null);
}

#[test]
fn what_is_wrong_stands_at_its_field_and_above_the_form() {
    let mut faults = Faults::default();
    faults.add("oauth.client_id", "That is no client ID.");
    faults.add("", "Somebody changed this.");
    let sent = Sent::default();
    let fields = Fields {
        sent: &sent,
        faults: &faults,
    };
    let line = fields
        .text("oauth.client_id", "Client ID", "")
        .into_string();
    assert!(
        line.contains("aria-invalid=\"true\"") && line.contains("That is no client ID."),
        "{line}"
    );
    let other = fields.text("client_id", "Other", "").into_string();
    assert!(!other.contains("aria-invalid"), "{other}");
    let above = faults.told().into_string();
    assert!(
        above.contains("2 things") && above.contains("href=\"#oauth.client_id\""),
        "{above}"
    );
}

#[test]
fn a_password_is_never_given_back() {
    let mut sent = Sent::default();
    sent.set("password", "hunter2");
    let faults = Faults::default();
    let line = Fields {
        sent: &sent,
        faults: &faults,
    }
    .secret("password", "Password", "");
    assert!(!line.into_string().contains("hunter2"));
}
