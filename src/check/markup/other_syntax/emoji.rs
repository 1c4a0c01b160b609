//! Emoji by the names that GitHub gives them.

/// The emoji of a name that is often written.
pub(super) fn emoji(name: &str) -> Option<&'static str> {
    EMOJI
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, emoji)| *emoji)
}

const EMOJI: [(&str, &str); 24] = [
    ("rocket", "🚀"),
    ("tada", "🎉"),
    ("sparkles", "✨"),
    ("warning", "⚠️"),
    ("bulb", "💡"),
    ("fire", "🔥"),
    ("smile", "😄"),
    ("heart", "❤️"),
    ("white_check_mark", "✅"),
    ("heavy_check_mark", "✔️"),
    ("x", "❌"),
    ("bug", "🐛"),
    ("memo", "📝"),
    ("star", "⭐"),
    ("zap", "⚡"),
    ("boom", "💥"),
    ("wave", "👋"),
    ("thinking", "🤔"),
    ("eyes", "👀"),
    ("construction", "🚧"),
    ("+1", "👍"),
    ("thumbsup", "👍"),
    ("books", "📚"),
    ("lock", "🔒"),
];
