//! Rules about names, addresses and the pages as a whole.

pub(super) mod blank_in_folder;
pub(super) mod dotted_name;
pub(super) mod index_beside_section;
pub(super) mod lone_translation;
pub(super) mod not_a_page;
pub(super) mod same_address;
pub(super) mod unusable_slug;
