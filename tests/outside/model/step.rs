//! What may happen to a mailbox.

use std::fmt;

use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use super::mailbox::Mailbox;

/// The one that is always there.
pub(super) const INBOX: &str = "INBOX";
/// What folders may be called.
pub(super) const NAMES: [&str; 4] = ["Kunden", "Neu", "Archiv 2026", "Alt"];

/// One thing that happens; messages by their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Append {
        folder: String,
    },
    Expunge {
        folder: String,
        number: usize,
    },
    Move {
        folder: String,
        number: usize,
        to: String,
    },
    Copy {
        folder: String,
        number: usize,
        to: String,
    },
    Flag {
        folder: String,
        number: usize,
        set: bool,
    },
    Create {
        folder: String,
    },
    Delete {
        folder: String,
    },
    /// Only while no command is on its way to the server: of a folder that is renamed in the moment in which another
    /// process opens it Dovecot 2.3 loses mail, and keeps a lock that nobody holds.
    Rename {
        folder: String,
        to: String,
    },
    /// Another UIDVALIDITY, the same UIDs.
    Raise {
        folder: String,
    },
    /// Another UIDVALIDITY and UIDs from 1 on: a folder made again from a copy of its messages. Only where nobody has
    /// it open, as Dovecot 2.3 then may take the new one for deleted, for good.
    Rebuild {
        folder: String,
    },
}

/// What the program does while something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Nothing, and it has nothing open.
    Gone,
    /// It waits at the gate.
    Halted,
    /// It reads.
    Running,
}

/// How likely each is, of their sum.
const WEIGHTS: [(Kind, u32); 10] = [
    (Kind::Append, 34),
    (Kind::Expunge, 14),
    (Kind::Move, 16),
    (Kind::Copy, 8),
    (Kind::Flag, 8),
    (Kind::Create, 6),
    (Kind::Delete, 2),
    (Kind::Rename, 4),
    (Kind::Raise, 4),
    (Kind::Rebuild, 4),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Append,
    Expunge,
    Move,
    Copy,
    Flag,
    Create,
    Delete,
    Rename,
    Raise,
    Rebuild,
}

impl Step {
    /// Any that is possible.
    pub(super) fn any(mailbox: &Mailbox, reader: Reader, rng: &mut StdRng) -> Self {
        loop {
            let mut ticket = rng.random_range(0..WEIGHTS.iter().map(|(_, weight)| weight).sum());
            let drawn = WEIGHTS.into_iter().find(|(_, weight)| {
                let hit = ticket < *weight;
                ticket = ticket.saturating_sub(*weight);
                hit
            });
            match Self::of(drawn.unwrap().0, mailbox, rng) {
                None => {}
                Some(Self::Rebuild { .. }) if reader != Reader::Gone => {}
                Some(Self::Rename { .. }) if reader == Reader::Running => {}
                Some(step) => return step,
            }
        }
    }

    fn of(kind: Kind, mailbox: &Mailbox, rng: &mut StdRng) -> Option<Self> {
        let folders: Vec<String> = mailbox.folders().map(str::to_owned).collect();
        let missing: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| !folders.iter().any(|folder| folder == name))
            .collect();
        let folder = folders.choose(rng)?.clone();
        let movable = folder != INBOX;
        let mut one = || Some(*mailbox.numbers_in(&folder).choose(rng)?);
        Some(match kind {
            Kind::Append => Self::Append { folder },
            Kind::Expunge => Self::Expunge {
                number: one()?,
                folder,
            },
            Kind::Move => {
                let number = one()?;
                let to = folders.choose(rng).filter(|to| **to != folder)?.clone();
                Self::Move { folder, number, to }
            }
            Kind::Copy => {
                let number = one()?;
                let to = folders.choose(rng)?.clone();
                Self::Copy { folder, number, to }
            }
            Kind::Flag => {
                let number = one()?;
                let set = rng.random();
                Self::Flag {
                    folder,
                    number,
                    set,
                }
            }
            Kind::Create => Self::Create {
                folder: (*missing.choose(rng)?).to_owned(),
            },
            Kind::Delete if movable => Self::Delete { folder },
            Kind::Rename if movable => Self::Rename {
                folder,
                to: (*missing.choose(rng)?).to_owned(),
            },
            Kind::Raise => Self::Raise { folder },
            Kind::Rebuild if movable => Self::Rebuild { folder },
            Kind::Delete | Kind::Rename | Kind::Rebuild => return None,
        })
    }

    /// Whether the server may do nothing else meanwhile.
    pub(super) fn needs_quiet(&self) -> bool {
        matches!(self, Self::Rename { .. } | Self::Rebuild { .. })
    }

    /// The folder in which what was seen can't be told from now on by its UID.
    pub(super) fn renumbers(&self) -> Option<&str> {
        match self {
            Self::Raise { folder } | Self::Rebuild { folder } => Some(folder),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
