//! The provider's state, shared by all connections and by the test or demo that drives it: accounts, faults, the
//! transcript and the time. It never knows sockets; connections are told of changes by a counter to watch.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, FixedOffset, Utc};
use thiserror::Error;
use tokio::sync::watch;

use crate::account::{Account, DELIMITER, MailboxLogin, SpecialUse, canonical_name};
use crate::fault::{Armed, At, Fault, FaultId, Faults};
use crate::folder::Folder;
use crate::oauth::{TokenFault, TokenFaults, TokenHarm, Tokens};
use crate::record::{Line, Transcript};
use crate::time::{Time, without_subseconds};

/// What a driver of the sandbox can get wrong, or the machine.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// No mailbox has this address.
    #[error("The sandbox has no mailbox {0}: add it first")]
    NoMailbox(String),
    /// The mailbox has no such folder.
    #[error("The sandbox mailbox {address} has no folder {folder}: create it first")]
    NoFolder {
        /// The mailbox.
        address: String,
        /// The folder's decoded name.
        folder: String,
    },
    /// The port can't be listened on.
    #[error("The sandbox can't listen on 127.0.0.1: {0}")]
    Listen(#[source] io::Error),
    /// A certificate can't be made.
    #[error("The sandbox can't make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS can't be set up.
    #[error("The sandbox can't set up TLS: {0}")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

/// A stand-in mail provider: accounts with folders and messages in memory. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Provider {
    state: Arc<Mutex<State>>,
    changes: Arc<watch::Sender<u64>>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) accounts: HashMap<String, Account>,
    pub(crate) tokens: Tokens,
    time: Time,
    faults: Faults,
    token_faults: TokenFaults,
    transcript: Transcript,
    /// Counts everything that must differ: UIDVALIDITY, incarnations, tokens.
    serial: u32,
    connections: u64,
}

impl Default for Provider {
    fn default() -> Self {
        Self::new()
    }
}

impl Provider {
    /// A provider without mailboxes, whose time stands at 2 November 2026, 08:00 UTC.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            accounts: HashMap::new(),
            tokens: Tokens::default(),
            time: Time::default(),
            faults: Faults::default(),
            token_faults: TokenFaults::default(),
            transcript: Transcript::default(),
            serial: 1_000,
            connections: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            changes: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Adds a mailbox with an empty INBOX. One with the same address is replaced.
    pub fn add_mailbox(&self, address: &str, login: MailboxLogin) {
        let mut account = Account::new(login);
        let mut state = self.lock();
        account
            .folders
            .insert("INBOX".to_owned(), state.new_folder(true));
        state.accounts.insert(address.to_lowercase(), account);
    }

    /// Creates a folder by its decoded name, `/` between levels; missing levels above it can't be selected. A folder
    /// that exists is left as it is.
    pub fn create_folder(&self, address: &str, name: &str) -> Result<(), SandboxError> {
        self.change(|state| state.create_folder(address, name))
    }

    /// Gives a folder a special use.
    pub fn set_special_use(
        &self,
        address: &str,
        name: &str,
        special_use: SpecialUse,
    ) -> Result<(), SandboxError> {
        self.change(|state| {
            state.folder(address, name)?.special_use = Some(special_use.attribute());
            Ok(())
        })
    }

    /// Removes a folder with its messages.
    pub fn remove_folder(&self, address: &str, name: &str) -> Result<(), SandboxError> {
        self.change(|state| {
            state.folder(address, name)?;
            state
                .account(address)?
                .folders
                .remove(&canonical_name(name));
            Ok(())
        })
    }

    /// Puts a message into a folder and returns its UID; idling sessions hear of it.
    pub fn deliver(
        &self,
        address: &str,
        folder: &str,
        raw: Vec<u8>,
        internal_date: DateTime<Utc>,
    ) -> Result<u32, SandboxError> {
        let date = without_subseconds(internal_date).fixed_offset();
        self.deliver_in_zone(address, folder, raw, date)
    }

    /// The same, on a server whose clock is in that zone.
    pub fn deliver_in_zone(
        &self,
        address: &str,
        folder: &str,
        raw: Vec<u8>,
        date: DateTime<FixedOffset>,
    ) -> Result<u32, SandboxError> {
        self.change(|state| {
            Ok(state
                .folder(address, folder)?
                .add(raw.into(), date, BTreeSet::new()))
        })
    }

    /// Removes a message for good; false when it was not there.
    pub fn expunge(&self, address: &str, folder: &str, uid: u32) -> Result<bool, SandboxError> {
        self.change(|state| Ok(state.folder(address, folder)?.remove(uid)))
    }

    /// The UIDs in a folder, ascending.
    pub fn uids(&self, address: &str, folder: &str) -> Result<Vec<u32>, SandboxError> {
        Ok(self
            .lock()
            .folder(address, folder)?
            .messages
            .iter()
            .map(|held| held.uid)
            .collect())
    }

    /// A message's flags, sorted; empty when there is no such message.
    pub fn flags(
        &self,
        address: &str,
        folder: &str,
        uid: u32,
    ) -> Result<Vec<String>, SandboxError> {
        let mut state = self.lock();
        let held = state.folder(address, folder)?.get(uid);
        Ok(held
            .map(|held| held.flags.iter().cloned().collect())
            .unwrap_or_default())
    }

    /// A folder's UIDVALIDITY.
    pub fn uid_validity(&self, address: &str, folder: &str) -> Result<u32, SandboxError> {
        Ok(self.lock().folder(address, folder)?.uid_validity)
    }

    /// Gives a folder another UIDVALIDITY and its messages new UIDs from `first_uid`; open sessions are thrown out.
    pub fn set_uid_validity(
        &self,
        address: &str,
        folder: &str,
        uid_validity: u32,
        first_uid: u32,
    ) -> Result<(), SandboxError> {
        self.change(|state| {
            let incarnation = state.next_serial();
            state.folder(address, folder)?.rebuild(
                uid_validity,
                incarnation.into(),
                first_uid.max(1),
            );
            Ok(())
        })
    }

    /// Makes a new access token for a mailbox and returns it.
    pub fn issue_token(&self, address: &str) -> Result<String, SandboxError> {
        self.change(|state| {
            let token = format!("sandbox-token-{}", state.next_serial());
            state.account(address)?.add_token(&token);
            Ok(token)
        })
    }

    /// Makes a token useless for new logins; open sessions live on, as they do at real providers.
    pub fn revoke_token(&self, address: &str, token: &str) -> Result<(), SandboxError> {
        self.change(|state| {
            state.account(address)?.revoke_token(token);
            Ok(())
        })
    }

    /// Changes a mailbox's password.
    pub fn set_password(&self, address: &str, password: &str) -> Result<(), SandboxError> {
        self.change(|state| {
            state.account(address)?.set_password(password);
            Ok(())
        })
    }

    /// Sets the provider's time, which dates messages appended without a date and ends tokens; it stands still.
    pub fn set_now(&self, now: DateTime<Utc>) {
        self.lock().time = Time::standing_at(now);
    }

    /// Reads the provider's time there from now on, e.g. from the product's clock. What tells it must not use this
    /// provider.
    pub fn follow_time(&self, tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) {
        self.lock().time = Time::new(tell);
    }

    /// Switches a fault on; its name may be ignored.
    #[expect(
        clippy::must_use_candidate,
        reason = "most faults are cleared together or spend themselves"
    )]
    pub fn inject(&self, fault: Fault) -> FaultId {
        self.lock().faults.inject(fault)
    }

    /// Switches a fault off; a stalled connection goes on.
    pub fn clear(&self, fault: FaultId) {
        self.lock().clear_faults(|id| id == fault);
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.lock().clear_faults(|_| true);
    }

    /// How often a fault has struck.
    #[must_use]
    pub fn struck(&self, fault: FaultId) -> u32 {
        let state = self.lock();
        state.faults.struck(fault) + state.token_faults.struck(fault)
    }

    /// The conversations so far: credentials masked, literals elided.
    #[must_use]
    pub fn transcript(&self) -> Vec<Line> {
        self.lock().transcript.lines()
    }

    /// Forgets the conversations so far.
    pub fn clear_transcript(&self) {
        self.lock().transcript.clear();
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.lock().connections
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // Each change is whole before anything that could panic, so the state behind a poisoned lock is good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and tells all who watch.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        changed
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn next_connection(&self) -> u64 {
        let mut state = self.lock();
        state.connections += 1;
        state.connections
    }

    pub(crate) fn strike(&self, here: At, address: Option<&str>, newly_known: bool) -> Vec<Armed> {
        self.lock().faults.strike(here, address, newly_known)
    }

    pub(crate) fn record(&self, line: Line) {
        self.lock().transcript.push(line);
    }
}

impl State {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// Whether a token opens this mailbox (in lower case): one of its own, or one that was given out and lives.
    pub(crate) fn opens_with_token(&mut self, address: &str, token: &str) -> bool {
        let now = self.now();
        self.account(address)
            .is_ok_and(|account| account.opens_with_token(token))
            || self.tokens.open(address, token, now)
    }

    pub(crate) fn inject_token_fault(&mut self, fault: TokenFault) -> FaultId {
        let id = self.faults.next_id();
        self.token_faults.inject(id, fault);
        id
    }

    pub(crate) fn strike_tokens(&mut self, address: Option<&str>) -> Option<TokenHarm> {
        self.token_faults.strike(address)
    }

    fn clear_faults(&mut self, which: impl Fn(FaultId) -> bool) {
        self.faults.clear(&which);
        self.token_faults.clear(which);
    }

    pub(crate) fn next_serial(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1).max(1);
        self.serial
    }

    pub(crate) fn new_folder(&mut self, selectable: bool) -> Folder {
        let serial = self.next_serial();
        Folder::new(serial, serial.into(), selectable)
    }

    pub(crate) fn account(&mut self, address: &str) -> Result<&mut Account, SandboxError> {
        self.accounts
            .get_mut(&address.to_lowercase())
            .ok_or_else(|| SandboxError::NoMailbox(address.to_owned()))
    }

    pub(crate) fn folder(
        &mut self,
        address: &str,
        name: &str,
    ) -> Result<&mut Folder, SandboxError> {
        let missing = || SandboxError::NoFolder {
            address: address.to_owned(),
            folder: name.to_owned(),
        };
        self.account(address)?
            .folders
            .get_mut(&canonical_name(name))
            .ok_or_else(missing)
    }

    pub(crate) fn create_folder(&mut self, address: &str, name: &str) -> Result<(), SandboxError> {
        let name = canonical_name(name);
        let mut path = String::new();
        for level in name.split(DELIMITER) {
            if !path.is_empty() {
                path.push(DELIMITER);
            }
            path.push_str(level);
            let whole = path == name;
            let folder = self.new_folder(whole);
            let kept = self
                .account(address)?
                .folders
                .entry(path.clone())
                .or_insert(folder);
            kept.selectable |= whole;
        }
        Ok(())
    }
}
