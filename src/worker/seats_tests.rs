use super::*;

#[test]
fn a_host_is_full_at_half_and_free_when_its_scans_end() {
    let seats = Seats::default();
    let mut taken: Vec<Seat> = (0..3).map(|_| seats.take("slow.example")).collect();
    taken.push(seats.take("quick.example"));
    assert!(seats.full(8).is_empty());
    taken.push(seats.take("slow.example"));
    assert_eq!(seats.full(8), ["slow.example"]);
    drop(taken.pop());
    assert!(seats.full(8).is_empty());
    drop(taken);
    assert!(seats.full(1).is_empty());
    assert!(seats.0.lock().is_ok_and(|taken| taken.is_empty()));
}

#[test]
fn the_only_scan_of_a_worker_may_be_at_any_host() {
    let seats = Seats::default();
    assert!(seats.full(1).is_empty());
    let _seat = seats.take("mail.example");
    assert_eq!(seats.full(1), ["mail.example"]);
}
