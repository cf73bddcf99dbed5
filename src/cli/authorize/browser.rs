//! Opens a person's browser where there is one.

use std::io::IsTerminal as _;
use std::process::{Command, Stdio};

use url::Url;

/// Has the desktop open `url`. Without a desktop, or when nobody watches, nothing happens: the address was printed.
pub(super) fn open(url: &Url) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let desktop = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !desktop || !std::io::stdout().is_terminal() {
        return;
    }
    let _ = Command::new(opener)
        .arg(url.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
