use super::read;

#[test]
fn a_number_is_found_where_it_stands_alone() {
    for (subject, expected) in [
        ("Re: [L-1042] Offer", vec![1042]),
        ("l-7: question", vec![7]),
        ("L-7 L-8,L-7", vec![7, 8]),
        ("(L-7)", vec![7]),
        ("XL-7 shirts", vec![]),
        ("L-7-A", vec![]),
        ("L-7b", vec![]),
        ("A-L-7", vec![]),
        ("L-0", vec![]),
        ("L-007", vec![]),
        ("żL-7", vec![]),
        ("T-7", vec![7]),
        ("L-99999999999999999999", vec![]),
        ("", vec![]),
        ("L-1 L-2 L-3 L-4 L-5 L-6", vec![1, 2, 3, 4, 5]),
    ] {
        let ids: Vec<i64> = read(subject).iter().map(|(record, _)| record.id).collect();
        assert_eq!(ids, expected, "{subject}");
    }
}
