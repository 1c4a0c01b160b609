//! The one concurrent place.
