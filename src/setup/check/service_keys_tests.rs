use super::super::told::told;
use super::slug;

#[test]
fn a_callback_path_is_made_of_the_name() {
    for (name, expected) in [
        ("main", "main"),
        ("Main office (2)", "main-office-2"),
        ("  -- ", ""),
        ("Büro", "b-ro"),
        ("a/../b?c", "a-b-c"),
        ("Главная", ""),
    ] {
        assert_eq!(slug(name), expected, "{name}");
    }
    assert_eq!(slug(&"long ".repeat(40)).len(), 64);
}

#[test]
fn what_can_be_no_key_is_explained() {
    insta::assert_snapshot!(told(
        "service_keys:
  - {name: main, callback_path: 'Main Office'}
  - {name: two, callback_path: ''}
  - {name: 'Главная'}
  - {name: Main office}
  - {name: main-office}
  - {name: main, type: password}
  - {name: five, type: api, callback_path: main_office}
  - name: six
    allowed_ips: [10.0.0.7, 10.0.0.0/8, 10.0.0.7/8, 10.0.0.300, localhost, '', '2001:DB8::1', '2001:db8::1', 192.0.2.0/33]
"
    ));
}

#[test]
fn addresses_are_kept_in_their_usual_writing() {
    assert_eq!(
        told(
            "service_keys: [{name: a, allowed_ips: [' 10.0.0.7 ', '2001:DB8:0::/32', '::ffff:10.0.0.1']}]"
        ),
        ""
    );
}
