//! The ids that Hugo gives to the lines of a block of code, where that is asked for (tested on 0.168.0).

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::check::Page;
use crate::generator::TemplateKind;

/// The ids of all lines of a page's code.
pub(super) fn ids(page: &Page<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if page.site.generator.requires_front_matter() {
        return found;
    }
    let mut blocks = 0;
    for (index, (event, _)) in page.events.iter().enumerate() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        blocks += 1;
        // Code without a language is not highlighted.
        let attributes = info
            .split_once('{')
            .filter(|(language, _)| !language.trim().is_empty());
        if let Some((_, attributes)) = attributes {
            let texts = page.events[index + 1..]
                .iter()
                .map_while(|(event, _)| match event {
                    Event::Text(text) => Some(text.matches('\n').count()),
                    _ => None,
                });
            let options = attributes.split('}').next().unwrap_or_default();
            found.extend(of_lines(options, texts.sum(), blocks));
        }
    }
    for template in &page.templates {
        let TemplateKind::Call { name, .. } = &template.kind else {
            continue;
        };
        let call = &page.text[template.range.clone()];
        let mut whole = page.taken_out.iter();
        let whole = whole.find(|range| range.contains(&template.range.start));
        if let Some(whole) = whole.filter(|_| name.eq_ignore_ascii_case("highlight")) {
            blocks += 1;
            let inside = &page.text[template.range.end.min(whole.end)..whole.end];
            let code = inside.rsplit_once("{{").map_or(inside, |(code, _)| code);
            let lines = code.trim_matches(['\r', '\n']).lines().count();
            let options = call.split(['"', '`']).find(|text| text.contains("lineno"));
            found.extend(of_lines(options.unwrap_or_default(), lines, blocks));
        }
    }
    found
}

/// The ids for these options, in the first of so many blocks or a later one.
fn of_lines(options: &str, lines: usize, blocks: usize) -> Vec<String> {
    let option = |name: &str| {
        options
            .split([',', ' ', '\t'])
            .filter_map(|option| option.split_once('='))
            .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().trim_matches('"'))
    };
    let is_on = |name: &str| option(name).is_some_and(|value| value != "false");
    if !is_on("linenos") || !is_on("anchorlinenos") {
        return Vec::new();
    }
    let first: usize = option("linenostart")
        .and_then(|start| start.parse().ok())
        .unwrap_or(1);
    let prefixes = match option("lineanchors") {
        Some(prefix) => vec![prefix.to_owned()],
        None => (0..blocks).map(|block| format!("hl-{block}")).collect(),
    };
    prefixes
        .iter()
        .flat_map(|prefix| (first..first + lines).map(move |line| format!("{prefix}-{line}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::hugo;

    #[test]
    fn lines_have_ids_where_asked_for() {
        let fence = |options: &str| format!("```go {{{options}}}\na\nb\n```\n");
        let all = fence("linenos=true, anchorlinenos=true, lineanchors=abc");
        let lines = |body: String| hugo().lines("missing-anchor", &body);
        assert_eq!(lines(format!("[a](#abc-1) [b](#abc-2)\n\n{all}")), [""; 0]);
        assert_eq!(lines(format!("[a](#abc-3)\n\n{all}")), ["warning 1"]);
        let call = "{{< highlight go \"linenos=table,anchorlinenos=true,lineanchors=abc\" >}}\na\nb\n{{< /highlight >}}\n";
        assert_eq!(lines(format!("[a](#abc-2)\n\n{call}")), [""; 0]);
        assert_eq!(lines(format!("[a](#abc-3)\n\n{call}")), ["warning 1"]);
        let later = fence("linenos=inline, anchorlinenos=true, linenostart=10");
        assert_eq!(lines(format!("[a](#hl-0-11)\n\n{later}")), [""; 0]);
        for none in [
            "linenos=true, lineanchors=abc",
            "anchorlinenos=true, lineanchors=abc",
        ] {
            assert_eq!(
                lines(format!("[a](#abc-1)\n\n{}", fence(none))),
                ["warning 1"]
            );
        }
        let bare = "``` {linenos=true, anchorlinenos=true, lineanchors=abc}\na\n```\n";
        assert_eq!(lines(format!("[a](#abc-1)\n\n{bare}")), ["warning 1"]);
    }
}
