//! What an admin's file says, against what is stored.
