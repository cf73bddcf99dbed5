//! A mailbox that is disconnected while it is being read.

use std::time::Duration;

use super::company::{Company, NEVER, light};
use super::long_scan::slow_way;
use crate::program::Program;
use crate::waiting::until;

const SALES: &str = "sales@ours.example";
const MESSAGES: usize = 2_400;
/// So slow that reading all of them would take this.
const WHOLE: Duration = Duration::from_secs(40);
const MINUTE: Duration = Duration::from_mins(1);

#[test]
fn a_scan_keeps_nothing_any_more_once_its_mailbox_is_disconnected() {
    let company = Company::new();
    company.deliver(SALES, MESSAGES);
    let rate = MESSAGES * 1_000 / usize::try_from(WHOLE.as_secs()).unwrap();
    let way = slow_way(company.dovecot.imaps_port(), rate);
    let program = Program::new();
    program.apply(&company.setup_by(way, &[SALES], NEVER));
    company.authorize(&program, &[SALES]);

    let mut scan = program.start(["scan", SALES, "--json"]);
    until("messages are kept", MINUTE, || {
        (!program.contents().messages.is_empty()).then_some(())
    });
    program.well(["disconnect", SALES, "--yes"]);
    let kept = program.contents();
    assert!(
        kept.messages.len() < MESSAGES,
        "it was too fast to show anything"
    );
    assert_eq!(light(&program, SALES), "red disconnected");

    let code = scan.wait(MINUTE);
    assert_eq!(code, Some(1), "{}", scan.said());
    let after = program.contents();
    after.assert_same_records(&kept);
    assert_eq!(after.deliveries.len(), kept.deliveries.len());
    assert_eq!(light(&program, SALES), "red disconnected");
    assert_eq!(company.openid.refreshes_of(SALES), 1);
    assert_eq!(
        program.status(SALES)["last_scan"]["outcome"],
        "cut",
        "{}",
        program.status(SALES)
    );
}
