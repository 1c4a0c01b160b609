//! What a fix would do to the page, seen before it is offered: the part around the edits is parsed as it is and as it
//! would be, and a rule says what may differ.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::Page;
use crate::finding::splice;
use crate::finding::{Edit, Fix};
use crate::markdown;

/// Longer parts are not tried: a page of such would take too long.
const MOST_BYTES: usize = 20_000;

/// What is told apart in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// What readers see, blanks counted once.
    Text,
    /// Code in a line.
    Code,
    /// Blocks of code, with what stands behind the fence.
    Block,
    /// Raw HTML.
    Html,
    /// Destinations of links and images.
    Link,
    Strong,
    Emphasis,
    Strike,
    Heading,
    List,
    Table,
    Rule,
    Quote,
    Break,
    Note,
    /// Template syntax.
    Template,
    /// Other marks that the generator acts on wherever they stand, such as the end of a summary in Hugo.
    Mark,
}

type Seen = BTreeMap<Kind, Vec<String>>;

/// The blocks that edits touch and those beside them, as they are and as they would be.
#[derive(Debug)]
pub(super) struct Trial {
    before: Seen,
    after: Seen,
    /// Whether what follows is a block of its own, or is not one now.
    ends_alike: bool,
}

impl Trial {
    /// Tries edits, ascending ones as in every fix; `None` where the part is too long or they do not fit.
    pub(super) fn of(page: &Page<'_>, edits: &[Edit]) -> Option<Self> {
        let (first, last) = (edits.first()?, edits.last()?);
        let part = part(page, first.range.start..last.range.end)?;
        if first.range.start < part.start {
            return None;
        }
        let start = page.body.start;
        let text = page
            .markdown
            .get(part.start - start..part.end.checked_sub(start)?)?;
        let within = |start: usize| -> Vec<Edit> {
            let moved = edits.iter().map(|edit| Edit {
                range: edit.range.start - start..edit.range.end - start,
                text: edit.text.clone(),
            });
            moved.collect()
        };
        // What a template takes in may begin far above the part, so all of the body's source counts.
        let source = page.text.get(start..)?;
        let edited_source = splice(source, &within(start));
        let edits = within(part.start);
        let fits = edits
            .iter()
            .all(|edit| text.get(edit.range.clone()).is_some());
        fits.then(|| {
            let edited = splice(text, &edits);
            Self {
                before: seen(page, text, source),
                after: seen(page, &edited, &edited_source),
                ends_alike: ends(&edited) || !ends(text),
            }
        })
    }

    /// Whether nothing but these differs.
    pub(super) fn changes_only(&self, kinds: &[Kind]) -> bool {
        let (mut before, mut after) = (self.before.clone(), self.after.clone());
        for kind in kinds {
            before.remove(kind);
            after.remove(kind);
        }
        self.ends_alike && before == after
    }

    /// Whether all of a kind differs in nothing but characters that are taken away.
    pub(super) fn loses_only(&self, kind: Kind, is_taken: impl Fn(char) -> bool) -> bool {
        let left = |seen: &Seen| -> Vec<String> {
            let pieces = seen.get(&kind).into_iter().flatten();
            pieces.map(|piece| piece.replace(&is_taken, "")).collect()
        };
        self.ends_alike && left(&self.before) == left(&self.after)
    }

    /// Whether readers would see the same letters and signs in the same order, blanks aside.
    pub(super) fn same_letters(&self) -> bool {
        let letters = |seen: &Seen| shown(seen).replace(' ', "");
        letters(&self.before) == letters(&self.after)
    }

    /// Whether readers would see this somewhere.
    pub(super) fn shows(&self, text: &str) -> bool {
        shown(&self.after).contains(&squeezed(text))
    }

    /// How many there would be more than now.
    pub(super) fn added(&self, kind: Kind) -> isize {
        let count = |seen: &Seen| seen.get(&kind).map_or(0, Vec::len);
        count(&self.after)
            .cast_signed()
            .wrapping_sub(count(&self.before).cast_signed())
    }

    /// Whether readers would see `to` in one place where they see `from` now, and the same elsewhere.
    pub(super) fn reads(&self, from: &str, to: &str) -> bool {
        let (before, after) = (shown(&self.before), shown(&self.after));
        let from = squeezed(from);
        // Only where all before and all behind it is the same can it be; blanks at the seams may go.
        let pairs = before.bytes().zip(after.bytes());
        let same_before = pairs.take_while(|(a, b)| a == b).count() + 1;
        let pairs = before.bytes().rev().zip(after.bytes().rev());
        let same_behind = pairs.take_while(|(a, b)| a == b).count() + 1;
        let places = before
            .match_indices(&from)
            .filter(|(at, _)| *at <= same_before && before.len() - at - from.len() <= same_behind);
        places.map(|(at, _)| at).any(|at| {
            let expected = format!("{}{to}{}", &before[..at], &before[at + from.len()..]);
            squeezed(&expected) == after
        })
    }
}

/// A fix that is safe where a trial says so, else a risky one.
pub(super) fn fix(page: &Page<'_>, edits: Vec<Edit>, proves: impl FnOnce(&Trial) -> bool) -> Fix {
    if Trial::of(page, &edits).is_some_and(|trial| proves(&trial)) {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}

/// The bytes of the outermost blocks that a range touches, and of those before and behind them.
fn part(page: &Page<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let mut part: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    let mut before = None;
    for (event, block) in &page.events {
        // The cells that a row lacks stand at its end, and so would be blocks by their places.
        let is_outermost = depth == 0;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if !is_outermost {
            continue;
        }
        if block.end < range.start {
            before = Some(block.start);
            continue;
        }
        let known = part.get_or_insert_with(|| before.unwrap_or(block.start)..block.end);
        known.end = known.end.max(block.end);
        if block.start > range.end {
            break;
        }
    }
    let mut part = part?;
    part.start = page.text[..part.start.min(range.start)]
        .rfind('\n')
        .map_or(page.body.start, |feed| (feed + 1).max(page.body.start));
    part.end = part.end.max(range.end);
    (part.len() <= MOST_BYTES && part.start >= page.body.start).then_some(part)
}

/// What stands behind the blocks that are tried.
const BEHIND: &str = "\n\nend\n";

/// Whether the blocks of a text end with it, so that what stands behind it is a paragraph.
fn ends(text: &str) -> bool {
    let whole = format!("{text}{BEHIND}");
    let last = markdown::events(&whole).into_iter().rev().nth(2);
    last.is_some_and(|(event, range)| {
        matches!(event, Event::Start(Tag::Paragraph)) && range.start == text.len() + 2
    })
}

/// What readers, browsers and generators see in a text.
fn seen(page: &Page<'_>, text: &str, source: &str) -> Seen {
    let mut seen = Seen::new();
    let mut add = |kind, what: &str| seen.entry(kind).or_default().push(what.to_owned());
    let mut shown = String::new();
    // What a fix leaves open would take this in.
    let whole = format!("{text}{BEHIND}");
    let mut in_block = false;
    let mut code = String::new();
    for (event, range) in markdown::events(&whole) {
        match event {
            Event::Start(tag) => {
                let (kind, what) = match &tag {
                    Tag::Strong => (Kind::Strong, String::new()),
                    Tag::Emphasis => (Kind::Emphasis, String::new()),
                    Tag::Strikethrough => (Kind::Strike, String::new()),
                    Tag::Heading { level, id, .. } => (Kind::Heading, format!("{level} {id:?}")),
                    Tag::List(start) => (Kind::List, format!("{start:?}")),
                    Tag::Table(columns) => (Kind::Table, columns.len().to_string()),
                    Tag::BlockQuote(_) => (Kind::Quote, String::new()),
                    Tag::FootnoteDefinition(label) => (Kind::Note, label.to_string()),
                    Tag::Link {
                        dest_url, title, ..
                    }
                    | Tag::Image {
                        dest_url, title, ..
                    } => (Kind::Link, format!("{dest_url} {title}")),
                    Tag::CodeBlock(kind) => {
                        in_block = true;
                        let info = match kind {
                            CodeBlockKind::Fenced(info) => info.as_ref(),
                            CodeBlockKind::Indented => "",
                        };
                        (Kind::Block, info.to_owned())
                    }
                    _ => {
                        shown.push(' ');
                        continue;
                    }
                };
                add(kind, &what);
                if !matches!(
                    kind,
                    Kind::Strong | Kind::Emphasis | Kind::Strike | Kind::Link
                ) {
                    shown.push(' ');
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                in_block = false;
                add(Kind::Block, &std::mem::take(&mut code));
            }
            // In a container the text comes line by line.
            Event::Text(piece) if in_block => code.push_str(&piece),
            Event::Text(piece) => shown.push_str(&piece),
            Event::Code(piece) => {
                add(Kind::Code, &piece);
                shown.push_str(&piece);
            }
            Event::Html(_) | Event::InlineHtml(_) => add(Kind::Html, whole[range].trim()),
            Event::SoftBreak => shown.push(' '),
            Event::HardBreak => {
                add(Kind::Break, "");
                shown.push(' ');
            }
            Event::Rule => add(Kind::Rule, ""),
            Event::FootnoteReference(label) => shown.push_str(&label),
            Event::TaskListMarker(is_done) => add(Kind::List, &is_done.to_string()),
            _ => {}
        }
    }
    for mark in page.site.generator.raw_marks() {
        for _ in source.matches(mark) {
            add(Kind::Mark, mark);
        }
    }
    if source.contains("{{")
        || source.contains("{%")
        || source.contains("{#")
        || source.contains("HAHA")
    {
        let site = page.site;
        for template in site.generator.templates(site.version, source) {
            add(Kind::Template, &source[template.range]);
        }
    }
    seen.insert(Kind::Text, vec![squeezed(&shown)]);
    seen
}

fn shown(seen: &Seen) -> String {
    let pieces = seen.get(&Kind::Text);
    pieces.map_or_else(String::new, |pieces| pieces.concat())
}

/// Text with each run of blanks and line ends as one blank.
fn squeezed(text: &str) -> String {
    text.split([' ', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::zola;

    fn tried(body: &str, range: Range<usize>, text: &str) -> Trial {
        let mut found = None;
        zola("0.22.0").with_page(body, |page| {
            let range = range.start + page.body.start..range.end + page.body.start;
            found = Trial::of(page, &[Edit::replace(range, text)]);
        });
        found.unwrap()
    }

    #[test]
    fn what_differs_is_seen() {
        let trial = tried("a\n\n** b ** c\n\nd\n", 3..10, "**b**");
        assert!(trial.changes_only(&[Kind::Text, Kind::Strong]));
        assert!(!trial.changes_only(&[Kind::Text]));
        assert!(trial.reads("** b **", "b") && !trial.reads("** b **", "c"));
        assert_eq!(trial.added(Kind::Strong), 1);
    }

    #[test]
    fn the_block_behind_a_short_row_counts() {
        let trial = tried("| a | b |\n|---|---|\n<T>\n##  x  ##\n*<T>", 20..20, "\n");
        assert!(!trial.changes_only(&[]));
    }

    #[test]
    fn tags_that_take_in_what_follows_count() {
        let trial = tried("</x>\na\n<script>\n\n- b\n", 0..5, "");
        assert!(!trial.changes_only(&[Kind::Text, Kind::Html, Kind::List]));
        assert!(!trial.loses_only(Kind::Link, |_| false));
    }

    #[test]
    fn what_follows_counts() {
        // A list would take in the block behind it.
        let trial = tried("• a\n\n    code\n", 0..3, "-");
        assert!(!trial.changes_only(&[Kind::Text, Kind::List]));
        // So would a fence that is not closed.
        let trial = tried("a\n\nb\n", 0..1, "```");
        assert!(!trial.changes_only(&[Kind::Block]));
        let trial = tried("{ { known() }}\n", 1..2, "");
        assert!(!trial.changes_only(&[Kind::Text]));
    }
}
