//! The schema's history; never imports entities.
