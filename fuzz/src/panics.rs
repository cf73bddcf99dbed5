//! Panics that the program catches by itself are no findings: its sessions live in tasks that may end in one.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::LazyLock;

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// In the place of libFuzzer's hook, which aborts at every panic.
pub static KEPT: LazyLock<()> = LazyLock::new(|| {
    set_hook(Box::new(|panic| {
        LAST.with_borrow_mut(|last| *last = panic.to_string());
    }));
});

/// Aborts with its words at a panic that nobody caught.
pub fn abort_unless_caught(work: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        LAST.with_borrow(|last| eprintln!("{last}"));
        std::process::abort();
    }
}
