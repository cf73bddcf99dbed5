//! SEARCH and UID SEARCH (RFC 3501 §6.4.4). Text is looked for in the raw bytes, ignoring ASCII case: encoded words and
//! encoded bodies are not decoded.

use chrono::NaiveDate;
use imap_codec::imap_types::core::{Charset, Vec1};
use imap_codec::imap_types::response::{Data, Response};
use imap_codec::imap_types::search::SearchKey;

use super::{Session, section, sequence};
use crate::folder::Held;
use crate::reply::{Outcome, nonzero, number};
use crate::wire::Gone;

/// A message and where it stands.
struct Candidate<'a> {
    held: &'a Held,
    sequence: u32,
    last_uid: u32,
    count: u32,
}

impl Session {
    pub(super) async fn search(
        &mut self,
        address: &str,
        charset: Option<&Charset<'_>>,
        criteria: &Vec1<SearchKey<'_>>,
        by_uid: bool,
    ) -> Result<Outcome, Gone> {
        let Some(view) = &self.view else {
            return Ok(Outcome::bad("Select a folder first"));
        };
        let charset = charset.map(|charset| match charset {
            Charset::Atom(name) => name.inner().to_ascii_uppercase(),
            Charset::Quoted(name) => name.inner().to_ascii_uppercase(),
        });
        if !matches!(charset.as_deref(), None | Some("US-ASCII" | "UTF-8")) {
            return Ok(Outcome::no_with(
                "BADCHARSET (US-ASCII UTF-8)",
                "Unknown charset",
            ));
        }
        let found: Vec<u32> = {
            let mut state = self.provider.lock();
            let folder = state.folder(address, &view.folder).map_err(|_| Gone)?;
            let (last_uid, count) = (view.last_uid(), number(view.len()));
            let found = view.places().filter_map(|(place, uid)| {
                let candidate = Candidate {
                    held: folder.get(uid)?,
                    sequence: number(place + 1),
                    last_uid,
                    count,
                };
                let met = criteria.as_ref().iter().all(|key| candidate.meets(key));
                met.then_some(if by_uid { uid } else { candidate.sequence })
            });
            found.collect()
        };
        let numbers = found.into_iter().map(nonzero).collect();
        self.wire
            .send(&Response::Data(Data::Search(numbers, None)))
            .await?;
        Ok(Outcome::ok("SEARCH completed"))
    }
}

impl Candidate<'_> {
    fn meets(&self, key: &SearchKey<'_>) -> bool {
        match key {
            SearchKey::All => true,
            SearchKey::And(keys) => keys.as_ref().iter().all(|key| self.meets(key)),
            SearchKey::Or(one, other) => self.meets(one) || self.meets(other),
            SearchKey::Not(key) => !self.meets(key),
            SearchKey::SequenceSet(set) => sequence::contains(set, self.sequence, self.count),
            SearchKey::Uid(set) => sequence::contains(set, self.held.uid, self.last_uid),
            SearchKey::Larger(size) => number(self.held.raw.len()) > *size,
            SearchKey::Smaller(size) => number(self.held.raw.len()) < *size,
            SearchKey::ModSequence { modseq, .. } => self.held.modseq >= *modseq,
            _ => self.meets_flag(key) || self.meets_date(key) || self.meets_text(key),
        }
    }

    fn meets_flag(&self, key: &SearchKey<'_>) -> bool {
        let has = |flag: &str| self.held.flags.contains(flag);
        match key {
            SearchKey::Answered => has("\\Answered"),
            SearchKey::Deleted => has("\\Deleted"),
            SearchKey::Draft => has("\\Draft"),
            SearchKey::Flagged => has("\\Flagged"),
            SearchKey::Seen => has("\\Seen"),
            SearchKey::Unanswered => !has("\\Answered"),
            SearchKey::Undeleted => !has("\\Deleted"),
            SearchKey::Undraft => !has("\\Draft"),
            SearchKey::Unflagged => !has("\\Flagged"),
            SearchKey::Unseen => !has("\\Seen"),
            SearchKey::Keyword(keyword) => has(keyword.inner()),
            SearchKey::Unkeyword(keyword) => !has(keyword.inner()),
            SearchKey::Recent => self.held.recent,
            SearchKey::New => self.held.recent && !has("\\Seen"),
            SearchKey::Old => !self.held.recent,
            _ => false,
        }
    }

    fn meets_date(&self, key: &SearchKey<'_>) -> bool {
        let received = self.held.internal_date.date_naive();
        match key {
            SearchKey::Before(date) => received < *date.as_ref(),
            SearchKey::On(date) => received == *date.as_ref(),
            SearchKey::Since(date) => received >= *date.as_ref(),
            SearchKey::SentBefore(date) => self.sent().is_some_and(|sent| sent < *date.as_ref()),
            SearchKey::SentOn(date) => self.sent().is_some_and(|sent| sent == *date.as_ref()),
            SearchKey::SentSince(date) => self.sent().is_some_and(|sent| sent >= *date.as_ref()),
            _ => false,
        }
    }

    fn meets_text(&self, key: &SearchKey<'_>) -> bool {
        let (header, text) = section::split(&self.held.raw);
        match key {
            SearchKey::Bcc(wanted) => self.field_has("bcc", wanted.as_ref()),
            SearchKey::Cc(wanted) => self.field_has("cc", wanted.as_ref()),
            SearchKey::From(wanted) => self.field_has("from", wanted.as_ref()),
            SearchKey::Subject(wanted) => self.field_has("subject", wanted.as_ref()),
            SearchKey::To(wanted) => self.field_has("to", wanted.as_ref()),
            SearchKey::Header(name, wanted) => {
                self.field_has(&String::from_utf8_lossy(name.as_ref()), wanted.as_ref())
            }
            SearchKey::Body(wanted) => has(text, wanted.as_ref()),
            SearchKey::Text(wanted) => has(text, wanted.as_ref()) || has(header, wanted.as_ref()),
            _ => false,
        }
    }

    fn field_has(&self, name: &str, wanted: &[u8]) -> bool {
        let (header, _) = section::split(&self.held.raw);
        let mut fields = section::header_fields(header).into_iter();
        fields.any(|(field, bytes)| field.eq_ignore_ascii_case(name) && has(&bytes, wanted))
    }

    fn sent(&self) -> Option<NaiveDate> {
        let (header, _) = section::split(&self.held.raw);
        let (_, field) = section::header_fields(header)
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
        let field = String::from_utf8_lossy(&field).into_owned();
        let (_, date) = field.split_once(':')?;
        chrono::DateTime::parse_from_rfc2822(date.trim())
            .ok()
            .map(|date| date.date_naive())
    }
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    let (bytes, wanted) = (bytes.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    wanted.is_empty() || bytes.windows(wanted.len()).any(|window| window == wanted)
}
