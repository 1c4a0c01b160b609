//! Random posts, random new versions of them, and random edits.

use std::fmt::Write;

use postwright::front_matter::{Format, FrontMatter, split};

use super::super::rules;
use super::dice::Dice;

/// Whose pages, and the language of their front matter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    pub(super) generator: &'static str,
    pub(super) format: Format,
}

/// A value, written so that all three formats take it as it is; or a table.
#[derive(Debug, Clone)]
enum Node {
    Leaf(String),
    Table(Entries),
}

type Entries = Vec<(String, Node)>;

/// A post, as it is written.
#[derive(Debug, Clone)]
pub(super) struct Page {
    keys: Entries,
    blocks: Vec<String>,
    next: usize,
}

const NAMES: [&str; 12] = [
    "title",
    "description",
    "date",
    "draft",
    "weight",
    "slug",
    "authors",
    "updated",
    "tags",
    "note",
    "cover",
    "series",
];
/// Blocks that a post may well have twice.
const TWINS: [&str; 6] = [
    "***",
    "Example:",
    "```\nsame\n```",
    "## Summary",
    "- same",
    "> same",
];
/// Lines that change what the lines around them are.
const TRAPS: [&str; 22] = [
    "===",
    "---",
    "```",
    "~~~",
    "<!--",
    "-->",
    "<div>",
    "</div>",
    "- item",
    "1. item",
    "> quote",
    "    code",
    "\tcode",
    "[a]: /here",
    "[^1]: note",
    "| - |",
    "# H",
    "[a]",
    "text [^1] text",
    "{{ x() }}",
    "\\",
    "é\u{a0}日本 👩‍👩‍👧",
];

impl Page {
    /// A post as a program writes it.
    pub(super) fn written(dice: &mut Dice) -> Self {
        let mut page = Self {
            keys: Vec::new(),
            blocks: Vec::new(),
            next: 0,
        };
        page.keys = page.entries(dice, 3, "w");
        let inner = page.entries(dice, 1, "w");
        page.keys
            .push(("taxonomies".to_owned(), Node::Table(inner)));
        let options = vec![
            ("audience".to_owned(), page.value(dice, "w")),
            ("written".to_owned(), Node::Leaf("\"0123\"".to_owned())),
        ];
        page.keys.push((
            "extra".to_owned(),
            Node::Table(vec![("postwright".to_owned(), Node::Table(options))]),
        ));
        for _ in 0..=dice.below(9) {
            let block = page.block(dice, "w");
            page.blocks.push(block);
        }
        page
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn entries(&mut self, dice: &mut Dice, least: usize, by: &str) -> Entries {
        let mut entries: Entries = Vec::new();
        for _ in 0..least + dice.below(4) {
            let name = *dice.pick(&NAMES);
            if entries.iter().all(|(key, _)| key != name) {
                entries.push((name.to_owned(), self.value(dice, by)));
            }
        }
        entries
    }

    fn value(&mut self, dice: &mut Dice, by: &str) -> Node {
        let number = self.number();
        Node::Leaf(match dice.below(6) {
            0 => number.to_string(),
            1 => dice.chance(50).to_string(),
            2 => format!("[\"{by}{number}\", \"é # no comment\"]"),
            3 => format!("\"{by}{number}: a 'quote' and \\\\ {{x}}\""),
            _ => format!("\"{by}{number}\""),
        })
    }

    /// A block of Markdown whose lines have numbers of their own.
    fn block(&mut self, dice: &mut Dice, by: &str) -> String {
        let mut line = || format!("{by}{}", self.number());
        match dice.below(14) {
            0 => (*dice.pick(&TWINS)).to_owned(),
            1 => format!("## {}", line()),
            2 => format!("{}\n===", line()),
            3 => format!("- {}\n- {}\n\n  {}", line(), line(), line()),
            4 => format!("```sh\n{}\n\n{}\n```", line(), line()),
            5 => format!("> {}\n{}", line(), line()),
            6 => format!("| {} |\n| - |\n| {} |", line(), line()),
            7 => format!("{} [a] and [b][a]\n\n[a]: /{}", line(), line()),
            8 => format!("{} [^1]\n\n[^1]: {}\n    {}", line(), line(), line()),
            9 => format!("    {}\n\n    {}", line(), line()),
            10 => format!("<div>\n{}\n</div>", line()),
            11 => format!("<!-- {} -->", line()),
            _ => (0..=dice.below(3))
                .map(|_| line())
                .collect::<Vec<_>>()
                .join("  \n"),
        }
    }

    /// The same post as a newer program, or another reply, would have it.
    pub(super) fn renewed(&self, dice: &mut Dice) -> Self {
        let mut page = self.clone();
        page.next = 100;
        for _ in 0..dice.below(3) {
            let mut keys = std::mem::take(&mut page.keys);
            page.change_keys(dice, &mut keys);
            page.keys = keys;
        }
        for _ in 0..dice.below(3) {
            page.change_blocks(dice, "n");
        }
        if dice.chance(5) {
            page.blocks = (0..3).map(|_| page.block(dice, "n")).collect();
        }
        page
    }

    fn change_keys(&mut self, dice: &mut Dice, keys: &mut Entries) {
        let at = dice.below(keys.len());
        if let Some((name, Node::Table(inner))) = keys.get_mut(at) {
            if name != "extra" {
                return self.change_keys(dice, inner);
            }
        }
        match dice.below(3) {
            0 if keys
                .get(at)
                .is_some_and(|(_, node)| matches!(node, Node::Leaf(_))) =>
            {
                drop(keys.remove(at))
            }
            1 => {
                let name = *dice.pick(&NAMES);
                if keys.iter().all(|(key, _)| key != name) {
                    let value = self.value(dice, "n");
                    keys.insert(0, (name.to_owned(), value));
                }
            }
            _ => {
                let value = self.value(dice, "n");
                if let Some((_, node @ Node::Leaf(_))) = keys.get_mut(at) {
                    *node = value;
                }
            }
        }
    }

    fn change_blocks(&mut self, dice: &mut Dice, by: &str) {
        let number = self.blocks.len();
        let at = dice.below(number.max(1));
        match dice.below(6) {
            0 if number > 0 => drop(self.blocks.remove(at)),
            1 if number > 1 => {
                let block = self.blocks.remove(at);
                self.blocks.insert(dice.below(number), block);
            }
            2 | 3 => {
                let block = self.block(dice, by);
                self.blocks.insert(at.min(number), block);
            }
            _ if number > 0 => {
                self.blocks[at] = if dice.chance(50) {
                    self.block(dice, by)
                } else {
                    let number = self.number();
                    format!("{} {by}{number}", self.blocks[at])
                };
            }
            _ => {}
        }
    }

    pub(super) fn text(&self, dialect: Dialect) -> String {
        let front = match dialect.format {
            Format::Toml => format!("+++\n{}+++\n", toml(&renamed(&self.keys, dialect), &[])),
            Format::Yaml => format!("---\n{}---\n", yaml(&renamed(&self.keys, dialect), 0)),
            Format::Json => format!("{}\n", json(&renamed(&self.keys, dialect), 1)),
        };
        format!("{front}\n{}\n", self.blocks.join("\n\n"))
    }

    /// The post after a person had it in an editor.
    pub(super) fn edited(&self, dice: &mut Dice, dialect: Dialect) -> String {
        let mut page = self.clone();
        page.next = 200;
        for _ in 0..dice.below(3) {
            let mut keys = std::mem::take(&mut page.keys);
            let before = page.next;
            page.change_keys(dice, &mut keys);
            page.keys = by_a_person(keys, before);
        }
        if dice.chance(30) {
            let at = dice.below(page.keys.len());
            let entry = page.keys.remove(at);
            page.keys.insert(dice.below(page.keys.len() + 1), entry);
        }
        for _ in 0..dice.below(3) {
            page.change_blocks(dice, "h");
        }
        let text = page.text(dialect);
        let rules = rules(dialect.generator);
        let at = split(&text, rules.split).unwrap().unwrap().body;
        let (front, body) = text.split_at(at);
        let edited = page.edited_front(front, dice, dialect) + &page.edited_body(body, dice);
        page.saved(edited, dice)
    }

    /// Comments, blank lines and other ways to write the same.
    fn edited_front(&mut self, front: &str, dice: &mut Dice, dialect: Dialect) -> String {
        let mut lines: Vec<String> = front.lines().map(str::to_owned).collect();
        for _ in 0..dice.below(3) {
            let at = 1 + dice.below(lines.len() - 1);
            let number = self.number();
            let line = lines[at].clone();
            let is_entry = line.contains(" = ") || line.contains(": ");
            match (dice.below(4), dialect.format) {
                (0, Format::Json) => lines.insert(at, String::new()),
                (_, Format::Json) => {}
                (0, _) => lines.insert(at, format!("# h{number}")),
                (1, _) if is_entry => lines[at] = format!("{line} # h{number}"),
                (2, Format::Toml) => {
                    lines[at] = line
                        .replace(" = [", " = [ # hNN\n")
                        .replace("NN", &number.to_string())
                }
                (2, Format::Yaml) => lines[at] = line.replace(": ", ":   "),
                _ => lines.insert(at, String::new()),
            }
        }
        let edited = lines.join("\n") + "\n";
        // What a generator could not read any more is no edit that anybody keeps.
        let found = split(&edited, rules(dialect.generator).split)
            .ok()
            .flatten();
        match found.filter(|found| found.body == edited.len()) {
            Some(found) if FrontMatter::parse(&edited, &found).is_ok() => edited,
            _ => front.to_owned(),
        }
    }

    /// Lines put in, taken out, changed and moved, wherever they are.
    fn edited_body(&mut self, body: &str, dice: &mut Dice) -> String {
        let mut lines: Vec<String> = body.lines().map(str::to_owned).collect();
        for _ in 0..dice.below(4) {
            let at = dice.below(lines.len() + 1);
            let number = self.number();
            let is_line = at < lines.len();
            match dice.below(9) {
                0 if is_line => drop(lines.remove(at)),
                1 if is_line => lines[at] = format!("{} h{number}", lines[at]),
                2 if is_line => {
                    let line = lines.remove(at);
                    lines.insert(dice.below(lines.len() + 1), line);
                }
                3 => lines.insert(at, String::new()),
                4 => lines.insert(at, (*dice.pick(&TRAPS)).to_owned()),
                5 if is_line => lines[at].push_str("  "),
                6 => {
                    lines.insert(at, String::new());
                    lines.insert(at, format!("h{number} [a] [^1]"));
                    lines.insert(at, String::new());
                }
                _ => lines.insert(at, format!("h{number}")),
            }
        }
        lines.join("\n") + "\n"
    }

    /// What editors do to whole files.
    fn saved(&mut self, mut text: String, dice: &mut Dice) -> String {
        if dice.chance(15) {
            text = text.replace('\n', "\r\n");
        }
        if dice.chance(10) {
            text = text.trim_end().to_owned();
        }
        if dice.chance(5) {
            text.push_str("\n\n\n");
        }
        if dice.chance(10) {
            text.insert(0, '\u{feff}');
        }
        text
    }
}

/// Values that were made since the number `before` are the person's.
fn by_a_person(keys: Entries, before: usize) -> Entries {
    let own = |text: String| {
        (before..before + 3).fold(text, |text, number| {
            text.replace(&format!("n{}", number + 1), &format!("h{}", number + 1))
        })
    };
    keys.into_iter()
        .map(|(key, node)| match node {
            Node::Leaf(text) => (key, Node::Leaf(own(text))),
            Node::Table(inner) => (key, Node::Table(by_a_person(inner, before))),
        })
        .collect()
}

/// Hugo has its own names for the tables.
fn renamed(keys: &Entries, dialect: Dialect) -> Entries {
    let name = |key: &str| match (dialect.generator, key) {
        ("hugo", "extra") => "params".to_owned(),
        (_, key) => key.to_owned(),
    };
    keys.iter()
        .map(|(key, node)| (name(key), node.clone()))
        .collect()
}

fn toml(keys: &Entries, path: &[&str]) -> String {
    let (mut out, mut tables) = (String::new(), String::new());
    for (key, node) in keys {
        match node {
            Node::Leaf(value) => writeln!(out, "{key} = {value}").unwrap(),
            Node::Table(inner) => {
                let path = [path, &[key.as_str()]].concat();
                write!(tables, "[{}]\n{}", path.join("."), toml(inner, &path)).unwrap();
            }
        }
    }
    out + &tables
}

fn yaml(keys: &Entries, depth: usize) -> String {
    let mut out = String::new();
    for (key, node) in keys {
        match node {
            Node::Leaf(value) => writeln!(out, "{:depth$}{key}: {value}", "").unwrap(),
            Node::Table(inner) if inner.is_empty() => {
                writeln!(out, "{:depth$}{key}: {{}}", "").unwrap()
            }
            Node::Table(inner) => {
                write!(out, "{:depth$}{key}:\n{}", "", yaml(inner, depth + 2)).unwrap()
            }
        }
    }
    out
}

fn json(keys: &Entries, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let entries: Vec<String> = keys
        .iter()
        .map(|(key, node)| match node {
            Node::Leaf(value) => format!("{indent}\"{key}\": {value}"),
            Node::Table(inner) => format!("{indent}\"{key}\": {}", json(inner, depth + 1)),
        })
        .collect();
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n{}}}", entries.join(",\n"), "  ".repeat(depth - 1))
}
