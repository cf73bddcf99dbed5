#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::rule::action::ActionSpec;

fn read(yaml: &str) -> Result<ActionSpec, String> {
    serde_saphyr::from_str(yaml).map_err(|error| error.to_string())
}

#[test]
fn every_form_reads_and_writes_back_the_same() {
    for json in [
        r#""link""#,
        r#"{"link":["contact","lead"]}"#,
        r#""create_lead""#,
        r#"{"create_lead":{"title":"{{ subject }}","kinds":["personal","system"]}}"#,
        r#"{"create_lead":{"owner":"anna@ours.example"}}"#,
        r#"{"create_lead":{"owner":{"of":"contact","round_robin":{"list":"sales team"},"at_most":20,"otherwise":"x@y.z"}}}"#,
        r#"{"create_ticket":{"owner":{"least_busy":["anna@ours.example","bob@ours.example"]}}}"#,
        r#""ignore""#,
        r#"{"ignore":"newsletter"}"#,
        r#"{"tag":"sales"}"#,
        r#"{"tag":["sales","urgent"]}"#,
        r#""stop""#,
    ] {
        let action: ActionSpec = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&action).unwrap(), json);
        let yaml = serde_saphyr::to_string(&action).unwrap();
        assert_eq!(read(&yaml).unwrap(), action, "{yaml}");
    }
}

#[test]
fn a_key_without_a_value_is_the_action_without_options() {
    for (yaml, same) in [
        ("link:", "link"),
        ("create_lead:", "create_lead"),
        ("ignore:", "ignore"),
        ("stop:", "stop"),
        ("stop: true", "stop"),
        ("link: contact", "link: [contact]"),
    ] {
        assert_eq!(read(yaml), read(same), "{yaml}");
        assert!(read(yaml).is_ok(), "{yaml}");
    }
}

#[test]
fn errors_say_what_was_meant() {
    for (yaml, sentence) in [
        (
            "creat_lead",
            "unknown action `creat_lead`; did you mean `create_lead`?",
        ),
        (
            "bind_mail",
            "unknown action `bind_mail`; did you mean `link`?",
        ),
        ("tags: [a]", "unknown action `tags`; did you mean `tag`?"),
        ("tag", "`tag` needs the tags"),
        (
            "link: [account]",
            "unknown kind of record `account`; did you mean `organization`?",
        ),
        (
            "{link: [contact], tag: [x]}",
            "one key, this one has `link` and `tag`; put a dash before each",
        ),
        ("stop: false", "`stop` takes only true"),
        ("{}", "an action is empty"),
        ("5", "an action such as `link`"),
        ("create_lead: {titel: x}", "unknown field `titel`"),
    ] {
        let error = read(yaml).unwrap_err();
        assert!(error.contains(sentence), "{yaml}: {error}");
    }
}
