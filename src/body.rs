//! An article's body made safe and faithful for a generator.
