//! Shortcodes that would run where none was meant, or that nobody defines.

use std::collections::BTreeSet;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{other_call, unread_call};
use crate::body::fences::language;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::generator::{Template, TemplateKind};
use crate::markdown;
use crate::site::Site;
use crate::text::nearest;

mod literal;

use literal::{as_text, fix};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiveShortcode;

impl Rule for LiveShortcode {
    fn name(&self) -> &'static str {
        "live-shortcode"
    }

    fn summary(&self) -> &'static str {
        "A shortcode that is unknown or malformed, or that runs in a code sample"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola up to 0.22 and Hugo look for shortcodes in the raw text: in prose, in headings, in comments and in code alike. Zola takes
exactly `{{ name(key=value) }}` and `{% name() %}…{% end %}` for one, so `{{ x }}` and `{% if %}` are text to it, and so is
`{{ name(key='it's') }}`, of which this rule tells where the site has that shortcode; Hugo takes
everything that starts with `{{<` or `{{%` for one. A name that the site, its theme and the generator do not define stops the
build, as do in Hugo a closing tag too few or too many and a shortcode that Hugo once had, in Zola a pair that is not closed and, from Zola 0.20 on, a lone `{% end %}` (tested on Zola 0.17.2, 0.22.0 and Hugo
0.168.0). A name that is defined runs, even where the page means to show it; in a block with a program or settings, such as
`image = \"app:{{< version >}}\"`, it was most likely meant to. In an address, a title, an id or code in a line Zola does not
put its result, and shows `@@ZOLA_SC_PLACEHOLDER@@`.

```text
`{{ always() }}`       stops Zola             `{{/* always() */}}`    shows it
`{{< callout >}}`      stops Hugo             `{{</* callout */>}}`   shows it
```

In code and in comments the fix puts the generator's own marks around an unknown call; code that Zola cannot be kept from reading becomes HTML.
In prose it may be a slip in the name, so there the fix is one of the unsafe ones."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn stops_at_drafts(&self, site: &Site) -> bool {
        // Hugo takes shortcodes apart before it knows that a page is a draft (tested on 0.168.0); Zola does not.
        !site.generator.requires_front_matter()
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (site, generator) = (page.site, page.site.generator);
        let out_of_text = out_of_text(page);
        unread_call::find(self, page, findings);
        for template in &page.templates {
            let is_put = !out_of_text.contains(&template.range.start);
            if let TemplateKind::Call { name, .. } = &template.kind
                && is_put
                && let Some(lacks) = generator.lacks(site, name, &page.text[template.range.clone()])
            {
                let reason = format!("`{name}` is not complete: {lacks}");
                let finding = self.refused(page, template, &reason);
                findings.push(finding.at(template.range.clone()));
                continue;
            }
            let finding = match &template.kind {
                TemplateKind::Malformed(reason) if !generator.has_templates(site.version) => {
                    self.refused(page, template, reason)
                }
                TemplateKind::Crossed { closes, .. }
                    if generator.needs_closing(site, closes) == Some(false) =>
                {
                    self.refused(page, template, "it closes a shortcode that is not open")
                }
                TemplateKind::Crossed { name, closes } => self.crossed(page, name, closes),
                TemplateKind::Call { name, .. }
                    if generator.gone_shortcode(site.version, name).is_some()
                        && !has_own(site, name) =>
                {
                    self.gone(page, template, name)
                }
                TemplateKind::Call { name, .. } if !generator.has_shortcode(site, name) => {
                    // A theme that is not here may define it: `missing-theme` tells of that, once.
                    if !site.shortcodes_known {
                        continue;
                    }
                    self.unknown(page, template, name)
                }
                TemplateKind::Call { name, .. } if !is_put => {
                    self.leaves_mark(page, template, name)
                }
                TemplateKind::Call { name, closed } => match generator.needs_closing(site, name) {
                    Some(true) if !closed => {
                        let reason = format!("the shortcode `{name}` needs a closing tag");
                        self.refused(page, template, &reason)
                    }
                    Some(false) if *closed => {
                        let reason = format!("the shortcode `{name}` takes no closing tag");
                        self.refused(page, template, &reason)
                    }
                    _ if page.in_code(template.range.start) && !is_meant(page, template, name) => {
                        self.runs_in_code(page, template, name)
                    }
                    _ => continue,
                },
                _ => continue,
            };
            findings.push(finding.at(template.range.clone()));
        }
        self.shown_tags(page, findings);
    }
}

impl LiveShortcode {
    /// Pairs within pairs, where the generator does not take them for such.
    fn shown_tags(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (site, start) = (page.site, page.body.start);
        let title = site.generator.title();
        for range in site.generator.shown_tags(site.version, page.body()) {
            let message = format!(
                "{title} {} knows no pair within a pair: it ends the outer one at the first `{{% end %}}`, and shows this tag",
                site.version
            );
            let finding = page.finding(self, Severity::Warning, message);
            let finding = finding.at(start + range.start..start + range.end);
            findings.push(finding.help("write one behind the other"));
        }
    }

    fn refused(&self, page: &Page<'_>, template: &Template, reason: &str) -> Finding {
        let message = format!("{} stops the build: {reason}", page.site.generator.title());
        let mut finding = page
            .finding(self, Severity::Error, message)
            .help("complete it, or escape it if it is meant as text");
        finding.fix = fix(page, template);
        finding
    }

    /// A closing tag that closes another shortcode than it names.
    fn crossed(&self, page: &Page<'_>, name: &str, closes: &str) -> Finding {
        let title = page.site.generator.title();
        page.finding(
            self,
            Severity::Warning,
            format!(
                "this closes `{closes}`: {title} ends the innermost shortcode here, not `{name}`"
            ),
        )
        .help(format!("close `{closes}` before `{name}`"))
    }

    /// A shortcode that the generator brought along once. A theme that is not here may define it.
    fn gone(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let site = page.site;
        let gone = site.generator.gone_shortcode(site.version, name);
        let (since, instead) = gone.unwrap_or_default();
        let title = site.generator.title();
        let (severity, unless) = if site.shortcodes_known {
            (Severity::Error, "")
        } else {
            (Severity::Warning, ", unless the theme defines it")
        };
        let message =
            format!("{title} {since} took the shortcode `{name}` away, and stops here{unless}");
        let shown = &page.text[template.range.clone()];
        let mut finding = page
            .finding(self, severity, message)
            .help(format!("{instead}; {}", as_text(shown)));
        finding.fix = fix(page, template);
        if !site.shortcodes_known {
            finding.fix = finding.fix.map(|fix| Fix::risky(fix.edits));
        }
        finding
    }

    fn unknown(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let site = page.site;
        let message =
            format!("`{name}` is called as a shortcode, and the site has none of this name");
        let shown = page.text.get(template.range.clone()).unwrap_or_default();
        let own = site.generator.built_in_shortcodes(site.version);
        let known = site.shortcodes.iter().map(String::as_str).chain(own);
        let title = site.generator.title();
        let (message, help) = match other_call::owner(site, name) {
            Some(other) => (
                format!("{message}: it comes with {other}, and not with {title}"),
                format!(
                    "{title} brings no shortcodes along: make a template `templates/shortcodes/{name}.html` of your own; {}",
                    as_text(shown)
                ),
            ),
            None => (message, help(known, name, shown)),
        };
        let mut finding = page.finding(self, Severity::Error, message).help(help);
        finding.fix = fix(page, template);
        finding
    }

    fn leaves_mark(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let message = format!(
            "the result of `{name}` is not put here: Zola does so in text and code blocks only, and shows a mark of its own"
        );
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .help("write the whole link or code as HTML, or take the call out; to show it, put `/*` and `*/` inside its delimiters");
        finding.fix = fix(page, template)
            .filter(|_| page.in_code(template.range.start))
            .map(|fix| Fix::risky(fix.edits));
        finding
    }

    fn runs_in_code(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let message = format!("the shortcode `{name}` runs here, although it stands in code");
        let severity = if is_at_work(page, template, name) {
            Severity::Info
        } else {
            Severity::Warning
        };
        let mut finding = page
            .finding(self, severity, message)
            .help("put the generator's marks, `/*` and `*/`, inside its delimiters to show it");
        finding.fix = fix(page, template).map(|fix| Fix::risky(fix.edits));
        finding
    }
}

/// Whether the site or its theme defines a shortcode of this name.
fn has_own(site: &Site, name: &str) -> bool {
    site.shortcodes.contains(&name.to_lowercase())
}

/// The calls in places where Zola puts no result: it looks for its mark in text, HTML and code blocks alone.
fn out_of_text(page: &Page<'_>) -> BTreeSet<usize> {
    let generator = page.site.generator;
    if !generator.leaves_marks() || generator.has_templates(page.site.version) {
        return BTreeSet::new();
    }
    let start = page.body.start;
    let mut masked = page.text[start..].to_owned();
    let mut calls = Vec::new();
    for template in &page.templates {
        let TemplateKind::Call { name, .. } = &template.kind else {
            return BTreeSet::new();
        };
        // The last edit stands at the end of the closing half; what is inside a pair has none.
        let Some(last) = template.literal.last() else {
            continue;
        };
        let range = template.range.start - start..last.range.end + 2 - start;
        if masked.is_char_boundary(range.start) && masked.get(range.clone()).is_some() {
            masked.replace_range(range.clone(), &"Z".repeat(range.len()));
            // What is Markdown itself is put in place before.
            if !page.site.settings.markdown_shortcodes.contains(name) {
                calls.push(range.start);
            }
        }
    }
    let events = if calls.is_empty() {
        Vec::new()
    } else {
        markdown::events(&masked)
    };
    let is_put = |at: &usize| {
        events.iter().any(|(event, range)| {
            matches!(
                event,
                Event::Text(_) | Event::Html(_) | Event::InlineHtml(_)
            ) && range.contains(at)
        })
    };
    calls.retain(|at| !is_put(at));
    calls.into_iter().map(|at| at + start).collect()
}

/// Whether a call in code can hardly be an example: one for a parameter, or one within a word, as in
/// `VERSION={{< version >}}`.
fn is_meant(page: &Page<'_>, template: &Template, name: &str) -> bool {
    let before = page.text[..template.range.start].chars().next_back();
    let after = page.text[template.range.end..].chars().next();
    let touches = |c: Option<char>| {
        c.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '=' | '/' | '-' | '.' | ':' | '@' | '_')
        })
    };
    // Behind the opening half of a pair is what it encloses.
    let is_pair = matches!(template.kind, TemplateKind::Call { closed: true, .. });
    name.eq_ignore_ascii_case("param") || touches(before) || (!is_pair && touches(after))
}

/// Languages in which a page shows the source of pages.
const OF_PAGES: [&str; 16] = [
    "",
    "text",
    "txt",
    "plain",
    "md",
    "markdown",
    "mdx",
    "html",
    "htm",
    "xml",
    "hugo",
    "jinja",
    "vue",
    "go-html-template",
    "go-text-template",
    "liquid",
];

/// Whether a call of the site's own in a block of code most likely fills something in: the block holds a program or settings,
/// where an example of a call would be the source of a page.
fn is_at_work(page: &Page<'_>, template: &Template, name: &str) -> bool {
    let at = template.range.start;
    let language = page.events.iter().find_map(|(event, block)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if block.contains(&at) => {
            Some(language(info).to_lowercase())
        }
        _ => None,
    });
    has_own(page.site, name)
        && !page.site.generator.requires_front_matter()
        && language.is_some_and(|language| !OF_PAGES.contains(&language.as_str()))
}

fn help<'a>(known: impl Iterator<Item = &'a str>, name: &str, shown: &str) -> String {
    if let Some(near) = nearest(name, known) {
        return format!(
            "did you mean `{near}`? To show it as text, put `/*` and `*/` inside its delimiters"
        );
    }
    as_text(shown)
}

#[cfg(test)]
mod tests;
