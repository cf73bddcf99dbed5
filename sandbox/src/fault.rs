//! Faults to switch on: where they strike, what they do, how often. They compose: a fault may carry several harms, and
//! several faults may strike one command. It never knows sessions: the wire and the commands ask what is armed.
//! The catalogue follows what real servers did.

mod catalogue;

use std::num::NonZeroU64;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// A kind of command that a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Every command.
    Any,
    /// CAPABILITY.
    Capability,
    /// STARTTLS.
    StartTls,
    /// LOGIN and AUTHENTICATE.
    Login,
    /// ID.
    Id,
    /// LIST and LSUB.
    List,
    /// STATUS.
    Status,
    /// SELECT and EXAMINE.
    Open,
    /// FETCH and UID FETCH.
    Fetch,
    /// SEARCH and UID SEARCH.
    Search,
    /// STORE, COPY, MOVE, EXPUNGE and APPEND.
    Change,
    /// IDLE.
    Idle,
    /// NOOP and CHECK.
    Noop,
    /// LOGOUT.
    Logout,
    /// Whatever is left.
    Other,
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The greeting of a new connection.
    Greeting,
    /// The answer to a command.
    Command(Verb),
}

impl At {
    fn meets(self, here: At) -> bool {
        match (self, here) {
            (At::Command(Verb::Any), At::Command(_)) => true,
            (fault, here) => fault == here,
        }
    }
}

/// The moment within an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before its first byte.
    Before,
    /// After this many of its bytes.
    AfterBytes(usize),
    /// In the middle of its first literal.
    InLiteral,
    /// After each of its untagged responses.
    BetweenUntagged,
    /// When only the tagged line is missing (for a greeting: when only the greeting is missing).
    BeforeTagged,
    /// After its tagged line, before the next command is read (for STARTTLS: still in plain text).
    AfterTagged,
}

/// What UIDNEXT says instead of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UidNextLie {
    /// It is not said at all.
    Absent,
    /// It is 0.
    Zero,
    /// It is this number, whatever comes or goes.
    Says(u32),
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Harm {
    /// The command is not carried out; the tagged answer is this line, e.g. `NO [UNAVAILABLE] Try later`.
    Answer(String),
    /// The command is not carried out; `* BYE` with this text, and the connection closes.
    Bye(String),
    /// These bytes are sent in addition.
    Send(Vec<u8>, Moment),
    /// These bytes are sent again and again without end.
    SendForever(Vec<u8>, Moment),
    /// The connection closes.
    Drop(Moment),
    /// Nothing more is sent until the client goes or the fault is cleared.
    Stall(Moment),
    /// The answer leaves in pieces of so many bytes with a pause after each.
    Pace(usize, Duration),
    /// The tagged line carries another tag.
    WrongTag(String),
    /// EXISTS tells this number at SELECT, EXAMINE and STATUS.
    Exists(u32),
    /// These UIDs are announced (SEARCH, UID, RFC822.SIZE) but their bodies are never delivered; the tagged answer is OK.
    HideBodies(Vec<u32>),
    /// These UIDs are missing from every answer to UID FETCH of a range; asked for alone or by sequence number they come,
    /// and SEARCH and EXISTS have them.
    WithholdByUid(Vec<u32>),
    /// These UIDs are missing from every answer to FETCH and UID FETCH, tagged OK; SEARCH and EXISTS have them.
    Withhold(Vec<u32>),
    /// A FETCH of the body of this UID is refused with `NO` and this text when it gets there.
    RefuseBody(u32, String),
    /// In the place of the body of this UID these bytes are sent.
    MangleBody(u32, Vec<u8>),
    /// The connection closes when it comes to the body of this UID.
    DropAtBody(u32),
    /// A FETCH without bodies that comes to this UID is refused with `NO` and this text.
    RefuseAnnouncement(u32, String),
    /// In the place of what is told of this UID without its body these bytes are sent.
    MangleAnnouncement(u32, Vec<u8>),
    /// UIDNEXT lies at SELECT, EXAMINE and STATUS.
    UidNext(UidNextLie),
    /// HIGHESTMODSEQ is this number at SELECT, EXAMINE and STATUS, whatever comes or goes.
    HighestModSeq(NonZeroU64),
    /// The opened folder gets another UIDVALIDITY and new UIDs each time.
    NewUidValidity,
    /// Every message is called this (X-GM-MSGID, EMAILID), as if all were one.
    ServerId(u64),
    /// After each message FETCH also tells of another one that nobody asked for, once without and once with UID.
    Interleave,
    /// The greeting is PREAUTH.
    PreAuth,
    /// IDLE is accepted and then nothing is ever said, not even to DONE.
    SilentIdle,
}

/// A fault to [`crate::Provider::inject`]: strikes each time until cleared unless told how often.
#[derive(Clone, Debug)]
pub struct Fault {
    at: Vec<At>,
    harms: Vec<Harm>,
    left: Option<u32>,
    skip: u32,
    address: Option<String>,
}

impl Fault {
    /// A fault without harm yet.
    #[must_use]
    pub fn at(at: At) -> Self {
        Self {
            at: vec![at],
            harms: Vec::new(),
            left: None,
            skip: 0,
            address: None,
        }
    }

    /// A fault at a command.
    #[must_use]
    pub fn on(verb: Verb, harm: Harm) -> Self {
        Self::at(At::Command(verb)).with(harm)
    }

    /// Strikes there as well; `times` and `after` count all places together.
    #[must_use]
    pub fn also(mut self, at: At) -> Self {
        self.at.push(at);
        self
    }

    /// Adds a harm.
    #[must_use]
    pub fn with(mut self, harm: Harm) -> Self {
        self.harms.push(harm);
        self
    }

    /// Strikes this many times, then is gone.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Lets this many occurrences pass before it strikes.
    #[must_use]
    pub fn after(mut self, occurrences: u32) -> Self {
        self.skip = occurrences;
        self
    }

    /// Strikes only sessions of this address (a login counts as soon as the user name is known).
    #[must_use]
    pub fn of(mut self, address: &str) -> Self {
        self.address = Some(address.to_lowercase());
        self
    }
}

/// Names an injected fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultId(pub(crate) u64);

/// A harm that strikes now; `lifted` fires when its fault is cleared.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    pub(crate) harm: Harm,
    pub(crate) lifted: CancellationToken,
}

#[derive(Debug)]
struct Injected {
    id: FaultId,
    fault: Fault,
    lifted: CancellationToken,
    struck: u32,
}

/// All faults of a provider.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    injected: Vec<Injected>,
    last_id: u64,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) -> FaultId {
        let id = self.next_id();
        self.injected.push(Injected {
            id,
            fault,
            lifted: CancellationToken::new(),
            struck: 0,
        });
        id
    }

    /// A name for a fault, here or elsewhere.
    pub(crate) fn next_id(&mut self) -> FaultId {
        self.last_id += 1;
        FaultId(self.last_id)
    }

    /// Lifts the faults that `which` names; what waits on them goes on.
    pub(crate) fn clear(&mut self, which: impl Fn(FaultId) -> bool) {
        for injected in self
            .injected
            .iter_mut()
            .filter(|injected| which(injected.id))
        {
            injected.lifted.cancel();
            injected.fault.left = Some(0);
        }
    }

    pub(crate) fn struck(&self, id: FaultId) -> u32 {
        self.injected
            .iter()
            .find(|injected| injected.id == id)
            .map_or(0, |injected| injected.struck)
    }

    /// The harms that strike here, counted. `newly_known`: the address has just become known within this same
    /// occurrence, so faults without an address had their turn already.
    pub(crate) fn strike(
        &mut self,
        here: At,
        address: Option<&str>,
        newly_known: bool,
    ) -> Vec<Armed> {
        let mut armed = Vec::new();
        for injected in &mut self.injected {
            let fault = &mut injected.fault;
            let meant = match (&fault.address, address) {
                (None, _) => !newly_known,
                (Some(wanted), Some(address)) => wanted == address,
                (Some(_), None) => false,
            };
            if !meant || !fault.at.iter().any(|at| at.meets(here)) || fault.left == Some(0) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.left = fault.left.map(|left| left - 1);
            injected.struck += 1;
            armed.extend(fault.harms.iter().map(|harm| Armed {
                harm: harm.clone(),
                lifted: injected.lifted.clone(),
            }));
        }
        armed
    }
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
