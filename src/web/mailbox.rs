//! Which mailboxes a person may see, and what they may do with one.

use std::collections::HashSet;

use entities::ids::MailboxId;
use entities::mailboxes::{MailboxKind, Model};

use crate::http::{Problem, Visitor};
use crate::store::{self, Store};

/// Those that are theirs, by address: all for an admin, else their own and the shared ones they are a member of.
pub(super) async fn visible(store: &Store, visitor: &Visitor) -> Result<Vec<Model>, Problem> {
    let all = store::mailboxes::list(store).await?;
    if visitor.is_admin() {
        return Ok(all);
    }
    let user = visitor.session.user.id;
    let shared: HashSet<_> = store::mailbox_members::list(store)
        .await?
        .into_iter()
        .filter(|member| member.user_id == user)
        .map(|member| member.mailbox_id)
        .collect();
    Ok(all
        .into_iter()
        .filter(|mailbox| match mailbox.kind {
            MailboxKind::Personal => mailbox.owner_id == Some(user),
            MailboxKind::Shared => shared.contains(&mailbox.id),
        })
        .collect())
}

/// The one that an address names; one that they may not see is as if it were not there.
pub(super) async fn named(store: &Store, visitor: &Visitor, id: &str) -> Result<Model, Problem> {
    let id = id
        .parse()
        .map(MailboxId)
        .map_err(|_| Problem::not_found())?;
    visible(store, visitor)
        .await?
        .into_iter()
        .find(|mailbox| mailbox.id == id)
        .ok_or_else(Problem::not_found)
}

/// Whether they may disconnect it: a member of a shared mailbox would take it from the others.
pub(super) fn may_disconnect(visitor: &Visitor, mailbox: &Model) -> bool {
    visitor.is_admin() || mailbox.owner_id == Some(visitor.session.user.id)
}

/// Turns away whoever may not disconnect it.
pub(super) fn require_disconnect(visitor: &Visitor, mailbox: &Model) -> Result<(), Problem> {
    if may_disconnect(visitor, mailbox) {
        Ok(())
    } else {
        Err(Problem::admins_only())
    }
}

#[cfg(test)]
#[path = "mailbox_tests.rs"]
mod tests;
