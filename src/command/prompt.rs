//! `prompt`: the exact prompt of one stub.

use anyhow::bail;

use super::ask::Terms;
use super::knowledge::Knowledge;
use super::publish::Around;
use super::reading::Reading;
use super::survey::target;
use super::workspace::Workspace;
use super::{Context, Environment, Status, categories};
use crate::cli;
use crate::config::{Flags, Post};
use crate::disk::{self, Root};
use crate::front_matter::Value;
use crate::model::PromptTooLong;
use crate::prompt::{self, Facts, Prompt, Templates};
use crate::report::{PostReport, PostState, human};
use crate::site::{Site, SitePath};
use crate::stub::Stub;
use crate::text::escape;

/// A prompt template is smaller than this, in bytes.
const TEMPLATE_LIMIT: u64 = 256 * 1024;

/// Front matter keys whose value the prompt tells the model, so that it writes the post to fit.
const TOLD: [&str; 5] = ["title", "description", "tags", "categories", "authors"];

pub(super) fn run(
    arguments: &cli::Prompt,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let mut workspace = Workspace::open(context, environment, Flags::default())?;
    let stub = match target(&workspace, &arguments.path, environment)? {
        Ok(target) => target.stub,
        Err(report) => {
            environment.note_all(&human::troubles(&[report]));
            return Ok(Status::Attention);
        }
    };
    let around = Around::of(&workspace);
    let reading = Reading::of(&around, &workspace, &workspace.walk(), environment.today());
    categories::adopt(&mut workspace, &reading.pages);
    let knowledge = match reading.library.reader(&workspace).around(&stub) {
        Ok(knowledge) => knowledge,
        Err(trouble) => {
            let report = PostReport::new(&stub.path, PostState::Failed);
            let report = report.because(PostState::Failed, trouble);
            environment.note_all(&human::troubles(&[report]));
            return Ok(Status::Attention);
        }
    };
    let terms = Terms::foreseen(&workspace.config, environment);
    let templates = templates(&workspace)?;
    let prompt = render(&stub, &workspace, knowledge, &templates, &terms)?.prompt;
    environment.print(&format!("{}\n{}", prompt.system, prompt.user));
    if !context.global.quiet {
        let tokens =
            prompt::estimate_tokens(&prompt.system) + prompt::estimate_tokens(&prompt.user);
        environment.note(&format!("about {tokens} tokens"));
    }
    Ok(Status::Success)
}

/// The site's own templates, read from below its root.
pub(super) fn templates(workspace: &Workspace) -> anyhow::Result<Templates> {
    let read = |path: &Option<String>| -> anyhow::Result<Option<(String, String)>> {
        let Some(path) = path else { return Ok(None) };
        let file = Root::admit(&workspace.root, path.as_ref())?;
        // A link would let a repository send any file of its user's to a provider.
        if !disk::is_file(&file) {
            bail!("{}: the prompt template is no regular file", escape(path));
        }
        Ok(Some((
            path.clone(),
            disk::read_text(&file, TEMPLATE_LIMIT)?,
        )))
    };
    Ok(Templates {
        system: read(&workspace.config.system_template)?,
        user: read(&workspace.config.user_template)?,
    })
}

/// A prompt, and the limit of output tokens that fits it.
pub(super) struct Fitted {
    pub(super) prompt: Prompt,
    /// Nothing where it is left to the provider.
    pub(super) limit: Result<Option<u32>, PromptTooLong>,
    /// The pages that it offers as targets of links.
    pub(super) offered: Vec<SitePath>,
}

/// The prompt of a stub. Where a reply has little room, it says how much.
pub(super) fn render(
    stub: &Stub,
    workspace: &Workspace,
    knowledge: Knowledge,
    templates: &Templates,
    terms: &Terms,
) -> Result<Fitted, prompt::PromptError> {
    let words = words_wanted(stub, workspace);
    let language = stub.language.as_str();
    let mut prompt = render_for(stub, workspace, &knowledge, templates, None)?;
    let mut limit = terms.limit(words, language, &prompt);
    if let Ok(Some(most)) = limit {
        let room = terms.room(most, language);
        // With twice the room there is nothing to tell.
        if room / 2 < words {
            prompt = render_for(stub, workspace, &knowledge, templates, Some(room))?;
            limit = terms.limit(words, language, &prompt);
        }
    }
    Ok(Fitted {
        prompt,
        limit,
        offered: knowledge.offered,
    })
}

/// How many words are asked for: what the author says, else no fewer than a post must have.
fn words_wanted(stub: &Stub, workspace: &Workspace) -> u32 {
    let least = workspace.config.post.min_words.unwrap_or(0);
    let least = u32::try_from(least).unwrap_or(u32::MAX);
    stub.request
        .options
        .words
        .unwrap_or(prompt::DEFAULT_WORDS.max(least))
}

fn render_for(
    stub: &Stub,
    workspace: &Workspace,
    knowledge: &Knowledge,
    templates: &Templates,
    room: Option<u32>,
) -> Result<Prompt, prompt::PromptError> {
    let Workspace { site, config, .. } = workspace;
    let options = &stub.request.options;
    let facts = Facts {
        site_title: site.title.as_deref(),
        categories: config.offered_categories(&stub.language),
        title_length: config.post.title_length.unwrap_or(Post::TITLE_LENGTH),
        description_length: config
            .post
            .description_length
            .unwrap_or(Post::DESCRIPTION_LENGTH),
        topic: &stub.request.topic,
        brief: &stub.request.brief,
        language: &stub.language,
        words: words_wanted(stub, workspace),
        is_exact: options.words.is_some(),
        room,
        audience: options.audience.as_deref(),
        tone: options.tone.as_deref(),
        keywords: &options.keywords,
        given: given(stub, site),
        without: &without(site),
        tags: &knowledge.tags,
        context: &knowledge.context,
        pages: &knowledge.pages,
    };
    prompt::render(&facts, templates)
}

/// The Markdown that a model might write and that the site has switched off.
fn without(site: &Site) -> Vec<&'static str> {
    [
        ("table", "tables"),
        ("strikethrough", "strikethrough"),
        ("tasklist", "task lists"),
    ]
    .into_iter()
    .filter(|(name, _)| site.settings.switched_off.contains(name))
    .map(|(_, many)| many)
    .collect()
}

/// What the author wrote and wins over the model's word.
fn given(stub: &Stub, site: &Site) -> Vec<(String, String)> {
    TOLD.iter()
        .filter_map(|name| {
            let value = author_terms(stub, site, name)?.join(", ");
            (!value.trim().is_empty()).then(|| ((*name).to_owned(), value.replace('\n', " ")))
        })
        .collect()
}

/// The texts that the author gave a key, or a taxonomy where the generator has it; `None` where there are none.
pub(super) fn author_terms(stub: &Stub, site: &Site, name: &str) -> Option<Vec<String>> {
    let path = site.generator.taxonomy_path(name);
    let nested = match path.as_slice() {
        [table, key] => match stub.front.get(table) {
            Some(Value::Table(table)) => table.get(key),
            _ => None,
        },
        _ => None,
    };
    match nested.or_else(|| stub.front.get(name))? {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => {
            let texts = items.iter().filter_map(Value::as_str);
            Some(texts.map(str::to_owned).collect())
        }
        _ => None,
    }
}
