//! Stub and site → prompt, from templates.
//!
//! Both templates are built in; a site may override either (`[prompt] system`, `[prompt] user`). What an author or a
//! page says is data to them: a topic that holds `{{ … }}` is never evaluated, and the topic and the brief stand between
//! fences that they do not contain themselves.

use minijinja::{Environment, UndefinedBehavior, context};

mod language;

/// The built-in system template.
pub const SYSTEM_TEMPLATE: &str = include_str!("../templates/prompt-system.md.j2");
/// The built-in user template.
pub const USER_TEMPLATE: &str = include_str!("../templates/prompt-user.md.j2");

/// What asks for the rest of a reply that was cut off.
const CONTINUE: &str = include_str!("../templates/prompt-continue.md");
/// What asks for a better reply.
const REPAIR: &str = include_str!("../templates/prompt-repair.md");
/// What asks for better labels.
const LABELS: &str = include_str!("../templates/prompt-labels.md");

/// How many words are asked for where the stub does not say.
pub const DEFAULT_WORDS: u32 = 1_800;

/// A template may run this many instructions: enough for any list of categories, too few for an endless loop.
const FUEL: u64 = 1_000_000;

/// The messages sent to the model for one stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What holds for every post of the site.
    pub system: String,
    /// What this post is about.
    pub user: String,
}

/// Everything a template may use.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The site's title.
    pub site_title: Option<&'a str>,
    /// The categories to choose from.
    pub categories: &'a [String],
    /// The tags that the site has in the post's language, the most used first.
    pub tags: &'a [String],
    /// The longest title, in characters.
    pub title_length: usize,
    /// The longest description, in characters.
    pub description_length: usize,
    /// What the post is about.
    pub topic: &'a str,
    /// The author's notes; may be empty.
    pub brief: &'a str,
    /// The language of the post, for example `en`.
    pub language: &'a str,
    /// How many words are asked for.
    pub words: u32,
    /// Whether the author named that number.
    pub is_exact: bool,
    /// How many words the reply has room for, where that is not much more.
    pub room: Option<u32>,
    /// Whom the post is for.
    pub audience: Option<&'a str>,
    /// How it should sound.
    pub tone: Option<&'a str>,
    /// Phrases that readers search for.
    pub keywords: &'a [String],
    /// What the author wrote in the front matter and wins over the model's word: name and value.
    pub given: Vec<(String, String)>,
    /// The Markdown, in the plural, that the site does not show: `tables`, `task lists`.
    pub without: &'a [&'static str],
    /// The pages that the post builds on, in the author's order.
    pub context: &'a [ContextPage],
    /// The pages that the post may link to, the nearest first.
    pub pages: &'a [LinkablePage],
}

/// A page that a post builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextPage {
    /// Its path from the site's root.
    pub path: String,
    /// What it says: its title and its text.
    pub text: String,
    /// Whether the end of it was left out.
    pub cut: bool,
}

/// A page that a post may link to. All of it is on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkablePage {
    /// What a link to it has between its parentheses.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its description, perhaps shortened; may be empty.
    pub description: String,
}

/// The site's own templates, where it has them: name to show and text.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// Replaces the system template.
    pub system: Option<(String, String)>,
    /// Replaces the user template.
    pub user: Option<(String, String)>,
}

/// A template that cannot be rendered: a user error, since the built-in ones can.
#[derive(Debug, thiserror::Error)]
#[error("{template}{}: {message}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct PromptError {
    /// The template's name.
    pub template: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// Renders the prompt of one stub. The same facts give the same prompt, byte for byte.
///
/// # Errors
/// Where a site's own template has a syntax error, names something that does not exist, or does not end.
pub fn render(facts: &Facts<'_>, templates: &Templates) -> Result<Prompt, PromptError> {
    let (system_name, system) = choose(
        templates.system.as_ref(),
        "the built-in system template",
        SYSTEM_TEMPLATE,
    );
    let (user_name, user) = choose(
        templates.user.as_ref(),
        "the built-in user template",
        USER_TEMPLATE,
    );
    Ok(Prompt {
        system: render_one(system_name, system, facts)?,
        user: render_one(user_name, user, facts)?,
    })
}

/// What the model is asked after a reply that was cut off: the rest.
pub fn go_on() -> String {
    CONTINUE.trim_end().to_owned()
}

/// What the model is asked after a reply that no post can be made of. `problems` are whole sentences without a full stop;
/// with `labels_only` the text stays and only the labelled lines are wanted.
pub fn repair(problems: &[String], labels_only: bool) -> String {
    let text = if labels_only { LABELS } else { REPAIR };
    let list: String = problems.iter().map(|it| format!("- {it}\n")).collect();
    text.trim_end()
        .replace("{problems}\n", &format!("{list}\n"))
}

fn choose<'a>(
    own: Option<&'a (String, String)>,
    name: &'a str,
    text: &'a str,
) -> (&'a str, &'a str) {
    own.map_or((name, text), |(name, text)| (name.as_str(), text.as_str()))
}

fn render_one(name: &str, template: &str, facts: &Facts<'_>) -> Result<String, PromptError> {
    let error = |e: &minijinja::Error| PromptError {
        template: name.to_owned(),
        line: e.line(),
        message: e.detail().map_or_else(
            || e.kind().to_string(),
            |detail| format!("{}: {detail}", e.kind()),
        ),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let given: Vec<_> = facts
        .given
        .iter()
        .map(|(name, value)| context! { name, value })
        .collect();
    let context_pages: Vec<_> = facts
        .context
        .iter()
        .map(|page| context! { path => &page.path, text => &page.text, cut => page.cut })
        .collect();
    let pages: Vec<_> = facts
        .pages
        .iter()
        .map(|page| context! { path => &page.path, title => &page.title, description => &page.description })
        .collect();
    let in_characters = language::is_counted_in_characters(facts.language);
    // Two characters count as one word where there are no blanks between words.
    let length = |words: u32| {
        if in_characters {
            words.saturating_mul(2)
        } else {
            words
        }
    };
    let texts = [facts.topic, facts.brief]
        .into_iter()
        .chain(facts.given.iter().map(|(_, value)| value.as_str()))
        .chain(facts.context.iter().map(|page| page.text.as_str()))
        .chain(
            facts
                .pages
                .iter()
                .flat_map(|page| [page.title.as_str(), &page.description]),
        );
    let values = context! {
        site_title => facts.site_title,
        categories => facts.categories.to_vec(),
        tags => facts.tags.to_vec(),
        title_length => facts.title_length,
        description_length => facts.description_length,
        topic => facts.topic,
        brief => facts.brief,
        language => facts.language,
        language_name => language::described(facts.language),
        quotes => language::quotes(facts.language),
        words => facts.words,
        length => length(facts.words),
        unit => if in_characters { "characters" } else { "words" },
        asked => facts.is_exact,
        room => facts.room.map(length),
        audience => facts.audience,
        tone => facts.tone,
        keywords => facts.keywords.to_vec(),
        given => given,
        without => facts.without.to_vec(),
        context => context_pages,
        pages => pages,
        fence => fence(texts),
    };
    let text = environment
        .render_str(template, values)
        .map_err(|e| error(&e))?;
    Ok(text.trim().to_owned() + "\n")
}

/// A line of `~` longer than any run of `~` in the texts, so that none of them can close it.
fn fence<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let longest = texts
        .flat_map(|text| text.split(|c| c != '~'))
        .map(str::len)
        .max()
        .unwrap_or(0);
    "~".repeat(longest.max(4) + 1)
}

/// The hash of a prompt, for the record: BLAKE3 of both messages, 64 hex digits.
pub fn hash(prompt: &Prompt) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(prompt.system.len() as u64).to_le_bytes());
    hasher.update(prompt.system.as_bytes());
    hasher.update(prompt.user.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// A rough count of tokens, for showing and for worst cases: a token is about four bytes of English, and no more than
/// two bytes of anything else.
pub fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let other = text.len() - ascii;
    (ascii.div_ceil(4) + other.div_ceil(2)) as u64
}

#[cfg(test)]
mod tests;
