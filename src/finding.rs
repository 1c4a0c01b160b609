//! Findings: what a check, a parser or a conversion has to say about a page, as data.

use std::ops::Range;

use crate::site::SitePath;

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice. Nothing is wrong with the page.
    Info,
    /// The generator builds the page, but something of it will not come out as meant.
    Warning,
    /// The generator refuses the page, or something of it is lost.
    Error,
}

impl Severity {
    /// The word used in every output format: `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a build by the real generator showed about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Build {
    /// A rule found it, and the generator said the same.
    Confirmed,
    /// The generator said it of a page that no rule had anything like it to say about.
    Unforeseen,
}

impl Build {
    /// The word used in output formats: `confirmed` or `unforeseen`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Unforeseen => "unforeseen",
        }
    }
}

/// One thing to say about one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name in kebab-case, for example `unknown-category`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The page it is about.
    pub path: SitePath,
    /// The bytes of the file it is about; `None` where the file as a whole is meant.
    pub span: Option<Range<usize>>,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that removes the finding.
    pub fix: Option<Fix>,
    /// What a build showed about it; `None` where there was none, or it showed nothing.
    pub build: Option<Build>,
}

impl Finding {
    /// A finding about a file as a whole, to be completed with [`Finding::at`], [`Finding::help`] and [`Finding::fix`].
    pub fn new(
        rule: &'static str,
        severity: Severity,
        path: &SitePath,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            path: path.clone(),
            span: None,
            message: message.into(),
            help: None,
            fix: None,
            build: None,
        }
    }

    /// The same finding, about these bytes of the file.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding, with advice on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding, with a change that removes it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// Whether a fix can be applied without a person looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The fix may change what the page means.
    Unsafe,
    /// The page means what it meant before.
    Safe,
}

/// A change to a file that removes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied unasked.
    pub applicability: Applicability,
    /// The edits, in ascending order, none overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that keeps the meaning of the page.
    pub fn safe(edits: Vec<Edit>) -> Self {
        Self {
            applicability: Applicability::Safe,
            edits,
        }
    }

    /// A fix that may change the meaning of the page.
    pub fn risky(edits: Vec<Edit>) -> Self {
        Self {
            applicability: Applicability::Unsafe,
            edits,
        }
    }

    /// Ends the lines that it writes as those of the text around them end, which is one with CR LF.
    pub fn keep_carriage_returns(&mut self, text: &str) {
        for edit in &mut self.edits {
            let lines: Vec<&str> = edit.text.split('\n').collect();
            let Some((last, others)) = lines.split_last() else {
                continue;
            };
            let mut written = String::new();
            for line in others {
                let before = &text[..edit.range.start];
                let has_own = line.ends_with('\r')
                    || written.is_empty() && line.is_empty() && before.ends_with('\r');
                written.push_str(line);
                written.push_str(if has_own { "\n" } else { "\r\n" });
            }
            written.push_str(last);
            edit.text = written;
        }
    }
}

/// The bytes of a file that are replaced, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards; empty for a deletion.
    pub text: String,
}

impl Edit {
    /// Puts `text` before byte `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            range: at..at,
            text: text.into(),
        }
    }

    /// Takes the bytes away.
    pub fn delete(range: Range<usize>) -> Self {
        Self {
            range,
            text: String::new(),
        }
    }

    /// Puts `text` where the bytes were.
    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }
}

/// The text with the edits in it; they must fit it, ascend and not overlap.
pub fn splice<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    out
}
