use proptest::prelude::*;

use super::without_reply_marks;

#[test]
fn marks_of_answers_and_forwards_are_taken_off() {
    for (subject, rest) in [
        ("Re: Chairs", "Chairs"),
        ("RE: Fwd: AW: Chairs", "Chairs"),
        ("R: I: Sedie", "Sedie"),
        ("Odp: Krzesła", "Krzesła"),
        ("RES: ENC: Cadeiras", "Cadeiras"),
        ("Ynt: Sandalye", "Sandalye"),
        ("RE[2]: Chairs", "Chairs"),
        ("Re (3): Chairs", "Chairs"),
        ("Re^2: Chairs", "Chairs"),
        ("Re：Chairs", "Chairs"),
        ("Re : Chairs", "Chairs"),
        ("Offer: chairs", "Offer: chairs"),
        ("Reminder: chairs", "Reminder: chairs"),
        ("Re:", "Re:"),
        ("  Chairs  ", "Chairs"),
        ("", ""),
        ("12: numbers", "12: numbers"),
    ] {
        assert_eq!(without_reply_marks(subject), rest, "{subject}");
    }
}

proptest! {
    #[test]
    fn what_is_left_is_the_end_of_the_subject(subject in "((Re|FWD|R|x)[ :：\\[\\]0-9]{0,4}){0,8}\\PC{0,12}") {
        prop_assert!(subject.trim().ends_with(without_reply_marks(&subject)));
    }
}
