//! Links.
use super::Note;
pub(super) fn tidy(body: &str, _id: fn(&str) -> String, _notes: &mut Vec<Note>) -> String {
    body.to_owned()
}
pub(super) fn is_safe_scheme(dest: &str) -> bool {
    dest.starts_with("http")
}
