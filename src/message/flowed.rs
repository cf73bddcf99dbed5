//! `format=flowed` text (RFC 3676): paragraphs that were cut into lines for transport, put together again.

/// The text with its soft line breaks taken out; `delsp` says that the blank before one goes too.
pub(super) fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The quote depth of the paragraph that the next line may continue.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let quoted = line.trim_start_matches('>');
        let depth = line.len() - quoted.len();
        let content = quoted.strip_prefix(' ').unwrap_or(quoted);
        let signature = content == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(content);
        } else {
            if open.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !content.is_empty() {
                out.push(' ');
            }
            out.push_str(content);
        }
        open = (content.ends_with(' ') && !signature).then_some(depth);
        if open.is_none() {
            out.push('\n');
        } else if delsp {
            out.pop();
        }
    }
    out
}

#[cfg(test)]
#[path = "flowed_tests.rs"]
mod tests;
