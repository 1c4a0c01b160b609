//! Rules about what could harm readers or the author.

pub(super) mod control_characters;
pub(super) mod invisible_characters;
pub(super) mod path_outside_site;
