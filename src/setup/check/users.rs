//! Checks of users.

use super::{Checker, Listed, Section};
use crate::setup::document::User;

impl Checker<'_> {
    pub(in crate::setup) fn users(&mut self, mut section: Section<User>) -> Section<User> {
        for Listed { path, item } in &mut section.items {
            item.email = self.address(&path.key("email"), &item.email);
            if item.name.chars().any(char::is_control) {
                self.problem(
                    &path.key("name"),
                    "the name holds a line break; write it on one line",
                );
            }
        }
        self.unique(&section.items, "email", |user| &user.email);
        section
    }
}
