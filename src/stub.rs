//! Page to stub: what the author asks for.
