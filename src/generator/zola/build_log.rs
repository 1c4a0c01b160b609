//! How Zola builds a site elsewhere, and what its log says. Tested on 0.17.2 (`Error:`, `Warning:`) and 0.22.0 (`ERROR`,
//! `WARN`).

use std::ffi::OsString;

use super::super::build::{
    BuildCommand, BuildLog, BuildMessage, BuildPlace, NamedFile, is_picture, plain,
};
use crate::finding::Severity;

mod places;

use places::{files, position, without_position};

/// What each line that begins an entry begins with.
const MARKS: [(&str, Severity); 5] = [
    ("ERROR ", Severity::Error),
    ("Error: ", Severity::Error),
    ("WARN ", Severity::Warning),
    ("Warning: ", Severity::Warning),
    ("Warn: ", Severity::Warning),
];

/// What Zola says of a build that goes well.
const USUAL: [&str; 7] = [
    "Building site...",
    "-> Creating ",
    "Done in ",
    "Checking all internal links",
    "> Successfully checked",
    "> Checked ",
    "INFO ",
];

/// The head of an error that says nothing but that there is one.
const BARE: &str = "Failed to build the site";

/// The configuration is left to Zola to find, as it is where the author builds the site.
pub(super) fn command(place: BuildPlace<'_>) -> BuildCommand {
    // The folder is there, and empty: without `--force`, Zola asks about one that is not.
    let mut arguments: Vec<OsString> = ["build", "--drafts", "--force", "--output-dir"]
        .map(Into::into)
        .to_vec();
    arguments.push(place.output.into());
    BuildCommand {
        arguments,
        variables: Vec::new(),
    }
}

/// A line that begins an entry, with those that follow it.
struct Entry<'a> {
    severity: Severity,
    head: &'a str,
    below: Vec<&'a str>,
}

pub(super) fn read(log: BuildLog<'_>) -> Vec<BuildMessage> {
    let text = plain(log.stdout) + "\n" + &plain(log.stderr);
    let mut stray = Vec::new();
    let entries = entries(&text, &mut stray);
    let mut messages = Vec::new();
    let mut rest = entries.as_slice();
    while let Some(first) = rest.first() {
        // An error is told with its reasons, each on a line of the same kind; a list in the same manner.
        let mut count = 1;
        count += rest[1..]
            .iter()
            .take_while(|next| {
                let goes_on = if first.severity == Severity::Error {
                    next.head != BARE
                } else {
                    next.head.starts_with("- ")
                };
                next.severity == first.severity && goes_on
            })
            .count();
        let (group, after) = rest.split_at(count);
        tell(group, &mut messages);
        rest = after;
    }
    let has_error = messages
        .iter()
        .any(|message| message.severity == Severity::Error && message.text != BARE);
    messages.retain(|message| !(has_error && message.text == BARE));
    messages.extend(
        stray
            .into_iter()
            .map(|line| BuildMessage::new(Severity::Info, line)),
    );
    messages
}

fn entries<'a>(text: &'a str, stray: &mut Vec<&'a str>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let mark = MARKS
            .iter()
            .find_map(|(mark, severity)| Some((line.strip_prefix(mark)?.trim_start(), *severity)));
        if let Some((head, severity)) = mark {
            entries.push(Entry {
                severity,
                head,
                below: Vec::new(),
            });
            is_open = true;
        } else if USUAL.iter().any(|usual| line.starts_with(usual)) {
            is_open = false;
        } else if let Some(entry) = entries.last_mut().filter(|_| is_open) {
            entry.below.push(line);
        } else if !line.trim().is_empty() {
            stray.push(line.trim());
        }
    }
    entries
}

/// The messages of one error with its reasons, or of one warning with its list.
fn tell(group: &[Entry<'_>], messages: &mut Vec<BuildMessage>) {
    let group = match group {
        [first, rest @ ..] if first.head == BARE && !rest.is_empty() => rest,
        _ => group,
    };
    let Some(first) = group.first() else { return };
    let items: Vec<String> = if first.head.contains("page(s) ignored") {
        let listed = group[1..]
            .iter()
            .filter_map(|entry| entry.head.strip_prefix("- "));
        listed.map(|path| path.trim().to_owned()).collect()
    } else {
        Vec::new()
    };
    if !items.is_empty() {
        let why = first.head.split_once(" (").map_or("", |(_, why)| why);
        let why = why.trim_end_matches([':', ')']);
        messages.extend(items.into_iter().map(|path| {
            let mut message = BuildMessage::new(first.severity, format!("ignored: {why}"));
            message.files.push(NamedFile {
                path,
                position: None,
            });
            message.leaves_out = true;
            message
        }));
        return;
    }
    let listed: Vec<&str> = first.below.iter().filter_map(|line| item(line)).collect();
    if !listed.is_empty() {
        let head = first.head.trim_end_matches(':');
        for line in listed {
            let mut message = BuildMessage::new(first.severity, format!("{head}: {line}"));
            message.files = files(line);
            messages.push(message);
        }
        return;
    }
    let mut message = BuildMessage::new(first.severity, "");
    let mut parts = Vec::new();
    for entry in group {
        let reason = entry
            .head
            .strip_prefix("Reason:")
            .unwrap_or(entry.head)
            .trim();
        message.files.extend(files(reason));
        message.position = message.position.or_else(|| position(reason));
        parts.push(without_position(reason));
        let below = entry.below.iter().filter(|line| !is_picture(line));
        parts.extend(below.map(|line| without_position(line.trim().trim_start_matches("= "))));
    }
    parts.retain(|part| !part.is_empty());
    message.text = parts.join(": ");
    messages.push(message);
}

/// An item of a list below an error: `- …`, `  1. …`.
fn item(line: &str) -> Option<&str> {
    let line = line.trim();
    line.strip_prefix("- ").or_else(|| {
        let (number, rest) = line.split_once(". ")?;
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::build::Position;
    use super::*;

    fn stderr(text: &str) -> Vec<BuildMessage> {
        read(BuildLog {
            stdout: "",
            stderr: text,
        })
    }

    fn paths(message: &BuildMessage) -> Vec<&str> {
        message
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect()
    }

    #[test]
    fn a_chain_of_reasons_is_one_message() {
        for (error, reason) in [("ERROR ", "ERROR Reason:"), ("Error: ", "Error: Reason:")] {
            let found = stderr(&format!(
                "Building site...\n-> Creating 1 pages (0 orphan) and 1 sections\n{error}Failed to build the site\n\
                 {error}Failed to render page '/s/content/a b.md'\n{reason} Failed to render 'page.html'\n\
                 {reason} Variable `page.extra.cover` not found in context while rendering 'page.html'\n\n"
            ));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].severity, Severity::Error);
            assert_eq!(paths(&found[0]), ["/s/content/a b.md"]);
            assert_eq!(
                found[0].text,
                "Failed to render page '/s/content/a b.md': Failed to render 'page.html': \
                 Variable `page.extra.cover` not found in context while rendering 'page.html'"
            );
        }
    }

    #[test]
    fn positions_are_those_of_the_file_or_of_the_body() {
        let found = stderr(
            "ERROR Failed to build the site\nERROR Error when parsing front matter of section `/s/content/a.md`\n\
             ERROR Reason: TOML parse error at line 4, column 9\n  |\n4 | title = \"A\"\n  |         ^^^\n\
             invalid type: string \"A\", expected a sequence\n\n",
        );
        assert_eq!(paths(&found[0]), ["/s/content/a.md"]);
        let place = found[0].position.expect("a position");
        assert_eq!((place.line, place.column, place.in_body), (4, 9, false));
        assert!(
            found[0]
                .text
                .ends_with("TOML parse error: invalid type: string \"A\", expected a sequence"),
            "{}",
            found[0].text
        );
        let found = stderr(
            "ERROR Failed to build the site\nERROR Failed to render content of /s/content/a b.md\n\
             ERROR Reason:  --> 3:5\n  |\n3 | a {% end %} b\n  |      ^---\n  |\n  = unexpected an identifier\n",
        );
        assert_eq!(paths(&found[0]), ["/s/content/a b.md"]);
        assert_eq!(
            found[0].position,
            Some(Position {
                line: 3,
                column: 5,
                in_body: true
            })
        );
        assert!(found[0].text.ends_with(": unexpected an identifier"));
    }

    #[test]
    fn an_error_in_the_configuration_names_no_file() {
        let found = stderr(
            "ERROR Failed to build the site\nERROR TOML parse error at line 4, column 1\n  |\n4 | foo = \"x\"\n  | ^^^\n\
             unknown field `foo`, expected one of `base_url`, `theme`\n",
        );
        assert_eq!(found[0].files, []);
        assert_eq!(found[0].position.map(|place| place.line), Some(4));
        assert_eq!(
            found[0].text,
            "TOML parse error: unknown field `foo`, expected one of `base_url`, `theme`"
        );
    }

    #[test]
    fn lists_are_a_message_an_item() {
        let found = read(BuildLog {
            stdout: "Warning: 2 page(s) ignored (missing date or weight in a sorted section):\n\
                     Warning: - /s/content/a.md\nWarning: - /s/content/b.md\nDone in 32ms.\n\n",
            stderr: "",
        });
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|message| message.leaves_out));
        assert_eq!(
            found[1].text,
            "ignored: missing date or weight in a sorted section"
        );
        assert_eq!(paths(&found[1]), ["/s/content/b.md"]);

        let found = stderr(
            "ERROR Failed to build the site\nERROR Found path collisions:\n\
             - `/about/` from files [\"/s/content/posts/case.md\", \"/s/content/about.md\"]\n\n",
        );
        assert_eq!(
            paths(&found[0]),
            ["/s/content/posts/case.md", "/s/content/about.md"]
        );
        assert!(
            found[0]
                .text
                .starts_with("Found path collisions: `/about/`")
        );

        let found = stderr(
            "ERROR Failed to build the site\nERROR Found 2 broken internal anchor link(s)\n\
             \x20 1. The anchor in the link `@/a.md#x` in /s/content/b.md does not exist.\n\
             \x20 2. The anchor in the link `@/in c.md#y` in /s/content/c d.md does not exist.\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(paths(&found[1]), ["/s/content/c d.md"]);
    }

    #[test]
    fn names_stand_in_quotes_or_at_the_end() {
        for (line, expected) in [
            (
                "Broken relative link `@/nope.md` in posts/case.md",
                "posts/case.md",
            ),
            (
                "Language `x` not found for syntax highlighting in \"posts/case.md\".`",
                "posts/case.md",
            ),
            (
                "Highlight language x not found in posts/case.md",
                "posts/case.md",
            ),
            (
                "File \"/s/content/a.js.md\" has a language code of js which isn't present in the config.toml `languages`",
                "/s/content/a.js.md",
            ),
        ] {
            let found: Vec<String> = files(line).into_iter().map(|file| file.path).collect();
            assert_eq!(found, [expected], "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let found =
            stderr("thread 'main' panicked\nBuilding site...\nERROR Failed to build the site\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text, "Failed to build the site");
        assert_eq!(found[1].text, "thread 'main' panicked");
        assert_eq!(found[1].severity, Severity::Info);
    }

    proptest::proptest! {
        #[test]
        fn any_log_is_read(text in "(ERROR |Error: |WARN |Warning: |Reason: |- |--> |at line |line: |[0-9:,.`'\"\\\\]|\\PC|\n){0,60}") {
            for message in stderr(&text) {
                proptest::prop_assert!(!message.text.contains('\n'));
            }
        }
    }
}
