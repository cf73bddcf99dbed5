//! Pictures that are there to tell the sender that a message was opened: loaded from afar, and too small or too hidden
//! for a person to see. A picture that can be seen may tell the same; it is not counted here.

use super::html_tags::{Piece, Pieces, Tag};
use super::notes::Notes;

/// How large, in pixels, a picture may be both ways and still be none that a person would see.
const MAX_PIXELS: u32 = 2;

/// Notes how many such pictures a message holds.
pub(super) fn note(html: Option<&str>, notes: &mut Notes) {
    match html.map_or(0, pixels) {
        0 => {}
        1 => notes.add(
            "The message holds a picture that would tell the sender that it was opened; it is not loaded.",
        ),
        more => notes.add(format!(
            "The message holds {more} pictures that would tell the sender that it was opened; they are not loaded."
        )),
    }
}

/// How many such pictures a page holds, in time linear in its size.
pub(super) fn pixels(html: &str) -> usize {
    Pieces::of(html)
        .filter(|piece| matches!(piece, Piece::Tag(tag) if is_pixel(tag)))
        .count()
}

fn is_pixel(tag: &Tag<'_>) -> bool {
    if tag.closing || !tag.name.eq_ignore_ascii_case("img") {
        return false;
    }
    let mut seen = Picture::default();
    let mut afar = false;
    let mut style = "";
    for (name, value) in tag.attributes() {
        match name.to_ascii_lowercase().as_str() {
            "src" => afar = is_afar(value),
            "width" => seen.width = dimension(value),
            "height" => seen.height = dimension(value),
            "hidden" => seen.hidden = true,
            "style" => style = value,
            _ => {}
        }
    }
    // A style wins over what attributes say.
    seen.take_style(style);
    afar && seen.is_unseen()
}

/// How a picture is shown.
#[derive(Debug, Default)]
struct Picture {
    width: Option<u32>,
    height: Option<u32>,
    hidden: bool,
}

impl Picture {
    fn take_style(&mut self, style: &str) {
        for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
            let value = value.trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "width" | "max-width" => self.width = pixels_of(&value).or(self.width),
                "height" | "max-height" => self.height = pixels_of(&value).or(self.height),
                "display" => self.hidden |= value.starts_with("none"),
                "visibility" => self.hidden |= value.starts_with("hidden"),
                _ => {}
            }
        }
    }

    fn is_unseen(&self) -> bool {
        self.hidden
            || match (self.width, self.height) {
                (Some(0), _) | (_, Some(0)) => true,
                (Some(width), Some(height)) => width.max(height) <= MAX_PIXELS,
                // The other length follows from this one.
                (Some(one), None) | (None, Some(one)) => one == 1,
                (None, None) => false,
            }
    }
}

fn is_afar(address: &str) -> bool {
    let address = address.trim_start().as_bytes();
    [&b"http:"[..], b"https:", b"//"].iter().any(|scheme| {
        address
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// A length as an attribute has it: pixels, whatever stands behind the number, but for shares of the room there is.
fn dimension(length: &str) -> Option<u32> {
    let (number, unit) = number_of(length)?;
    (!unit.starts_with(['%', '*'])).then_some(number)
}

/// A length as a style has it; one in anything but pixels is none.
fn pixels_of(length: &str) -> Option<u32> {
    let (number, unit) = number_of(length)?;
    let unit = unit.trim_end_matches("!important").trim();
    (unit.is_empty() || unit == "px").then_some(number)
}

/// The whole number in front, and what follows it.
fn number_of(length: &str) -> Option<(u32, &str)> {
    let length = length.trim();
    let end = length.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = length.split_at_checked(end.unwrap_or(length.len()))?;
    Some((number.parse().ok()?, unit))
}

#[cfg(test)]
#[path = "tracking_tests.rs"]
mod tests;
