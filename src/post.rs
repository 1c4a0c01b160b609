//! Article, stub and site to post.
