//! LIST and LSUB (RFC 3501 §6.3.8). Patterns are matched against names as they stand on the wire.

use imap_codec::imap_types::core::{Atom, QuotedChar};
use imap_codec::imap_types::flag::FlagNameAttribute;
use imap_codec::imap_types::mailbox::{ListMailbox, Mailbox};
use imap_codec::imap_types::response::{Data, Response};

use super::Session;
use crate::account::{Account, DELIMITER};
use crate::reply::{self, Outcome};
use crate::server::Feature;
use crate::wire::Gone;

impl Session {
    pub(super) async fn list(
        &mut self,
        address: &str,
        reference: &Mailbox<'_>,
        pattern: &ListMailbox<'_>,
        subscribed_only: bool,
    ) -> Result<Outcome, Gone> {
        let reference = match reference {
            Mailbox::Inbox => "INBOX".to_owned(),
            Mailbox::Other(other) => String::from_utf8_lossy(other.as_ref()).into_owned(),
        };
        let pattern = match pattern {
            ListMailbox::Token(token) => String::from_utf8_lossy(token.as_ref()).into_owned(),
            ListMailbox::String(string) => String::from_utf8_lossy(string.as_ref()).into_owned(),
        };
        let listed = if pattern.is_empty() {
            // An empty pattern asks for the delimiter only.
            vec![(vec![FlagNameAttribute::Noselect], String::new())]
        } else {
            let pattern = format!("{reference}{pattern}");
            let mut state = self.provider.lock();
            state
                .account(address)
                .map(|account| self.matching(account, &pattern, subscribed_only))
                .unwrap_or_default()
        };
        let delimiter = QuotedChar::try_from(DELIMITER).ok();
        for (items, name) in listed {
            let mailbox = reply::mailbox(&name);
            let data = if subscribed_only {
                Data::Lsub {
                    items,
                    delimiter,
                    mailbox,
                }
            } else {
                Data::List {
                    items,
                    delimiter,
                    mailbox,
                }
            };
            self.wire.send(&Response::Data(data)).await?;
        }
        Ok(Outcome::ok("LIST completed"))
    }

    fn matching(
        &self,
        account: &Account,
        pattern: &str,
        subscribed_only: bool,
    ) -> Vec<(Vec<FlagNameAttribute<'static>>, String)> {
        let mut listed = Vec::new();
        for (name, folder) in &account.folders {
            let wire = encodify::utf7::IMAP.encode(name);
            if !matches(&wire, pattern) || (subscribed_only && !folder.subscribed) {
                continue;
            }
            let children = if account.has_children(name) {
                "HasChildren"
            } else {
                "HasNoChildren"
            };
            let special = folder
                .special_use
                .filter(|_| self.offers(Feature::SpecialUse));
            let mut items: Vec<FlagNameAttribute<'static>> = Vec::new();
            if !folder.selectable {
                items.push(FlagNameAttribute::Noselect);
            }
            let named = [Some(children), special].into_iter().flatten();
            items.extend(
                named
                    .filter_map(|item| Atom::try_from(item).ok())
                    .map(FlagNameAttribute::from),
            );
            listed.push((items, name.clone()));
        }
        listed
    }
}

/// `*` stands for anything, `%` for anything within one level; `inbox` matches in any case.
fn matches(name: &str, pattern: &str) -> bool {
    let pattern = match pattern.get(..5) {
        Some(first) if first.eq_ignore_ascii_case("inbox") => {
            format!("INBOX{}", pattern.get(5..).unwrap_or_default())
        }
        _ => pattern.to_owned(),
    };
    let pattern = pattern.as_bytes();
    // Which prefixes of the pattern match what was read of the name so far: linear memory, no backtracking.
    let mut reached = vec![false; pattern.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    spread(&mut reached, pattern);
    for byte in name.bytes() {
        let mut next = vec![false; pattern.len() + 1];
        for (at, &wanted) in pattern.iter().enumerate() {
            if !reached.get(at).is_some_and(|reached| *reached) {
                continue;
            }
            let (stays, moves) = match wanted {
                b'*' => (true, false),
                b'%' => (char::from(byte) != DELIMITER, false),
                _ => (false, wanted == byte),
            };
            if let Some(here) = next.get_mut(at).filter(|_| stays) {
                *here = true;
            }
            if let Some(after) = next.get_mut(at + 1).filter(|_| moves) {
                *after = true;
            }
        }
        spread(&mut next, pattern);
        reached = next;
    }
    reached.last().is_some_and(|whole| *whole)
}

/// A wildcard may also stand for nothing.
fn spread(reached: &mut [bool], pattern: &[u8]) {
    for (at, &wanted) in pattern.iter().enumerate() {
        let wildcard = matches!(wanted, b'*' | b'%');
        if wildcard
            && reached.get(at).is_some_and(|reached| *reached)
            && let Some(after) = reached.get_mut(at + 1)
        {
            *after = true;
        }
    }
}
