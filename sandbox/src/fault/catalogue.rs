//! Ready-made faults, one for each thing that real servers, networks and attackers did.

use std::num::NonZeroU64;
use std::time::Duration;

use super::{At, Fault, Harm, Moment, UidNextLie, Verb};

impl Fault {
    /// Login is refused with this text, code included: `[AUTHENTICATIONFAILED] Invalid credentials`.
    #[must_use]
    pub fn refuse_login(text: &str) -> Self {
        Self::answer_no(Verb::Login, text)
    }

    /// `NO` with this text.
    #[must_use]
    pub fn answer_no(verb: Verb, text: &str) -> Self {
        Self::on(verb, Harm::Answer(format!("NO {text}")))
    }

    /// `BAD` with this text.
    #[must_use]
    pub fn answer_bad(verb: Verb, text: &str) -> Self {
        Self::on(verb, Harm::Answer(format!("BAD {text}")))
    }

    /// `* BYE` with this text and the end of the connection.
    #[must_use]
    pub fn bye(verb: Verb, text: &str) -> Self {
        Self::on(verb, Harm::Bye(text.to_owned()))
    }

    /// Exchange's throttling: a tagged BAD that is no syntax error.
    #[must_use]
    pub fn throttle(verb: Verb, milliseconds: u32) -> Self {
        Self::answer_bad(
            verb,
            &format!("Request is throttled. Suggested Backoff Time: {milliseconds} milliseconds"),
        )
    }

    /// Exchange's line without a tag or a star, then the end of the connection.
    #[must_use]
    pub fn server_unavailable(verb: Verb) -> Self {
        Self::on(
            verb,
            Harm::Send(b"Server Unavailable. 15\r\n".to_vec(), Moment::Before),
        )
        .with(Harm::Drop(Moment::Before))
    }

    /// The connection ends after so many bytes of the answer.
    #[must_use]
    pub fn drop_after(verb: Verb, bytes: usize) -> Self {
        Self::on(verb, Harm::Drop(Moment::AfterBytes(bytes)))
    }

    /// The connection ends in the middle of a body.
    #[must_use]
    pub fn drop_in_literal() -> Self {
        Self::on(Verb::Fetch, Harm::Drop(Moment::InLiteral))
    }

    /// The connection ends when only the tagged line is missing.
    #[must_use]
    pub fn drop_before_tagged(verb: Verb) -> Self {
        Self::on(verb, Harm::Drop(Moment::BeforeTagged))
    }

    /// The answer doesn't come.
    #[must_use]
    pub fn stall(verb: Verb) -> Self {
        Self::on(verb, Harm::Stall(Moment::Before))
    }

    /// The answer leaves byte by byte.
    #[must_use]
    pub fn one_byte_writes(verb: Verb) -> Self {
        Self::on(verb, Harm::Pace(1, Duration::ZERO))
    }

    /// The answer drips: so many bytes, then a pause.
    #[must_use]
    pub fn slow_drip(verb: Verb, bytes: usize, pause: Duration) -> Self {
        Self::on(verb, Harm::Pace(bytes.max(1), pause))
    }

    /// A line of no protocol within the answer.
    #[must_use]
    pub fn garbage_line(verb: Verb) -> Self {
        Self::on(
            verb,
            Harm::Send(
                b"\x00\xff<html>502 Bad Gateway)))\r\n".to_vec(),
                Moment::BeforeTagged,
            ),
        )
    }

    /// A blank line within the answer.
    #[must_use]
    pub fn blank_line(verb: Verb) -> Self {
        Self::on(verb, Harm::Send(b"\r\n".to_vec(), Moment::BeforeTagged))
    }

    /// A line that never ends.
    #[must_use]
    pub fn endless_line(verb: Verb) -> Self {
        Self::on(verb, Harm::Send(b"* OK ".to_vec(), Moment::Before))
            .with(Harm::SendForever(vec![b'x'; 4096], Moment::Before))
    }

    /// A FETCH response with parentheses nested this deep.
    #[must_use]
    pub fn deep_nesting(depth: usize) -> Self {
        let mut line = b"* 1 FETCH (BODYSTRUCTURE ".to_vec();
        line.extend(std::iter::repeat_n(b'(', depth));
        line.extend(std::iter::repeat_n(b')', depth));
        line.extend(b")\r\n");
        Self::on(Verb::Fetch, Harm::Send(line, Moment::Before))
    }

    /// A literal of this size is announced; no byte of it follows.
    #[must_use]
    pub fn huge_literal(bytes: u64) -> Self {
        let line = format!("* 1 FETCH (UID 1 BODY[] {{{bytes}}}\r\n").into_bytes();
        Self::on(Verb::Fetch, Harm::Send(line, Moment::Before)).with(Harm::Stall(Moment::Before))
    }

    /// The tagged line belongs to no command.
    #[must_use]
    pub fn wrong_tag(verb: Verb) -> Self {
        Self::on(verb, Harm::WrongTag("ZZ99".to_owned()))
    }

    /// EXISTS tells this number.
    #[must_use]
    pub fn lying_exists(number: u32) -> Self {
        Self::on(Verb::Open, Harm::Exists(number)).also(At::Command(Verb::Status))
    }

    /// These messages are in EXISTS and in every search, and UID FETCH of a range does not tell of them.
    #[must_use]
    pub fn withheld_by_uid(uids: &[u32]) -> Self {
        Self::on(Verb::Fetch, Harm::WithholdByUid(uids.to_vec()))
    }

    /// Exchange: these messages are in EXISTS and in every search, and no FETCH ever tells of them.
    #[must_use]
    pub fn withheld(uids: &[u32]) -> Self {
        Self::on(Verb::Fetch, Harm::Withhold(uids.to_vec()))
    }

    /// These UIDs are announced but never delivered.
    #[must_use]
    pub fn missing_bodies(uids: &[u32]) -> Self {
        Self::on(Verb::Fetch, Harm::HideBodies(uids.to_vec()))
    }

    /// One message always fails, as Yahoo's do: `NO [SERVERBUG] FETCH Server error`.
    #[must_use]
    pub fn refused_body(uid: u32) -> Self {
        Self::on(
            Verb::Fetch,
            Harm::RefuseBody(uid, "[SERVERBUG] FETCH Server error".to_owned()),
        )
    }

    /// One message always comes as no client can read it.
    #[must_use]
    pub fn mangled_body(uid: u32) -> Self {
        Self::on(
            Verb::Fetch,
            Harm::MangleBody(uid, b"* 1 FETCH (((BODY[] \xff\r\n".to_vec()),
        )
    }

    /// The connection closes whenever it comes to this body.
    #[must_use]
    pub fn drop_at_body(uid: u32) -> Self {
        Self::on(Verb::Fetch, Harm::DropAtBody(uid))
    }

    /// One message of which the server can't even say that it is there.
    #[must_use]
    pub fn refused_announcement(uid: u32) -> Self {
        Self::on(
            Verb::Fetch,
            Harm::RefuseAnnouncement(uid, "[SERVERBUG] FETCH Server error".to_owned()),
        )
    }

    /// One message that is announced in a way that no parser takes.
    #[must_use]
    pub fn mangled_announcement(uid: u32) -> Self {
        Self::on(
            Verb::Fetch,
            Harm::MangleAnnouncement(uid, b"* 1 FETCH (((UID \xff\r\n".to_vec()),
        )
    }

    /// X-GM-MSGID and EMAILID are the same of all messages.
    #[must_use]
    pub fn same_server_id(id: u64) -> Self {
        Self::on(Verb::Fetch, Harm::ServerId(id))
    }

    /// UIDNEXT is 0 or not said.
    #[must_use]
    pub fn uid_next(lie: UidNextLie) -> Self {
        Self::on(Verb::Open, Harm::UidNext(lie)).also(At::Command(Verb::Status))
    }

    /// HIGHESTMODSEQ is a number of the server's own.
    #[must_use]
    pub fn highest_modseq(number: NonZeroU64) -> Self {
        Self::on(Verb::Open, Harm::HighestModSeq(number)).also(At::Command(Verb::Status))
    }

    /// UIDVALIDITY changes at each SELECT or EXAMINE.
    #[must_use]
    pub fn restless_uid_validity() -> Self {
        Self::on(Verb::Open, Harm::NewUidValidity)
    }

    /// FETCH of other messages between those asked for.
    #[must_use]
    pub fn interleaved_fetch() -> Self {
        Self::on(Verb::Fetch, Harm::Interleave)
    }

    /// The greeting says PREAUTH.
    #[must_use]
    pub fn pre_auth() -> Self {
        Self::at(At::Greeting).with(Harm::PreAuth)
    }

    /// Plain text right behind the OK of STARTTLS, as an attacker in the middle would add.
    #[must_use]
    pub fn plain_text_after_start_tls() -> Self {
        Self::on(
            Verb::StartTls,
            Harm::Send(
                b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".to_vec(),
                Moment::AfterTagged,
            ),
        )
    }

    /// IDLE that dies silently.
    #[must_use]
    pub fn silent_idle() -> Self {
        Self::on(Verb::Idle, Harm::SilentIdle)
    }
}
