#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use insta::assert_snapshot;
use rules::{Case, CaseMessage, Expect, Rule, check_cases};
use serde::Deserialize;

use super::{Imported, VtigerError, import};

const HEADER: &str = "scannerid\truleid\tfromaddress\ttoaddress\tsubjectop\tsubject\tbodyop\tbody\tmatchusing\tsequence\tassigned_to\tcc\tbcc\tscannername\tactiontype\tmodule\tlookup\towner";

/// From, To, operator and text for subject and body, how they are joined, action, owner.
type Columns<'c> = [&'c str; 9];

/// What the query gives for rules of one scanner.
fn answer(rows: &[Columns<'_>]) -> String {
    let rows = rows.iter().enumerate().map(|(index, columns)| {
        let [from, to, subject_op, subject, body_op, body, matching, action, owner] = columns;
        let number = index + 1;
        let action = action.replace(',', "\t");
        format!(
            "1\t{number}\t{from}\t{to}\t{subject_op}\t{subject}\t{body_op}\t{body}\t{matching}\t{number}\t5\t\tNULL\tSupport\t{action}\t{owner}\n"
        )
    });
    format!("{HEADER}\n{}", rows.collect::<String>())
}

/// The columns of each line of a table.
fn lines(table: &str) -> Vec<Columns<'_>> {
    let lines = table.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            columns
                .try_into()
                .unwrap_or_else(|_| panic!("not nine columns: {line}"))
        })
        .collect()
}

fn imported(answer: &str) -> Imported {
    import(answer.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

#[derive(Deserialize)]
struct Part {
    rules: Vec<Rule>,
}

fn rules(imported: &Imported) -> Vec<Rule> {
    let part: Part = serde_saphyr::from_str(&imported.yaml)
        .unwrap_or_else(|error| panic!("{}\n{error}", imported.yaml));
    part.rules
}

/// As [`Columns`].
const ACTIONS: &str = r"
                 | support@ | Has Ticket Number |                    |              |             | AND | UPDATE,HelpDesk,SUBJECT |
*@client.example |          | Regex             | \\[#([0-9]+)\\]    |              |             | AND | UPDATE,HelpDesk,SUBJECT |
                 | support@ |                   |                    |              |             | AND | CREATE,HelpDesk,FROM    | anna@ours.example
                 |          | Contains          | offer &amp; price  | Not Contains | unsubscribe | AND | CREATE,Leads,FROM       | NULL
                 |          | Begins With       | New                | Ends With    | bye         | OR  | CREATE,Contacts,FROM    |
                 |          |                   |                    |              |             | OR  | CREATE,Accounts,FROM    |
                 |          |                   |                    |              |             | OR  | LINK,Contacts,FROM      |
                 |          |                   |                    |              |             | OR  | LINK,Leads,TO           |
                 |          | Not Equals        | Test               |              |             | OR  | LINK,Accounts,FROM      |
                 |          |                   |                    |              |             | AND | LINK,Contacts,FROM      |
                 |          | Regex             | (?=a)b             |              |             | AND | CREATE,Leads,FROM       |
                 |          | Contains          | project            |              |             | AND | UPDATE,Project,SUBJECT  |
a@b.example      |          |                   |                    |              |             |     | CREATE,Leads,FROM       |
";

#[test]
fn each_action_has_its_like_or_says_why_not() {
    let told = imported(&answer(&lines(ACTIONS)));
    assert_eq!(rules(&told).len(), told.rules);
    assert_snapshot!(told.yaml);
}

/// From, To, subject operator and text, body operator and text, joined how; then a message, and whether Vtiger's rule matches.
const MATCHES: &str = r#"
*@client.example |          |              |           |              |      | AND | from: anna@client.example                              | yes
*@client.example |          |              |           |              |      | AND | from: anna@other.example                               | no
anna@            |          |              |           |              |      | AND | from: Anna <ANNA@client.example>                       | yes
                 | support@ |              |           |              |      | AND | to: [info@ours.example, support@ours.example]          | yes
                 | *support |              |           |              |      | AND | to: support@ours.example                               | no
                 |          | Contains     | offer     |              |      | AND | subject: An OFFER for you                              | yes
                 |          | Contains     | offer     |              |      | AND | subject: Hello                                         | no
                 |          | Not Contains | offer     |              |      | AND | subject: Hello                                         | yes
                 |          | Not Contains | offer     |              |      | AND | subject: offer                                         | no
                 |          | Not Contains | offer     |              |      | AND | from: a@b.example                                      | no
                 |          | Equals       | Hello     |              |      | AND | subject: hello                                         | yes
                 |          | Equals       | Hello     |              |      | AND | subject: hello you                                     | no
                 |          | Not Equals   | Hello     |              |      | AND | subject: hello you                                     | yes
                 |          | Not Equals   | Hello     |              |      | AND | subject: HELLO                                         | no
                 |          | Begins With  | Re        |              |      | AND | subject: "re: chairs"                                  | yes
                 |          | Begins With  | Re        |              |      | AND | subject: Chairs re                                     | no
                 |          | Ends With    | chairs    |              |      | AND | subject: My Chairs                                     | yes
                 |          | Ends With    | chairs    |              |      | AND | subject: Chairs of mine                                | no
                 |          | Regex        | ^[a-z]+ 7 |              |      | AND | subject: Order 7                                       | yes
                 |          | Regex        | ^[a-z]+ 7 |              |      | AND | subject: Order 8                                       | no
                 |          | Has Ticket Number |      |              |      | AND | subject: "Re: [ Ticket Id : 12 ]"                      | yes
                 |          | Has Ticket Number |      |              |      | AND | subject: Ticket 12                                     | no
                 |          | Contains     |           |              |      | AND | subject: anything                                      | yes
                 |          | Equals       |           |              |      | AND | subject: anything                                      | no
                 |          |              |           | Contains     | arm  | AND | {subject: Chair, text: The left ARM came off}          | yes
                 |          |              |           | Not Contains | arm  | AND | {subject: Chair, text: The left arm came off}          | no
anna@            |          | Contains     | chair     |              |      | AND | {from: anna@b.example, subject: A chair}               | yes
anna@            |          | Contains     | chair     |              |      | AND | {from: anna@b.example, subject: A table}               | no
anna@            |          | Contains     | chair     |              |      | OR  | {from: anna@b.example, subject: A table}               | yes
anna@            |          | Contains     | chair     |              |      | OR  | {from: bob@b.example, subject: A table}                | no
                 |          |              |           |              |      | OR  | subject: anything                                      | yes
                 |          |              |           |              |      | AND | subject: anything                                      | no
anna@            |          |              |           |              |      |     | from: anna@b.example                                   | no
"#;

#[test]
fn a_message_is_decided_as_vtiger_decides_it() {
    for columns in lines(MATCHES) {
        let [
            from,
            to,
            subject_op,
            subject,
            body_op,
            body,
            matching,
            message,
            matches,
        ] = columns;
        let action = "CREATE,Leads,FROM";
        let row = [
            from, to, subject_op, subject, body_op, body, matching, action, "",
        ];
        let mut rules = rules(&imported(&answer(&[row])));
        let message: CaseMessage =
            serde_saphyr::from_str(message).unwrap_or_else(|error| panic!("{message}: {error}"));
        let expect: Expect = serde_json::from_str(r#"{"matches": true}"#).unwrap();
        let matches = matches == "yes";
        rules[0].cases = vec![Case {
            name: format!("{columns:?}"),
            message,
            expect: Expect { matches, ..expect },
        }];
        if rules[0].enabled {
            assert_eq!(check_cases(&rules, &rules::Shared::default()), Vec::new());
        } else {
            assert!(!matches, "switched off: {columns:?}");
        }
    }
}

#[test]
fn rules_keep_the_order_of_vtiger_and_the_first_that_acts_is_the_last() {
    let header = "ruleid,scannerid,scannername,fromaddress,toaddress,subjectop,subject,matchusing,sequence,actiontype,module,lookup";
    let text = format!(
        "\u{feff}{header}\r\n7,2,Sales,\"a, b\",,,,AND,2,CREATE,Leads,FROM\r\n8,2,Sales,,,Equals,\"say \"\"hi\"\"\",AND,1,LINK,Contacts,FROM\r\n8,2,Sales,,,Equals,x,AND,1,CREATE,Leads,FROM\r\n3,1,Support,,,,,OR,9,CREATE,HelpDesk,FROM\r\n"
    );
    let told = imported(&text);
    let rules = rules(&told);
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Support 1: Create Ticket",
            "Sales 1: Link to Contact",
            "Sales 2: Create Lead"
        ]
    );
    assert!(rules.iter().all(|rule| rule.stop));
    assert_eq!(rules[1].scanners, ["Sales"]);
    assert!(
        told.warnings
            .iter()
            .any(|told| told.starts_with("Sales 1: Link to Contact: it has several actions")),
        "{:?}",
        told.warnings
    );
}

#[test]
fn what_is_no_answer_to_the_query_is_refused_with_what_to_do() {
    let long = format!(
        "{HEADER}\n1\t1\t{}\t{}\n",
        "x".repeat(3_000),
        "\t".repeat(14)
    );
    let many = format!(
        "{HEADER}\n{}",
        format!("1\t1{}\n", "\t".repeat(16)).repeat(10_001)
    );
    for (file, wanted) in [
        ("", "empty"),
        (HEADER, "empty"),
        ("a\tb\n1\t2\n", "does not name the columns ruleid"),
        (
            &format!("{HEADER}\n1\t2\n"),
            "Row 2 can't be read: 2 values under 18 columns",
        ),
        (
            &format!("{HEADER}\nx\t1{}\n", "\t".repeat(16)),
            "scannerid is no number",
        ),
        (&long, "more than 2000 characters"),
        (&many, "more than 10000 rows"),
    ] {
        let error = import(file.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(wanted), "{wanted}: {error}");
    }
    assert!(matches!(
        import(&b"ruleid\t\xff"[..]),
        Err(VtigerError::NotUtf8)
    ));
    assert!(matches!(
        import(std::io::repeat(b'x')),
        Err(VtigerError::TooLarge)
    ));
}

#[test]
fn nothing_in_a_value_gets_out_of_its_comment_or_its_rule() {
    let hostile = "x\\nrules: []\\n# ! {{ sender }} &lt;b&gt; \u{2028}- name: y";
    let told = imported(&answer(&[
        [
            hostile,
            hostile,
            "Regex",
            hostile,
            "Not Contains",
            hostile,
            "AND",
            "CREATE,Leads,FROM",
            hostile,
        ],
        [
            hostile,
            "",
            "",
            "",
            "",
            "",
            hostile,
            "UPDATE,HelpDesk,SUBJECT",
            "",
        ],
        ["", "", "", "", "", "", "OR", "x\\ny,z\\nrules:,\\n", ""],
    ]));
    assert_eq!(rules(&told).len(), 3);
    assert!(
        told.yaml
            .lines()
            .filter(|line| line.starts_with("rules:"))
            .count()
            == 1,
        "{}",
        told.yaml
    );
}
