//! Rules about template syntax in a body.

pub(super) mod foreign_escapes;
pub(super) mod foreign_shortcode;
pub(super) mod live_shortcode;
pub(super) mod missing_theme;
pub(super) mod odd_quotes;
mod other_call;
pub(super) mod shown_escapes;
pub(super) mod template_in_body;
mod unread_call;
