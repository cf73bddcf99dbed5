//! Who holds a lease or a claim: a name and the process it runs in, so that what was left by a process that was killed
//! on this machine need not run out first.

use std::fmt;
use std::fs;

/// One process as a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    name: String,
    machine: String,
    process: u32,
    /// Start of the process in clock ticks since boot; process numbers come again.
    started: u64,
}

impl Owner {
    /// This process, called `name`.
    #[must_use]
    pub fn this_process(name: &str) -> Self {
        let process = std::process::id();
        Self {
            name: name.replace('|', "/"),
            machine: machine(),
            process,
            started: started(process).unwrap_or(0),
        }
    }

    /// Reads what [`fmt::Display`] wrote.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('|');
        let owner = Self {
            name: parts.next()?.to_owned(),
            machine: parts.next()?.to_owned(),
            process: parts.next()?.parse().ok()?,
            started: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(owner)
    }

    /// What the holder that wrote `text` is called.
    #[must_use]
    pub fn name_of(text: &str) -> &str {
        text.split('|').next().unwrap_or(text)
    }

    /// Whether the process that wrote `text` ran on this machine and is gone. Doubt means no.
    #[must_use]
    pub fn is_gone(text: &str) -> bool {
        Self::parse(text).is_some_and(|owner| {
            owner.machine == machine()
                && owner.started != 0
                && fs::exists("/proc/self/stat").unwrap_or(false)
                && started(owner.process) != Some(owner.started)
        })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            machine,
            process,
            started,
        } = self;
        write!(f, "{name}|{machine}|{process}|{started}")
    }
}

/// Host, boot and process namespace: only processes that share all three can look at each other.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid")
        .map(|link| link.to_string_lossy().into_owned())
        .unwrap_or_default();
    let host = gethostname::gethostname()
        .to_string_lossy()
        .replace('|', "/");
    format!("{host} {} {namespace}", boot.trim())
}

/// Field 22 of `/proc/<pid>/stat` (proc(5)), of a process that runs; the name before it may hold anything but ends
/// with the last `)`. One that was killed and that its parent does not ask after stays listed as dead (Z, X).
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let dead = matches!(fields.next()?, "Z" | "X");
    let started = fields.nth(18)?.parse().ok()?;
    (!dead).then_some(started)
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
