use super::maildrop;
use crate::transport::proofs::holds_for_all;

#[test]
fn a_maildrop_holds_for_every_seed_and_finding() {
    holds_for_all("maildrop", maildrop);
}
