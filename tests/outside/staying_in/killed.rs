//! The program killed between the provider's answer and the commit of what it brought.

use std::time::{Duration, Instant};

use parts::openid::{Became, Endpoint, Fault};

use super::company::{Company, Inside, NEVER, light};
use crate::program::{Program, Running};
use crate::waiting::until;

const SOON: Duration = Duration::from_secs(30);
/// So long a provider like Okta or Auth0 takes the old refresh token again.
const GRACE: Duration = Duration::from_mins(1);
const A_MOMENT: Duration = Duration::from_millis(400);

/// When it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The provider has done what it was asked, and nothing has arrived.
    AnswerHeld,
    /// Half of the answer has arrived, and that to a second request is on its way.
    AnswerCut,
    /// The whole answer has arrived, and the database is locked by somebody else.
    CommitWaits,
    /// It is committed, and nobody has used it.
    JustAfter,
}

const MOMENTS: [Moment; 4] = [
    Moment::AnswerHeld,
    Moment::AnswerCut,
    Moment::CommitWaits,
    Moment::JustAfter,
];

impl Moment {
    fn address(self) -> String {
        format!("{self:?}@ours.example").to_lowercase()
    }

    /// Scans until it comes, and kills the scan then.
    fn kill(self, company: &Company, program: &Program, inside: &Inside) {
        let openid = &company.openid;
        let (at, fault) = match self {
            Self::AnswerHeld | Self::CommitWaits => (Endpoint::Token, Fault::Hold),
            Self::AnswerCut => (Endpoint::Token, Fault::CloseAfter(40)),
            Self::JustAfter => (Endpoint::Introspection, Fault::Hold),
        };
        openid.fault_next(1, at, &fault);
        if self == Self::AnswerCut {
            openid.fault_next(1, at, &Fault::Hold);
        }
        let scan = program.start(["scan", "--all"]);
        match self {
            Self::AnswerHeld | Self::AnswerCut | Self::JustAfter => openid.wait_until_held(1),
            Self::CommitWaits => {
                openid.wait_until_held(1);
                let before = inside.tokens(&self.address());
                let lock = inside.lock();
                openid.clear_faults();
                self.wait_until_answered(company, &scan);
                pause();
                assert_eq!(inside.tokens(&self.address()), before);
                scan.kill();
                inside.unlock(lock);
                return;
            }
        }
        scan.kill();
        openid.clear_faults();
    }

    fn wait_until_answered(self, company: &Company, scan: &Running) {
        until(&format!("{scan:?}"), SOON, || {
            let requests = company.openid.requests();
            let last = requests
                .iter()
                .rfind(|request| request.endpoint == Endpoint::Token)?;
            (last.became == Became::Answered(200)
                && last.account.as_deref() == Some(&self.address()))
            .then_some(())
        });
    }
}

fn pause() {
    let began = Instant::now();
    until("a moment", SOON, || {
        (began.elapsed() >= A_MOMENT).then_some(())
    });
}

/// Kills a program at every moment; gives what the next scan of each makes of it.
fn after_each(company: &Company) -> Vec<(Moment, Program, Inside)> {
    MOMENTS
        .into_iter()
        .map(|moment| {
            let address = moment.address();
            company.deliver(&address, 3);
            let program = Program::new();
            let inside = company.authorized(&program, &[&address], NEVER);
            moment.kill(company, &program, &inside);
            let began = Instant::now();
            let ran = program.run(["scan", "--all"]);
            println!("{moment:?}: {} after {:?}", ran.code, began.elapsed());
            assert!(
                began.elapsed() < GRACE / 4,
                "it waited for the dead: {ran:?}"
            );
            (moment, program, inside)
        })
        .collect()
}

/// Open now, and again when what was stored is needed for the next token.
fn assert_open(company: &Company, moment: Moment, program: &Program, inside: &Inside) {
    let address = moment.address();
    assert_eq!(light(program, &address), "green", "{moment:?}");
    assert_eq!(program.contents().leads.len(), 3, "{moment:?}");
    for _ in 0..2 {
        let before = company.openid.refreshes_of(&address);
        inside.end_access(&address);
        program.scan_all();
        assert_eq!(company.openid.refreshes_of(&address), before + 1);
        assert_eq!(light(program, &address), "green", "{moment:?}");
    }
    assert_eq!(program.contents().leads.len(), 3, "{moment:?}");
}

#[test]
fn with_a_provider_that_takes_the_old_token_again_for_a_while_nobody_is_locked_out() {
    let company = Company::new();
    company.openid.rotate_with_grace(GRACE);
    for (moment, program, inside) in after_each(&company) {
        assert_open(&company, moment, &program, &inside);
    }
}

#[test]
fn with_a_provider_that_gives_the_same_token_again_nobody_is_locked_out() {
    let company = Company::new();
    company.openid.do_not_rotate();
    for (moment, program, inside) in after_each(&company) {
        assert_open(&company, moment, &program, &inside);
    }
}

/// What the provider has given and nobody has got is lost: no program can do better. What it can do is say so.
#[test]
fn with_a_provider_that_takes_no_token_twice_the_next_scan_says_what_happened() {
    let company = Company::new();
    company.openid.rotate();
    for (moment, program, inside) in after_each(&company) {
        let address = moment.address();
        if moment == Moment::JustAfter {
            assert_open(&company, moment, &program, &inside);
            continue;
        }
        assert_eq!(
            light(&program, &address),
            "red consent_revoked",
            "{moment:?}"
        );
        let light = program.status(&address)["light"].clone();
        assert_eq!(light["who"], "mailbox_owner", "{light}");
        let words = light["words"].as_str().unwrap();
        assert!(words.contains("invalid_grant"), "{light}");
        let remedy = light["remedy"].as_str().unwrap();
        assert!(remedy.contains("mailroom authorize"), "{light}");
        // Nobody asks again by himself. (One whose answer was cut has asked twice; by the third time the provider knows
        // the token no more.)
        assert_eq!(company.openid.refreshes_of(&address), 2, "{moment:?}");

        // Its owner signs in again, and nothing was lost.
        inside.give(
            &address,
            &company
                .openid
                .refresh_grant(&address, super::company::SCOPES),
        );
        assert_open_again(&company, moment, &program, &inside);
    }
}

fn assert_open_again(company: &Company, moment: Moment, program: &Program, inside: &Inside) {
    program.scan_all();
    assert_open(company, moment, program, inside);
}

#[test]
fn a_commit_that_has_to_wait_is_done_before_anybody_signs_in() {
    let company = Company::new();
    company.openid.rotate();
    let address = "sales@ours.example";
    company.deliver(address, 3);
    let program = Program::new();
    let inside = company.authorized(&program, &[address], NEVER);
    company.openid.fault_next(1, Endpoint::Token, &Fault::Hold);
    let mut scan = program.start(["scan", "--all"]);
    company.openid.wait_until_held(1);
    let before = inside.tokens(address);
    let lock = inside.lock();
    company.openid.clear_faults();
    for _ in 0..5 {
        pause();
        assert_eq!(inside.tokens(address), before);
        assert_eq!(company.openid.introspections(), 0);
    }
    inside.unlock(lock);
    let status = until("the scan ends", SOON, || scan.ended());
    assert!(status.success(), "{}", scan.said());
    assert_ne!(inside.tokens(address), before);
    assert_eq!(light(&program, address), "green");
    assert_eq!(company.openid.refreshes_of(address), 1);
}
