//! What the Markdown parser knows of a body.
