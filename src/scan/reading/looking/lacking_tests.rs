use super::{SPAN, Uid, parts};

#[test]
fn a_part_spans_few_uids_however_they_lie() {
    let far = [1, 2, SPAN, SPAN + 1, 3 * SPAN, u32::MAX - 1, u32::MAX];
    let found: Vec<Vec<u32>> = parts(far.into_iter(), |uid| Uid(*uid)).collect();
    let expected = [
        vec![1, 2, SPAN],
        vec![SPAN + 1],
        vec![3 * SPAN],
        vec![u32::MAX - 1, u32::MAX],
    ];
    assert_eq!(found, expected);
    let dense = parts(1..=1_000_000_u32, |uid| Uid(*uid));
    assert!(dense.into_iter().all(|part| part.len() == SPAN as usize));
    assert_eq!(parts(std::iter::empty::<u32>(), |uid| Uid(*uid)).count(), 0);
}
