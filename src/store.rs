//! Every query, one file a table.
