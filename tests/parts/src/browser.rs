//! A real browser: headless Chromium, driven through npm `playwright-core`.
//!
//! A selector is Playwright's: CSS (`#allow`), `text=…`, or by role and name (`role=button[name="Allow"]`, for which
//! there is [`role`]). Whatever acts on an element waits up to 30 s for it; what leads to another page waits until
//! that is loaded. A method that can't do what it says panics with the page's address and text.
//!
//! Cookies know no ports: servers on 127.0.0.1 share theirs in one session, as on any machine.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::guard::Signals;
use crate::steered::Steered;

mod seen;

pub use self::seen::{Cookie, Focused, Request, Violation};

const INSTALL: &str = "Chromium is not installed. Install it: apt-get install chromium";
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// It closes the browser when it is asked to end.
const SIGNALS: Signals = Signals {
    stop: "TERM",
    end: "TERM",
};

/// One session of a running browser: a window with cookies of its own. The browser is gone when the last of its
/// sessions is dropped.
#[derive(Debug)]
pub struct Browser {
    chromium: Arc<Steered>,
    session: Value,
}

/// Starts a browser.
///
/// # Panics
/// When Chromium or its driver is not installed or does not start; the message says what to do.
#[must_use]
pub fn browser() -> Browser {
    start(&[])
}

/// Starts a browser as if on another machine: `localhost` leads nowhere, while 127.0.0.1 still does.
///
/// # Panics
/// As [`browser`].
#[must_use]
pub fn browser_elsewhere() -> Browser {
    start(&["--host-resolver-rules=MAP localhost ~NOTFOUND"])
}

fn start(switches: &[&str]) -> Browser {
    let chromium = find_chromium().unwrap_or_else(|| panic!("{INSTALL}"));
    let mut words = vec![chromium.into()];
    words.extend(switches.iter().map(Into::into));
    let driver = Steered::start(
        "browser",
        "browser/driver.mjs",
        "playwright-core",
        SIGNALS,
        &words,
        &[],
    );
    Browser::session(&Arc::new(driver), true)
}

/// The selector of an element by its ARIA role and accessible name: `role("button", "Allow")`.
#[must_use]
pub fn role(role: &str, name: &str) -> String {
    format!("role={role}[name={}]", Value::from(name))
}

fn find_chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

/// Sessions.
impl Browser {
    /// Another session of the same browser: as if another person used it.
    #[must_use]
    pub fn another_session(&self) -> Self {
        Self::session(&self.chromium, true)
    }

    /// Another session that runs no scripts of pages.
    #[must_use]
    pub fn another_without_scripts(&self) -> Self {
        Self::session(&self.chromium, false)
    }

    fn session(chromium: &Arc<Steered>, scripts: bool) -> Self {
        let session = chromium.order("new_session", json!({"scripts": scripts}));
        Self {
            chromium: Arc::clone(chromium),
            session,
        }
    }

    fn order(&self, action: &str, mut order: Value) -> Value {
        if let Some(order) = order.as_object_mut() {
            order.insert("session".to_owned(), self.session.clone());
        }
        self.chromium.order(action, order)
    }

    fn ask(&self, action: &str) -> Value {
        self.order(action, json!({}))
    }
}

/// What a person does.
impl Browser {
    /// Goes to an address.
    pub fn open(&self, url: &str) {
        self.order("open", json!({"url": url}));
    }

    /// Goes back one page.
    pub fn back(&self) {
        self.ask("back");
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        self.ask("reload");
    }

    /// Clicks an element.
    pub fn click(&self, selector: &str) {
        self.order("click", json!({"selector": selector}));
    }

    /// Types a text into a field, in the place of what it held.
    pub fn fill(&self, selector: &str, text: &str) {
        self.order("fill", json!({"selector": selector, "text": text}));
    }

    /// Chooses an option of a list by its value or label.
    pub fn choose(&self, selector: &str, value: &str) {
        self.order("choose", json!({"selector": selector, "value": value}));
    }

    /// Ticks a box.
    pub fn tick(&self, selector: &str) {
        self.order("tick", json!({"selector": selector, "ticked": true}));
    }

    /// Unticks a box.
    pub fn untick(&self, selector: &str) {
        self.order("tick", json!({"selector": selector, "ticked": false}));
    }

    /// Presses a key where the focus is: `Tab`, `Shift+Tab`, `Enter`, `Escape`, `a` …
    pub fn press(&self, key: &str) {
        self.order("press", json!({"key": key}));
    }
}

/// What a person sees.
impl Browser {
    /// An element's text as it is shown.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        string(&self.order("text", json!({"selector": selector})))
    }

    /// How many elements there are; does not wait.
    #[must_use]
    pub fn count(&self, selector: &str) -> u64 {
        let count = self.order("count", json!({"selector": selector}));
        count.as_u64().unwrap_or_default()
    }

    /// What a field holds.
    #[must_use]
    pub fn value(&self, selector: &str) -> String {
        string(&self.order("value", json!({"selector": selector})))
    }

    /// An element's attribute.
    #[must_use]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let order = json!({"selector": selector, "name": name});
        self.order("attribute", order).as_str().map(str::to_owned)
    }

    /// Whether a box is ticked.
    #[must_use]
    pub fn is_ticked(&self, selector: &str) -> bool {
        let order = json!({"selector": selector});
        self.order("is_ticked", order) == Value::Bool(true)
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        string(&self.ask("url"))
    }

    /// The page's title.
    #[must_use]
    pub fn title(&self) -> String {
        string(&self.ask("title"))
    }

    /// The page's HTML as it is now.
    #[must_use]
    pub fn html(&self) -> String {
        string(&self.ask("html"))
    }

    /// The element that has the focus.
    #[must_use]
    pub fn focused(&self) -> Focused {
        Focused::read(&self.ask("focused"))
    }

    /// Waits until an element is shown.
    pub fn wait_for(&self, selector: &str) {
        self.order("wait_for", json!({"selector": selector}));
    }

    /// Waits until a text is shown.
    pub fn wait_for_text(&self, text: &str) {
        self.order("wait_for_text", json!({"text": text}));
    }

    /// Waits until the address has this in it and its page is loaded.
    pub fn wait_for_url(&self, part: &str) {
        self.order("wait_for_url", json!({"part": part}));
    }

    /// Shows pages in this size and scheme from now on (1280 × 800, light, from the start).
    pub fn look(&self, width: u32, height: u32, dark: bool) {
        let order = json!({"width": width, "height": height, "dark": dark});
        self.order("look", order);
    }

    /// Shows pages from now on as this browser, which is set to dark, would print them on A4.
    pub fn look_on_paper(&self) {
        self.ask("look_on_paper");
    }

    /// Takes a picture (PNG) of the whole page in this size and scheme, which it keeps.
    pub fn screenshot(&self, path: &Path, width: u32, height: u32, dark: bool) {
        self.look(width, height, dark);
        self.order("screenshot", json!({"path": path}));
    }
}

/// What is behind the page.
impl Browser {
    /// What axe-core finds wrong with the page for people with disabilities.
    #[must_use]
    pub fn axe(&self) -> Vec<Violation> {
        each(&self.ask("axe"), Violation::read)
    }

    /// What the page's scripts complained of, and what the browser did (such as a breach of the page's policy).
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        each(&self.ask("complaints"), string)
    }

    /// What a JavaScript expression comes to.
    #[must_use]
    pub fn evaluate(&self, script: &str) -> Value {
        self.order("evaluate", json!({"script": script}))
    }

    /// The cookies of this session.
    #[must_use]
    pub fn cookies(&self) -> Vec<Cookie> {
        each(&self.ask("cookies"), Cookie::read)
    }

    /// Every request of this session since its start or [`Browser::forget_requests`], redirects one by one.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        each(&self.ask("requests"), Request::read)
    }

    /// Notes requests from here.
    pub fn forget_requests(&self) {
        self.ask("forget_requests");
    }

    /// The request that the page came from, with what was answered.
    ///
    /// # Panics
    /// When no page was opened.
    #[must_use]
    pub fn last_page(&self) -> Request {
        match self.ask("last_page") {
            Value::Null => panic!("No page was opened"),
            page => Request::read(&page),
        }
    }

    /// The headers that the page came with, names in lower case.
    #[must_use]
    pub fn page_headers(&self) -> BTreeMap<String, String> {
        self.last_page().answer_headers
    }

    /// The addresses that the back button knows, and the page's own.
    #[must_use]
    pub fn history(&self) -> Vec<String> {
        each(&self.ask("history"), string)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let order = json!({"session": self.session});
        // At the end of a failed test the browser may be what failed.
        self.chromium.try_order("close", order).ok();
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn each<T>(values: &Value, read: impl FnMut(&Value) -> T) -> Vec<T> {
    values.as_array().into_iter().flatten().map(read).collect()
}
