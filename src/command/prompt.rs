//! `prompt`: the exact prompt of one stub.

use anyhow::bail;

use super::ask::Terms;
use super::survey::target;
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::{Flags, Post};
use crate::disk::{self, Root};
use crate::front_matter::Value;
use crate::model::PromptTooLong;
use crate::prompt::{self, Facts, Prompt, Templates};
use crate::report::human;
use crate::site::Site;
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
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let stub = match target(&workspace, &arguments.path, environment)? {
        Ok(target) => target.stub,
        Err(report) => {
            environment.note_all(&human::troubles(&[report]));
            return Ok(Status::Attention);
        }
    };
    let terms = Terms::foreseen(&workspace.config, environment);
    let prompt = render(&stub, &workspace, &templates(&workspace)?, &terms)?.prompt;
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
}

/// The prompt of a stub. Where a reply has little room, it says how much.
pub(super) fn render(
    stub: &Stub,
    workspace: &Workspace,
    templates: &Templates,
    terms: &Terms,
) -> Result<Fitted, prompt::PromptError> {
    let words = stub.request.options.words.unwrap_or(prompt::DEFAULT_WORDS);
    let language = stub.language.as_str();
    let fitted = |room| {
        let prompt = render_for(stub, workspace, templates, room)?;
        let limit = terms.limit(words, language, &prompt);
        Ok(Fitted { prompt, limit })
    };
    let first: Fitted = fitted(None)?;
    match first.limit {
        Ok(Some(limit)) => {
            let room = terms.room(limit, language);
            // With twice the room there is nothing to tell.
            if room / 2 < words {
                fitted(Some(room))
            } else {
                Ok(first)
            }
        }
        _ => Ok(first),
    }
}

fn render_for(
    stub: &Stub,
    workspace: &Workspace,
    templates: &Templates,
    room: Option<u32>,
) -> Result<Prompt, prompt::PromptError> {
    let Workspace { site, config, .. } = workspace;
    let options = &stub.request.options;
    let facts = Facts {
        site_title: site.title.as_deref(),
        categories: config.categories(&stub.language),
        title_length: config.post.title_length.unwrap_or(Post::TITLE_LENGTH),
        description_length: config
            .post
            .description_length
            .unwrap_or(Post::DESCRIPTION_LENGTH),
        topic: &stub.request.topic,
        brief: &stub.request.brief,
        language: &stub.language,
        words: options.words,
        room,
        audience: options.audience.as_deref(),
        tone: options.tone.as_deref(),
        keywords: &options.keywords,
        given: given(stub, site),
        tags: &stand_in(workspace, stub).1,
        context: &[],
        pages: &stand_in(workspace, stub).0,
    };
    prompt::render(&facts, templates)
}

/// What the author wrote and wins over the model's word.
fn given(stub: &Stub, site: &Site) -> Vec<(String, String)> {
    TOLD.iter()
        .filter_map(|name| {
            let path = site.generator.taxonomy_path(name);
            let nested = match path.as_slice() {
                [table, key] => match stub.front.get(table) {
                    Some(Value::Table(table)) => table.get(key),
                    _ => None,
                },
                _ => None,
            };
            let value = match nested.or_else(|| stub.front.get(*name))? {
                Value::String(text) => text.clone(),
                Value::Array(items) => items
                    .iter()
                    .filter_map(|item| {
                        if let Value::String(text) = item {
                            Some(text.as_str())
                        } else {
                            None
                        }
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
                _ => return None,
            };
            (!value.trim().is_empty()).then(|| ((*name).to_owned(), value.replace('\n', " ")))
        })
        .collect()
}

fn stand_in(workspace: &Workspace, stub: &Stub) -> (Vec<prompt::LinkablePage>, Vec<String>) {
    let mut tags = Vec::new();
    let site = &workspace.site;
    let mut pages = Vec::new();
    for page in workspace.walk().pages {
        if page.path == stub.path
            || page.language != stub.page_language
            || page.path.file_name().starts_with("_index")
        {
            continue;
        }
        let Ok(text) = super::workspace::read_page(&page) else {
            continue;
        };
        let Ok(Some(split)) = crate::front_matter::split(&text, site.generator.split_rules())
        else {
            continue;
        };
        let Ok(front) = crate::front_matter::FrontMatter::parse(&text, &split) else {
            continue;
        };
        let get = |name: &str| match front.get(&[name]) {
            Some(Value::String(t)) => Some(t.clone()),
            _ => None,
        };
        if matches!(front.get(&["draft"]), Some(Value::Boolean(true))) || get("topic").is_some() {
            continue;
        }
        let Some(title) = get("title") else { continue };
        let path = site.generator.taxonomy_path("tags");
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let Some(Value::Array(items)) = front.get(&path) {
            tags.extend(items.iter().filter_map(|it| it.as_str().map(str::to_owned)));
        }
        pages.push(prompt::LinkablePage {
            path: page.path.as_str().to_owned(),
            title,
            description: get("description").unwrap_or_default(),
        });
    }
    pages.truncate(8);
    tags.sort();
    tags.dedup();
    (pages, tags)
}
