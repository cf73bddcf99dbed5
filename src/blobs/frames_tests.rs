use proptest::prelude::*;

use super::{FRAME, FrameDecoder, FrameEncoder};
use crate::blobs::hash_of;

/// Bytes that don't repeat within a frame.
fn noise(bytes: usize) -> Vec<u8> {
    let mut noise = 0x9E37_79B9_u32;
    let next = |_| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        noise.to_le_bytes()[0]
    };
    (0..bytes).map(next).collect()
}

fn packed(raw: &[u8], piece: usize) -> Vec<u8> {
    let mut encoder = FrameEncoder::new().unwrap();
    let mut packed = Vec::new();
    for piece in raw.chunks(piece) {
        packed.extend(encoder.push(piece).unwrap());
    }
    let end = encoder.finish().unwrap();
    assert_eq!((end.hash, end.size), (hash_of(raw), raw.len() as u64));
    packed.extend(end.last);
    packed
}

fn unpacked(packed: &[u8], piece: usize) -> std::io::Result<Vec<u8>> {
    let mut decoder = FrameDecoder::new()?;
    let mut raw = Vec::new();
    for mut piece in packed.chunks(piece) {
        while let Some(frame) = decoder.pull(&mut piece)? {
            assert!(frame.len() <= FRAME);
            raw.extend(frame);
        }
        assert!(piece.is_empty());
    }
    assert!(decoder.is_between_frames());
    Ok(raw)
}

#[test]
fn bytes_come_back_as_they_were_however_they_are_cut() {
    for size in [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 7] {
        for raw in [noise(size), vec![b'a'; size]] {
            for piece in [FRAME, FRAME / 3, FRAME * 2] {
                let packed = packed(&raw, piece);
                assert!(unpacked(&packed, piece / 7 + 1).unwrap() == raw, "{size}");
            }
        }
    }
}

#[test]
fn other_programs_read_it_and_each_frame_by_itself() {
    let raw = noise(2 * FRAME + 9);
    let packed = packed(&raw, FRAME);
    assert!(zstd::stream::decode_all(&packed[..]).unwrap() == raw);
}

#[test]
fn a_frame_is_given_when_it_is_whole_and_not_before() {
    let raw = noise(FRAME + 9);
    let packed = packed(&raw, FRAME);
    let mut decoder = FrameDecoder::new().unwrap();
    let first = zstd::zstd_safe::find_frame_compressed_size(&packed).unwrap();
    assert_eq!(decoder.pull(&mut &packed[..first - 1]).unwrap(), None);
    assert!(!decoder.is_between_frames());
    let mut rest = &packed[first - 1..];
    assert!(decoder.pull(&mut rest).unwrap().unwrap() == raw[..FRAME]);
    assert_eq!(rest.len(), packed.len() - first);
}

#[test]
fn a_frame_larger_than_ours_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0; 64 * FRAME], 1).unwrap();
    let mut decoder = FrameDecoder::new().unwrap();
    assert!(decoder.pull(&mut &bomb[..]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_turned_bit_is_noticed_or_changes_nothing(at in 0_usize..2_000, bit in 0_u8..8) {
        let raw = noise(1_990);
        let mut packed = packed(&raw, FRAME);
        let at = at % packed.len();
        packed[at] ^= 1 << bit;
        let mut decoder = FrameDecoder::new().unwrap();
        if let Ok(Some(other)) = decoder.pull(&mut &packed[..]) {
            prop_assert!(other == raw);
        }
    }

    #[test]
    fn any_bytes_end_without_a_panic(packed in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut decoder = FrameDecoder::new().unwrap();
        let mut packed = &packed[..];
        while let Ok(Some(_)) = decoder.pull(&mut packed) {}
    }
}
