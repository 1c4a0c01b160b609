//! What to ask, what to convert, what to leave.
