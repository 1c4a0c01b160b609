//! The article: a parsed reply, before it becomes a page of some site.

/// What a model was asked for and gave: the five parts of the reply contract, cleaned of their labels and wrappings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// One line, never empty.
    pub title: String,
    /// One line, never empty.
    pub description: String,
    /// In the order of the reply; may be empty.
    pub tags: Vec<String>,
    /// In the order of the reply, each spelled as in the list of categories; may be empty.
    pub categories: Vec<String>,
    /// Markdown with LF line ends, without blank lines at either end, never empty.
    pub body: String,
}
