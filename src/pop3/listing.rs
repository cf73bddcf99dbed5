//! What lies in a maildrop: the number of each message in this session, its size and its lasting name (UIDL, RFC 1939 §7).

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::refusal::Failure;
use super::wire::{Wire, broke, hostile};
use crate::transport::{ServerError, Violation};

/// Messages taken of one maildrop.
pub(crate) const MOST: usize = 1_000_000;
/// The longest name that RFC 1939 allows.
const LONGEST_NAME: usize = 70;

/// One message as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number in this session.
    pub number: u32,
    /// Its size in bytes as the server has it; servers err, and 0 also means that it did not say.
    pub size: u64,
    /// Its lasting name.
    pub uidl: String,
}

/// What a maildrop lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Messages that have a name, copies among them.
    pub named: u64,
    /// By number; identical copies under one name stand once, as far as their sizes tell.
    pub messages: Vec<Listed>,
}

/// Every message that is told from every other, by number. Identical copies share a name (RFC 1939 §7): the first stands
/// for all of them whose size is known to be the same.
pub(crate) async fn list(wire: &mut Wire) -> Result<Listing, ServerError> {
    let mut listed: Vec<Listed> = Vec::new();
    let named = wire
        .list("UIDL", &mut |line| {
            let (number, uidl) =
                numbered(line).ok_or_else(|| broke("its UIDL has a line that names no message"))?;
            if listed.len() >= MOST {
                return Err(hostile(Violation::LongListing { limit: MOST }));
            }
            listed.push(Listed {
                number,
                size: 0,
                uidl: name(uidl),
            });
            Ok(())
        })
        .await;
    match named {
        Ok(()) => {}
        Err(Failure::Broken(error)) => return Err(error),
        Err(Failure::Refused(refusal)) => {
            return Err(match refusal.in_general() {
                ServerError::ServerSaid { words, .. } => ServerError::NoUidl { words },
                error => error,
            });
        }
    }
    listed.sort_by_key(|message| message.number);
    if listed.windows(2).any(|pair| match pair {
        [one, next] => one.number == next.number,
        _ => false,
    }) {
        wire.end();
        return Err(broke("its UIDL names one message twice"));
    }
    sizes(wire, &mut listed).await?;
    Ok(Listing {
        named: listed.len() as u64,
        messages: told_apart(listed),
    })
}

/// Sizes are of use, and no more: what a server does not say or garbles stays unknown.
async fn sizes(wire: &mut Wire, listed: &mut [Listed]) -> Result<(), ServerError> {
    let sized = wire
        .list("LIST", &mut |line| {
            let told = numbered(line).and_then(|(number, size)| {
                let size = std::str::from_utf8(size).ok()?.parse().ok()?;
                Some((number, size))
            });
            if let Some((number, size)) = told
                && let Ok(at) = listed.binary_search_by_key(&number, |message| message.number)
                && let Some(message) = listed.get_mut(at)
            {
                message.size = size;
            }
            Ok(())
        })
        .await;
    match sized {
        Ok(()) | Err(Failure::Refused(_)) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
    }
}

/// Leaves copies out: messages of one name and one size. Others of one name are told apart by their sizes too; where those
/// are unknown, which is not the same, by how many such stand before them.
fn told_apart(listed: Vec<Listed>) -> Vec<Listed> {
    let mut first: HashMap<String, u64> = HashMap::with_capacity(listed.len());
    let mut unsized_ones: HashMap<String, u32> = HashMap::new();
    let mut apart = Vec::with_capacity(listed.len());
    for mut message in listed {
        if let Some(size) = first.get(&message.uidl) {
            let known = message.size > 0;
            if known && *size == message.size {
                continue;
            }
            // No server's own name has a space.
            let named = format!("{} {}", message.uidl, message.size);
            if known && first.contains_key(&named) {
                continue;
            }
            let before = unsized_ones.entry(named.clone()).or_default();
            message.uidl = match *before {
                0 => named,
                before => format!("{named} {before}"),
            };
            *before += u32::from(!known);
        }
        first.insert(message.uidl.clone(), message.size);
        apart.push(message);
    }
    apart
}

/// A message's number and the word after it.
fn numbered(line: &[u8]) -> Option<(u32, &[u8])> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let number = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    let word = words.next()?;
    (number > 0).then_some((number, word))
}

/// The name as it is, or what stands for one that RFC 1939 does not allow.
fn name(uidl: &[u8]) -> String {
    let allowed = uidl.len() <= LONGEST_NAME && uidl.iter().all(u8::is_ascii_graphic);
    match std::str::from_utf8(uidl) {
        Ok(uidl) if allowed => uidl.to_owned(),
        _ => format!("sha256 {}", hex::encode(Sha256::digest(uidl))),
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
