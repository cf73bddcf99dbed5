//! Generated mail.

use std::collections::{HashMap, HashSet};

use mail_parser::{HeaderValue, MessageParser};
use parts::mail::{Generator, Kind, Message};

fn generated(count: usize) -> Vec<Message> {
    Generator::new(7, "sales@ours.example")
        .take(count)
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed| {
        Generator::new(seed, "sales@ours.example")
            .take(50)
            .map(|m| m.raw)
            .collect::<Vec<_>>()
    };
    assert_eq!(bytes(7), bytes(7));
    assert_ne!(bytes(7), bytes(8));
}

#[test]
fn a_parser_reads_what_was_meant() {
    for message in generated(1000) {
        let parsed = MessageParser::default().parse(&message.raw).unwrap();
        assert_eq!(parsed.subject().unwrap(), message.subject);
        assert_eq!(
            parsed.message_id().unwrap(),
            message.message_id.trim_matches(['<', '>'])
        );
        assert_eq!(
            parsed.from().unwrap().first().unwrap().address.as_deref(),
            Some(&*message.from)
        );
        assert!(parsed.date().unwrap().is_valid());
        let text = parsed.body_text(0).unwrap();
        assert!(text.len() > 20 && !text.contains('\u{fffd}'), "{text}");
    }
}

#[test]
fn every_kind_comes_and_replies_answer_what_was_written() {
    let mut seen = HashSet::new();
    let mut kinds: HashMap<Kind, usize> = HashMap::new();
    for message in generated(1000) {
        if message.kind == Kind::Reply {
            let parsed = MessageParser::default().parse(&message.raw).unwrap();
            let HeaderValue::Text(answered) = parsed.in_reply_to() else {
                panic!("no In-Reply-To")
            };
            assert!(seen.contains(&**answered), "{answered}");
        }
        seen.insert(message.message_id.trim_matches(['<', '>']).to_owned());
        *kinds.entry(message.kind).or_default() += 1;
    }
    assert_eq!(seen.len(), 1000, "a Message-ID came twice");
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[test]
fn the_mean_size_is_about_the_one_asked_for() {
    for mean in [8_000, 31_000] {
        let generator = Generator::new(3, "sales@ours.example").mean_size(mean);
        let real = generator.take(1500).map(|m| m.raw.len()).sum::<usize>() / 1500;
        assert!(
            (mean * 8 / 10..mean * 12 / 10).contains(&real),
            "{real} instead of {mean}"
        );
    }
}
