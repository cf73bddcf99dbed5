//! What a replay found, counted as it goes on: its memory does not grow with the messages but for the addresses of leads.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use rules::{DecideError, Decision, RuleBook};
use serde::Serialize;

use super::Compared;
use super::outcome::{Effect, Outcome};

/// What would come out otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// How many decisions were compared.
    pub messages: u64,
    /// Of how many the draft makes something else.
    pub different: u64,
    /// How many could not be read from their bytes.
    pub unread: u64,
    /// How many leads there would have been, an address counted once.
    pub leads_before: usize,
    /// The same with the draft.
    pub leads_after: usize,
    /// By the name of the action; `doubt` is what a person is asked about, `failure` what the rules fail over.
    pub shifts: BTreeMap<String, Shift>,
    /// The rules of both sides, those of the draft first and in their order.
    pub rules: Vec<RuleShift>,
}

/// How one sort of action comes out.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Shift {
    /// For how many messages it is done that it was not done for.
    pub gained: u64,
    /// For how many it is no longer done.
    pub lost: u64,
    /// For how many it is done otherwise.
    pub changed: u64,
    /// The first of each.
    pub examples: Vec<Example>,
}

/// One message of which something else comes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// Its number.
    pub message: MessageId,
    /// For which scanner.
    pub scanner: String,
    /// Whom it is from.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// `gained`, `lost` or `changed`.
    pub how: &'static str,
    /// What was done.
    pub before: Vec<String>,
    /// What the draft does.
    pub after: Vec<String>,
}

/// How often one rule matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleShift {
    /// Its name.
    pub rule: String,
    /// How many messages it matched.
    pub before: u64,
    /// How many it matches in the draft.
    pub after: u64,
    /// How many it would match if no rule before it stopped.
    pub alone: u64,
    /// Whether the draft has it, and enabled.
    pub in_draft: bool,
}

impl RuleShift {
    /// Whether rules before it took all that it would match.
    #[must_use]
    pub fn is_shadowed(&self) -> bool {
        self.in_draft && self.after == 0 && self.alone > 0
    }
}

/// What was found so far.
pub(super) struct Tally {
    show: usize,
    found: Difference,
    /// Where each rule stands in what was found.
    places: HashMap<String, usize>,
    leads: [HashSet<String>; 2],
}

impl Tally {
    /// For a draft; tells up to `show` examples of each sort of difference.
    pub(super) fn new(draft: &RuleBook, show: usize) -> Self {
        let mut tally = Self {
            show,
            found: Difference {
                messages: 0,
                different: 0,
                unread: 0,
                leads_before: 0,
                leads_after: 0,
                shifts: BTreeMap::new(),
                rules: Vec::new(),
            },
            places: HashMap::new(),
            leads: [HashSet::new(), HashSet::new()],
        };
        for rule in &draft.rules {
            tally.rule(&rule.name).in_draft = rule.enabled;
        }
        tally
    }

    pub(super) fn unread(&mut self, count: usize) {
        self.found.unread += count as u64;
    }

    pub(super) fn add(&mut self, compared: &Compared) {
        let (before, after) = compared.outcomes();
        self.found.messages += 1;
        for (side, outcome) in [&before, &after].into_iter().enumerate() {
            if let Some(leads) = self.leads.get_mut(side) {
                leads.extend(outcome.leads().map(str::to_owned));
            }
        }
        for name in matched(&compared.before) {
            self.rule(name).before += 1;
        }
        for name in matched(&compared.after) {
            self.rule(name).after += 1;
        }
        for name in &compared.alone {
            self.rule(name).alone += 1;
        }
        let sorts: BTreeSet<&String> = before.0.keys().chain(after.0.keys()).collect();
        let mut differs = false;
        for sort in sorts {
            let side = |outcome: &Outcome| outcome.0.get(sort).cloned().unwrap_or_default();
            differs |= self.shift(sort, &side(&before), &side(&after), compared);
        }
        self.found.different += u64::from(differs);
    }

    /// Counts one sort of action; whether it comes out otherwise.
    fn shift(
        &mut self,
        sort: &str,
        before: &[Effect],
        after: &[Effect],
        compared: &Compared,
    ) -> bool {
        if Outcome::is_same(sort, before, after) {
            return false;
        }
        let shift = self.found.shifts.entry(sort.to_owned()).or_default();
        let (count, how) = match (before.is_empty(), after.is_empty()) {
            (true, _) => (&mut shift.gained, "gained"),
            (_, true) => (&mut shift.lost, "lost"),
            _ => (&mut shift.changed, "changed"),
        };
        *count += 1;
        if *count <= self.show as u64 {
            let told = |effects: &[Effect]| -> Vec<String> {
                effects.iter().map(|effect| effect.told.clone()).collect()
            };
            let message = &compared.message;
            shift.examples.push(Example {
                message: message.id,
                scanner: message.facts.place.scanner.clone(),
                from: message.from.clone(),
                subject: message.facts.message.subject.clone(),
                received_at: message.received_at,
                how,
                before: told(before),
                after: told(after),
            });
        }
        true
    }

    fn rule(&mut self, name: &str) -> &mut RuleShift {
        let rules = &mut self.found.rules;
        let place = *self.places.entry(name.to_owned()).or_insert_with(|| {
            rules.push(RuleShift {
                rule: name.to_owned(),
                before: 0,
                after: 0,
                alone: 0,
                in_draft: false,
            });
            rules.len() - 1
        });
        #[expect(
            clippy::indexing_slicing,
            reason = "rules are only ever added, each with its place"
        )]
        &mut rules[place]
    }

    pub(super) fn into_difference(self) -> Difference {
        let [before, after] = self.leads;
        Difference {
            leads_before: before.len(),
            leads_after: after.len(),
            ..self.found
        }
    }
}

fn matched(decided: &Result<Decision, DecideError>) -> impl Iterator<Item = &str> {
    let tried = decided.iter().flat_map(|decision| &decision.rules);
    tried
        .filter(|tried| tried.matched)
        .map(|tried| tried.rule.as_str())
}
