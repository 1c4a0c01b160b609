//! Reply text to article.
