use super::super::{Own, read, safe_html};
use super::pixels;

const AFAR: &str = "src='https://t.example/o.gif?u=1'";

#[test]
fn what_nobody_can_see_reports() {
    for how in [
        "width=1 height=1",
        "width=\"2\" height='2'",
        "WIDTH = 1 HEIGHT = 1",
        "width=1",
        "height=0 width=600",
        "style='width:1px;height:1px'",
        "style=\"border:0; WIDTH: 0 ; height:0px !important\" width=100 height=100",
        "style='display:none'",
        "style='display: none !important' width=40 height=40",
        "style='visibility:hidden'",
        "style='max-height:0'",
        "alt='1 > 0' width=1 height=1",
        "hidden",
    ] {
        assert_eq!(pixels(&format!("<p>x<img {how} {AFAR}></p>")), 1, "{how}");
        assert_eq!(pixels(&format!("<IMG {AFAR} {how}/>")), 1, "{how}");
    }
    assert_eq!(pixels("<img src=//t.example/o width=1 height=1>"), 1);
}

#[test]
fn what_a_person_sees_or_what_came_along_does_not() {
    for page in [
        format!("<img {AFAR}>"),
        format!("<img {AFAR} width=3 height=1>"),
        format!("<img {AFAR} width=600 height=1>"),
        format!("<img {AFAR} width='1%' height='1%'>"),
        format!("<img {AFAR} style='width:1em;height:1.5px'>"),
        format!("<img {AFAR} width=100% style='max-width:600px;height:auto'>"),
        format!("<img {AFAR} width=1 height=1 style='width:40px;height:40px'>"),
        format!("<img {AFAR} title='display:none' class=hidden>"),
        "<img src='cid:a@b' width=1 height=1>".to_owned(),
        "<img src='data:image/gif;base64,x' width=1 height=1>".to_owned(),
        "<img width=1 height=1>".to_owned(),
        format!("<!-- <img {AFAR} width=1 height=1> -->"),
        format!("<style><img {AFAR} width=1 height=1></style>"),
        format!("</img {AFAR} width=1 height=1><image {AFAR} width=1 height=1>"),
    ] {
        assert_eq!(pixels(&page), 0, "{page}");
    }
}

#[test]
fn what_is_broken_is_walked_over() {
    for page in [
        "<img",
        "<img =",
        "<img src",
        "<img src=",
        "<img src='",
        "<img style=':;:' width=99999999999>",
    ] {
        assert_eq!(pixels(page), 0, "{page}");
    }
    let many = format!("<img {AFAR} width=1 height=1>").repeat(3);
    assert_eq!(pixels(&many), 3);
}

#[test]
fn the_message_says_so_and_the_page_counts_them_among_those_left_out() {
    let notes = |page: &str| {
        let raw = format!(
            "Message-ID: <a@b>\nDate: Tue, 10 Nov 2026 09:15:00 +0100\nContent-Type: text/html\n\nHello {page}"
        );
        read(raw.as_bytes(), &Own::default()).facts.notes
    };
    let pixel = format!("<img {AFAR} width=1 height=1>");
    let picture = format!("<img {AFAR} width=100 height=40>");
    assert!(notes(&picture).is_empty());
    assert_eq!(
        notes(&pixel),
        [
            "The message holds a picture that would tell the sender that it was opened; it is not loaded."
        ]
    );
    assert_eq!(
        notes(&pixel.repeat(2)),
        [
            "The message holds 2 pictures that would tell the sender that it was opened; they are not loaded."
        ]
    );
    let safe = safe_html(&format!("{pixel}{picture}"));
    assert_eq!((safe.pictures_left_out, safe.tracking_pixels), (2, 1));
}
