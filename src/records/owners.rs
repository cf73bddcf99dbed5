//! Who gets what is made: the owner of another record, one of several in turn or by how much each has, or whoever is
//! left. People who are away, switched off or have enough are passed over, and it is told why.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, LeadId, OrganizationId, TicketId, UserId};
use entities::record_kind::RecordKind;
use entities::users;

use crate::store::workloads::{self, Work};
use crate::store::{
    self, StoreError, Tx, absences, contacts, leads, organizations, owner_turns, tickets,
};

/// How an owner is to be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish<'a> {
    /// Records whose owner comes first.
    pub of: Vec<(RecordKind, i64)>,
    /// Addresses of those it may be.
    pub among: &'a [String],
    /// Which of them.
    pub by: By,
    /// Who has so many gets no more.
    pub at_most: Option<u32>,
    /// Address of who gets it when nobody else does; may be empty.
    pub otherwise: &'a str,
    /// Name of the rule that has it chosen.
    pub rule: &'a str,
    /// Name of its action: each has a turn of its own.
    pub action: &'a str,
    /// What is made.
    pub work: Work,
}

/// Which of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The one after the last.
    Turn,
    /// The one who has the least.
    Load,
}

/// Who was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The user, if there is one.
    pub user: Option<UserId>,
    /// Their address; empty for nobody.
    pub email: String,
    /// Why, as half a sentence.
    pub why: String,
    /// Who came first and was not chosen, and why.
    pub passed_over: Vec<String>,
}

/// Chooses. What is made of it is to be written in the same transaction, so that the next choice sees it.
pub async fn choose(tx: &Tx, wish: &Wish<'_>, now: DateTime<Utc>) -> Result<Chosen, StoreError> {
    owner_turns::lock(tx).await?;
    let mut passed_over = Vec::new();
    for &(kind, id) in &wish.of {
        let Some(owner) = owner_of(tx, kind, id).await? else {
            continue;
        };
        match why_not(tx, &owner, now).await? {
            None => {
                let why = format!("who has {} {id}", kind.as_str());
                return Ok(Chosen::of(owner, why, passed_over));
            }
            Some(why) => passed_over.push(why),
        }
    }
    let mut candidates = Vec::new();
    for candidate in in_order(tx, wish).await? {
        match candidate {
            Ok(user) => match why_not(tx, &user, now).await? {
                None => candidates.push(user),
                Some(why) => passed_over.push(why),
            },
            Err(why) => passed_over.push(why),
        }
    }
    if let Some(chosen) = with_room(tx, wish, candidates, &mut passed_over).await? {
        owner_turns::remember(tx, wish.rule, wish.action, &chosen.email).await?;
        let why = match wish.by {
            By::Turn => "whose turn it is",
            By::Load => "who has the least",
        };
        return Ok(Chosen::of(chosen, why.to_owned(), passed_over));
    }
    let otherwise = store::users::find_by_email(tx, wish.otherwise).await?;
    if let Some(user) = otherwise.filter(|user| user.active) {
        let why = "as nobody else is there".to_owned();
        return Ok(Chosen::of(user, why, passed_over));
    }
    let why = match wish.otherwise {
        "" => "as nobody is there".to_owned(),
        email => format!("as there is no user {email}, or they are switched off"),
    };
    Ok(Chosen {
        why,
        passed_over,
        ..Chosen::default()
    })
}

impl Chosen {
    fn of(user: users::Model, why: String, passed_over: Vec<String>) -> Self {
        Self {
            user: Some(user.id),
            email: user.email,
            why,
            passed_over,
        }
    }
}

/// The user who owns a record.
pub async fn owner_of(
    tx: &Tx,
    kind: RecordKind,
    id: i64,
) -> Result<Option<users::Model>, StoreError> {
    let owner = match kind {
        RecordKind::Contact => contacts::by_id(tx, ContactId(id))
            .await?
            .and_then(|row| row.owner_id),
        RecordKind::Organization => organizations::by_id(tx, OrganizationId(id))
            .await?
            .and_then(|row| row.owner_id),
        RecordKind::Lead => leads::by_id(tx, LeadId(id))
            .await?
            .and_then(|row| row.owner_id),
        RecordKind::Ticket => tickets::by_id(tx, TicketId(id))
            .await?
            .and_then(|row| row.owner_id),
    };
    match owner {
        Some(owner) => store::users::by_id(tx, owner).await,
        None => Ok(None),
    }
}

/// Why somebody gets nothing new, however little they have.
async fn why_not(
    tx: &Tx,
    user: &users::Model,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    let email = &user.email;
    if !user.active {
        return Ok(Some(format!("{email} is switched off")));
    }
    let away = absences::away(tx, &[user.id], now.date_naive()).await?;
    Ok(away
        .get(&user.id)
        .map(|until| format!("{email} is absent until {until}")))
}

/// Those it may be, the first one first; of an address that is no user's, why.
async fn in_order(
    tx: &Tx,
    wish: &Wish<'_>,
) -> Result<Vec<Result<users::Model, String>>, StoreError> {
    let mut known = store::users::of_emails(tx, wish.among).await?;
    let mut ordered: Vec<Result<users::Model, String>> = Vec::with_capacity(wish.among.len());
    for email in wish.among {
        let found = known.iter().position(|user| user.email == *email);
        ordered.push(
            found
                .map(|index| known.swap_remove(index))
                .ok_or_else(|| format!("there is no user {email}")),
        );
    }
    if wish.by == By::Turn
        && let Some(last) = owner_turns::last(tx, wish.rule, wish.action).await?
        && let Some(index) = wish.among.iter().position(|email| *email == last)
    {
        ordered.rotate_left(index + 1);
    }
    Ok(ordered)
}

/// The first, or the one who has the least, of those who have not enough.
async fn with_room(
    tx: &Tx,
    wish: &Wish<'_>,
    candidates: Vec<users::Model>,
    passed_over: &mut Vec<String>,
) -> Result<Option<users::Model>, StoreError> {
    if wish.by == By::Turn && wish.at_most.is_none() {
        return Ok(candidates.into_iter().next());
    }
    let ids: Vec<UserId> = candidates.iter().map(|user| user.id).collect();
    let loads = workloads::of(tx, &ids, wish.work).await?;
    let load = |user: &users::Model| loads.get(&user.id).copied().unwrap_or_default();
    let mut best: Option<users::Model> = None;
    for user in candidates {
        let has = load(&user);
        if wish.at_most.is_some_and(|most| has >= u64::from(most)) {
            passed_over.push(format!("{} has {has} already", user.email));
            continue;
        }
        match (wish.by, &best) {
            (By::Turn, Some(_)) => break,
            (By::Load, Some(least)) if load(least) <= has => {}
            _ => best = Some(user),
        }
    }
    Ok(best)
}

#[cfg(test)]
#[path = "owners_tests.rs"]
mod tests;
