//! What many rules on one message cost: ours beside the interpreter of the Common Expression Language, which asks each
//! condition by itself, on the same conditions and the same message.
//!
//! `cargo bench -p rules` prints both, for 1, 100, 1,000 and 10,000 rules. Both are compiled before they are measured.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use cel::{Context, Program, Value};
use divan::Bencher;
use rules::{
    ActionSpec, Address, Amount, Condition, Fact, Facts, Kind, Operator, Party, Rule, RuleSet,
    Shared, Test, Texts,
};

const RULES: [usize; 4] = [1, 100, 1_000, 10_000];
/// As many bytes as the text of a longer message has.
const TEXT: usize = 8_000;

fn main() {
    divan::main();
}

fn message() -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna.rossi@example.it".to_owned(),
        name: "Anna Rossi".to_owned(),
    }];
    facts.message.kind = Kind::Personal;
    "Richiesta di offerta: 12 sedie".clone_into(&mut facts.message.subject);
    let sentence = "Buongiorno, vorremmo ricevere un'offerta per dodici sedie da ufficio. ";
    facts.message.text = sentence.repeat(TEXT / sentence.len());
    facts.message.size = 31_000;
    facts
}

fn asks(fact: Fact, operator: Operator) -> Condition {
    Condition::Test(Test::of(fact, vec![operator]))
}

/// The nth condition of a company's rules: customers by domain, orders and projects by number, articles. The last holds.
fn condition(number: usize, count: usize) -> Condition {
    if number + 1 == count {
        return asks(Fact::Subject, Operator::Contains(Texts::from("offerta")));
    }
    let text = |text: String| Texts::from(text.as_str());
    match number % 4 {
        0 => asks(
            Fact::Address(Party::From),
            Operator::Domain(text(format!("customer{number}.example"))),
        ),
        1 => asks(
            Fact::Subject,
            Operator::Contains(text(format!("order {number} "))),
        ),
        2 => asks(
            Fact::Text,
            Operator::Contains(text(format!("project {number} "))),
        ),
        _ => {
            let article = || Operator::Contains(text(format!("article {number} ")));
            let personal = Operator::Is(Texts::from("personal"));
            Condition::All(vec![
                asks(Fact::Kind, personal),
                Condition::Any(vec![
                    asks(Fact::Subject, article()),
                    asks(Fact::Text, article()),
                ]),
            ])
        }
    }
}

/// The same in the other language, over values that are folded already.
fn expression(number: usize, count: usize) -> String {
    if number + 1 == count {
        return "subject.contains('offerta')".to_owned();
    }
    match number % 4 {
        0 => format!("sender.endsWith('@customer{number}.example')"),
        1 => format!("subject.contains('order {number} ')"),
        2 => format!("text.contains('project {number} ')"),
        _ => format!(
            "kind == 'personal' && (subject.contains('article {number} ') || text.contains('article {number} '))"
        ),
    }
}

fn set(conditions: impl Iterator<Item = Condition>) -> RuleSet {
    let rules: Vec<Rule> = conditions
        .enumerate()
        .map(|(number, when)| Rule {
            when,
            then: vec![ActionSpec::Tag(vec!["found".to_owned()])],
            ..Rule::named(format!("rule {number}"))
        })
        .collect();
    RuleSet::compile(&rules, &Shared::default()).unwrap()
}

#[divan::bench(args = RULES)]
fn rules_of_mailroom(bencher: Bencher<'_, '_>, count: usize) {
    let set = set((0..count).map(|number| condition(number, count)));
    let facts = message();
    assert_eq!(set.decide(&facts).unwrap().actions.len(), 1);
    bencher.bench_local(|| set.decide(black_box(&facts)).unwrap());
}

#[divan::bench(args = RULES)]
fn expressions_of_cel(bencher: Bencher<'_, '_>, count: usize) {
    let programs: Vec<Program> = (0..count)
        .map(|number| Program::compile(&expression(number, count)).unwrap())
        .collect();
    let facts = message();
    let holding = |facts: &Facts| {
        let message = &facts.message;
        let mut context = Context::default();
        let sender = message.sender().map(|sender| sender.email.clone());
        context.add_variable_from_value("sender", sender.unwrap_or_default());
        context.add_variable_from_value("subject", message.subject.to_lowercase());
        context.add_variable_from_value("text", message.text.to_lowercase());
        context.add_variable_from_value("kind", message.kind.as_str());
        let holds = |program: &&Program| program.execute(&context) == Ok(Value::Bool(true));
        programs.iter().filter(holds).count()
    };
    assert_eq!(holding(&facts), 1);
    bencher.bench_local(|| holding(black_box(&facts)));
}

/// The worst: nothing by which an index could pass a rule over.
#[divan::bench(args = RULES)]
fn rules_that_are_always_asked(bencher: Bencher<'_, '_>, count: usize) {
    let above = |number: usize| Amount(1_000_000 + u64::try_from(number).unwrap());
    let set = set((0..count).map(|number| asks(Fact::Size, Operator::Above(above(number)))));
    let facts = message();
    bencher.bench_local(|| set.decide(black_box(&facts)).unwrap());
}
