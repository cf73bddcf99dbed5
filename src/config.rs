//! Settings by flag, environment and file.
