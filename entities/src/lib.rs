//! Mailroom's tables as sea-orm models, one file a table; queries live elsewhere.
