use super::network;

#[test]
fn a_network_of_the_sixth_version_counts_as_one() {
    let same = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"];
    let names = same.map(|address| network(address.parse().unwrap()));
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], network("2001:db8:1:3::1".parse().unwrap()));
    assert_eq!(
        network("::ffff:192.0.2.7".parse().unwrap()),
        network("192.0.2.7".parse().unwrap())
    );
    assert_ne!(
        network("192.0.2.7".parse().unwrap()),
        network("192.0.2.8".parse().unwrap())
    );
}
