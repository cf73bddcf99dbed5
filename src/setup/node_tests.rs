#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect
)]

use proptest::prelude::*;

use super::*;

fn show(node: &Node) -> String {
    let Position { line, column } = node.position;
    let value = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Scalar(scalar) => format!("{}({})", node.describe(), scalar.text.as_str()),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(show).collect::<Vec<_>>().join(", ")
        ),
        Value::Map(entries) => {
            let shown = entries.iter().map(|(key, value)| {
                format!(
                    "{}@{}:{} = {}",
                    key.text,
                    key.position.line,
                    key.position.column,
                    show(value)
                )
            });
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
    };
    format!("{line}:{column} {value}")
}

fn parse(text: &str) -> String {
    match Node::parse(text.as_bytes()) {
        Ok(node) => show(&node),
        Err(problem) => format!(
            "{}:{}: {}",
            problem.position.line, problem.position.column, problem.message
        ),
    }
}

#[test]
fn values_keep_their_place_and_their_writing() {
    insta::assert_snapshot!(parse(
        "a: 1\nb:\n  - no\n  - 0755\n  - 'x: y'\n  - |\n    two\n    lines\n  - 1.50\n  - -3\n  -\nc: {d: ~, è: true}\n"
    ));
}

#[test]
fn an_alias_has_the_place_of_its_use_and_the_writing_of_its_anchor() {
    insta::assert_snapshot!(parse(
        "a: &x no\nb: *x\nc: &m {k: 007}\nd:\n  <<: *m\n  z: 1\n"
    ));
}

#[test]
fn what_is_no_yaml_or_too_much_is_told_with_its_place() {
    let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    let bomb = format!(
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n{}",
        (b'b'..=b'i')
            .map(|c| {
                let (c, previous) = (c as char, (c - 1) as char);
                format!(
                    "{c}: &{c} [{}]\n",
                    vec![format!("*{previous}"); 10].join(",")
                )
            })
            .collect::<String>()
    );
    let cases = [
        "a: 1\na: 2\n",
        "a: [1, 2\nb: 3\n",
        "a: b: c\n",
        "\ta: 1\n",
        "a: *nowhere\n",
        "a: 'open\n",
        "a: 1\n---\nb: 2\n",
        "? [x, y]\n: 1\n",
        "a: !python/object:os.system x\n",
        "a: &a [*a]\n",
        "a: !include /etc/passwd\n",
        &deep,
        &bomb,
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|text| {
            format!(
                "{:?}\n    {}",
                text.chars().take(30).collect::<String>(),
                parse(text)
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn nothing_is_nothing() {
    for text in ["", "# only a comment\n", "---\n", "~", "\u{feff}"] {
        assert!(parse(text).ends_with("null"), "{text:?}: {}", parse(text));
    }
}

#[test]
fn latin_1_and_large_files_are_told() {
    let told = |bytes: &[u8]| Node::parse(bytes).map(|_| ()).unwrap_err().message;
    assert_eq!(
        Node::parse(b"a: 1\nb: caff\xe8\n")
            .map(|_| ())
            .unwrap_err()
            .position
            .line,
        2
    );
    assert_eq!(
        told(b"a: 1\nb: caff\xe8\n"),
        "the line is not UTF-8 text; save the file as UTF-8"
    );
    assert_eq!(
        told(&vec![b'#'; SIZE_LIMIT + 1]),
        "the file is larger than 4 MiB; split it and apply the parts one by one"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Node::parse(&bytes);
    }

    #[test]
    fn no_yaml_like_text_makes_it_panic(text in "([ \\n\\-\\[\\]{}:,&*!|>'\"#%@`?a-c0-9.~<]|é|\\t){0,120}") {
        let _ = Node::parse(text.as_bytes());
    }
}
