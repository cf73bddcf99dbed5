//! Rules that give work to people, through the program: whose turn it is, who is away, whose a message is.

use std::ffi::OsStr;

use super::program::Program;

const COMPANY: &str = r"
users:
  - {email: anna@ours.example, name: Anna, role: admin}
  - {email: bob@ours.example, name: Bob, absent: [{from: 2020-01-01, until: 2100-01-01}]}
  - {email: carl@ours.example, name: Carl}
mail_servers:
  - {name: away, host: away.invalid}
mailboxes:
  - {address: sales@ours.example, server: away, password: not so secret}
scanners:
  - {name: sales, mailbox: sales@ours.example}
lists:
  team: [anna@ours.example, bob@ours.example, carl@ours.example]
rules:
  - name: enquiries
    then:
      - create_lead: {owner: {round_robin: {list: team}}}
      - assign: {round_robin: {list: team}}
      - priority: high
      - notify: [owner]
      - auto_reply: {text: Thank you.}
";

fn letter(program: &Program, id: &str) {
    let raw = format!(
        "Message-ID: <{id}@mail.example>\r\nDate: Mon, 9 Nov 2020 10:00:00 +0100\r\nFrom: <{id}@example.com>\r\nTo: sales@ours.example\r\nSubject: Chairs\r\n\r\nTwelve chairs, please.\r\n"
    );
    let file = program.file(&format!("{id}.eml"), raw);
    let words = ["import", "--scanner", "sales"].map(OsStr::new);
    program.well(words.into_iter().chain([file.as_os_str()]));
}

#[test]
fn work_is_shared_among_those_who_are_there_and_a_person_has_the_last_word() {
    let program = Program::new();
    program.apply(COMPANY);
    for id in ["one", "two", "three"] {
        letter(&program, id);
    }
    let leads = program.json(["leads"]);
    let owners: Vec<&str> = leads
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|lead| lead["owner"].as_str().unwrap())
        .collect();
    let (anna, carl) = ("anna@ours.example", "carl@ours.example");
    assert_eq!(owners, [anna, carl, anna], "bob is away");
    let mine = program.json(["messages", "--assigned=anna@ours.example"]);
    assert_eq!(mine.as_array().unwrap().len(), 2, "{mine}");
    assert_eq!(mine[0]["priority"], "high");

    let id = mine[0]["id"].to_string();
    let shown = program.json(["message", "show", &id]);
    let actions = &shown["decisions"][0]["decision"]["actions"];
    let chosen = &actions[0]["action"]["create_lead"]["owner_choice"]["chosen"];
    assert_eq!(chosen["why"], "whose turn it is", "{shown}");
    // Old mail that is imported sends nothing.
    for index in [3, 4] {
        let why = &actions[index]["outcome"]["skip"];
        assert_eq!(why, "it arrived more than a day ago", "{shown}");
    }

    let set = program.json(["message", "set", &id, "--nobody", "--status", "done"]);
    assert_eq!(set["changed"], true, "{set}");
    assert_eq!(set["assignee"], serde_json::Value::Null);
    let retried = ["retry", "--scanner", "sales", "--state", "done", "--yes"];
    program.well(retried);
    letter(&program, "four");
    let nobodys = program.json(["messages", "--unassigned"]);
    assert_eq!(nobodys.as_array().unwrap().len(), 1, "{nobodys}");
    assert_eq!(nobodys[0]["status"], "done");

    program.well(["users", "absent", "bob@ours.example", "--back"]);
    program.well(["users", "absent", anna, "--until", "2100-01-01"]);
    letter(&program, "five");
    let leads = program.json(["leads"]);
    assert_eq!(leads[0]["owner"], "bob@ours.example", "{leads}");
    let users = program.json(["users"]);
    assert_eq!(users[0]["open_leads"], 2, "{users}");
    assert_eq!(users[0]["absent"][0]["until"], "2100-01-01");
    assert_eq!(users[1]["absent"], serde_json::json!([]));

    let undone = program.json(["undo", "--rule", "enquiries", "--yes"]);
    assert_eq!(undone["counts"]["leads"], 5, "{undone}");
    let left = program.json(["messages", "--assigned"]);
    assert_eq!(left, serde_json::json!([]));
}
