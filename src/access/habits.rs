//! What providers do to sessions that wait (`docs/operations.md` has the table for people).

use std::time::Duration;

use entities::mail_servers::{self, Preset};

use crate::imap::Waiting;

/// Hosts without a preset of their own that end or forget an IDLE early.
const HASTY: [(&str, Duration); 5] = [
    (".rambler.ru", Duration::from_secs(55)),
    (".larksuite.com", Duration::from_mins(5)),
    (".feishu.cn", Duration::from_mins(5)),
    (".mail.yahoo.co.jp", Duration::from_mins(3)),
    (".verizon.net", Duration::from_mins(3)),
];

/// How a session waits at this server: as `usual`, or for shorter.
pub(super) fn waiting(server: &mail_servers::Model, usual: Waiting) -> Waiting {
    let host = server.host.to_lowercase();
    let hasty = HASTY.iter().find(|(end, _)| host.ends_with(end));
    let renewal = match (hasty, server.preset) {
        (Some((_, renewal)), _) => Some(*renewal),
        // IDLE there dies without a word after a few minutes.
        (None, Preset::Yahoo | Preset::Aol) => Some(Duration::from_mins(3)),
        (None, _) => None,
    };
    Waiting {
        renewal: renewal.unwrap_or(usual.renewal).min(usual.renewal),
        ..usual
    }
}
