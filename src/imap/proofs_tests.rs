use super::{command_loop, stream_guard};
use crate::transport::proofs::holds_for_all;

#[test]
fn the_command_loop_holds_for_every_seed_and_finding() {
    holds_for_all("command_loop", command_loop);
}

#[test]
fn the_stream_guard_holds_for_every_seed_and_finding() {
    holds_for_all("stream_guard", stream_guard);
}
