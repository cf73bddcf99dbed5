//! Replay: stored messages are decided again by a draft, and what would come out otherwise is told. Nothing is written.
//!
//! Each message is taken as it was when it was decided: its records are those that were known then, without those that were
//! made of it, and its sender is new where no older message is stored. What linking late added since is added on both
//! sides. What it says is read again from its bytes, and the addresses that are ours are those of now; whose forms are
//! believed is what the lists of each side say. Where that tells another author than the decision had, the records are
//! looked up anew, as far as they were there then. Each is taken by
//! itself: that a lead is no longer made does not change what the next message of the same sender is taken for.

mod difference;
mod outcome;
mod window;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::decisions::Model as Decided;
use entities::ids::{DecisionId, MessageId, ScannerId};
use rules::{DecideError, Decision, RuleBook, RuleSet};
use tokio::sync::watch;

pub use difference::{Difference, Example, RuleShift, Shift};

use super::basis::{form_senders, read_own, read_own_of, trusted_servers};
use super::{ScanError, Scanning};
use crate::apply;
use crate::message::Own;
use crate::rule_books;
use crate::store::scanners::Placed;
use crate::store::{decisions, scanners};
use difference::Tally;
use outcome::Outcome;
pub use window::Replayed;

/// So many decisions are looked at together.
const WINDOW: u64 = 200;

/// Which messages are replayed, and how much is told of them.
#[derive(Debug, Clone, Default)]
pub struct Replaying {
    /// The last so many decisions.
    pub last: u64,
    /// Only of messages received then or later.
    pub since: Option<DateTime<Utc>>,
    /// Only of these scanners; nothing for all.
    pub scanners: Option<Vec<ScannerId>>,
    /// How many examples are told of each sort of difference.
    pub show: usize,
}

/// What a draft is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    /// What these rules would say of the same message.
    Rules(&'a RuleBook),
    /// What was decided then, as it was carried out.
    Decisions,
}

/// The sets that are asked about each message.
struct Sets {
    before: Option<RuleSet>,
    after: RuleSet,
    /// Each rule of the draft as if it stood alone.
    alone: RuleSet,
}

/// One message with what came of it on both sides.
struct Compared {
    message: Replayed,
    before: Result<Decision, DecideError>,
    after: Result<Decision, DecideError>,
    /// The rules of the draft that would match if they stood alone.
    alone: Vec<String>,
}

impl Scanning {
    /// Decides stored messages again, the newest first, and says how many it has looked at as it goes on.
    ///
    /// # Errors
    /// When the database or the blob store does not answer, and [`ScanError::Rules`] where a set can't be compiled.
    pub async fn replay(
        &self,
        draft: &RuleBook,
        against: Against<'_>,
        wanted: &Replaying,
        progress: &watch::Sender<u64>,
    ) -> Result<Difference, ScanError> {
        // What is ticked at scanners is tried on both sides.
        let ticked = rule_books::ticked(&self.store).await?;
        let draft = &rule_books::with_presets(draft, &ticked)?;
        let before = match against {
            Against::Rules(book) => Some(compile(&rule_books::with_presets(book, &ticked)?)?),
            Against::Decisions => None,
        };
        let sets = Arc::new(Sets {
            before,
            after: compile(draft)?,
            alone: compile(&draft.each_alone())?,
        });
        let places = self.places(Some(draft)).await?;
        let otherwise = match against {
            Against::Rules(book) if form_senders(book) != form_senders(draft) => {
                Some(self.places(Some(book)).await?)
            }
            _ => None,
        };
        let mut tally = Tally::new(draft, wanted.show);
        let mut last: Option<(MessageId, DecisionId)> = None;
        let mut left = wanted.last;
        while left > 0 {
            let limit = left.min(WINDOW);
            let scanners = wanted.scanners.as_deref();
            let page =
                decisions::page_before(&self.store, last, wanted.since, scanners, limit).await?;
            let Some(end) = page.last() else { break };
            last = Some((end.message_id, end.id));
            left = left.saturating_sub(page.len() as u64);
            let seen = page.len();
            let others = match &otherwise {
                Some(places) => window::read(self, page.clone(), places).await?,
                None => Vec::new(),
            };
            let compared = self.compare(page, others, &places, &sets).await?;
            tally.unread(seen.saturating_sub(compared.len()));
            for one in &compared {
                tally.add(one);
            }
            progress.send_modify(|done| *done += seen as u64);
        }
        Ok(tally.into_difference())
    }

    /// One message as each scanner decided it, as far as it can be read.
    ///
    /// # Errors
    /// When the database or the blob store does not answer.
    pub async fn replayed(&self, message: MessageId) -> Result<Vec<Replayed>, ScanError> {
        let decided = decisions::for_message(&self.store, message).await?;
        window::read(self, decided, &self.places(None).await?).await
    }

    /// Every scanner with what its mail is judged by: by the lists of these rules, else by those that are published.
    async fn places(
        &self,
        book: Option<&RuleBook>,
    ) -> Result<HashMap<ScannerId, (Placed, Arc<Own>)>, ScanError> {
        let mut places = HashMap::new();
        for placed in scanners::all_with_mailbox_and_server(&self.store).await? {
            let trusted = trusted_servers(&placed.server);
            let own = Arc::new(match book {
                Some(book) => read_own_of(&self.store, trusted, book).await?,
                None => read_own(&self.store, trusted).await?,
            });
            places.insert(placed.scanner.id, (placed, own));
        }
        Ok(places)
    }

    /// Decides one window away from the threads that wait for servers; `others` are its messages as the rules of before see
    /// them, where those see them otherwise.
    async fn compare(
        &self,
        page: Vec<Decided>,
        others: Vec<Replayed>,
        places: &HashMap<ScannerId, (Placed, Arc<Own>)>,
        sets: &Arc<Sets>,
    ) -> Result<Vec<Compared>, ScanError> {
        let messages = window::read(self, page, places).await?;
        let sets = Arc::clone(sets);
        let key = |one: &Replayed| (one.id, one.facts.place.scanner.clone());
        let mut others: HashMap<_, _> = others.into_iter().map(|one| (key(&one), one)).collect();
        let deciding = move || {
            let compared = messages.into_iter().filter_map(|message| {
                // Over what this program breaks it has broken before; it is told as unread.
                let other = others.remove(&key(&message));
                catch_unwind(AssertUnwindSafe(|| compare(message, other.as_ref(), &sets))).ok()
            });
            compared.collect()
        };
        Ok(tokio::task::spawn_blocking(deciding).await?)
    }
}

fn compile(book: &RuleBook) -> Result<RuleSet, ScanError> {
    let rules = rule_books::without_cases(book.rules.clone());
    Ok(RuleSet::compile(&rules, &book.shared)?)
}

fn compare(message: Replayed, other: Option<&Replayed>, sets: &Sets) -> Compared {
    let decide = |set: &RuleSet, message: &Replayed| {
        let mut decision = set.decide(&message.facts)?;
        // Who was looked up anew is who is known since, too.
        if message.anew {
            return Ok(decision);
        }
        if message.decision.known_then.is_some() && apply::may_link(&decision) {
            apply::plan_late(&mut decision, message.decision.candidates.clone());
        }
        Ok(decision)
    };
    let before = match &sets.before {
        Some(set) => decide(set, other.unwrap_or(&message)),
        None => Ok(message.decision.clone()),
    };
    let after = decide(&sets.after, &message);
    let alone = sets.alone.decide(&message.facts).unwrap_or_default();
    let alone = alone.rules.into_iter().filter(|tried| tried.matched);
    Compared {
        before,
        after,
        alone: alone.map(|tried| tried.rule).collect(),
        message,
    }
}

impl Compared {
    fn outcomes(&self) -> (Outcome, Outcome) {
        (Outcome::of(&self.before), Outcome::of(&self.after))
    }
}
