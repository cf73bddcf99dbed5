use super::*;

#[test]
fn a_host_has_its_share_at_half_and_all_it_gets_at_three_quarters() {
    let room = Room::of(8);
    let mut taken: Vec<Place> = (0..3).map(|_| room.take("slow.example")).collect();
    taken.push(room.take("quick.example"));
    assert!(room.sated().is_empty());
    taken.push(room.take("Slow.Example"));
    assert_eq!(room.sated(), ["slow.example"]);
    assert!(room.full().is_empty());
    taken.extend((0..2).map(|_| room.take("SLOW.example")));
    assert_eq!(room.full(), ["slow.example"]);
    assert!(room.is_free());
    taken.push(room.take("quick.example"));
    assert!(!room.is_free());
    drop(taken);
    assert!(room.is_free() && room.sated().is_empty());
    assert!(lock(&room.taken).is_empty());
}

#[test]
fn few_places_leave_one_for_others_and_a_single_one_is_for_all() {
    for (places, sated, full) in [(1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 2, 3)] {
        let room = Room::of(places);
        let mut taken = Vec::new();
        for count in 1..=places {
            assert!(room.is_free());
            taken.push(room.take("mail.example"));
            assert_eq!(
                room.sated().is_empty(),
                count < sated,
                "{count} of {places}"
            );
            assert_eq!(room.full().is_empty(), count < full, "{count} of {places}");
        }
        assert!(!room.is_free());
    }
}
