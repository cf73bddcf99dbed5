//! An address as people write it into a cell, and as it is stored.

/// `Anna <Anna@Example.com>`, `mailto:…` → `anna@example.com`, the domain in Unicode; `None` for what is no address.
pub(super) fn address(cell: &str) -> Option<String> {
    let text = cell.trim();
    let text = match text.rsplit_once('<') {
        Some((_, inner)) => inner.strip_suffix('>')?.trim(),
        None => text,
    };
    let text = text.strip_prefix("mailto:").unwrap_or(text).to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "<>,;:@()[]\\\"".contains(c);
    if local.is_empty()
        || domain.is_empty()
        || text.len() > 254
        || local.contains(wrong)
        || domain.contains(wrong)
    {
        return None;
    }
    if domain.starts_with('.') || domain.ends_with('.') || domain.contains("..") {
        return None;
    }
    let (domain, decoded) = idna::domain_to_unicode(domain);
    decoded.is_ok().then(|| format!("{local}@{domain}"))
}

/// Several addresses in one cell, separated by `;`, `,`, `|`, white space or a line break.
pub(super) fn split(cell: &str) -> impl Iterator<Item = &str> {
    // With a name beside the address, white space separates words and not addresses.
    let named = cell.contains('<');
    cell.split(move |c: char| {
        matches!(c, ';' | ',' | '|' | '\n' | '\r') || (!named && c.is_whitespace())
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}
