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
            let absent = item.absent.iter().flatten();
            for (index, absence) in absent.enumerate() {
                if absence.until < absence.from {
                    self.problem(
                        &path.key("absent").index(index),
                        "`until` comes before `from`; write the first and the last day",
                    );
                }
            }
        }
        self.unique(&section.items, "email", |user| &user.email);
        section
    }
}
